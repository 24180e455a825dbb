"""What a database holds before it is copied: rows in every table, with values that a conversion may damage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, LargeBinary, Table, Unicode, insert, select

from tests.clock import BEGINNING
from trackit_console.store.column_types import Moment
from trackit_console.store.engine import make_engine
from trackit_console.store.tables import Base

TABLES: Sequence[Table] = Base.metadata.sorted_tables
TEXTS = ("ä☎\U0001f600'%s\r\n", "Ä☎\U0001f600'%S\r\n", "")
"""Short enough for every column. Of the first two only the letter case tells keys apart."""


def fill_every_table(url: str) -> None:
    """Adds three rows to each table that is empty in a new database: one that is full, one with NULLs, one with empty texts."""
    engine = make_engine(url)
    with engine.begin() as connection:
        for table in TABLES:
            if connection.execute(select(table)).first() is None:
                for number in (1, 2, 3):
                    connection.execute(insert(table).values(row(table, number)))
    engine.dispose()


def row(table: Table, number: int) -> dict[str, Any]:
    """A row of `table`: 1 is full, 2 leaves out what may be NULL, 3 has empty texts."""
    values = {column.name: _value(column, number) for column in table.columns}
    # Left out, not NULL: an ODBC driver cannot tell the type of a NULL for a column of bytes.
    return {name: value for name, value in values.items() if value is not None}


def _value(column: Column[Any], number: int) -> Any:
    if column.nullable and number == 2:
        return None
    kind = column.type
    if isinstance(kind, Boolean):
        return number == 1
    if isinstance(kind, Integer):
        return number + (2**40 if isinstance(kind, BigInteger) else 0)
    if isinstance(kind, Moment):
        return BEGINNING + timedelta(microseconds=number)
    if isinstance(kind, Date):
        return date(2024, 2, 28) + timedelta(days=number)
    if isinstance(kind, LargeBinary):
        return bytes(range(256)) * (number - 1)
    assert isinstance(kind, Unicode), column
    if column.table.name == "monitor_hosts":  # whose key does not tell letter case apart on SQL Server
        return str(number)
    return TEXTS[number - 1]


def rows_of(url: str, tables: Sequence[Table] = TABLES) -> Mapping[str, list[dict[str, Any]]]:
    """The rows of each table, in an order that both databases agree on."""
    engine = make_engine(url)
    with engine.connect() as connection:
        found = {table.name: [dict(row) for row in connection.execute(select(table)).mappings()] for table in tables}
    engine.dispose()
    return {name: sorted(rows, key=repr) for name, rows in found.items()}


def owned_by_nobody(
    rows: Mapping[str, list[dict[str, Any]]], owners: Mapping[str, set[str]]
) -> Mapping[str, list[dict[str, Any]]]:
    """`rows` without what a process owned, `owners` being its columns by table."""
    freed = {name: [each | dict.fromkeys(owners.get(name, ())) for each in found] for name, found in rows.items()}
    return {name: sorted(found, key=repr) for name, found in (freed | {"monitor_hosts": []}).items()}
