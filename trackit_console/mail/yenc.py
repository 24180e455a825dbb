"""Decodes yEnc (version 1.3, www.yenc.org), which carries files through 8-bit text."""

from __future__ import annotations

import re
import zlib

from trackit_console.mail.uuencode import Block, line_of_end

_BEGIN = re.compile(rb"=ybegin ([^\r\n]*?)\bname=([^\r\n]*)\r?\n(?:=ypart [^\r\n]*\r?\n)?")
_END = re.compile(rb"=yend ([^\r\n]*)(?:\r?\n|\Z)")
_SIZE = re.compile(rb"\bsize=(\d{1,12})")
_CHECKSUM = re.compile(rb"\bcrc32=([0-9A-Fa-f]{1,8})\b")
_CHECKSUM_OF_PART = re.compile(rb"\bpcrc32=([0-9A-Fa-f]{1,8})\b")
_PART = re.compile(rb"\bpart=\d")
_ONLY_PART = re.compile(rb"\btotal=1\b")
_SHIFTED = bytes((value - 42) % 256 for value in range(256))
# The bytes that must be escaped, and those that careful programs escape as well.
_USUAL_ESCAPES = [bytes([byte + 64]) for byte in b"\0\t\n\r ."]
_RARE_ESCAPE = re.compile(rb"=([^}])", re.DOTALL)
_RARE_ESCAPES_LIMIT = 100_000


def read_yenc(data: bytes, start: int, stop: int) -> Block | None:
    """The file, or the part of one, whose `=ybegin` line is at `start`; None if there is no `=yend` before `stop`.

    The `=yend` of a part has the size and, as `pcrc32`, the checksum of the part; `crc32` is that of the whole file.
    """
    begin = _BEGIN.match(data, start, stop)
    end = line_of_end(b"=yend ", _END, data, begin.end(), stop) if begin else None
    if begin is None or end is None:
        return None
    content = _decoded(data[begin.end() : end.start()])
    is_part = _PART.search(begin[1]) is not None
    size, checksum = _SIZE.search(end[1]), (_CHECKSUM_OF_PART if is_part else _CHECKSUM).search(end[1])
    is_whole = size is None or int(size[1]) == len(content)
    if checksum and int(checksum[1], 16) != zlib.crc32(content):
        is_whole = False
    is_piece = is_part and not _ONLY_PART.search(begin[1])
    return Block(begin[2].strip(b' \t"'), content, is_whole, end.end(), is_piece)


def _decoded(encoded: bytes) -> bytes:
    text = encoded.translate(None, b"\r\n")
    for escape in _USUAL_ESCAPES:
        text = text.replace(b"=" + escape, bytes([escape[0] - 64]))
    if text.count(b"=") > text.count(b"=}"):
        # Bounded because each costs a call of a function. What is beyond stays wrong, as size and checksum tell.
        text = _RARE_ESCAPE.sub(lambda found: bytes([(found[1][0] - 64) % 256]), text, count=_RARE_ESCAPES_LIMIT)
    # Last, because it produces an equals sign.
    return text.replace(b"=}", b"=").translate(_SHIFTED)
