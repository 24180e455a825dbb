"""Decodes BinHex 4.0 (RFC 1741), in which old Macintosh programs send files.

Beside a data fork the resource fork is left out: it holds icons and window places. Of a font it is the whole file.
"""

from __future__ import annotations

import binascii
import re

from trackit_console.mail.budget import Budget
from trackit_console.mail.uuencode import Block

_START = re.compile(rb"\(This file must be converted with BinHex[^\r\n]*\r?\n\s*:")
_ALPHABET = b"!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_AS_BASE64 = bytes.maketrans(_ALPHABET, _BASE64)
_RUN = b"\x90"


def read_binhex(data: bytes, start: int, stop: int, budget: Budget) -> Block | None:
    """The file below the notice at `start`, before `stop`; None if what is there is no BinHex."""
    found = _START.match(data, start, stop)
    end = data.find(b":", found.end(), stop) if found else -1
    if found is None or end < 0:
        return None
    encoded = data[found.end() : end].translate(None, b" \t\r\n")
    if encoded.translate(None, _ALPHABET):
        return None
    # A rest of one letter has no whole byte.
    letters = encoded[: len(encoded) - (len(encoded) % 4 == 1)].translate(_AS_BASE64)
    content = _without_runs(binascii.a2b_base64(letters + b"=" * (-len(letters) % 4)), budget)
    return _fork(content, end + 1) if content else None


def _fork(content: bytes, end: int) -> Block | None:
    """Header: the name with its length, version, type, creator, flags, lengths of both forks, checksum."""
    header = 1 + content[0]
    start = header + 21
    if len(content) < start:
        return None
    length = int.from_bytes(content[header + 11 : header + 15], "big")
    if length == 0:  # the resource fork follows, behind the checksum of the empty data fork
        length, start = int.from_bytes(content[header + 15 : header + 19], "big"), start + 2
    return Block(content[1:header], content[start : start + length], len(content) >= start + length, end)


def _without_runs(packed: bytes, budget: Budget) -> bytes | None:
    """Undoes the run length encoding: a byte, 0x90, and how often the byte occurs. None if that becomes too much."""
    pieces = bytearray()
    at = 0
    while (mark := packed.find(_RUN, at)) >= 0 and mark + 1 < len(packed):
        pieces += packed[at:mark]
        times = packed[mark + 1]
        if not budget.step() or not budget.spend(times):
            return None
        # A count of 0 stands for the byte 0x90 itself (RFC 1741).
        pieces += _RUN if times == 0 else pieces[-1:] * (times - 1)
        at = mark + 2
    return bytes(pieces + packed[at:])
