"""Which connections to SQL Server are thrown away after an error, so that the next one looks for the server anew (DB-05).

SQLAlchemy knows that a connection is lost by its SQLSTATE. After a failover of an availability group the SQLSTATE is that of a
syntax error, and the connection still works: to a server that is not the primary any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum, auto

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext

from trackit_console.store.errors import DatabaseBusy, DatabaseOffline, DatabaseUnavailable
from trackit_console.store.odbc_errors import OdbcError, odbc_error
from trackit_console.store.sql_server_error_numbers import ENDS_SESSION
from trackit_console.store.sql_server_errors import class_of


class Lost(Enum):
    """What an error costs."""

    NOTHING = auto()
    CONNECTION = auto()
    POOL = auto()
    """Every connection of the pool: the name of the server leads elsewhere now."""


def lost_by(error: OdbcError) -> Lost:
    """What `error` costs, beyond what SQLAlchemy knows by itself."""
    if issubclass(class_of(error), DatabaseOffline):
        return Lost.POOL
    return Lost.CONNECTION if error.from_server and error.number in ENDS_SESSION else Lost.NOTHING


def drop_lost_connections(engine: Engine) -> None:
    """Lets the pool of `engine` throw away what an error of SQL Server has made useless."""
    event.listen(engine, "handle_error", _drop)


def _drop(context: ExceptionContext) -> None:
    reported = odbc_error(context.original_exception)
    lost = Lost.NOTHING if reported is None else lost_by(reported)
    if lost is not Lost.NOTHING:
        context.is_disconnect = True
        context.invalidate_pool_on_disconnect = lost is Lost.POOL


@contextmanager
def leaving_together(other: Engine | None) -> Iterator[None]:
    """Closes the idle connections of `other`, to the same database, when it is away: nobody needs to find that out once more.

    One that still leads to a replica that can be read would answer for ever with what was true before a failover.
    """
    try:
        yield
    except DatabaseUnavailable as problem:
        # Busy is not away: a deadlock or a lock costs no connection.
        if other is not None and not isinstance(problem, DatabaseBusy):
            other.dispose()
        raise
