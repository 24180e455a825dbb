"""Encrypts secrets with AES-GCM before they reach the database (SEC-02); `store.key_storage` keeps the key.

The recovery key is the key as text, used to enroll a second computer on the same database.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from trackit_console.log_masking import mask_in_logs
from trackit_console.store.key_errors import WrongKey
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Problem

KEY_BYTES = 32
_MARK = "v1:"


class Secrets(Protocol):
    """Seals and opens the secrets of settings; `place` is a table and a column."""

    def seal(self, secret: str, place: str) -> str: ...
    def open(self, sealed: str, place: str) -> str: ...


class RecoveryKeyRefused(Problem):
    """What was typed is not a recovery key."""

    context = "store"
    code = "recovery_key_refused"
    sentence = QT_TRANSLATE_NOOP("store", "This is not a recovery key, or it has a typing error.")
    remedy = QT_TRANSLATE_NOOP("store", "Copy it again from the first computer: trackit-console db key.")


class KeepsKeys(Protocol):
    """Where keys are kept on this computer (`store.key_storage`)."""

    def keep(self, key: bytes) -> None:
        """Keeps the key that the database has now; raises `KeyNotKept`."""
        ...

    def keep_in_file(self, key: bytes) -> Path:
        """Keeps the key in a file, also where there is a keyring, and answers which one; raises `KeyNotKept`."""
        ...

    def keep_beside(self, key: bytes) -> None:
        """Keeps a key that the database may get, beside the one that it has; raises `KeyNotKept`."""
        ...


class SecretBox:
    """Encrypts and decrypts secrets with one key, which its repr does not show. Each secret is masked in the logs from then on.

    Several threads share it. `storage` is where its key is kept.
    """

    def __init__(self, key: bytes, storage: KeepsKeys | None = None) -> None:
        self.storage = storage
        self._coming: bytes | None = None
        self._set(key)

    def _set(self, key: bytes) -> None:
        self._key, self._cipher = key, AESGCM(key)

    def adopt(self, key: bytes) -> None:
        """Goes on with `key`, to which the database was changed, and keeps it on this computer; raises `KeyNotKept`."""
        if self.storage is not None:
            self.storage.keep(key)
        self._set(key)

    def keep_in_file(self) -> Path:
        """Keeps the key in a file, for an account without a keyring, and answers which one; raises `KeyNotKept`."""
        assert self.storage is not None
        return self.storage.keep_in_file(self._key)

    def successor(self, of: Callable[[bytes], bytes | None]) -> bytes | None:
        """What `of` makes of the key, or of the one that is `expected`; nobody else gets to see them."""
        # Without a hand-over nothing leads from the old key to the new one, which this very program has made.
        return of(self._key) or (of(self._coming) if self._coming else None)

    def expect(self, key: bytes) -> None:
        """The database is about to get `key`: other threads go on with it as soon as they meet what is sealed with it."""
        self._coming = key

    def __repr__(self) -> str:
        return "SecretBox()"

    def seal(self, secret: str, place: str) -> str:
        """Encrypts `secret`. The text can be decrypted with this key only, and only for the same `place` (table and column)."""
        mask_in_logs(secret)
        # A nonce must never repeat under one key (NIST SP 800-38D section 8); 96 random bits are one of its two ways.
        nonce = os.urandom(12)
        sealed = self._cipher.encrypt(nonce, secret.encode(), place.encode())
        return _MARK + base64.b64encode(nonce + sealed).decode()

    def open(self, sealed: str, place: str) -> str:
        """Decrypts a secret; raises `WrongKey` if the key or the place is a different one, or the text was changed."""
        secret = self._open(sealed, place)
        mask_in_logs(secret)
        return secret

    def opens(self, sealed: str, place: str) -> bool:
        """Whether `sealed` was encrypted with this key, for `place`."""
        try:
            self._open(sealed, place)
        except WrongKey:
            return False
        return True

    def _open(self, sealed: str, place: str) -> str:
        try:
            data = base64.b64decode(sealed.removeprefix(_MARK))
            return self._cipher.decrypt(data[:12], data[12:], place.encode()).decode()
        except (InvalidTag, ValueError):
            # Not chained: a UnicodeDecodeError holds the decrypted bytes.
            raise WrongKey from None

    def recovery_key(self) -> str:
        """The key as groups of letters and digits with a checksum, to be typed on another computer."""
        # Base32 (RFC 4648): no letter case, and neither 0 nor 1, which are read as O and I.
        text = base64.b32encode(self._key + _check_sum(self._key)).decode().rstrip("=")
        return "-".join(text[at : at + 5] for at in range(0, len(text), 5))


def read_recovery_key(text: str) -> bytes:
    """The key in a recovery key; raises `RecoveryKeyRefused`."""
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
