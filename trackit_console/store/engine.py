"""Opens connections: SQLite with write-ahead log and durable commits, SQL Server by pyodbc with checked TLS (DB-01).

A SQL Server URL gets the same defaults (driver, encryption, certificate check) whether it comes from the settings or from
`--database`. Connecting, waiting for a lock and running a statement have time limits.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from trackit_console.logs import mask_in_logs
from trackit_console.paths import DatabaseUrl, DatabaseUrlRefused
from trackit_console.settings.database import SqlServerTarget
from trackit_console.store.access_errors import DatabaseDriverMissing

BUSY_SECONDS = 5
"""How long to wait for a lock of another program."""
LOGIN_SECONDS = 15
QUERY_SECONDS = 60
"""Well above `BUSY_SECONDS`: a lock time-out fails the statement only, a query time-out costs the connection."""
DRIVERS = frozenset({"sqlite", "sqlite+pysqlite", "mssql", "mssql+pyodbc"})
_BRACED = re.compile(r"\{(?:[^}]|\}\})*\}")
"""A value of an ODBC connection string that may hold semicolons."""
_PASSWORD = re.compile(r"(?:^|;)\s*(?:pwd|password)\s*=\s*(\{(?:[^}]|\}\})*\}|[^;]+)", re.IGNORECASE)
WRITE = "trackit_write"
"""Execution option of a connection whose transaction will write."""


def sql_server_url(target: SqlServerTarget) -> URL:
    """The SQLAlchemy URL of a SQL Server target. SQLAlchemy quotes passwords with `;` or `}`."""
    sql = target.authentication == "sql"
    url = URL.create(
        "mssql+pyodbc",
        username=target.user_account_name if sql else None,
        password=target.password.get_secret_value() if sql and target.password else None,
        host=target.server,
        port=target.port,
        database=target.database,
        query={"driver": target.driver, "TrustServerCertificate": "no" if target.validate_server_certificate else "yes"},
    )
    return _filled(url)


def _filled(url: URL) -> URL:
    """`url` with defaults for the driver, encryption and certificate check. Options that it names are not changed."""
    options = {"Encrypt": "yes", "TrustServerCertificate": "no", "LongAsMax": "Yes"}
    given = {name.lower(): value for name, value in url.query.items()}
    if isinstance(text := given.get("odbc_connect"), str):
        named = {part.partition("=")[0].strip().lower() for part in _BRACED.sub("", text).split(";")}
        missing = [f"{name}={value}" for name, value in options.items() if name.lower() not in named]
        # Appended, because ODBC uses the first value of an option that is given twice.
        return url.set(query={**_known_names(url), "odbc_connect": ";".join([text.rstrip("; "), *missing])})
    options["driver"] = str(SqlServerTarget.model_fields["driver"].default)
    missing_options = {name: value for name, value in options.items() if name.lower() not in given}
    return url.set(query={**_known_names(url), **missing_options})


def _known_names(url: URL) -> dict[str, Any]:
    """The options of `url`. Those that SQLAlchemy handles must be lower case; ODBC ignores case."""
    own = ("driver", "odbc_connect", "timeout")
    return {name.lower() if name.lower() in own else name: value for name, value in url.query.items()}


def shown_name(url: URL) -> str:
    """The name of the database for people; never with credentials."""
    if url.get_backend_name() == "sqlite":
        return url.database or "memory"
    return " · ".join(part for part in (url.host, url.database) if part)


def make_engine(url: str | URL, *, query_seconds: int = QUERY_SECONDS) -> Engine:
    """An engine for `url`, not yet connected. `query_seconds` limits a statement on SQL Server; 0 means no limit.

    Raises `DatabaseUrlRefused`, `DatabaseDriverMissing`.
    """
    parsed = parsed_url(url)
    for secret in _secrets_in(parsed):
        mask_in_logs(secret)
    return _sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _sql_server(parsed, query_seconds)


def _secrets_in(url: URL) -> Iterator[str]:
    """The passwords in `url`, in its options too."""
    if url.password:
        yield str(url.password)
    for name, value in url.query.items():
        if name.lower() in ("pwd", "password"):
            yield str(value)
        if name.lower() == "odbc_connect":
            yield from (found[1].removeprefix("{").removesuffix("}") for found in _PASSWORD.finditer(str(value)))


def parsed_url(url: str | URL) -> URL:
    """`url`, parsed; raises `DatabaseUrlRefused` if it is malformed or names a database that is not supported."""
    try:
        parsed = make_url(url)
        int(str(parsed.query.get("timeout", LOGIN_SECONDS)))
    except (ArgumentError, ValueError):  # not chained: the message could contain the password
        raise _refused(url) from None
    if parsed.drivername not in DRIVERS:
        raise _refused(url)
    return parsed


def _refused(url: str | URL) -> DatabaseUrlRefused:
    return DatabaseUrlRefused(url=str(url if isinstance(url, URL) else DatabaseUrl(url)))


def _sqlite(url: URL) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver would begin its transactions too late to keep two writers apart, so `_begin_sqlite` does it.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
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
    kind = "IMMEDIATE" if connection.get_execution_options().get(WRITE) else "DEFERRED"
    connection.exec_driver_sql(f"BEGIN {kind}")


def _sql_server(url: URL, query_seconds: int) -> Engine:
    try:
        import pyodbc  # loads the ODBC driver manager, so only if it is needed
    except ImportError as error:  # Linux without unixODBC
        raise DatabaseDriverMissing(str(error)) from error
    pyodbc.pooling = False
    filled = _filled(url)
    login_seconds = int(str(filled.query.get("timeout", LOGIN_SECONDS)))
    engine = create_engine(
        filled.difference_update_query(["timeout"]),
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"timeout": login_seconds},
    )
    event.listen(engine, "connect", partial(_prepare_sql_server, query_seconds=query_seconds))
    return engine


def _prepare_sql_server(connection: Any, _record: object, *, query_seconds: int) -> None:
    """Sets the time limits of a connection. SQLAlchemy treats a query time-out (HYT00) as a disconnect, a lock time-out not."""
    connection.timeout = query_seconds
    cursor = connection.cursor()
    cursor.execute(f"SET LOCK_TIMEOUT {int(BUSY_SECONDS * 1000)}")
    cursor.close()
