"""SQLAlchemy's dialect of SQL Server, but that one statement prepares a connection and tells what the dialect has to know.

SQLAlchemy asks for each of these things by itself, which at a distance of 40 ms is a third of a second whenever a program starts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from sqlalchemy import Connection
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.mssql.pyodbc import MSDialect_pyodbc
from sqlalchemy.sql import quoted_name

LOCK_SECONDS = 5
"""How long to wait for a lock of another program. SQLAlchemy treats a query time-out (HYT00) as a disconnect, a lock time-out not."""
NOTHING_TO_ROLL_BACK = 3903
"""The number of the error for a ROLLBACK without a transaction. Microsoft's driver asks before it sends one, others do not."""
PREPARE = f"SET LOCK_TIMEOUT {LOCK_SECONDS * 1000}; SELECT CAST(SERVERPROPERTY('ProductVersion') AS VARCHAR(128)), schema_name()"


class SqlServerDialect(MSDialect_pyodbc):
    """What differs from its base is how it learns about the server; every version that is supported has the rest."""

    # SQLAlchemy looks for it in this very class, not in its bases: without it no statement would be cached.
    supports_statement_cache = True
    _product_version = ""
    _schema: str | None = None

    def on_connect(self) -> Callable[[Any], None]:
        """What is done with a new connection before its first use."""
        before: Callable[[Any], None] = super().on_connect()  # type: ignore[no-untyped-call]  # SQLAlchemy's

        def prepare(connection: Any) -> None:
            before(connection)
            cursor = connection.cursor()
            cursor.execute(PREPARE)
            self._product_version, self._schema = cursor.fetchone()
            cursor.close()

        return prepare

    def do_rollback(self, dbapi_connection: Any) -> None:
        """Rolls back, unless the server has done so by itself; then that error would hide the one that made it do so."""
        try:
            super().do_rollback(dbapi_connection)  # type: ignore[no-untyped-call]  # SQLAlchemy's
        except self.loaded_dbapi.Error as error:
            if f"({NOTHING_TO_ROLL_BACK})" not in str(error):
                raise

    def _get_server_version_info(self, connection: Connection) -> tuple[int, ...]:
        return tuple(int(part) for part in self._product_version.split(".") if part.isdecimal())

    def _get_default_schema_name(self, connection: Connection) -> str:
        return quoted_name(self._schema or self.schema_name, quote=True)

    def get_default_isolation_level(self, dbapi_conn: Any) -> Literal["READ COMMITTED"]:
        """The server's own default: nobody here sets another one for a connection and has to go back to it."""
        return "READ COMMITTED"

    def _setup_supports_nvarchar_max(self, connection: Connection) -> None:
        self._supports_nvarchar_max = True

    def _setup_supports_comments(self, connection: Connection) -> None:
        self.supports_comments = False


def use_for_sql_server() -> None:
    """Lets `create_engine` take this dialect for every URL of SQL Server."""
    for name in ("mssql", "mssql.pyodbc"):
        registry.register(name, __name__, SqlServerDialect.__name__)
