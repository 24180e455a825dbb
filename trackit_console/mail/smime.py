"""Opens S/MIME messages that need no key: signed and compressed ones (RFC 8551, RFC 5652, RFC 3274).

Signatures are not verified.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from enum import Enum, auto

from trackit_console.mail.ber import EXPLICIT_0, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, BerReader, BrokenBer, Element
from trackit_console.mail.budget import Budget

_CMS = bytes.fromhex("2a864886f70d0107")
_SMIME_TYPES = bytes.fromhex("2a864886f70d01091001")
_DATA, _SIGNED = _CMS + b"\x01", _CMS + b"\x02"
_COMPRESSED = _SMIME_TYPES + b"\x09"
_ENCRYPTED = (_CMS + b"\x03", _CMS + b"\x04", _CMS + b"\x06", _SMIME_TYPES + b"\x17")
"""Enveloped, signed and enveloped, encrypted, and authenticated-enveloped data."""


class State(Enum):
    """What became of an S/MIME body."""

    OPENED = auto()
    DAMAGED = auto()
    """Its beginning may have been read."""
    ENCRYPTED = auto()
    EMPTY = auto()
    """Nothing is inside but certificates or a signature of something else."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The content of an S/MIME body, usually a MIME entity; empty unless something could be read."""

    state: State
    content: bytes = b""


def open_smime(data: bytes, budget: Budget) -> Opened:
    """The content of the CMS structure `data`. Never raises."""
    try:
        return _opened(BerReader(data, budget), budget)
    except BrokenBer:
        return Opened(State.DAMAGED)


def _opened(reader: BerReader, budget: Budget) -> Opened:
    kind, wrapped = _kind_and_content(reader, reader.element(0))
    if kind in _ENCRYPTED:
        return Opened(State.ENCRYPTED)
    if kind not in (_SIGNED, _COMPRESSED) or wrapped is None:
        return Opened(State.EMPTY if kind == _DATA else State.DAMAGED)
    # SignedData: version, digestAlgorithms, encapContentInfo …; CompressedData: version, compressionAlgorithm, encapContentInfo.
    fields = reader.children(_first(reader, wrapped))
    inner = [field for _, field in zip(range(3), fields, strict=False)]
    if len(inner) < 3:
        raise BrokenBer
    inner_kind, octets = _kind_and_content(reader, inner[2])
    if octets is None or inner_kind != _DATA:
        return Opened(State.EMPTY)
    string = _first(reader, octets)
    if string.tag & ~0x20 != OCTET_STRING:
        raise BrokenBer
    content, is_whole = reader.octets(string)
    if kind == _COMPRESSED:
        content, is_whole = _inflated(content, budget.room())
    if not budget.spend(len(content)):
        return Opened(State.DAMAGED)
    return Opened(State.OPENED if is_whole else State.DAMAGED, bytes(content))


def _kind_and_content(reader: BerReader, info: Element) -> tuple[bytes, Element | None]:
    """The type and the content of a ContentInfo or an EncapsulatedContentInfo."""
    if info.tag != SEQUENCE:
        raise BrokenBer
    fields = reader.children(info)
    kind = next(fields, None)
    if kind is None or kind.tag != OBJECT_IDENTIFIER:
        raise BrokenBer
    content = next(fields, None)
    return bytes(reader.bytes_of(kind)), content if content and content.tag == EXPLICIT_0 else None


def _first(reader: BerReader, parent: Element) -> Element:
    child = next(reader.children(parent), None)
    if child is None:
        raise BrokenBer
    return child


def _inflated(content: bytes | memoryview, limit: int) -> tuple[bytes, bool]:
    """The decompressed content up to `limit`, and whether that is all of it."""
    inflater = zlib.decompressobj()
    try:
        # Never 0, which means "no limit" to zlib.
        inflated = inflater.decompress(content, max(1, limit))
    except zlib.error:
        return b"", False
    return inflated, inflater.eof
