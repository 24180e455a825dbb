"""The tokens that a scripted SQL Server answers with (MS-TDS section 2.2.7)."""

from __future__ import annotations

import struct
from collections.abc import Sequence

OFF, ON, NOT_SUPPORTED = 0, 1, 2
_COLUMNS, _ROW, _ERROR, _LOGIN_ACK, _ENVIRONMENT, _DONE = 0x81, 0xD1, 0xAA, 0xAD, 0xE3, 0xFD
_INT, _TEXT = 0x26, 0xE7
_NULL = 0xFFFF
_MORE, _FAILED, _ATTENTION = 0x01, 0x02, 0x20
_FATAL = 20
_FATAL_NUMBERS = (596, 824, 10928, 40501, 17809)
_TDS_74 = 0x74000004
_LATIN1_COLLATION = bytes((9, 4, 0xD0, 0, 0x34))
Value = int | str | None
Rows = Sequence[Sequence[Value]]


def encryption_in(asked: bytes) -> int:
    """What the client's PRELOGIN says of encryption."""
    start = 0
    while asked[start] != 0xFF:
        token, offset, _ = struct.unpack(">BHH", asked[start : start + 5])
        if token == 1:
            return int(asked[offset])
        start += 5
    return NOT_SUPPORTED


def prelogin(version: tuple[int, int, int], encryption: int) -> bytes:
    """The server's PRELOGIN."""
    options = ((0, struct.pack(">BBHH", *version, 0)), (1, bytes([encryption])), (2, b"\0"), (3, b""), (4, b"\0"))
    tokens, data, offset = b"", b"", 5 * len(options) + 1
    for token, value in options:
        tokens += struct.pack(">BHH", token, offset + len(data), len(value))
        data += value
    return tokens + b"\xff" + data


def _short(text: str) -> bytes:
    return bytes([len(text)]) + text.encode("utf-16-le")


def _long(text: str) -> bytes:
    return struct.pack("<H", len(text)) + text.encode("utf-16-le")


def _token(kind: int, body: bytes) -> bytes:
    return struct.pack("<BH", kind, len(body)) + body


def failed(numbers: tuple[int, ...]) -> bytes:
    """The end of a request that failed with these errors."""
    return b"".join(_error(each) for each in numbers) + done(error=True)


def _error(number: int) -> bytes:
    severity = _FATAL if number in _FATAL_NUMBERS else 14
    words = _long(f"Fehler {number}") + _short("SQL01") + _short("")  # a server speaks its own language
    return _token(_ERROR, struct.pack("<IBB", number, 1, severity) + words + struct.pack("<I", 1))


def done(*, error: bool = False, attention: bool = False, more: bool = False) -> bytes:
    """The end of a request, or of one of several results (`more`), or the answer to an attention, by which a client ends it early."""
    status = (_FAILED if error else 0) | (_ATTENTION if attention else 0) | (_MORE if more else 0)
    return struct.pack("<BHHQ", _DONE, status, 0, 0)


def login_ack() -> bytes:
    """What follows a sign-in that succeeded."""
    ack = struct.pack(">BI", 1, _TDS_74) + _short("Microsoft SQL Server") + bytes([16, 0, 16, 39])
    database = _token(_ENVIRONMENT, bytes([1]) + _short("TrackIt") + _short("master"))
    size = _token(_ENVIRONMENT, bytes([4]) + _short("4096") + _short("4096"))
    return database + size + _token(_LOGIN_ACK, ack)


def begun(rows: Rows) -> bytes:
    """The columns and the first of `rows`: as much of a result as a server sends that then says nothing any more."""
    return _columns(rows[0]) + _row(rows[0])


def result(rows: Rows, *, more: bool = False) -> bytes:
    """A whole result. The first row says which column is a number and which is text. `more`: another result follows."""
    return _columns(rows[0]) + b"".join(map(_row, rows)) + done(more=more)


def _columns(row: Sequence[Value]) -> bytes:
    number = struct.Struct("<IHBB").pack(0, 1, _INT, 4)  # user type, flags (may be NULL), type, bytes
    text = struct.Struct("<IHBH").pack(0, 1, _TEXT, 8000) + _LATIN1_COLLATION
    each = ((number if isinstance(value, int) else text) + _short(f"c{place}") for place, value in enumerate(row))
    return struct.pack("<BH", _COLUMNS, len(row)) + b"".join(each)


def _row(row: Sequence[Value]) -> bytes:
    return bytes([_ROW]) + b"".join(map(_value, row))


def _value(value: Value) -> bytes:
    if isinstance(value, int):
        return struct.pack("<Bi", 4, value)
    return struct.pack("<H", _NULL) if value is None else _long_bytes(value)


def _long_bytes(text: str) -> bytes:
    encoded = text.encode("utf-16-le")
    return struct.pack("<H", len(encoded)) + encoded
