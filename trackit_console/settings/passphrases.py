"""Secrets in a configuration file, sealed under a passphrase (DB-06, SEC-02).

Scrypt (RFC 7914) makes the key, with a salt of its own for each file; AES-GCM seals each secret for its field, so that a
sealed text which is moved to another field or mailbox does not open. The file tells salt and cost: it can be read when the
defaults have changed. Two exports differ in salt and sealed texts, never in anything else.
"""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from typing import Any

from trackit_console.log_masking import mask_in_logs
from trackit_console.settings.passphrase_errors import NotSealed, PassphraseTooShort, WrongPassphrase
from trackit_console.settings.passphrase_strength import LEAST_LETTERS, Strength, strength

COST, BLOCK_SIZE, PARALLELIZATION = 2**17, 8, 1
"""OWASP's recommendation for Scrypt: 128 MB of memory, and about 0.4 s for each guess."""
_COSTS = tuple(2**power for power in range(14, 19))
_CHECK = "This passphrase is right."
_SALT_BYTES = 16


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
        # The type as well: `in` alone lets 131072.0 pass, which Scrypt does not take.
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
