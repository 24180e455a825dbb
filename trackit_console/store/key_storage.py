"""Stores the keys of databases in the system's keyring, or in files that only their owner can read (SEC-02).

Each database has its own key, stored under the id of the database. Older versions had one key for a data directory, in
`secret.key` or in the keyring under the path of the directory; it is still used for the databases that it fits.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from trackit_console.paths import DataDir, make_private_folder
from trackit_console.store.file_rights import readers_of, write_private
from trackit_console.store.key_storage_errors import KeyNotKept, KeyUnreadable
from trackit_console.store.secrets import KEY_BYTES
from trackit_console.store.system_keyring import SystemKeyring

FORMER_KEYS = 20
"""So many are kept: Windows Credential Manager takes 2,560 bytes."""


class KeyStorage:
    """Stores and finds the key of one database. Keys do not appear in its repr, its errors or the log."""

    def __init__(self, data_dir: DataDir, database_id: str) -> None:
        self._data_dir = data_dir
        self._file = data_dir.keys / f"{database_id}.key"
        self._beside = data_dir.keys / f"{database_id}.new.key"
        self._former = data_dir.keys / f"{database_id}.former.key"
        self._shared_user = str(data_dir.root.resolve())
        self._user = f"{self._shared_user} {database_id}"
        self._former_user = f"{self._user} former"
        self._keyring = SystemKeyring()

    @property
    def keyring_trouble(self) -> str:
        """The class of the error, if the keyring could not be used."""
        return self._keyring.trouble

    def candidates(self) -> Iterator[tuple[bytes, bool]]:
        """Keys that may fit the database, and whether each is stored under its id. They are looked up lazily.

        Files come first, because the keyring may ask the user to unlock it. Raises `KeyUnreadable`.
        """
        for file in (self._file, self._beside, self._data_dir.key_file):
            if file.exists():
                yield _read_file(file), file is self._file
        yield from ((key, False) for key in self._formers_in_file())
        for user in (self._user, self._shared_user):
            if key := self._read_keyring(user):
                yield key, user is self._user
        yield from ((key, False) for key in self._formers_in_keyring())

    def new_key(self) -> bytes:
        """A key for a database that has none: the one in `secret.key` if there is one, otherwise a random one."""
        return _read_file(self._data_dir.key_file) if self._data_dir.key_file.exists() else os.urandom(KEY_BYTES)

    def keep(self, key: bytes) -> None:
        """Stores `key` for the database. A data directory that already has key files gets a file. Raises `KeyNotKept`.

        The key before is kept as a former one: backups, and copies of the database, may still have it.
        """
        self._keep_former(key)
        in_files = self._file.exists() or self._data_dir.key_file.exists()
        if not _holds(self._file, key) and (in_files or not self._keyring.keep(self._user, base64.b64encode(key).decode())):
            try:
                self.keep_in_file(key)
            except KeyNotKept:
                if _holds(self._beside, key):
                    # A service that may only read: the program that changes the key writes the file in a moment.
                    return
                raise
        with suppress(OSError):  # a key that is not needed any more, and harms nothing
            self._beside.unlink(missing_ok=True)

    def keep_in_file(self, key: bytes) -> Path:
        """Writes `key` into the file of the database, whether there is a keyring or not. Raises `KeyNotKept`."""
        self._write(key, self._file)
        return self._file

    def keep_beside(self, key: bytes) -> None:
        """Stores `key` beside the one that the database has: it is found from the moment on at which the database has it.

        Always in a file, until `keep`: only then may the key before be replaced. Raises `KeyNotKept`.
        """
        self._write(key, self._beside)

    def _keep_former(self, new: bytes) -> None:
        """Keeps the key that `new` replaces, where that one lies. If that fails, the change of the key still goes on."""
        if not self._file.exists():
            old = self._read_keyring(self._user)
            if old and old != new:
                self._keyring.keep(self._former_user, _joined(old, self._formers_in_keyring()))
            return
        with suppress(KeyUnreadable, KeyNotKept):
            if (old := _read_file(self._file)) != new:
                self._write_text(_joined(old, self._formers_in_file()), self._former)

    def _formers_in_file(self) -> list[bytes]:
        with suppress(OSError):
            return _split(self._former.read_text("ascii", "replace"))
        return []

    def _formers_in_keyring(self) -> list[bytes]:
        return _split(self._keyring.read(self._former_user) or "")

    def _write(self, key: bytes, file: Path) -> None:
        self._write_text(base64.b64encode(key).decode(), file)

    def _write_text(self, text: str, file: Path) -> None:
        try:
            # The root by itself: as a mere parent of the other folder it would get the usual rights.
            make_private_folder(self._data_dir.root)
            make_private_folder(self._data_dir.keys)
            write_private(file, text.encode(), readers_of(self._data_dir))
        except OSError as error:
            raise KeyNotKept(str(error), file=file) from error

    def _read_keyring(self, user: str) -> bytes | None:
        return next(iter(_split(self._keyring.read(user) or "")), None)


def _joined(key: bytes, formers: Sequence[bytes]) -> str:
    """The keys as text, one a line, the latest first."""
    kept = dict.fromkeys([key, *formers])
    return "\n".join(base64.b64encode(each).decode() for each in list(kept)[:FORMER_KEYS])


def _split(text: str) -> list[bytes]:
    """The keys in `text`, one a line; what is none is passed over."""
    found: list[bytes] = []
    for line in text.split("\n"):
        with suppress(ValueError):
            if len(key := base64.b64decode(line, validate=True)) == KEY_BYTES:
                found.append(key)
    return found


def _holds(file: Path, key: bytes) -> bool:
    try:
        return _read_file(file) == key
    except KeyUnreadable:
        return False


def _read_file(file: Path) -> bytes:
    try:
        key = base64.b64decode(file.read_bytes(), validate=True)
    except (OSError, ValueError) as error:
        raise KeyUnreadable(str(error), file=file) from error
    if len(key) != KEY_BYTES:
        raise KeyUnreadable(f"{len(key)} bytes", file=file)
    return key
