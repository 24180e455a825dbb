"""Log files: one for each component and day, `Component_yyyy-mm-dd.log`, kept for 30 days (LOG-01).

A component is the last part of a logger's name (`trackit.ImapMailListener`). Writing happens on a thread of its own.
The callers decide which mailboxes are logged. Secrets in use are registered with `mask_in_logs` and
masked in every record, in the usual encodings in which servers and libraries repeat them (SEC-02).
"""

from __future__ import annotations

import base64
import html
import json
import logging
import logging.handlers
import queue
import re
import threading
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TextIO
from urllib.parse import quote, quote_plus

ROOT = "trackit"
KEPT_DAYS = 30
MASK = "********"
SHORTEST_MASKED = 4
"""Minimum length. Masking every `a` for a password of one letter would reveal it and make the log unreadable."""
_FILE_NAME = re.compile(r"\w+_(\d{4}-\d{2}-\d{2})\.log")


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
        if self._forms:
            record.msg, record.args = self._masked(_message(record)), None
            if record.exc_info and record.exc_info[0]:
                record.exc_text = record.exc_text or logging.Formatter().formatException(record.exc_info)
                record.exc_info = None
            if record.exc_text:
                record.exc_text = self._masked(record.exc_text)
            if record.stack_info:
                record.stack_info = self._masked(record.stack_info)
        return True

    def _masked(self, text: str) -> str:
        for form in self._forms:
            text = text.replace(form, MASK)
        return text


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError):  # arguments that do not fit the text; the caller of the logger must not see an exception
        return f"{record.msg} {record.args!r}"


def _forms(secret: str) -> set[str]:
    """The encodings of `secret` that are masked: plain, escaped for IMAP, Python, JSON or XML, percent-encoded, base64."""
    forms = {
        secret,
        secret.replace("\\", "\\\\").replace('"', '\\"'),  # RFC 3501, quoted
        repr(secret)[1:-1],
        repr(secret.encode())[2:-1],
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        html.escape(secret),
        html.escape(secret, quote=False),
    }
    for quoted in (quote(secret), quote(secret, safe=""), quote_plus(secret)):
        forms |= {quoted, re.sub("%..", lambda found: found[0].lower(), quoted)}
    for behind in range(3):
        forms |= _within_base64(secret.encode(), behind)
    return {form for form in forms if len(form) >= SHORTEST_MASKED}


def _within_base64(secret: bytes, behind: int) -> set[str]:
    """The base64 characters that depend on `secret` alone when it starts `behind` bytes into a group of three, as in AUTH PLAIN (RFC 4616)."""
    encoded = base64.b64encode(b"\0" * behind + secret).decode()
    letters = encoded[-(-behind * 8 // 6) : (behind + len(secret)) * 8 // 6]
    return {letters, letters.replace("+", "-").replace("/", "_")}


_SECRETS = SecretFilter()


def mask_in_logs(secret: str) -> None:
    """Masks `secret` in everything that is logged until the program ends."""
    _SECRETS.add(secret)


def component(name: str) -> logging.Logger:
    """The logger of a component, for example `EmailMonitor`."""
    logger = logging.getLogger(f"{ROOT}.{name}")
    logger.addFilter(_SECRETS)  # also here: without log files, warnings go to standard error
    return logger


class DailyFiles(logging.Handler):
    """Writes each record to the file of its component and day; deletes files that are older than `KEPT_DAYS`."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._streams: dict[str, tuple[date, TextIO]] = {}
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        self.addFilter(_SECRETS)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            stream = self._stream(record.name.rpartition(".")[2], datetime.fromtimestamp(record.created).astimezone().date())
            stream.write(self.format(record) + "\n")
            stream.flush()
        except Exception:  # an exception would end the thread that writes all records
            self.handleError(record)

    def _stream(self, name: str, day: date) -> TextIO:
        opened = self._streams.get(name)
        if opened and opened[0] == day:
            return opened[1]
        if opened:
            opened[1].close()
        self._folder.mkdir(parents=True, exist_ok=True)
        self._delete_old(day)
        stream = (self._folder / f"{name}_{day:%Y-%m-%d}.log").open("a", encoding="utf-8", newline="\n")
        self._streams[name] = (day, stream)
        return stream

    def _delete_old(self, today: date) -> None:
        """Deletes expired files. A file that is in use or has another kind of name is left alone."""
        for file in self._folder.glob("*.log"):
            written = _day_of(file)
            if written and written < today - timedelta(days=KEPT_DAYS):
                with suppress(OSError):
                    file.unlink()

    def close(self) -> None:
        for _, stream in self._streams.values():
            stream.close()
        self._streams.clear()
        super().close()


def _day_of(file: Path) -> date | None:
    """The date in the name of a log file; None if the name is not one of ours, or its date does not exist."""
    name = _FILE_NAME.fullmatch(file.name)
    try:
        return date.fromisoformat(name[1]) if name else None
    except ValueError:
        return None


class LogFiles:
    """The log files of a running program; use it as a context."""

    def __init__(self, folder: Path) -> None:
        self._files = DailyFiles(folder)
        records: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
        self._sender = logging.handlers.QueueHandler(records)
        self._listener = logging.handlers.QueueListener(records, self._files)

    def __enter__(self) -> LogFiles:
        root = logging.getLogger(ROOT)
        root.setLevel(logging.INFO)
        root.propagate = False
        root.addHandler(self._sender)
        self._listener.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        root = logging.getLogger(ROOT)
        root.removeHandler(self._sender)
        root.propagate = True
        self._listener.stop()
        self._files.close()
