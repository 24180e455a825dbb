"""Decodes uuencode (POSIX), as old Unix and Outlook programs write it into a text."""

from __future__ import annotations

import binascii
import re
from typing import NamedTuple

from trackit_console.mail.lenient_base64 import lenient_base64

_BEGIN = re.compile(rb"begin(?:-base64)? [0-7]{3,4} ([^\r\n]*)\r?\n")
# Each line starts with the number of its bytes, from 1 (!) to 45 (M). Programs differ in what they write for a zero.
_LINES = re.compile(rb"(?:[!-M][ -`]{0,90}(?:\r?\n|\Z))*+")
_END = re.compile(rb"(?:[ \t`]*\r?\n)*+end[ \t]*(?:\r?\n|\Z)")
_BASE64_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= \t\r\n"
_END_OF_BASE64 = re.compile(rb"====[ \t]*(?:\r?\n|\Z)")
_FULL_LINE, _USUAL_LINE = 61, 30
_SHORT_FILE = 4_096


class Block(NamedTuple):
    """An encoded file within a text, which ends at `end`. `is_piece`: the rest of the file is in other messages."""

    name: bytes
    content: bytes
    is_whole: bool
    end: int
    is_piece: bool = False


def read_uuencode(data: bytes, start: int, stop: int) -> Block | None:
    """The file whose `begin` line is at `start`; None if the lines below it, up to `stop`, are no uuencode.

    Without an `end` line, a full first line tells uuencode from words.
    """
    begin = _BEGIN.match(data, start, stop)
    lines = _LINES.match(data, begin.end(), stop) if begin else None
    if begin is None or lines is None:
        return None
    end = _END.match(data, lines.end(), stop)
    if not end and len(lines[0].partition(b"\n")[0].rstrip(b"\r")) < _FULL_LINE:
        return None
    content = _decoded(lines[0])
    return None if content is None else Block(begin[1].strip(), content, end is not None, end.end() if end else lines.end())


def _decoded(lines: bytes) -> bytes | None:
    """The bytes in `lines`; None if a line is longer than it says, or if most are too short to come from a program."""
    if lines.count(b"\n") * _USUAL_LINE > len(lines) + _SHORT_FILE:
        return None
    pieces = []
    for line in lines.replace(b"\r", b"").splitlines():
        letters = ((line[0] - 32) + 2) // 3 * 4 + 1
        if len(line) > letters + 2:
            return None
        try:
            pieces.append(binascii.a2b_uu(line))
        except binascii.Error:  # some programs add a checksum to each line
            pieces.append(binascii.a2b_uu(line[:letters]))
    return b"".join(pieces)


def read_begin_base64(data: bytes, start: int, stop: int) -> Block | None:
    """The file whose `begin-base64` line is at `start`: base64 up to a line of four equals signs, before `stop`."""
    begin = _BEGIN.match(data, start, stop)
    end = line_of_end(b"====", _END_OF_BASE64, data, begin.end(), stop) if begin else None
    if begin is None or end is None:
        return None
    encoded = data[begin.end() : end.start()]
    if encoded.translate(None, _BASE64_LETTERS):
        return None
    content, is_whole = lenient_base64(encoded)
    return Block(begin[1].strip(), content, is_whole, end.end())


def line_of_end(beginning: bytes, line: re.Pattern[bytes], data: bytes, start: int, stop: int) -> re.Match[bytes] | None:
    """The first line from `start` on that begins with `beginning`, if it is a `line`; `start` is where a line begins."""
    newline = data.find(b"\n" + beginning, start - 1, stop)
    return line.match(data, newline + 1, stop) if newline >= 0 else None
