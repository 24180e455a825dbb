"""Opens connections: SQLite with write-ahead log and durable commits, SQL Server by pyodbc with checked TLS (DB-01)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url

from trackit_console.settings.database import SqlServerTarget

BUSY_SECONDS = 5
WRITE = "trackit_write"
"""Execution option of a connection whose transaction will write."""


def sql_server_url(target: SqlServerTarget) -> URL:
    """The SQLAlchemy URL of a SQL Server target; passwords with `;` or `}` are quoted by SQLAlchemy."""
    sql = target.authentication == "sql"
    return URL.create(
        "mssql+pyodbc",
        username=target.user_account_name if sql else None,
        password=target.password.get_secret_value() if sql and target.password else None,
        host=target.server,
        port=target.port,
        database=target.database,
        query={
            "driver": target.driver,
            "Encrypt": "yes",
            "TrustServerCertificate": "no" if target.validate_server_certificate else "yes",
            "LongAsMax": "Yes",
        },
    )


def shown_name(url: URL) -> str:
    """The database as people know it; never with credentials."""
    if url.get_backend_name() == "sqlite":
        return url.database or "memory"
    return " · ".join(part for part in (url.host, url.database) if part)


def make_engine(url: str | URL) -> Engine:
    """An engine for `url`; connects to nothing yet."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed)
    if parsed.get_backend_name() == "mssql":
        return _sql_server(parsed)
    return create_engine(parsed, pool_pre_ping=True, hide_parameters=True)


def _sqlite(url: URL) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transactions would begin too late to keep two writers apart: we begin them (see _begin_sqlite).
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def use_write_ahead_log(engine: Engine) -> None:
    """Lets readers and a writer work side by side. Kept in the file, so only for a database that is known to be ours."""
    if engine.dialect.name == "sqlite":
        connection = engine.raw_connection()
        connection.cursor().execute("PRAGMA journal_mode=WAL")
        connection.close()


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the lock at once: one that upgraded from reading would fail instead of waiting."""
    kind = "IMMEDIATE" if connection.get_execution_options().get(WRITE) else "DEFERRED"
    connection.exec_driver_sql(f"BEGIN {kind}")


def _sql_server(url: URL) -> Engine:
    import pyodbc  # loads the ODBC driver manager: only when it is needed

    pyodbc.pooling = False
    return create_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args={"timeout": 15})
