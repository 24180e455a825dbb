"""Gives a database another key where nobody has the one before: no computer, and nobody who stored the recovery key (SEC-02).

What was sealed with the lost key stays closed and is typed again. Everything else is as it was.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import closing

from sqlalchemy import Engine

from trackit_console.clock import Clock, SystemClock
from trackit_console.domain.audit import Audited
from trackit_console.paths import DataDir
from trackit_console.store.database import Database
from trackit_console.store.database_key import identity_of
from trackit_console.store.database_setup import require_current
from trackit_console.store.database_url import shown_name
from trackit_console.store.driver_errors import mapped
from trackit_console.store.engine import make_engine
from trackit_console.store.key_errors import KeyNotLost
from trackit_console.store.key_hand_overs import KEY_CHECK, KEY_HAND_OVERS, key_properties, present_key, read_hand_overs
from trackit_console.store.key_rotation import rotate
from trackit_console.store.key_storage import KeyStorage
from trackit_console.store.key_storage_errors import KeyUnreadable
from trackit_console.store.secrets import KEY_BYTES, SecretBox
from trackit_console.store.transaction import Transaction

KEY_REPLACED_ACTION = "key_replaced"
"""The action in the audit."""


def replace_lost_key(url: str, data_dir: DataDir, by: str, clock: Clock | None = None) -> str:
    """Gives the database at `url` a new key, keeps it on this computer, and returns its recovery key.

    Other computers need that recovery key, also one that has the old key after all. Raises `KeyNotLost`, `KeyUnreadable`,
    `KeyNotKept`, `StoreError`, and leaves everything as it was.
    """
    engine = make_engine(url)
    try:
        storage = KeyStorage(data_dir, _database_id(engine))
        here, key = _keys_here(storage), os.urandom(KEY_BYTES)
        database = Database(engine, SecretBox(key, storage), clock or SystemClock())
    except BaseException:
        engine.dispose()
        raise
    with closing(database):
        with database.begin() as transaction:
            _require_lost(transaction, here)
            storage.keep_beside(key)  # before the commit: secrets must never be sealed with a key that was not kept
            rotate(transaction.session, SecretBox(key), key, hand_over=False)
            transaction.audit.noted(KEY_REPLACED_ACTION, Audited.DATABASE, by)
        storage.keep(key)
    return SecretBox(key).recovery_key()


def _database_id(engine: Engine) -> str:
    with mapped(shown_name(engine.url)):
        require_current(engine)
        with engine.connect() as connection:
            identity = identity_of(connection)
    if identity is None:
        raise KeyNotLost  # it was never opened: its first opening gives it a key
    return identity.id


def _keys_here(storage: KeyStorage) -> list[bytes]:
    try:
        return [key for key, _ in storage.candidates()]
    except KeyUnreadable as problem:
        if isinstance(problem.__cause__, OSError):  # the file may be whole
            raise
        return []


def _require_lost(transaction: Transaction, here: Sequence[bytes]) -> None:
    # Locked: nobody changes the key between the look and the replacement.
    properties = key_properties(transaction.session, lock=True)
    key_check, hand_overs = properties.get(KEY_CHECK), read_hand_overs(properties.get(KEY_HAND_OVERS))
    if key_check is None or any(present_key(key, key_check, hand_overs) is not None for key in here):
        raise KeyNotLost
