"""Reads ASN.1 in BER and DER (ITU-T X.690), as far as CMS needs it: nested elements and octet strings.

Lengths may be indefinite and octet strings may come in pieces: Outlook and OpenSSL write them so when they stream. A
length beyond the end of the data counts up to the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trackit_console.mail.budget import Budget

SEQUENCE, SET, OCTET_STRING, OBJECT_IDENTIFIER, EXPLICIT_0 = 0x30, 0x31, 0x04, 0x06, 0xA0
_CONSTRUCTED = 0x20


class BrokenBer(Exception):
    """The data is no BER, is cut off within a header, or has more elements than the budget allows."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element: its tag byte, and where its content begins and ends. An indefinite one ends at its end-of-contents."""

    tag: int
    start: int
    end: int
    is_indefinite: bool
    is_whole: bool


class BerReader:
    """Reads the elements of one piece of data. Each costs a step of the budget."""

    def __init__(self, data: bytes, budget: Budget) -> None:
        self._data = data
        self._budget = budget

    def element(self, at: int, end: int | None = None) -> Element:
        """The element at `at`. The end of an indefinite one is that of the element around it, until it is walked through."""
        end = len(self._data) if end is None else end
        if not self._budget.step() or at + 2 > end:
            raise BrokenBer
        tag, length = self._data[at], self._data[at + 1]
        if tag & 0x1F == 0x1F:  # tags of several bytes do not occur in CMS
            raise BrokenBer
        start = at + 2
        if length == 0x80:
            return Element(tag, start, end, True, True)
        if length > 0x80:
            size = length & 0x7F
            if size > 8 or start + size > end:
                raise BrokenBer
            length, start = int.from_bytes(self._data[start : start + size], "big"), start + size
        return Element(tag, start, min(start + length, end), False, start + length <= end)

    def children(self, parent: Element) -> Iterator[Element]:
        """The elements within `parent`, up to its end or its end-of-contents."""
        at = parent.start
        while at < parent.end and not (parent.is_indefinite and self._data[at : at + 2] == b"\0\0"):
            child = self.element(at, parent.end)
            yield child
            at = self._after(child)

    def _after(self, element: Element) -> int:
        """Where the next element begins. Indefinite elements within indefinite ones are counted, not called."""
        if not element.is_indefinite:
            return element.end
        at, depth = element.start, 1
        while depth and at < element.end:
            if self._data[at : at + 2] == b"\0\0":
                at, depth = at + 2, depth - 1
                continue
            inner = self.element(at, element.end)
            at, depth = (inner.start, depth + 1) if inner.is_indefinite else (inner.end, depth)
        return at

    def bytes_of(self, element: Element) -> memoryview:
        """The content of an element that is not indefinite."""
        return memoryview(self._data)[element.start : element.end]

    def octets(self, element: Element) -> tuple[bytes | memoryview, bool]:
        """The octet string, joined from its pieces, and whether it is whole. What is cut off is given as far as it goes."""
        if not element.tag & _CONSTRUCTED:
            return self.bytes_of(element), element.is_whole
        pieces: list[memoryview] = []
        try:
            is_whole = self._collect(element, pieces) and element.is_whole
        except BrokenBer:
            is_whole = False
        return b"".join(pieces), is_whole

    def _collect(self, element: Element, pieces: list[memoryview]) -> bool:
        """Appends the pieces of a constructed octet string, whose nesting does not matter. Whether all of them are there."""
        at, open_ends, is_whole = element.start, int(element.is_indefinite), True
        while at < element.end:
            if open_ends and self._data[at : at + 2] == b"\0\0":
                at, open_ends = at + 2, open_ends - 1
                if element.is_indefinite and not open_ends:
                    break
                continue
            piece = self.element(at, element.end)
            if piece.tag == OCTET_STRING:
                pieces.append(self.bytes_of(piece))
                at, is_whole = piece.end, is_whole and piece.is_whole
            elif piece.tag == OCTET_STRING | _CONSTRUCTED:
                at, open_ends = piece.start, open_ends + piece.is_indefinite
            else:
                raise BrokenBer
        return is_whole and not open_ends
