"""The moment of a statement, by the clock that all hosts on a database share.

SQL Server tells its own within the statement, so that nobody has to ask for it before. The embedded database has that of its
computer.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, literal, literal_column

from trackit_console.store.column_types import Moment

Instant = datetime | ColumnElement[datetime]


def present(connection: Connection, now: datetime) -> ColumnElement[datetime]:
    """The moment of the statement; `now` is that of this computer."""
    if connection.dialect.name == "mssql":
        return func.sysutcdatetime(type_=Moment())
    return literal(now, Moment())


def ago(connection: Connection, seconds: int, now: datetime) -> ColumnElement[datetime]:
    """`seconds` before the moment of the statement."""
    if connection.dialect.name == "mssql":
        return func.dateadd(literal_column("second"), literal_column(str(-seconds)), func.sysutcdatetime(), type_=Moment())
    return literal(now - timedelta(seconds=seconds), Moment())
