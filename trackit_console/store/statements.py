"""Building blocks of the hot path: inserts of many rows that name only the columns they fill, and IN lists that fit.

A NULL parameter costs a round trip on SQL Server (the driver asks for its type), so rows are grouped by the columns
that they fill; one statement a group.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, TypeVar, cast

from sqlalchemy import BindParameter, ClauseElement, Connection, Table, insert
from sqlalchemy.sql.visitors import replacement_traverse

from trackit_console.store.tables import Base

T = TypeVar("T")
S = TypeVar("S", bound=ClauseElement)
Row = dict[str, Any]
VALUES_IN_A_LIST = 500
"""Values in one IN list: SQL Server takes 2,100 parameters at most."""


def in_parts(values: Collection[T]) -> Iterator[Sequence[T]]:
    """`values` in pieces that fit an IN list."""
    everything = list(values)
    for begin in range(0, len(everything), VALUES_IN_A_LIST):
        yield everything[begin : begin + VALUES_IN_A_LIST]


def within_bytes(sizes: Iterable[tuple[int, int]], most: int) -> list[int]:
    """Of pairs of an id and a size in bytes, the first ids that have at most so many bytes together; at least one."""
    taken: list[int] = []
    total = 0
    for number, size in sizes:
        total += size
        if taken and total > most:
            break
        taken.append(number)
    return taken


def written_out(connection: Connection, asked: S) -> S:
    """`asked` with its values in the text, for what is asked again and again: a statement with parameters costs SQL Server's driver
    a second round trip. Only for values of our own, never for what people or mail wrote.
    """
    if connection.dialect.name != "mssql":
        return asked
    return cast(S, replacement_traverse(asked, {}, _in_the_text))


def _in_the_text(element: Any, **_: Any) -> BindParameter[Any] | None:
    return element.render_literal_execute() if isinstance(element, BindParameter) and not element.literal_execute else None


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
