"""Opens connections: SQLite with write-ahead log and durable commits, SQL Server by pyodbc with checked TLS (DB-01).

Connecting, waiting for a lock and running a statement have time limits: those of the driver, and one of our own around every call
of it (`limited_connection`), because drivers do not keep theirs. `database_url` has the defaults of a URL.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DisconnectionError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from trackit_console.log_masking import mask_in_logs
from trackit_console.store.connection_errors import DatabaseDriverMissing
from trackit_console.store.database_url import LOGIN_SECONDS, parsed_url, secrets_in
from trackit_console.store.limited_connection import LimitedConnection, Server, connect
from trackit_console.store.lost_connections import drop_lost_connections
from trackit_console.store.null_parameters import write_null_as_text
from trackit_console.store.sql_server_dialect import LOCK_SECONDS, use_for_sql_server
from trackit_console.store.sql_server_options import uses_free_tds, with_defaults

BUSY_SECONDS = LOCK_SECONDS
"""How long to wait for a lock of another program."""
QUERY_SECONDS = 60
"""Well above `BUSY_SECONDS`: a lock time-out fails the statement only, a query time-out costs the connection."""
MARGIN_SECONDS = 3
"""How much longer than the driver's time limits we wait for the driver itself: its own errors say more."""
ANSWER_SECONDS = 5
"""How long a connection that was idle may take to say that it still works."""
PING_SECONDS = 10
"""A pooled connection that was used less long ago is used again unasked: to ask costs as much as a statement."""
WRITE = "trackit_write"
"""Execution option of a connection whose transaction will write."""
DURABLE = "trackit_durable"
"""Execution option of a connection that writes: False where a power cut may undo the last commits without harm."""


def make_engine(url: str | URL, *, query_seconds: int = QUERY_SECONDS, autocommit: bool = False) -> Engine:
    """An engine for `url`, not yet connected. `query_seconds` limits a statement on SQL Server; 0 means no limit.

    With `autocommit`, each statement on SQL Server is a transaction of its own.

    Raises `DatabaseUrlRefused`, `DatabaseDriverMissing`.
    """
    parsed = parsed_url(url)
    # First: whatever is logged from here on may repeat the URL.
    for secret in secrets_in(parsed):
        mask_in_logs(secret)
    return _sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _sql_server(parsed, query_seconds, autocommit)


def _sqlite(url: URL) -> Engine:
    # Parameters hidden: errors, which are logged, would show the mail that a statement writes.
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver would begin its transactions too late to keep two writers apart, so `_begin_sqlite` does it.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def use_write_ahead_log(engine: Engine) -> None:
    """Lets readers work beside a writer. The mode is stored in the file, so call this only for a database that is ours."""
    if engine.dialect.name == "sqlite":
        statement = "PRAGMA journal_mode=WAL"
        with closing(engine.raw_connection()) as connection:  # not within a transaction
            try:
                connection.cursor().execute(statement)
            except sqlite3.OperationalError as error:  # as SQLAlchemy would raise it
                raise OperationalError(statement, None, error) from error


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the lock at once: upgrading a read transaction fails immediately instead of waiting."""
    options = connection.get_execution_options()
    if not options.get(WRITE):
        connection.exec_driver_sql("BEGIN DEFERRED")
        return
    # In WAL mode NORMAL may lose the last commits at a power cut: mail whose record is in them is deleted on the server by then.
    level = "FULL" if options.get(DURABLE, True) else "NORMAL"
    connection.exec_driver_sql(f"PRAGMA synchronous={level}")  # SQLite refuses it within a transaction
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _sql_server(url: URL, query_seconds: int, autocommit: bool) -> Engine:
    try:
        import pyodbc  # loads the ODBC driver manager, so only if it is needed
    except ImportError as error:  # Linux without unixODBC
        raise DatabaseDriverMissing(str(error)) from error
    # SQLAlchemy pools already; a pool of the ODBC driver manager would keep connections open after `dispose`.
    pyodbc.pooling = False
    use_for_sql_server()
    filled = with_defaults(url)
    login_seconds = int(str(filled.query.get("timeout", LOGIN_SECONDS)))
    engine = create_engine(
        # An argument of `pyodbc.connect`, below: from the URL, SQLAlchemy would write it into the ODBC connection string.
        filled.difference_update_query(["timeout"]),
        # Every use ends its transaction itself; to roll back once more would be a round trip for nothing.
        pool_reset_on_return=None,
        hide_parameters=True,
        connect_args={"timeout": login_seconds},
        # FreeTDS takes no text of some thousand characters where the driver was told its size.
        use_setinputsizes=not uses_free_tds(filled),
        **({"isolation_level": "AUTOCOMMIT"} if autocommit else {}),
    )
    server = Server(pyodbc)
    event.listen(engine, "do_connect", partial(_dial, server, _limit(login_seconds), _limit(query_seconds)))
    event.listen(engine, "connect", partial(_limit_statements, query_seconds=query_seconds))
    ping_after_idling(engine, PING_SECONDS, _ping_limited if query_seconds else None)
    drop_lost_connections(engine)
    write_null_as_text(engine)
    return engine


def _limit(seconds: int) -> float | None:
    return seconds + MARGIN_SECONDS if seconds else None


def _dial(
    server: Server,
    login_seconds: float | None,
    call_seconds: float | None,
    dialect: Dialect,
    _record: object,
    arguments: Any,
    options: Any,
) -> Any:
    """Connects in place of SQLAlchemy, which has no time limit but the driver's own."""
    return connect(server, lambda: dialect.connect(*arguments, **options), login_seconds, call_seconds)


def _ping_limited(connection: LimitedConnection) -> None:
    connection.ping(ANSWER_SECONDS)


def ping_after_idling(engine: Engine, seconds: float = PING_SECONDS, ping: Callable[[Any], object] | None = None) -> None:
    """Lets the pool ask a connection that was idle for so long whether it still works, and replace it if not.

    A server that was restarted meanwhile, or a firewall that forgot the connection, is noticed before anything is asked of it.
    `ping` asks; by default the dialect does.
    """
    ask = ping or engine.dialect.do_ping

    def left(_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info["left_at"] = time.monotonic()

    def taken(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
        if time.monotonic() - record.info.get("left_at", time.monotonic()) < seconds:
            return
        try:
            ask(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            # The pool then throws this connection away and makes another one.
            raise DisconnectionError from error

    event.listen(engine, "checkin", left)
    event.listen(engine, "checkout", taken)


def _limit_statements(connection: Any, _record: object, *, query_seconds: int) -> None:
    connection.timeout = query_seconds
