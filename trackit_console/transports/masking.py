"""Strikes secrets out of what servers say, in every form in which a server can repeat them (SEC-02).

A server may quote the command that it refuses, and so a password in IMAP's quotes or in base64 (RFC 4616, RFC 4954,
XOAUTH2), read with a wrong charset, or as a library prints bytes.
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
_LONG_ENOUGH = 4
"""Bytes from which on a secret is looked for in the middle of what base64 hides; a shorter one would be found by chance."""


class Masking:
    """The secrets of one account; called with a text it gives the text without them."""

    def __init__(self) -> None:
        self._forms: list[str] = []
        self._secrets: set[bytes] = set()
        self._names: set[bytes] = set()

    def add_secret(self, secret: str) -> None:
        """Strikes out `secret` (a password, a token) in all its forms."""
        if secret:
            self._secrets.add(secret.encode())
            self._forms = sorted({*self._forms, *_forms(secret)}, key=len, reverse=True)

    def add_name(self, name: str) -> None:
        """Strikes out the base64 form of a user name; the name itself is no secret."""
        if name:
            self._names.add(name.encode())

    def __call__(self, words: str) -> str:
        for form in self._forms:
            words = words.replace(form, MASK)
        return _WORD.sub(lambda found: MASK if self._hides_something(found[0]) else found[0], words)

    def _hides_something(self, word: str) -> bool:
        """Whether base64 in `word` holds a secret; it may begin behind letters that do not belong to it."""
        return any(self._is_secret(decoded) for decoded in _decoded(word))

    def _is_secret(self, decoded: bytes) -> bool:
        if decoded in self._names or decoded in self._secrets:
            return True
        return any(_holds(decoded, secret) for secret in self._secrets)


def _forms(secret: str) -> Iterator[str]:
    """How `secret` can stand in a text."""
    quoted = secret.replace("\\", "\\\\").replace('"', '\\"')
    percents = [quote(secret, safe=""), quote(secret), quote_plus(secret)]
    lower = [_PERCENT.sub(lambda found: found[0].lower(), each) for each in percents]
    for form in (secret, quoted, *percents, *lower):
        as_bytes = form.encode()
        printed = repr(as_bytes)[2:-1]
        readings = (as_bytes.decode("latin-1"), as_bytes.decode("ascii", "replace"), as_bytes.decode("ascii", "ignore"))
        yield from (each for each in (form, *readings, printed, printed.replace("'", "\\'"), " ".join(form.split())) if each)


def _holds(decoded: bytes, secret: bytes) -> bool:
    if len(secret) >= _LONG_ENOUGH:
        return secret in decoded
    return re.search(rb"(^|[\0 ])" + re.escape(secret) + rb"($|[\0\x01])", decoded) is not None


def _decoded(word: str) -> Iterator[bytes]:
    bare = word.rstrip("=").replace("-", "+").replace("_", "/")
    for begin in range(4):
        part = bare[begin:]
        if len(part) % 4 == 1:
            part = part[:-1]
        try:
            yield base64.b64decode(part + "=" * (-len(part) % 4))
        except binascii.Error:
            continue
