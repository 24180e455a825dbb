"""Reads log files: which there are, the newest lines first, older ones on demand, and what is added meanwhile (LOG-02).

A file may have 200 MB: it is read in blocks, never as a whole. The caller keeps what a `LogPart` says of its place. Files
are opened for each call: on Windows an open file could not be deleted when its days are over.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from trackit_console.cancel import cancelled
from trackit_console.log_lines import Level, LogFilter, LogLine, parse, whole_lines
from trackit_console.logs import KEPT_DAYS, component_and_day
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Problem

BLOCK = 256 * 1024
Identity = tuple[int, int]


class LogFileGone(Problem):
    """The file was deleted, or its folder was."""

    context = "logs"
    code = "log_file_gone"
    sentence = QT_TRANSLATE_NOOP("logs", "{file} is not there any more.")
    remedy = QT_TRANSLATE_NOOP("logs", "Log files are deleted after {days} days. Choose another day.")


class LogFileUnreadable(Problem):
    """The operating system refused to read the file."""

    context = "logs"
    code = "log_file_unreadable"
    sentence = QT_TRANSLATE_NOOP("logs", "{file} could not be read.")
    remedy = QT_TRANSLATE_NOOP("logs", "Check that this account may read the folder of the log files.")


@dataclass(frozen=True, slots=True)
class LogFile:
    """The log of a component on a day; `size` in bytes."""

    component: str
    day: date
    path: Path
    size: int


@dataclass(frozen=True, slots=True)
class LogPart:
    """Lines of a file between the bytes `start` and `end`, filtered. `size` is that of the file when it was read.

    A last line that is not complete yet is among the lines, but not before `end`: it is read again from there.
    `identity` tells whether a file of the same name is still the same.
    """

    lines: list[LogLine]
    start: int
    end: int
    size: int
    identity: Identity


@dataclass(frozen=True, slots=True)
class Place:
    """How far a file was read: to byte `end`, where the last line was of this `level`. No `identity`: whichever is there."""

    file: Path
    end: int = 0
    identity: Identity | None = None
    level: Level | None = None

    def behind(self, part: LogPart) -> Place:
        """The place after `part` was read here."""
        return Place(self.file, part.end, part.identity, part.lines[-1].level if part.lines else self.level)


@dataclass(frozen=True, slots=True)
class LogNews:
    """The files there are now, and what was added to the one that is followed; None without one, or if it is gone."""

    files: Sequence[LogFile]
    part: LogPart | None


def log_files(folder: Path) -> list[LogFile]:
    """The log files in `folder`, the newest day first, then by component. Empty if there is no such folder."""
    found = []
    try:
        for file in folder.iterdir():
            named = component_and_day(file.name)
            if named and file.is_file():
                with suppress(FileNotFoundError):  # deleted just now
                    found.append(LogFile(*named, file, file.stat().st_size))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise LogFileUnreadable(str(error), file=folder) from error
    return sorted(found, key=lambda each: (-each.day.toordinal(), each.component))


def read_before(file: Path, end: int | None, wanted: LogFilter, count: int) -> LogPart:
    """At least `count` wanted lines before byte `end` (None: the newest), as far as there are that many.

    It goes on to the beginning of the file if it must, or until the work of this thread is cancelled.
    Raises `LogFileGone` and `LogFileUnreadable`.
    """
    with _opened(file) as stream:
        size = stream.seek(0, io.SEEK_END)
        at = size if end is None else min(end, size)
        complete = _complete(stream, at) if end is None else at
        blocks: list[list[LogLine]] = []
        found = 0
        while at and found < count and not cancelled():
            start = max(0, at - BLOCK)
            data = whole_lines(_bytes(stream, start, at), start)
            at -= len(data)
            blocks.append(_lines(data, at, None, wanted))
            found += len(blocks[-1])
        lines = [line for block in reversed(blocks) for line in block]
        return LogPart(lines, at, complete, size, _identity(stream))


def read_after(place: Place, wanted: LogFilter, count: int) -> LogPart:
    """The wanted lines that were added behind `place`, at most about `count`; the rest comes with the next call.

    If the file is another one now, or became shorter, the answer is that of `read_before` for its newest lines.
    Raises `LogFileGone` and `LogFileUnreadable`.
    """
    with _opened(place.file) as stream:
        size, identity = stream.seek(0, io.SEEK_END), _identity(stream)
        same = place.end <= size and place.identity in (None, identity)
        lines: list[LogLine] = []
        at, level = place.end, place.level
        while same and at < size and len(lines) < count and not cancelled():
            data = _bytes(stream, at, min(size, at + BLOCK))
            # A line of more than a block is taken in pieces.
            ready = data[: data.rfind(b"\n") + 1] or (data if len(data) == BLOCK else b"")
            if not ready:
                break
            lines += _lines(ready, at, level, wanted)
            level = lines[-1].level if lines else level
            at += len(ready)
    return LogPart(lines, place.end, at, size, identity) if same else read_before(place.file, None, wanted, count)


def look(folder: Path, place: Place | None, wanted: LogFilter, count: int) -> LogNews:
    """Which files there are, and what came behind `place`: called again and again, it follows a log into the next day.

    Raises `LogFileUnreadable`.
    """
    files = log_files(folder)
    if place is None:
        return LogNews(files, None)
    try:
        return LogNews(files, read_after(place, wanted, count))
    except LogFileGone:
        return LogNews(files, None)


def _lines(data: bytes, start: int, level: Level | None, wanted: LogFilter) -> list[LogLine]:
    if wanted.excludes(data.decode("utf-8", "backslashreplace")):
        return []
    return wanted.of(parse(data, start, level))


def _complete(stream: BinaryIO, size: int) -> int:
    """The end of the last line that is complete; it is looked for in the last block."""
    start = max(0, size - BLOCK)
    return start + _bytes(stream, start, size).rfind(b"\n") + 1


def _bytes(stream: BinaryIO, start: int, end: int) -> bytes:
    stream.seek(start)
    return stream.read(end - start)


def _identity(stream: BinaryIO) -> Identity:
    status = os.fstat(stream.fileno())
    return status.st_dev, status.st_ino


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    try:
        with file.open("rb") as stream:
            yield stream
    except FileNotFoundError as error:
        raise LogFileGone(str(error), file=file.name, days=KEPT_DAYS) from error
    except OSError as error:
        raise LogFileUnreadable(str(error), file=file.name) from error
