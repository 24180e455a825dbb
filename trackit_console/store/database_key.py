"""Gives an open database its key: found on this computer, made by the first program, or enrolled by a person (SEC-02).

A database says who it is (an id) and holds a known text under its key, which tells a wrong key before a secret is opened
with it. Both are rows of `NAMSYSProperties`, written once, by the first program that opens the database.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import Connection, Engine, insert, select

from trackit_console.paths import DataDir
from trackit_console.store.driver_errors import mapped
from trackit_console.store.engine import WRITE, shown_name
from trackit_console.store.errors import DatabaseDamaged, UniqueTaken, WrongKey
from trackit_console.store.key_storage import KeyNotKept, KeyStorage
from trackit_console.store.secrets import SecretBox
from trackit_console.store.tables import PropertyRow

DATABASE_ID = "trackitConsoleDatabaseId"
KEY_CHECK = "trackitConsoleKeyCheck"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a database is. `key_check` is None as long as it holds no secret and no program has given it a key."""

    id: str
    key_check: str | None


def unlock(engine: Engine, data_dir: DataDir) -> SecretBox:
    """The box for the secrets of the database behind `engine`; one without a key gets it.

    Raises `WrongKey`, `KeyUnreadable`, `KeyNotKept`, `StoreError`.
    """
    with _transaction(engine, write=False) as connection:
        known = _read(connection, engine)
    if known and known.key_check:
        return _found(KeyStorage(data_dir, known.id), known.key_check)
    try:
        return _unlock_first(engine, data_dir)
    except UniqueTaken:  # two programs were first, and the other one won
        return _unlock_first(engine, data_dir)


def adopt(engine: Engine, data_dir: DataDir, key: bytes) -> None:
    """Keeps `key` on this computer as that of the database, once it has proved to be; raises `WrongKey`, `KeyNotKept`."""
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


def _unlock_first(engine: Engine, data_dir: DataDir) -> SecretBox:
    with _transaction(engine, write=True) as connection:
        identity = _identify(connection, engine)
        storage = KeyStorage(data_dir, identity.id)
        if identity.key_check is not None:
            return _found(storage, identity.key_check)
        key = storage.new_key()
        storage.keep(key)  # before the commit: a database must not be sealed with a key that is nowhere
        box = SecretBox(key)
        _give(connection, box)
        return box


def _found(storage: KeyStorage, key_check: str) -> SecretBox:
    for key, own in storage.candidates():
        if (box := SecretBox(key)).opens(key_check, KEY_CHECK):
            if not own:
                _keep_as_own(storage, key)
            return box
    raise WrongKey(storage.keyring_trouble and f"The keyring cannot be used: {storage.keyring_trouble}")


def _keep_as_own(storage: KeyStorage, key: bytes) -> None:
    """Keeps a key of an older version under the database's id. Where that is not possible it still serves as it is."""
    with suppress(KeyNotKept):
        storage.keep(key)


def _identify(connection: Connection, engine: Engine) -> Identity:
    """Who the database is; one that has no id gets it. Of two who do this at once, one gets `UniqueTaken`."""
    if known := _read(connection, engine):
        return known
    connection.execute(insert(PropertyRow).values({PropertyRow.name: DATABASE_ID, PropertyRow.value: str(uuid4())}))
    known = _read(connection, engine)
    assert known is not None
    return known


def _read(connection: Connection, engine: Engine) -> Identity | None:
    asked = select(PropertyRow.name, PropertyRow.value).where(PropertyRow.name.in_((DATABASE_ID, KEY_CHECK)))
    values: dict[str, str] = {each[0]: each[1] for each in connection.execute(asked)}
    if DATABASE_ID not in values:
        return None
    try:
        return Identity(str(UUID(values[DATABASE_ID])), values.get(KEY_CHECK))  # it becomes the name of a file
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
