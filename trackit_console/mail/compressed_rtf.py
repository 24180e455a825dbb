"""Decompresses the RTF of Outlook messages (LZFu, MS-OXRTFCP)."""

from __future__ import annotations

_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbol"
    b"ArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_HEADER_LENGTH = 16
_COMPRESSED, _UNCOMPRESSED = b"LZFu", b"MELA"
_WINDOW = 4_096


def raw_length(data: memoryview) -> int:
    """The length that the decompressed RTF has, as its header says."""
    return int.from_bytes(data[4:8], "little")


def decompressed(data: memoryview, limit: int) -> tuple[bytes, bool]:
    """The RTF in `data` up to about `limit` bytes, and whether that is all of it. Checksums are not verified."""
    kind = bytes(data[8:12])
    if kind == _UNCOMPRESSED:
        rtf = bytes(data[_HEADER_LENGTH : _HEADER_LENGTH + min(limit, raw_length(data))])
        return rtf, len(rtf) == raw_length(data)
    if kind != _COMPRESSED:
        return b"", False
    out, is_whole = _expanded(bytes(data[_HEADER_LENGTH:]), limit)
    return out[: min(limit, raw_length(data))], is_whole or len(out) >= raw_length(data)


def _expanded(data: bytes, limit: int) -> tuple[bytes, bool]:
    """A flag byte announces eight tokens: a byte, or an offset of 12 and a length of 4 bits into the window.

    The window is a ring of 4,096 bytes that begins with a dictionary, so an offset is a distance from what was written last.
    """
    out = bytearray(_DICTIONARY)
    at, first = 0, len(_DICTIONARY)
    while len(out) < limit + first and at < len(data):
        flags = data[at]
        at += 1
        for bit in range(8):
            if not flags >> bit & 1:
                out += data[at : at + 1]
                at += 1
                continue
            if at + 2 > len(data):
                return bytes(out[first:]), False
            token = data[at] << 8 | data[at + 1]
            at += 2
            distance = (len(out) - (token >> 4)) % _WINDOW
            if distance == 0:  # a reference to the place of writing ends the stream
                return bytes(out[first:]), True
            _repeat(out, distance, (token & 15) + 2)
    return bytes(out[first:]), False


def _repeat(out: bytearray, distance: int, length: int) -> None:
    start = len(out) - distance
    if start < 0:  # a place of the window that nothing was written to
        out += bytes(length)
    elif distance >= length:
        out += out[start : start + length]
    else:
        # The reference reaches into what it writes itself, so what is there repeats.
        piece = bytes(out[start:])
        out += (piece * (length // distance + 1))[:length]
