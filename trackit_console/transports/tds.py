"""The first packets of TDS, the protocol of SQL Server: PRELOGIN, and TLS inside of it (MS-TDS sections 2.2.6.5 and 2.2.3.1).

Pure functions. Nothing here signs in: the driver does.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

HEADER_BYTES = 8
PRELOGIN, TABULAR_RESULT = 0x12, 0x04
"""Packet types: of the client's PRELOGIN and of each packet with TLS, and of the server's answer to PRELOGIN."""
_LAST = 0x01
_VERSION, _ENCRYPTION, _TERMINATOR = 0x00, 0x01, 0xFF
_PACKET_BYTES = 4096


class Encryption(IntEnum):
    """What a side says of encryption (MS-TDS section 2.2.6.5)."""

    OFF = 0
    ON = 1
    NOT_SUPPORTED = 2
    REQUIRED = 3


class NotTds(ValueError):
    """The bytes are no packet that a SQL Server sends."""


@dataclass(frozen=True, slots=True)
class Prelogin:
    """The server's answer: its version, such as 16.0.4135, and what it says of encryption."""

    version: str
    encryption: Encryption


def prelogin_request() -> bytes:
    """The client's PRELOGIN, which asks for an encrypted connection."""
    options = ((_VERSION, bytes(6)), (_ENCRYPTION, bytes([Encryption.ON])))
    # Offsets count from the first option: five bytes each and the terminator stand before the data.
    offset = 5 * len(options) + 1
    tokens, data = b"", b""
    for token, value in options:
        tokens += struct.pack(">BHH", token, offset + len(data), len(value))
        data += value
    [packet] = packets(tokens + bytes([_TERMINATOR]) + data)
    return packet


def packets(data: bytes) -> Iterator[bytes]:
    """`data` as packets of a PRELOGIN message; the bytes of a TLS handshake travel like this as well."""
    size = _PACKET_BYTES - HEADER_BYTES
    for number, start in enumerate(range(0, len(data), size), 1):
        part = data[start : start + size]
        status = _LAST if start + size >= len(data) else 0
        yield struct.pack(">BBHHBB", PRELOGIN, status, HEADER_BYTES + len(part), 0, number % 256, 0) + part


def payload_bytes(header: bytes) -> int:
    """How many bytes follow the 8 bytes of a packet's header; raises `NotTds`."""
    kind, status, length = struct.unpack(">BBH", header[:4])
    if kind not in (PRELOGIN, TABULAR_RESULT) or status > _LAST or length < HEADER_BYTES:
        raise NotTds(f"a packet of type {kind:#x}")
    return int(length) - HEADER_BYTES


def read_prelogin(payload: bytes) -> Prelogin:
    """The server's answer to PRELOGIN; raises `NotTds`."""
    options = _options(payload)
    try:
        major, minor, build = struct.unpack(">BBH", options[_VERSION][:4])
        return Prelogin(f"{major}.{minor}.{build}", Encryption(options[_ENCRYPTION][0]))
    except (KeyError, IndexError, ValueError, struct.error) as error:
        raise NotTds("no version or no encryption in the answer") from error


def _options(payload: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    for start in range(0, len(payload), 5):
        if payload[start] == _TERMINATOR:
            return found
        token = payload[start : start + 5]
        if len(token) < 5:
            break
        number, offset, length = struct.unpack(">BHH", token)
        found[number] = payload[offset : offset + length]
    raise NotTds("the answer has no end")
