"""The schema version of a database, and its upgrade by Alembic, which is never done silently (DB-03)."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, select, table
from sqlalchemy.sql import column

from trackit_console.store.database_url import parsed_url, shown_name
from trackit_console.store.engine import WRITE
from trackit_console.store.roles import give_rights, roles_sql
from trackit_console.store.schema_errors import NoScriptForFile, NoScriptFromSchema, OtherDefaultSchema
from trackit_console.store.upgrade_script import guarded

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008")
"""All revisions, oldest first; a test compares them with the scripts."""
HEAD = REVISIONS[-1]
_VERSION_TABLE = "COALESCE(OBJECT_ID(N'alembic_version'), OBJECT_ID(N'dbo.alembic_version'))"
"""Where SQL Server finds a name without a schema: in the default schema of the account, then in dbo."""
SCRIPTED_FROM = "0002"
"""The oldest revision that SQL alone leads on from: its own migration reads rows in Python, those after it do not."""
_ALEMBIC = threading.Lock()
"""Alembic keeps what it works with in module globals: two threads would take each other's."""


class SchemaState(StrEnum):
    """How a database compares with this version. `FOREIGN`: it has tables, but not ours."""

    EMPTY = "empty"
    CURRENT = "current"
    OLDER = "older"
    NEWER = "newer"
    FOREIGN = "foreign"


def state_of(connection: Connection) -> SchemaState:
    """Compares the database behind `connection` with this version of the program."""
    revision = revision_of(connection)
    if revision is not None:
        return state_of_revision(revision)
    # A SQL Server database is made by its administrator and may hold tables of others; a file with tables but without our version is not ours.
    foreign = connection.dialect.name == "sqlite" and inspect(connection).get_table_names()
    return SchemaState.FOREIGN if foreign else SchemaState.EMPTY


def revision_of(connection: Connection) -> str | None:
    """The Alembic revision of the database, None if it has none."""
    if not _has_version_table(connection):
        return None
    return connection.execute(select(column("version_num")).select_from(table("alembic_version"))).scalar()


def _has_version_table(connection: Connection) -> bool:
    if connection.dialect.name != "mssql":
        return inspect(connection).has_table("alembic_version")
    # SQLAlchemy looks in the default schema of the account alone: it would take a database with our tables in dbo for empty.
    return connection.exec_driver_sql(f"SELECT {_VERSION_TABLE}").scalar() is not None


def state_of_revision(revision: str) -> SchemaState:
    """How a database at `revision` compares with this version of the program."""
    if revision == HEAD:
        return SchemaState.CURRENT
    return SchemaState.OLDER if revision in REVISIONS else SchemaState.NEWER


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Creates the schema, or upgrades it to `HEAD`, in one transaction."""
    # One transaction: SQLite and SQL Server both roll back DDL, so an upgrade that fails leaves the old schema.
    with (
        engine.connect().execution_options(**{WRITE: True}) as connection,
        without_foreign_keys(connection),
        connection.begin(),
    ):
        upgrade_within(connection, revision)


def upgrade_within(connection: Connection, revision: str = "head") -> None:
    """The same within a transaction of the caller, which has begun `without_foreign_keys`. Raises `OtherDefaultSchema`."""
    if connection.dialect.name != "mssql":
        _migrate(connection, revision)
    elif revision_of(connection) != HEAD:  # else an account that may change nothing would be refused for nothing
        _require_default_schema(connection)
        _migrate(connection, revision)
        give_rights(connection)


def _require_default_schema(connection: Connection) -> None:
    """Migrations name no schema: they make a table in the default one of the account, where others would not find it."""
    asked = f"SELECT SCHEMA_NAME(), ISNULL(OBJECT_SCHEMA_NAME({_VERSION_TABLE}), N'dbo')"
    default, wanted = connection.exec_driver_sql(asked).one()
    if default != wanted:
        raise OtherDefaultSchema(schema=wanted, database=shown_name(connection.engine.url))


def _migrate(connection: Connection, revision: str) -> None:
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    with _ALEMBIC:
        command.upgrade(config, revision)


@contextmanager
def without_foreign_keys(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew and dropping the old one, which must not take the rows that refer to it along.

    The switch has no effect within a transaction (SQLite, "PRAGMA foreign_keys"), so it is set before one begins.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    # Past SQLAlchemy, which would begin a transaction first.
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def upgrade_sql(url: str, start: str | None = None) -> str:
    """The SQL that `upgrade` would run on a database at revision `start`, for an administrator to run by hand (`db sql`).

    None is an empty database. At `HEAD`, only the roles are left to be made. Raises `NoScriptForFile`, `NoScriptFromSchema`.
    """
    from alembic import command

    server = parsed_url(url)
    if server.get_backend_name() == "sqlite":
        raise NoScriptForFile(database=shown_name(server))
    if start in REVISIONS[: REVISIONS.index(SCRIPTED_FROM)]:
        raise NoScriptFromSchema(database=shown_name(server), revision=start)
    text = io.StringIO()
    config = _config(text)
    config.attributes["url"] = server
    with _ALEMBIC:
        command.upgrade(config, f"{start}:head" if start else "head", sql=True)
    return guarded(text.getvalue(), start, HEAD, roles_sql())


def _config(output: io.StringIO | None = None) -> Config:
    from alembic.config import Config

    config = Config(output_buffer=output) if output else Config()
    # Alembic reads its options with ConfigParser, which takes % for the start of a variable.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
