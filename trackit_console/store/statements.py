"""Building blocks of the hot path: inserts of many rows that name only the columns they fill, and IN lists that fit.

A NULL parameter costs a round trip on SQL Server (the driver asks for its type), so rows are grouped by the columns
that they fill; one statement a group.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from typing import Any, TypeVar

from sqlalchemy import Connection, insert

from trackit_console.store.tables import Base

T = TypeVar("T")
Row = dict[str, Any]
VALUES_IN_A_LIST = 500
"""Values in one IN list: SQL Server takes 2,100 parameters at most."""


def in_parts(values: Collection[T]) -> Iterator[Sequence[T]]:
    """`values` in pieces that fit an IN list."""
    everything = list(values)
    for begin in range(0, len(everything), VALUES_IN_A_LIST):
        yield everything[begin : begin + VALUES_IN_A_LIST]


def insert_rows(connection: Connection, table: type[Base], rows: Sequence[Row]) -> None:
    """Inserts `rows`; a column that is None in a row is left out."""
    for group in _by_filled_columns(rows).values():
        connection.execute(insert(table), [_filled(rows[number]) for number in group])


def insert_returning_ids(connection: Connection, table: type[Base], rows: Sequence[Row], *, ascending: bool = False) -> list[int]:
    """Inserts `rows` and answers their ids, in the order of `rows`.

    `ascending`: the ids grow in that order as well, as people expect of the numbers of tickets; then a group ends where
    the next row fills other columns. On SQL Server a group is one round trip; on SQLite, where there are none, SQLAlchemy
    makes an INSERT of each row to be sure of the order (measured: 6 instead of 4 µs a row).
    """
    ids = [0] * len(rows)
    # RETURNING promises no order (SQLite and SQL Server alike), so SQLAlchemy is told to restore that of the rows.
    statement = insert(table).returning(table.__table__.c.id, sort_by_parameter_order=True)
    groups = _runs_of_filled_columns(rows) if ascending else _by_filled_columns(rows).values()
    for group in groups:
        made = connection.execute(statement, [_filled(rows[number]) for number in group]).scalars()
        for number, made_id in zip(group, made, strict=True):
            ids[number] = made_id
    return ids


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
