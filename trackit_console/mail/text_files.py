"""Finds files that are encoded within a text: uuencode, yEnc and BinHex, from the time before MIME.

Only a whole block counts, so that prose with the word "begin" stays as it is. The decoders are `uuencode`, `yenc` and
`binhex`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from trackit_console.mail.binhex import read_binhex
from trackit_console.mail.budget import Budget
from trackit_console.mail.charsets import to_text
from trackit_console.mail.parse_warnings import ParseWarning
from trackit_console.mail.uuencode import read_begin_base64, read_uuencode
from trackit_console.mail.yenc import read_yenc

_MARK = re.compile(
    rb"^(?:(?P<uu>begin) [0-7]{3,4} |(?P<base64>begin-base64) [0-7]{3,4} |(?P<yenc>=ybegin) "
    rb"|(?P<binhex>\(This file must be converted with BinHex))",
    re.MULTILINE,
)


class Kind(Enum):
    """How a file is encoded within a text."""

    UU = "uu"
    BASE64 = "base64"
    YENC = "yenc"
    BINHEX = "binhex"


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file between `start` and `end` of the text. One that is not whole was damaged.

    `is_piece`: the sender's program has split the file, and the rest of it is in other messages.
    """

    name: str
    content: bytes
    is_whole: bool
    start: int
    end: int
    is_piece: bool = False

    def warnings(self) -> list[ParseWarning]:
        """What there is to say about it."""
        faults = ((not self.is_whole, ParseWarning.BROKEN_ENCODING), (self.is_piece, ParseWarning.PIECE_OF_FILE))
        return [warning for applies, warning in faults if applies]


_READERS = {Kind.UU: read_uuencode, Kind.BASE64: read_begin_base64, Kind.YENC: read_yenc}


def files_within(data: bytes, budget: Budget) -> tuple[list[TextFile], bool]:
    """The files in `data`, in order, and whether all places where one may begin were examined."""
    found: list[TextFile] = []
    mark = _MARK.search(data)
    while mark:
        if budget.text_files == 0:
            return found, False
        budget.text_files -= 1
        # A file ends before the next one begins. Otherwise each beginning would search the whole text for its end.
        following = _MARK.search(data, mark.end())
        if file := _file_at(data, mark, following.start() if following else len(data), budget):
            found.append(file)
        mark = following
    return found, True


def first_file(body: bytes | memoryview, kind: Kind, budget: Budget | None = None) -> TextFile | None:
    """The first file of this kind; None if there is none, or if it cannot be decoded at all."""
    data = bytes(body)
    mark = next((mark for mark in _MARK.finditer(data) if mark.lastgroup == kind.value), None)
    return _file_at(data, mark, len(data), budget or Budget(len(data))) if mark else None


def _file_at(data: bytes, mark: re.Match[bytes], stop: int, budget: Budget) -> TextFile | None:
    kind, start = Kind(mark.lastgroup), mark.start()
    block = read_binhex(data, start, stop, budget) if kind is Kind.BINHEX else _READERS[kind](data, start, stop)
    if block is None:
        return None
    return TextFile(to_text(block.name, None, []), block.content, block.is_whole, start, block.end, block.is_piece)
