"""Secrets in a configuration file, sealed under a passphrase, and how good a passphrase is (DB-06, SEC-02).

Scrypt (RFC 7914) makes the key, with a salt of its own for each file; AES-GCM seals each secret for its field, so that a
sealed text which is moved to another field or mailbox does not open. The file tells salt and cost: it can be read when the
defaults have changed. Two exports differ in salt and sealed texts, never in anything else.
"""

from __future__ import annotations

import base64
import math
import os
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from trackit_console.log_masking import mask_in_logs
from trackit_console.settings.validation_rules import CONTEXT
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Problem

LEAST_LETTERS = 8
COST, BLOCK_SIZE, PARALLELIZATION = 2**17, 8, 1
"""OWASP's recommendation for Scrypt: 128 MB of memory, and about 0.4 s for each guess."""
_COSTS = tuple(2**power for power in range(14, 19))
_CHECK = "This passphrase is right."
_SALT_BYTES = 16


class PassphraseNeeded(Problem):
    """The file has sealed secrets."""

    context = CONTEXT
    code = "passphrase_needed"
    sentence = QT_TRANSLATE_NOOP("settings", "The secrets in this file are sealed under a passphrase.")
    remedy = QT_TRANSLATE_NOOP("settings", "Give the passphrase that was chosen when the file was exported.")


class WrongPassphrase(Problem):
    """The passphrase is not that of the file."""

    context = CONTEXT
    code = "wrong_passphrase"
    sentence = QT_TRANSLATE_NOOP("settings", "This is not the passphrase of this file.")
    remedy = QT_TRANSLATE_NOOP("settings", "Letter case and blanks count. Without it, the secrets cannot be read by anybody.")


class PassphraseTooShort(Problem):
    """Anybody who has the file could guess it."""

    context = CONTEXT
    code = "passphrase_too_short"
    sentence = QT_TRANSLATE_NOOP("settings", "A passphrase has at least {least} characters.")
    remedy = QT_TRANSLATE_NOOP("settings", "Several words that do not belong together are easy to keep and hard to guess.")


class NotSealed(Exception):
    """A text is not a secret sealed under this passphrase for this field."""


class Strength(IntEnum):
    """How long guessing would take somebody who has the file."""

    TOO_SHORT = 0
    WEAK = 1
    FAIR = 2
    STRONG = 3


def strength(passphrase: str) -> Strength:
    """An estimate by length and kinds of characters; what is repeated counts little."""
    if len(passphrase) < LEAST_LETTERS:
        return Strength.TOO_SHORT
    kinds = ((str.islower, 26), (str.isupper, 26), (str.isdigit, 10), (lambda each: not each.isalnum(), 33))
    pool = sum(size for is_kind, size in kinds if any(map(is_kind, passphrase))) or 26
    bits = (len(set(passphrase)) + len(passphrase)) / 2 * math.log2(pool)
    return Strength.WEAK if bits < 50 else Strength.FAIR if bits < 75 else Strength.STRONG


@dataclass(frozen=True, slots=True)
class SealHeader:
    """What a file tells of its seal; nothing of it is secret."""

    salt: bytes
    cost: int = COST
    block_size: int = BLOCK_SIZE
    parallelization: int = PARALLELIZATION

    @classmethod
    def read(cls, written: Any) -> tuple[SealHeader, str]:
        """The header in a file, and its check text. Raises `NotSealed`: whoever wrote the file chose the numbers, so they are bounded."""
        if not isinstance(written, dict) or written.get("sealed_by") != "scrypt" or not isinstance(written.get("check"), str):
            raise NotSealed
        numbers = [written.get(name) for name in ("cost", "block_size", "parallelization")]
        if type(numbers[0]) is not int or numbers[0] not in _COSTS or numbers[1:] != [BLOCK_SIZE, PARALLELIZATION]:
            raise NotSealed
        try:
            salt = base64.b64decode(written["salt"], validate=True)
        except (KeyError, TypeError, ValueError):
            raise NotSealed from None
        if len(salt) != _SALT_BYTES:
            raise NotSealed
        return cls(salt, numbers[0]), written["check"]

    def as_dict(self) -> dict[str, Any]:
        """The header as the file has it, without the check text."""
        return {
            "sealed_by": "scrypt",
            "cost": self.cost,
            "block_size": self.block_size,
            "parallelization": self.parallelization,
            "salt": base64.b64encode(self.salt).decode(),
        }


class PassphraseSeal:
    """Seals and opens the secrets of one file. Making one takes about 0.4 s and 128 MB: not in the UI thread."""

    def __init__(self, passphrase: str, header: SealHeader) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

        mask_in_logs(passphrase)
        self.header = header
        derive = Scrypt(salt=header.salt, length=32, n=header.cost, r=header.block_size, p=header.parallelization).derive
        self._cipher = AESGCM(derive(passphrase.encode("utf-8", "surrogatepass")))

    def __repr__(self) -> str:
        return "PassphraseSeal()"

    @classmethod
    def new(cls, passphrase: str) -> PassphraseSeal:
        """A seal for a file that is written. Raises `PassphraseTooShort`."""
        if strength(passphrase) is Strength.TOO_SHORT:
            raise PassphraseTooShort(least=LEAST_LETTERS)
        return cls(passphrase, SealHeader(os.urandom(_SALT_BYTES)))

    @classmethod
    def of_file(cls, passphrase: str, written: Any) -> PassphraseSeal:
        """The seal of a file with this header. Raises `WrongPassphrase`, and `NotSealed` for a header that is none."""
        header, check = SealHeader.read(written)
        made = cls(passphrase, header)
        try:
            made.open(check, "")
        except NotSealed:
            raise WrongPassphrase from None
        return made

    def as_dict(self) -> dict[str, Any]:
        """The header for the file, with a text that tells a wrong passphrase at once."""
        return {**self.header.as_dict(), "check": self.seal(_CHECK, "")}

    def seal(self, secret: str, place: str) -> str:
        """Seals `secret` for its `place` in the file."""
        # A nonce must never repeat under one key (NIST SP 800-38D section 8): the key is that of this file alone.
        nonce = os.urandom(12)
        return base64.b64encode(nonce + self._cipher.encrypt(nonce, secret.encode(), place.encode())).decode()

    def open(self, sealed: str, place: str) -> str:
        """The secret, masked in the logs from now on. Raises `NotSealed`."""
        from cryptography.exceptions import InvalidTag

        try:
            data = base64.b64decode(sealed, validate=True)
            secret = self._cipher.decrypt(data[:12], data[12:], place.encode()).decode()
        except (InvalidTag, ValueError):
            # Not chained: a UnicodeDecodeError holds the opened bytes.
            raise NotSealed from None
        mask_in_logs(secret)
        return secret
