"""Inserts of many rows that name only the columns they fill, for the hot path.

A NULL parameter costs a round trip on SQL Server (the driver asks for its type), so rows are grouped by the columns
that they fill; one statement a group.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Table, insert

from trackit_console.store.tables import Base

Row = dict[str, Any]


def insert_rows(connection: Connection, table: type[Base] | Table, rows: Sequence[Row]) -> None:
    """Inserts `rows`; a column that is None in a row is left out."""
    for group in _by_filled_columns(rows).values():
        connection.execute(insert(table), [_filled(rows[number]) for number in group])


def insert_returning_ids(connection: Connection, table: type[Base], rows: Sequence[Row], *, ascending: bool = False) -> list[int]:
    """Inserts `rows` and answers their ids, in the order of `rows`.

    `ascending`: the ids grow in that order as well, as people expect of the numbers of tickets; then a group ends where
    the next row fills other columns.
    """
    if numbers_in_sequence(connection):
        return _insert_in_sequence(connection, table, rows)
    ids = [0] * len(rows)
    statement = insert(table).returning(table.__table__.c.id, sort_by_parameter_order=True)
    groups = _runs_of_filled_columns(rows) if ascending else _by_filled_columns(rows).values()
    for group in groups:
        made = connection.execute(statement, [_filled(rows[number]) for number in group]).scalars()
        for number, made_id in zip(group, made, strict=True):
            ids[number] = made_id
    return ids


def numbers_in_sequence(connection: Connection) -> bool:
    """Whether the rows of one statement get consecutive ids in their order."""
    return connection.dialect.name == "sqlite"


def _insert_in_sequence(connection: Connection, table: type[Base], rows: Sequence[Row]) -> list[int]:
    """One statement for all rows: for RETURNING in the order of the rows SQLAlchemy would insert them one by one.

    This transaction is the only writer, and SQLite gives each row the highest id plus one (sqlite.org/autoinc.html).
    """
    if not rows:
        return []
    connection.execute(insert(table), _without_empty_columns(rows))
    last: int = connection.exec_driver_sql("SELECT last_insert_rowid()").scalar_one()
    return list(range(last - len(rows) + 1, last + 1))


def _without_empty_columns(rows: Sequence[Row]) -> list[Row]:
    """`rows` without the columns that are None in all of them: SQLAlchemy converts every value for the driver."""
    filled = {name for row in rows for name, value in row.items() if value is not None}
    return [{name: value for name, value in row.items() if name in filled} for row in rows]


def _by_filled_columns(rows: Sequence[Row]) -> dict[tuple[str, ...], list[int]]:
    groups: dict[tuple[str, ...], list[int]] = {}
    for number, row in enumerate(rows):
        groups.setdefault(_filled_columns(row), []).append(number)
    return groups


def _runs_of_filled_columns(rows: Sequence[Row]) -> list[list[int]]:
    return [list(run) for _, run in groupby(range(len(rows)), key=lambda number: _filled_columns(rows[number]))]


def _filled_columns(row: Row) -> tuple[str, ...]:
    return tuple(row) if None not in row.values() else tuple([name for name, value in row.items() if value is not None])


def _filled(row: Row) -> Row:
    return row if None not in row.values() else {name: value for name, value in row.items() if value is not None}
