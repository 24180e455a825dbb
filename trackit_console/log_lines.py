"""What the text of a log file says: lines, their time and level, and which of them are wanted (LOG-02).

Pure functions over bytes; `log_reader` reads the files. What stands in a log may come from hostile mail: a line is plain
text, at most `LONGEST_LINE` characters long, with everything that a terminal or a list could obey shown as an escape.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby

LONGEST_LINE = 4000
"""Characters. A longer line is cut, so that a number of lines is a bound on memory."""
_HEAD = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) (DEBUG|INFO|WARNING|ERROR|CRITICAL) (.*)", re.DOTALL)
_HEAD_BELOW = re.compile(rb"\n(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (?:DEBUG|INFO|WARNING|ERROR|CRITICAL) )")


class Level(IntEnum):
    """The levels of `logging`, in their order."""

    DEBUG = 10
    INFO = 20
    WARNING = 30
    ERROR = 40
    CRITICAL = 50


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a file. `start` is the offset of its first byte.

    A line without a time of its own, as in a traceback, belongs to the entry above it and has the level of that one;
    `level` is None where the beginning of the entry was not read.
    """

    start: int
    at: str
    level: Level | None
    message: str

    @property
    def heads(self) -> bool:
        """Whether an entry begins here."""
        return bool(self.at)

    @property
    def text(self) -> str:
        """The line as it stands in the file, with control characters escaped."""
        return f"{self.at} {self.level.name} {self.message}" if self.at and self.level else self.message


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which entries are shown: of at least this level, with this text in one of their lines, in capitals or not."""

    least: Level = Level.DEBUG
    words: str = ""

    def excludes(self, text: str) -> bool:
        """Whether no entry in `text` can match: cheaper than reading its lines. False when in doubt."""
        if not _HEAD.match(text):  # the rest of an entry whose level stands above
            return False
        if self.least > Level.DEBUG and not any(f" {each.name} " in text for each in Level if each >= self.least):
            return True
        # Escapes are text of the line as well, and are not in the file.
        plain = text.replace("\n", "").isprintable()
        return bool(self.words) and plain and self.words.casefold() not in text.casefold()

    def matches(self, entry: Sequence[LogLine]) -> bool:
        """Whether an entry is shown. Lines whose entry began elsewhere have no level, and match each."""
        level = entry[0].level
        if level is not None and level < self.least:
            return False
        return not self.words or any(self.words.casefold() in line.text.casefold() for line in entry)

    def of(self, lines: Sequence[LogLine]) -> list[LogLine]:
        """The lines of the entries that match, in their order."""
        if self == LogFilter():
            return list(lines)
        return [line for entry in entries(lines) if self.matches(entry) for line in entry]


def entries(lines: Sequence[LogLine]) -> Iterator[list[LogLine]]:
    """The lines of each entry; the first one may be the rest of an entry."""
    number = 0

    def counted(line: LogLine) -> int:
        nonlocal number
        number += line.heads
        return number

    for _, entry in groupby(lines, counted):
        yield list(entry)


def parse(data: bytes, start: int, level: Level | None = None) -> list[LogLine]:
    """The lines of `data`, which begins at byte `start` of its file, within an entry of this `level`. Never raises."""
    lines = []
    # Not `splitlines`, which ends a line at a lone CR as well: each offset counts on one byte between two lines.
    pieces = data.split(b"\n")
    if not pieces[-1]:
        pieces.pop()
    for piece in pieces:
        line = _line(piece, start, level)
        lines.append(line)
        level = line.level
        start += len(piece) + 1
    return lines


def _line(piece: bytes, start: int, level: Level | None) -> LogLine:
    text = harmless(piece.removesuffix(b"\r").decode("utf-8", "backslashreplace"))
    if head := _HEAD.fullmatch(text):
        return LogLine(start, head[1], Level[head[2]], head[3])
    return LogLine(start, "", level, text)


def harmless(text: str) -> str:
    """`text` on one line, with an escape for each control character, direction mark and other character without a shape."""
    cut = text[:LONGEST_LINE]
    shown = cut if cut.isprintable() else "".join(map(_shown, cut))
    return shown if len(text) <= LONGEST_LINE else f"{shown} … (+{len(text) - LONGEST_LINE})"


def _shown(character: str) -> str:
    if character == "\t":
        return "    "
    # `isprintable` accepts no blank but U+0020: neither the no-break space nor the ideographic one.
    if character.isprintable() or unicodedata.category(character) == "Zs":
        return character
    return character.encode("unicode_escape").decode("ascii")


def whole_lines(data: bytes, start: int) -> bytes:
    """`data` without the beginning that belongs to an earlier entry, or at least to an earlier line. Never empty.

    A part of a file that begins at byte `start` begins anywhere: what is left out is read with the part before it.
    """
    if not start:
        return data
    if head := _HEAD_BELOW.search(data):
        return data[head.end() :]
    _, _, below = data.partition(b"\n")
    return below or data
