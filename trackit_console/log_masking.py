"""Masks secrets in log records, in the usual encodings in which servers and libraries repeat them (SEC-02)."""

from __future__ import annotations

import base64
import html
import json
import logging
import re
import threading
from urllib.parse import quote, quote_plus

MASK = "********"
SHORTEST_MASKED = 4
"""Minimum length. Masking every `a` for a password of one letter would reveal it and make the log unreadable."""


class SecretFilter(logging.Filter):
    """Masks registered secrets in the message, its arguments and the traceback of a record. It never drops a record."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._secrets: set[str] = set()
        self._forms: tuple[str, ...] = ()

    def add(self, secret: str) -> None:
        """Masks `secret` from now on."""
        with self._lock:
            if secret not in self._secrets:
                self._secrets.add(secret)
                # Longest first, as one secret may be part of another.
                self._forms = tuple(sorted({*self._forms, *_forms(secret)}, key=len, reverse=True))

    def filter(self, record: logging.LogRecord) -> bool:
        # Read without the lock: `add` puts a new tuple in the place of the old one.
        if self._forms:
            record.msg, record.args = self.masked(_message(record)), None
            # (None, None, None) where `exc_info` was asked for and there was no exception.
            if record.exc_info and record.exc_info[0]:
                record.exc_text = record.exc_text or logging.Formatter().formatException(record.exc_info)
                # Its text is kept: whoever formats the exception itself anew would write the secret.
                record.exc_info = None
            if record.exc_text:
                record.exc_text = self.masked(record.exc_text)
            if record.stack_info:
                record.stack_info = self.masked(record.stack_info)
        return True

    def masked(self, text: str) -> str:
        """`text` without the secrets."""
        for form in self._forms:
            text = text.replace(form, MASK)
        return text


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError):  # arguments that do not fit the text; the caller of the logger must not see an exception
        return f"{record.msg} {record.args!r}"


def _forms(secret: str) -> set[str]:
    """The encodings of `secret` that are masked: plain, escaped for IMAP, JSON or XML, each also as Python writes it, percent-encoded, base64."""
    forms = {
        secret,
        secret.replace("\\", "\\\\").replace('"', '\\"'),  # RFC 3501, quoted
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        html.escape(secret),
        html.escape(secret, quote=False),
    }
    # An exception that repeats what a server was sent may be printed by its repr, and that by another one.
    for _ in range(2):
        forms |= {literal for form in forms for literal in _literals(form)}
    for quoted in (quote(secret), quote(secret, safe=""), quote_plus(secret)):
        forms |= {quoted, re.sub("%..", lambda found: found[0].lower(), quoted)}
    for behind in range(3):
        forms |= _within_base64(secret.encode(), behind)
    return {form for form in forms if len(form) >= SHORTEST_MASKED}


def _literals(text: str) -> set[str]:
    """What stands between the quotation marks of a Python literal, whichever those are."""
    written = {repr(text)[1:-1], repr(text.encode())[2:-1]}
    return written | {re.sub(r"(?<!\\)((?:\\\\)*)'", r"\1\'", each) for each in written}


def _within_base64(secret: bytes, behind: int) -> set[str]:
    """The base64 characters that depend on `secret` alone when it starts `behind` bytes into a group of three, as in AUTH PLAIN (RFC 4616)."""
    encoded = base64.b64encode(b"\0" * behind + secret).decode()
    letters = encoded[-(-behind * 8 // 6) : (behind + len(secret)) * 8 // 6]
    return {letters, letters.replace("+", "-").replace("/", "_")}


SECRETS = SecretFilter()


def mask_in_logs(secret: str) -> None:
    """Masks `secret` in everything that is logged until the program ends."""
    SECRETS.add(secret)
