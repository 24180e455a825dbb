"""Reads binary formats of Outlook number by number."""

from __future__ import annotations


class Cursor:
    """Reads numbers and bytes from the start of `data` to its end. A read beyond the end raises `EOFError`."""

    def __init__(self, data: memoryview) -> None:
        self._data = data
        self._at = 0

    def left(self) -> int:
        return len(self._data) - self._at

    def take(self, length: int) -> memoryview:
        if length > self.left():
            raise EOFError
        self._at += length
        return self._data[self._at - length : self._at]

    def number(self, length: int) -> int:
        return int.from_bytes(self.take(length), "little")

    def padded(self, length: int) -> memoryview:
        """`length` bytes, and those that fill them up to a multiple of 4."""
        data = self.take(length)
        self._at = min(len(self._data), self._at + -length % 4)
        return data
