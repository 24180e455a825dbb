"""The moment of a statement, by the clock that all hosts on a database share.

SQL Server tells its own within the statement, so that nobody has to ask for it before. The embedded database has that of its
computer, which all processes on it share.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, literal, literal_column

from trackit_console.clock import Clock, SystemClock
from trackit_console.store.column_types import Moment

Instant = datetime | ColumnElement[datetime]


def clock_instead(dialect: str, clock: Clock) -> Clock | None:
    """The clock that counts in place of the database's own; None for SQL Server, unless `clock` was given: tests set the time."""
    return None if dialect == "mssql" and isinstance(clock, SystemClock) else clock


def present(now: datetime | None) -> ColumnElement[datetime]:
    """`now`, or for None the moment of the statement by the clock of SQL Server."""
    return func.sysutcdatetime(type_=Moment()) if now is None else literal(now, Moment())


def ago(seconds: int, now: datetime | None) -> ColumnElement[datetime]:
    """`seconds` before that."""
    if now is not None:
        return literal(now - timedelta(seconds=seconds), Moment())
    return func.dateadd(literal_column("second"), literal_column(str(-seconds)), func.sysutcdatetime(), type_=Moment())
