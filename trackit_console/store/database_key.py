"""Finds the key of a database on this computer, creates it for a new database, or enrolls it (SEC-02).

A database has an id, under which its key is stored, and a known text encrypted with the key, so that a wrong key is
noticed before any secret is decrypted. Both are rows of `NAMSYSProperties`, written when the database is first opened.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import Connection, Engine, column, insert, select, table
from sqlalchemy.exc import ProgrammingError

from trackit_console.paths import DataDir
from trackit_console.store import schema
from trackit_console.store.database_url import shown_name
from trackit_console.store.driver_errors import mapped
from trackit_console.store.engine import WRITE
from trackit_console.store.errors import UniqueTaken
from trackit_console.store.key_errors import KeyOutOfReach, WrongKey
from trackit_console.store.key_hand_overs import KEY_CHECK, KEY_HAND_OVERS, present_key, read_hand_overs
from trackit_console.store.key_storage import KeyStorage
from trackit_console.store.key_storage_errors import KeyNotKept, KeyUnreadable
from trackit_console.store.opening_errors import DatabaseDamaged
from trackit_console.store.secrets import SecretBox
from trackit_console.store.statements import written_out
from trackit_console.store.tables import PropertyRow

DATABASE_ID = "trackitConsoleDatabaseId"
_PROPERTIES = (DATABASE_ID, KEY_CHECK, KEY_HAND_OVERS)


@dataclass(frozen=True, slots=True)
class Identity:
    """The id of a database, and the known text under its key; `key_check` is None until the database has a key.

    `hand_overs` are its later keys, each sealed under the one before (`store.key_hand_overs`).
    """

    id: str
    key_check: str | None
    hand_overs: tuple[str, ...] = ()


def identity_if_current(engine: Engine) -> Identity | None:
    """The identity of a database on a server that fits this version, by one round trip, as nearly every start finds it.

    None for whatever else it is: whoever looks in steps then can tell what is wrong. Raises `StoreError`.
    """
    if engine.dialect.name == "sqlite":
        return None
    version = table("alembic_version", column("version_num"))
    asked = (
        select(version.c.version_num, PropertyRow.name, PropertyRow.value)
        .select_from(version)
        .outerjoin(PropertyRow, PropertyRow.name.in_(_PROPERTIES))
    )
    with mapped(shown_name(engine.url)), engine.connect() as connection:
        try:
            rows = connection.execute(written_out(connection, asked)).all()
        except ProgrammingError:  # a table is missing
            return None
    if not rows or rows[0].version_num != schema.HEAD:
        return None
    return _identity({each[1]: each[2] for each in rows}, engine)


def unlock(engine: Engine, data_dir: DataDir, known: Identity | None = None) -> tuple[SecretBox, bool]:
    """The `SecretBox` of the database behind `engine`, and whether its key is new: a database without a key gets one.

    `known` is its identity if it was read already. Raises `WrongKey`, `KeyUnreadable`, `KeyNotKept`, `StoreError`.
    """
    # Without the right to write: nearly every database has its key, and nobody who writes has to be waited for.
    if known is None:
        with _transaction(engine, write=False) as connection:
            known = _read(connection, engine)
    if known and known.key_check:
        return _found(KeyStorage(data_dir, known.id), known), False
    try:
        return _unlock_first(engine, data_dir)
    except UniqueTaken:  # another program opened the new database at the same time
        return _unlock_first(engine, data_dir)


def identity_of(connection: Connection) -> Identity | None:
    """The identity of the database behind `connection`; None until it was opened for the first time. Raises `DatabaseDamaged`."""
    return _read(connection, connection.engine)


def is_key_here(identity: Identity | None, data_dir: DataDir) -> bool:
    """Whether this computer has the key of the database with this identity. Nothing is stored, unlike by `unlock`."""
    if identity is None or identity.key_check is None:
        return False
    try:
        return any(
            present_key(key, identity.key_check, identity.hand_overs) is not None
            for key, _ in KeyStorage(data_dir, identity.id).candidates()
        )
    except KeyUnreadable:
        return False


def adopt(engine: Engine, data_dir: DataDir, key: bytes) -> None:
    """Stores `key` on this computer once it has decrypted the known text of the database; raises `WrongKey`, `KeyNotKept`."""
    box = SecretBox(key)
    with _transaction(engine, write=True) as connection:
        identity = _identify(connection, engine)
        storage = KeyStorage(data_dir, identity.id)
        if identity.key_check is None:
            storage.keep(key)
            _give(connection, box)
            return
        if not box.opens(identity.key_check, KEY_CHECK):
            raise WrongKey
    storage.keep(key)  # after the transaction: a keyring may ask the user to unlock it, and others wait for the database


def _unlock_first(engine: Engine, data_dir: DataDir) -> tuple[SecretBox, bool]:
    with _transaction(engine, write=True) as connection:
        identity = _identify(connection, engine)
        storage = KeyStorage(data_dir, identity.id)
        if identity.key_check is not None:
            return _found(storage, identity), False
        key = storage.new_key()
        storage.keep(key)  # before the commit: secrets must never be encrypted with a key that was not stored
        box = SecretBox(key, storage)
        _give(connection, box)
        return box, True


def _found(storage: KeyStorage, known: Identity) -> SecretBox:
    assert known.key_check is not None
    for key, own in storage.candidates():
        present = present_key(key, known.key_check, known.hand_overs)
        if present is not None:
            if not own or present != key:
                _keep_as_own(storage, present)
            return SecretBox(present, storage)
    if storage.keyring_trouble:
        raise KeyOutOfReach(f"The keyring cannot be used: {storage.keyring_trouble}")
    raise WrongKey


def _keep_as_own(storage: KeyStorage, key: bytes) -> None:
    """Stores a key of an older version under the id of the database. If that fails, the old one is still used."""
    with suppress(KeyNotKept):
        storage.keep(key)


def _identify(connection: Connection, engine: Engine) -> Identity:
    """Reads the id of the database, or assigns one; raises `UniqueTaken` if another program does so at the same time."""
    if known := _read(connection, engine):
        return known
    connection.execute(insert(PropertyRow).values({PropertyRow.name: DATABASE_ID, PropertyRow.value: str(uuid4())}))
    known = _read(connection, engine)
    assert known is not None
    return known


def _read(connection: Connection, engine: Engine) -> Identity | None:
    asked = select(PropertyRow.name, PropertyRow.value).where(PropertyRow.name.in_(_PROPERTIES))
    return _identity({each[0]: each[1] for each in connection.execute(asked)}, engine)


def _identity(values: Mapping[str, str], engine: Engine) -> Identity | None:
    if DATABASE_ID not in values:
        return None
    try:
        # The id is used as a file name.
        return Identity(str(UUID(values[DATABASE_ID])), values.get(KEY_CHECK), read_hand_overs(values.get(KEY_HAND_OVERS)))
    except ValueError as error:
        raise DatabaseDamaged(f"{DATABASE_ID} is no UUID", database=shown_name(engine.url)) from error


def _give(connection: Connection, box: SecretBox) -> None:
    connection.execute(
        insert(PropertyRow).values({PropertyRow.name: KEY_CHECK, PropertyRow.value: box.seal(KEY_CHECK, KEY_CHECK)})
    )


@contextmanager
def _transaction(engine: Engine, *, write: bool) -> Iterator[Connection]:
    with (
        mapped(shown_name(engine.url)),
        engine.connect().execution_options(**{WRITE: write}) as connection,
        connection.begin(),
    ):
        yield connection
