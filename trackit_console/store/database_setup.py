"""Prepares a database for this version of the program: its schema, and its key on this computer (DB-03, SEC-02)."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from trackit_console.paths import DataDir, make_private_folder
from trackit_console.store import schema
from trackit_console.store.database_key import adopt
from trackit_console.store.database_url import shown_name
from trackit_console.store.driver_errors import mapped
from trackit_console.store.engine import make_engine
from trackit_console.store.errors import DatabaseUnavailable, StoreError
from trackit_console.store.opening_errors import DatabaseDamaged, DatabaseMissing
from trackit_console.store.schema import SchemaState
from trackit_console.store.schema_errors import SchemaMissing, SchemaNewer, SchemaOlder
from trackit_console.store.secrets import read_recovery_key
from trackit_console.store.upgrade_script import UpgradeScript


def schema_state(url: str) -> tuple[SchemaState, str | None]:
    """Whether the database at `url` fits this version of the program, and its revision (`db status`)."""
    engine = make_engine(url)
    try:
        with mapped(shown_name(engine.url)):
            _require_file(engine)
            with engine.connect() as connection:
                return schema.state_of(connection), schema.revision_of(connection)
    finally:
        engine.dispose()


def upgrade_database(url: str) -> None:
    """Upgrades the database at `url` to the schema of this version (`db upgrade`); raises `SchemaNewer`, `DatabaseDamaged`."""
    engine = make_engine(url, query_seconds=0)  # changing a large table may take long
    try:
        with mapped(shown_name(engine.url)):
            _refuse_foreign(_state(engine), engine)
            schema.upgrade(engine)
    finally:
        engine.dispose()


def upgrade_script(url: str) -> UpgradeScript:
    """The SQL that upgrades the database at `url` by hand (`db sql`); where it is empty or cannot be read, it makes the tables.

    Raises `SchemaNewer`, `NoScriptForFile`, `NoScriptFromSchema`.
    """
    revision = _revision_if_readable(url)
    return UpgradeScript(schema.upgrade_sql(url, revision), upgrades=revision != schema.HEAD)


def _revision_if_readable(url: str) -> str | None:
    try:
        state, revision = schema_state(url)
    except StoreError:
        # Whoever prepares a server may want the SQL before the program can sign in. On a database that has tables it changes nothing.
        return None
    if state is SchemaState.NEWER:
        raise SchemaNewer
    return revision


def enroll(url: str, data_dir: DataDir, recovery_key: str) -> None:
    """Stores the key of the database at `url` on this computer (SEC-02); keys of other databases are not touched.

    Raises `RecoveryKeyRefused`, `WrongKey`, `KeyNotKept`, and leaves everything as it was.
    """
    key = read_recovery_key(recovery_key)
    engine = make_engine(url)
    try:
        with mapped(shown_name(engine.url)):
            require_schema(engine)
        # After the schema was checked: a key is kept only for a database that is ours.
        adopt(engine, data_dir, key)
    finally:
        engine.dispose()


def require_current(engine: Engine) -> None:
    """Creates nothing; raises `DatabaseMissing`, `SchemaMissing`, `SchemaOlder`, `SchemaNewer`, `DatabaseDamaged` where it does not fit."""
    _require_file(engine)
    with engine.connect() as connection:
        state = schema.state_of(connection)
    _refuse_foreign(state, engine)
    if state is SchemaState.OLDER:
        raise SchemaOlder
    if state is SchemaState.EMPTY:
        raise SchemaMissing(database=shown_name(engine.url))


def require_schema(engine: Engine) -> None:
    """Gives a new embedded database its schema; raises `SchemaOlder`, `SchemaNewer`, `DatabaseDamaged` where it does not fit.

    Raises `SchemaMissing` for an empty database on a server: it may be the wrong one.
    """
    state = _state(engine)
    _refuse_foreign(state, engine)
    if state is SchemaState.OLDER:
        raise SchemaOlder
    if state is SchemaState.EMPTY:
        if engine.dialect.name != "sqlite":
            raise SchemaMissing(database=shown_name(engine.url))
        schema.upgrade(engine)


def _state(engine: Engine) -> SchemaState:
    make_folder_of(engine)
    with engine.connect() as connection:
        return schema.state_of(connection)


def make_folder_of(engine: Engine) -> None:
    """Makes the folder of an embedded database's file; raises `DatabaseUnavailable`."""
    file = make_url(engine.url).database
    if engine.dialect.name != "sqlite" or not file:
        return
    try:
        make_private_folder(Path(file).parent)
    except OSError as error:
        raise DatabaseUnavailable(str(error)) from error


def _require_file(engine: Engine) -> None:
    # SQLite would make an empty file by merely connecting.
    file = engine.url.database
    if engine.dialect.name == "sqlite" and file and not Path(file).exists():
        raise DatabaseMissing(file=file)


def _refuse_foreign(state: SchemaState, engine: Engine) -> None:
    if state is SchemaState.NEWER:
        raise SchemaNewer
    if state is SchemaState.FOREIGN:
        raise DatabaseDamaged("tables of another program", database=shown_name(engine.url))
