"""Log files: one for each component and day, `Component_yyyy-mm-dd.log`, kept for 30 days (LOG-01).

A component is the last part of a logger's name (`trackit.ImapMailListener`). Writing happens on a thread of its own.
The callers decide which mailboxes are logged; `log_masking` masks secrets in every record.
"""

from __future__ import annotations

import logging
import logging.handlers
import queue
import re
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TextIO

from trackit_console.log_masking import SECRETS

ROOT = "trackit"
KEPT_DAYS = 30
_FILE_NAME = re.compile(r"(\w+)_(\d{4}-\d{2}-\d{2})\.log")


def component(name: str) -> logging.Logger:
    """The logger of a component, for example `EmailMonitor`."""
    logger = logging.getLogger(f"{ROOT}.{name}")
    logger.addFilter(SECRETS)  # also here: without log files, warnings go to standard error
    return logger


class DailyFiles(logging.Handler):
    """Writes each record to the file of its component and day; deletes files that are older than `KEPT_DAYS`."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._streams: dict[str, tuple[date, TextIO]] = {}
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))  # read by `log_lines`
        self.addFilter(SECRETS)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            # The day of the record, not of now: the queue may hand it over after midnight.
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
            named = component_and_day(file.name)
            if named and named[1] < today - timedelta(days=KEPT_DAYS):
                with suppress(OSError):
                    file.unlink()

    def close(self) -> None:
        for _, stream in self._streams.values():
            stream.close()
        self._streams.clear()
        super().close()


def component_and_day(file_name: str) -> tuple[str, date] | None:
    """What the name of a log file says; None if the name is not one of ours, or its date does not exist."""
    name = _FILE_NAME.fullmatch(file_name)
    try:
        return (name[1], date.fromisoformat(name[2])) if name else None
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
        # It still writes what is in the queue: the files are closed after that.
        self._listener.stop()
        self._files.close()
