"""The database that a copy is written to: nothing in it may be lost, and a copy that fails leaves nothing behind (DB-01)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, Select, Table, delete, inspect, select

from trackit_console.clock import Clock
from trackit_console.store import schema
from trackit_console.store.backup_status import BACKUP_STATUS
from trackit_console.store.column_types import Moment
from trackit_console.store.copy_errors import SameDatabase, TargetNotEmpty
from trackit_console.store.copy_hosts import refuse_any_host
from trackit_console.store.database_key import DATABASE_ID, Identity, identity_of
from trackit_console.store.database_setup import make_folder_of
from trackit_console.store.database_url import shown_name
from trackit_console.store.driver_errors import mapped
from trackit_console.store.engine import WRITE, make_engine
from trackit_console.store.key_hand_overs import KEY_CHECK, KEY_HAND_OVERS
from trackit_console.store.key_rotation import RECOVERY_KEY_STORED
from trackit_console.store.recovery_key_record import KEY_STORED_ACTION
from trackit_console.store.row_hashes import TableHash
from trackit_console.store.schema import SchemaState
from trackit_console.store.table_rows import PROCESSES, TABLES, hash_of
from trackit_console.store.tables import AuditRow, PropertyRow

_MOVED_BY_RUNNING = {PROCESSES, "monitor_control", "settings_revision"}
"""Tables that change when a console or a monitor merely opens the database."""
_COMPARED = [table for table in TABLES if table.name not in _MOVED_BY_RUNNING]


@contextmanager
def writing_to(engine: Engine) -> Iterator[Connection]:
    """The one transaction of a copy. If it fails, an existing database is as it was, and the file of a new one is gone."""
    # Asked before connecting, by which SQLite makes the file.
    new = _new_file(engine)
    make_folder_of(engine)
    try:
        with (
            mapped(shown_name(engine.url)),
            engine.connect().execution_options(**{WRITE: True}) as connection,
            schema.without_foreign_keys(connection),
            connection.begin(),
        ):
            yield connection
    except BaseException:
        engine.dispose()  # Windows does not delete a file that is open
        if new:
            new.unlink(missing_ok=True)
        raise


def _new_file(engine: Engine) -> Path | None:
    file = engine.url.database
    return Path(file) if engine.dialect.name == "sqlite" and file and not Path(file).exists() else None


def make_ready(connection: Connection, source: Identity | None, clock: Clock) -> None:
    """Gives an empty database the schema, and takes away what a new one holds.

    Raises `TargetNotEmpty` for any other, `SameDatabase` for the one with the identity of `source`, and `MonitorStillRuns`.
    """
    database = shown_name(connection.engine.url)
    state = schema.state_of(connection)
    if state in (SchemaState.OLDER, SchemaState.NEWER):
        raise TargetNotEmpty.by_other_version(database, schema.revision_of(connection) or "")
    if state is SchemaState.CURRENT:
        if tables := with_content(connection):
            raise TargetNotEmpty.by_content(database, tables)
        # The same server may have several names.
        if source and source == identity_of(connection):
            raise SameDatabase(database=database)
        refuse_any_host(connection, clock)
    else:
        if tables := _in_the_way(connection):
            raise TargetNotEmpty.by_other_tables(database, tables)
        schema.upgrade_within(connection)
    # Backwards: each table before those that it refers to.
    for table in reversed(TABLES):
        connection.execute(delete(table))


def _in_the_way(connection: Connection) -> list[str]:
    """Tables of another program: in a file all of them, on a server those that have a name of ours."""
    there = sorted(inspect(connection).get_table_names())
    if connection.dialect.name == "sqlite":
        return there
    ours = {table.name.casefold() for table in TABLES}
    return [name for name in there if name.casefold() in ours]


def with_content(connection: Connection) -> list[str]:
    """The tables that are not as migrations leave them. Of no table more is read than a new one has, and one row."""
    fresh = _fresh_content()
    return sorted(
        table.name
        for table in _COMPARED
        if hash_of(connection, _lasting(table).limit(fresh[table.name].rows + 1)) != fresh[table.name]
    )


def _fresh_content() -> dict[str, TableHash]:
    # In memory: SQLAlchemy keeps one connection for the thread, so what is made is still there when it is read.
    engine = make_engine("sqlite://")
    try:
        schema.upgrade(engine)
        with engine.connect() as new:
            return {table.name: hash_of(new, _lasting(table)) for table in _COMPARED}
    finally:
        engine.dispose()


def _lasting(table: Table) -> Select[tuple[object, ...]]:
    """What is alike in all new databases: neither when they were made, nor the id and the key that they got when they were opened.

    That somebody has stored that key, which its set-up asks for, is nothing that a copy would overwrite either.
    """
    asked = select(*[each for each in table.columns if not isinstance(each.type, Moment)])
    if table is PropertyRow.__table__:
        asked = asked.where(table.c.NAME.not_in((DATABASE_ID, KEY_CHECK, KEY_HAND_OVERS, RECOVERY_KEY_STORED, BACKUP_STATUS)))
    if table is AuditRow.__table__:
        asked = asked.where(table.c.action != KEY_STORED_ACTION)
    return asked
