"""Reads lists of MAPI properties as TNEF writes them (MS-OXTNEF section 2.1.3.4, MS-OXPROPS)."""

from __future__ import annotations

from dataclasses import dataclass

from trackit_console.mail.budget import Budget
from trackit_console.mail.byte_cursor import Cursor
from trackit_console.mail.charsets import to_text

MESSAGE_CLASS = 0x001A
SUBJECT = 0x0037
BODY = 0x1000
BODY_RTF = 0x1009
BODY_HTML = 0x1013
DISPLAY_NAME = 0x3001
ATTACH_DATA = 0x3701
ATTACH_FILE_NAME = 0x3704
ATTACH_LONG_FILE_NAME = 0x3707
ATTACH_MIME_TAG = 0x370E
ATTACH_CONTENT_ID = 0x3712
INTERNET_CODE_PAGE = 0x3FDE

_OBJECT = 0x0D
_STRING = 0x1E
_UNICODE = 0x1F
_BINARY = 0x102
_VARIABLE = (_OBJECT, _STRING, _UNICODE, _BINARY)
_SEVERAL = 0x1000
"""Set in the type of a property with several values."""
# Each value is padded to 4 bytes.
_FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_FIRST_NAMED = 0x8000
_GUID_LENGTH = 16
_NAMED_BY_STRING = 1


@dataclass(frozen=True, slots=True)
class Value:
    """The first value of a property: its type and its bytes."""

    type: int
    data: memoryview

    @property
    def is_object(self) -> bool:
        return self.type == _OBJECT

    def text(self, charset: str) -> str:
        """The value as text up to the first NUL; `charset` is that of strings that are not Unicode."""
        text = to_text(bytes(self.data), "utf-16-le" if self.type == _UNICODE else charset, [])
        return text.partition("\0")[0]

    def number(self) -> int:
        return int.from_bytes(self.data[:4], "little")

    @property
    def charset(self) -> str | None:
        """The character set of a string; None if the message says it."""
        return "utf-16-le" if self.type == _UNICODE else None


def read_properties(data: memoryview, budget: Budget) -> tuple[dict[int, Value], bool]:
    """The properties by id, without named ones, and whether the list is whole."""
    found: dict[int, Value] = {}
    cursor = Cursor(data)
    try:
        for _ in range(cursor.number(4)):
            if not budget.step():
                return found, False
            _read_property(cursor, found, budget)
    except (EOFError, KeyError):
        return found, False
    return found, True


def _read_property(cursor: Cursor, found: dict[int, Value], budget: Budget) -> None:
    """Raises EOFError where the data ends, and KeyError for a type whose length is not known."""
    kind, number = cursor.number(2), cursor.number(2)
    if number >= _FIRST_NAMED:
        cursor.take(_GUID_LENGTH)
        is_string = cursor.number(4) == _NAMED_BY_STRING
        cursor.padded(cursor.number(4)) if is_string else cursor.take(4)
    base = kind & ~_SEVERAL
    # A count stands before values of variable length, even where only one is allowed.
    count = cursor.number(4) if kind & _SEVERAL or base in _VARIABLE else 1
    for i in range(count):
        if i and not budget.step():
            raise EOFError
        value = cursor.padded(cursor.number(4)) if base in _VARIABLE else cursor.take(_FIXED[base])
        if i == 0 and number < _FIRST_NAMED:
            found.setdefault(number, Value(base, value))
