"""Writes what real programs pack mail into: CMS (RFC 5652), TNEF (MS-OXTNEF), BinHex (RFC 1741)."""

from __future__ import annotations

import base64
import binascii
import struct

SIGNED, COMPRESSED, ENVELOPED, DATA = (
    bytes.fromhex(oid) for oid in ("2a864886f70d010702", "2a864886f70d0109100109", "2a864886f70d010703", "2a864886f70d010701")
)
TEXT, UNICODE, BINARY, OBJECT, NUMBER = 0x1E, 0x1F, 0x102, 0x0D, 0x03


def element(tag: int, content: bytes, indefinite: bool = False) -> bytes:
    if indefinite:
        return bytes([tag, 0x80]) + content + b"\0\0"
    length = len(content)
    return bytes([tag]) + (bytes([length]) if length < 128 else b"\x84" + struct.pack(">I", length)) + content


def cms(kind: bytes, content: bytes, indefinite: bool = False, piece: int = 0) -> bytes:
    """A CMS structure; `piece` splits the octets into pieces of that length."""
    octets = element(4, content)
    if piece:
        pieces = (content[at : at + piece] for at in range(0, len(content), piece))
        octets = element(0x24, b"".join(element(4, each) for each in pieces), indefinite)
    info = element(0x30, element(6, DATA) + element(0xA0, octets, indefinite), indefinite)
    algorithms = element(0x31 if kind == SIGNED else 0x30, element(0x30, b"", indefinite), indefinite)
    fields = element(2, b"\1") + algorithms + info + (element(0x31, b"") if kind == SIGNED else b"")
    return element(0x30, element(6, kind) + element(0xA0, element(0x30, fields, indefinite), indefinite), indefinite)


def tnef(*attributes: bytes) -> bytes:
    return b"\x78\x9f\x3e\x22\x01\x00" + b"".join(attributes)


def attribute(number: int, data: bytes, level: int = 1) -> bytes:
    return struct.pack("<BHHI", level, number, 6, len(data)) + data + struct.pack("<H", sum(data) % 65_536)


def properties(*entries: bytes) -> bytes:
    return struct.pack("<I", len(entries)) + b"".join(entries)


def prop(kind: int, number: int, data: bytes) -> bytes:
    if kind == NUMBER:
        return struct.pack("<HH", kind, number) + data
    return struct.pack("<HHII", kind, number, 1, len(data)) + data + b"\0" * (-len(data) % 4)


def attached(title: bytes, data: bytes, *entries: bytes) -> bytes:
    """The attributes of a file in TNEF."""
    more = attribute(0x9005, properties(*entries), 2) if entries else b""
    return attribute(0x9002, b"\1\0" + b"\0" * 12, 2) + attribute(0x8010, title + b"\0", 2) + attribute(0x800F, data, 2) + more


def binhex(name: bytes, data: bytes, resources: bytes = b"") -> bytes:
    header = bytes([len(name)]) + name + b"\0TEXTttxt\0\0" + struct.pack(">II", len(data), len(resources))
    packed = (header + b"\0\0" + data + b"\0\0" + resources).replace(b"\x90", b"\x90\0").replace(b"aaaaa", b"a\x90\x05")
    letters = bytes.maketrans(
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
        b"!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr",
    )
    text = base64.b64encode(packed).rstrip(b"=").translate(letters)
    return b"(This file must be converted with BinHex 4.0)\n\n:" + text + b":\n"


def uuencoded(name: bytes, data: bytes) -> bytes:
    lines = b"".join(binascii.b2a_uu(data[at : at + 45]) for at in range(0, len(data), 45))
    return b"begin 644 " + name + b"\n" + lines + b"`\nend\n"
