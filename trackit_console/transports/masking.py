"""Masks secrets in the text of servers, in every encoding in which a server can repeat them (SEC-02).

A server may quote the refused command, and with it a password: IMAP-quoted, in base64 (RFC 4616, RFC 4954, XOAUTH2),
decoded with the wrong charset, or as Python prints bytes.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

MASK = "***"
_WORD = re.compile(r"[A-Za-z0-9+/_-]{2,}={0,2}")
_PERCENT = re.compile(r"%[0-9A-F]{2}")
_MIN_SEARCHED = 4
"""Minimum bytes of a secret that is searched for inside decoded base64; a shorter one would match by chance."""


class Masking:
    """The secrets of one account; called with a text, it returns the text with the secrets masked."""

    def __init__(self) -> None:
        self._forms: list[str] = []
        self._secrets: set[bytes] = set()
        self._names: set[bytes] = set()

    def add_secret(self, secret: str) -> None:
        """Masks `secret` (a password, a token) in all its encodings."""
        if secret:
            self._secrets.add(secret.encode())
            # Longest first, as one form may be part of another.
            self._forms = sorted({*self._forms, *_forms(secret)}, key=len, reverse=True)

    def add_name(self, name: str) -> None:
        """Masks the base64 encoding of a user name; the name itself is not secret."""
        if name:
            self._names.add(name.encode())

    def __call__(self, words: str) -> str:
        for form in self._forms:
            words = words.replace(form, MASK)
        return _WORD.sub(lambda found: MASK if self._encodes_secret(found[0]) else found[0], words)

    def _encodes_secret(self, word: str) -> bool:
        """Whether `word` contains a secret in base64, possibly after letters that do not belong to the encoding."""
        return any(self._is_secret(decoded) for decoded in _decoded(word))

    def _is_secret(self, decoded: bytes) -> bool:
        if decoded in self._names or decoded in self._secrets:
            return True
        return any(_contains(decoded, secret) for secret in self._secrets)


def _forms(secret: str) -> Iterator[str]:
    """The encodings of `secret` that may occur in a text."""
    quoted = secret.replace("\\", "\\\\").replace('"', '\\"')
    percents = [quote(secret, safe=""), quote(secret), quote_plus(secret)]
    lower = [_PERCENT.sub(lambda found: found[0].lower(), each) for each in percents]
    for form in (secret, quoted, *percents, *lower):
        as_bytes = form.encode()
        printed = repr(as_bytes)[2:-1]
        readings = (as_bytes.decode("latin-1"), as_bytes.decode("ascii", "replace"), as_bytes.decode("ascii", "ignore"))
        # Never an empty one (of a password without a letter of ASCII): it would be found between any two letters.
        yield from (each for each in (form, *readings, printed, printed.replace("'", "\\'"), " ".join(form.split())) if each)


def _contains(decoded: bytes, secret: bytes) -> bool:
    if len(secret) >= _MIN_SEARCHED:
        return secret in decoded
    # PLAIN separates its fields by NUL (RFC 4616); XOAUTH2 ends the token with 0x01.
    return re.search(rb"(^|[\0 ])" + re.escape(secret) + rb"($|[\0\x01])", decoded) is not None


def _decoded(word: str) -> Iterator[bytes]:
    bare = word.rstrip("=").replace("-", "+").replace("_", "/")
    # base64 consists of groups of four letters. Text before it shifts them, so all four offsets are tried.
    for start in range(4):
        part = bare[start:]
        if len(part) % 4 == 1:
            part = part[:-1]
        try:
            yield base64.b64decode(part + "=" * (-len(part) % 4))
        except binascii.Error:
            continue
