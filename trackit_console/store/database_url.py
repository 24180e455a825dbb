"""The URL of a database: checked, made from the settings, and named without its credentials (DB-01).

A SQL Server URL gets the same defaults (`sql_server_options`) whether it comes from the settings or from `--database`. Nothing is
connected here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from trackit_console.paths import DatabaseUrl, DatabaseUrlRefused
from trackit_console.settings.database import SqlServerTarget
from trackit_console.store.sql_server_options import with_defaults

LOGIN_SECONDS = 15
"""Seconds to connect to SQL Server, unless the URL says otherwise (`timeout`)."""
DRIVERS = frozenset({"sqlite", "sqlite+pysqlite", "mssql", "mssql+pyodbc"})
_PASSWORD = re.compile(r"(?:^|;)\s*(?:pwd|password)\s*=\s*(?:\{((?:[^}]|\}\})*)\}|([^;]+))", re.IGNORECASE)


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


def sql_server_url(target: SqlServerTarget) -> URL:
    """The SQLAlchemy URL of a SQL Server target. SQLAlchemy quotes passwords with `;` or `}`."""
    sql = target.authentication == "sql"
    url = URL.create(
        "mssql+pyodbc",
        username=target.user_account_name if sql else None,
        password=target.password.get_secret_value() if sql and target.password else None,
        # A port is enough: with an instance beside it, drivers differ in which of the two they believe.
        host=target.host if target.port or not target.instance else f"{target.host}\\{target.instance}",
        port=target.port,
        database=target.database,
        query={
            "driver": target.driver,
            "Encrypt": "strict" if target.encryption == "strict" else "yes",
            "TrustServerCertificate": "no" if target.validate_server_certificate else "yes",
        },
    )
    return with_defaults(url)


def shown_name(url: URL) -> str:
    """The name of the database for people; never with credentials."""
    if url.get_backend_name() == "sqlite":
        return url.database or "memory"
    return " · ".join(part for part in (url.host, url.database) if part)


def secrets_in(url: URL) -> Iterator[str]:
    """The passwords in `url`, in its options too. Each also as ODBC writes it in braces, in which a `}` stands twice."""
    for password in _passwords_in(url):
        yield password
        yield password.replace("}", "}}")


def _passwords_in(url: URL) -> Iterator[str]:
    if url.password:
        yield str(url.password)
    # Normalized: an option that is given twice has all its values.
    for name, values in url.normalized_query.items():
        if name.strip().lower() in ("pwd", "password"):
            yield from values
        if name.lower() == "odbc_connect":
            for braced, plain in _PASSWORD.findall(";".join(values)):
                yield braced.replace("}}", "}") or plain.strip()
