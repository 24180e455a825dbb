"""Seals secrets with AES-GCM before they reach the database, and keeps the key outside of it (SEC-02).

The key lies in the operating system's keyring, or, where there is none, in a file that only its owner can read. The
recovery key is the same key as text, to enroll a second computer on the same database.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from trackit_console.paths import DataDir
from trackit_console.store.errors import WrongKey
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Problem

KEY_BYTES = 32
SERVICE = "Track-It! Email Configuration"
_MARK = "v1:"


class KeyUnreadable(Problem):
    """The key file cannot be used; nothing was replaced."""

    context = "store"
    code = "key_unreadable"
    sentence = QT_TRANSLATE_NOOP("store", "The key file {file} cannot be read.")
    remedy = QT_TRANSLATE_NOOP("store", "Restore the file from a backup, or enroll this computer with the recovery key.")


class RecoveryKeyRefused(Problem):
    """What was typed is not a recovery key."""

    context = "store"
    code = "recovery_key_refused"
    sentence = QT_TRANSLATE_NOOP("store", "This is not a recovery key, or it has a typing error.")
    remedy = QT_TRANSLATE_NOOP("store", "Copy it again from the first computer: trackit-console db key.")


class SecretBox:
    """Seals and opens secrets with one key. Its repr shows nothing of it."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._cipher = AESGCM(key)

    def __repr__(self) -> str:
        return "SecretBox()"

    def seal(self, secret: str, place: str) -> str:
        """`secret` as text that only this key opens, and only at `place` (table, row and column)."""
        nonce = os.urandom(12)
        sealed = self._cipher.encrypt(nonce, secret.encode(), place.encode())
        return _MARK + base64.b64encode(nonce + sealed).decode()

    def open(self, sealed: str, place: str) -> str:
        """The secret again; raises `WrongKey` when the key or the place is another, or the text was tampered with."""
        try:
            data = base64.b64decode(sealed.removeprefix(_MARK))
            return self._cipher.decrypt(data[:12], data[12:], place.encode()).decode()
        except (InvalidTag, ValueError):
            raise WrongKey from None

    def recovery_key(self) -> str:
        """The key in groups of letters and digits, with a check sum, to be typed on another computer."""
        text = base64.b32encode(self._key + _check_sum(self._key)).decode().rstrip("=")
        return "-".join(text[at : at + 5] for at in range(0, len(text), 5))


def read_recovery_key(text: str) -> bytes:
    """The key that a recovery key stands for; raises `RecoveryKeyRefused`."""
    letters = "".join(text.split()).replace("-", "").upper()
    try:
        data = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except ValueError:
        raise RecoveryKeyRefused from None
    key, check = data[:KEY_BYTES], data[KEY_BYTES:]
    if len(key) != KEY_BYTES or check != _check_sum(key):
        raise RecoveryKeyRefused
    return key


def _check_sum(key: bytes) -> bytes:
    return hashlib.sha256(b"recovery" + key).digest()[:3]


def load_key(data_dir: DataDir) -> bytes:
    """The key of this computer for `data_dir`; made and kept when there is none yet."""
    try:
        return _read(data_dir) or keep_key(data_dir, os.urandom(KEY_BYTES))
    except FileExistsError:  # another program made the first key meanwhile
        return _read_file(data_dir.key_file)


def keep_key(data_dir: DataDir, key: bytes) -> bytes:
    """Keeps `key` as the one of this computer, in the keyring if that really keeps it; answers it."""
    if not _keep_in_keyring(data_dir, key):
        _write_owner_only(data_dir.make().key_file, base64.b64encode(key))
    return key


def _read(data_dir: DataDir) -> bytes | None:
    if data_dir.key_file.exists():
        return _read_file(data_dir.key_file)
    stored = _ask_keyring(lambda keyring: keyring.get_password(SERVICE, _user(data_dir)))
    return base64.b64decode(stored) if isinstance(stored, str) else None


def _read_file(file: Path) -> bytes:
    try:
        key = base64.b64decode(file.read_bytes(), validate=True)
    except (OSError, ValueError) as error:
        raise KeyUnreadable(str(error), file=file) from error
    if len(key) != KEY_BYTES:
        raise KeyUnreadable(f"{len(key)} bytes", file=file)
    return key


def _keep_in_keyring(data_dir: DataDir, key: bytes) -> bool:
    """Reads back what was written: a null back end takes everything and keeps nothing."""
    text = base64.b64encode(key).decode()

    def keep(keyring: KeyringModule) -> bool:
        keyring.set_password(SERVICE, _user(data_dir), text)
        return keyring.get_password(SERVICE, _user(data_dir)) == text

    return _ask_keyring(keep) is True


class KeyringModule:
    """The two calls of the `keyring` library that are used."""

    def __init__(self) -> None:
        import keyring  # looks its back ends up: only when a key is wanted

        self.get_password = keyring.get_password
        self.set_password = keyring.set_password


def _ask_keyring(question: Callable[[KeyringModule], object]) -> object:
    from keyring.errors import KeyringError

    try:
        return question(KeyringModule())
    except KeyringError:
        return None


def _user(data_dir: DataDir) -> str:
    return str(data_dir.root.resolve())


def _write_owner_only(file: Path, content: bytes) -> None:
    """IntRange or not at all, FileExistsError when there is one. On Windows it inherits the permissions of the user's profile."""
    beside = file.with_name(f"{file.name}.{uuid4().hex}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        _link(beside, file)
    finally:
        beside.unlink(missing_ok=True)


def _link(beside: Path, file: Path) -> None:
    try:
        file.hardlink_to(beside)
    except FileExistsError:
        raise
    except OSError:  # a disk without hard links
        beside.rename(file)
