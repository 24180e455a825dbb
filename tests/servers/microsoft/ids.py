"""Ids as Exchange makes them: long, case-sensitive, in three forms of one entry id.

A regular id names a place in a folder and changes by a move; an immutable one names the item (concepts/outlook-immutable-id.md).
REST ids are base64 for URLs, EWS ids are plain base64 of the same bytes.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Literal

Kind = Literal["item", "immutable", "folder"]

REGULAR_HEAD = bytes.fromhex("00032400")  # AAMkA…
IMMUTABLE_HEAD = bytes.fromhex("0009002e00000000")  # AAkALgAAAAA…
MARKS: dict[bytes, Kind] = {b"\x00F\x00\x00\x00\x00\x00": "item", b"\x00.\x00\x00\x00\x00\x00": "folder"}


@dataclass(frozen=True)
class EntryId:
    """`number` is the item's place, the item or the folder, by `kind`; `folder` is the folder's number where a place names one."""

    mailbox: str
    kind: Kind
    number: int
    folder: int = 0

    @property
    def data(self) -> bytes:
        if self.kind == "immutable":
            return IMMUTABLE_HEAD + self.mailbox.encode() + self.number.to_bytes(8, "big") + b"\x00"
        mark = next(mark for mark, kind in MARKS.items() if kind == self.kind)
        tail = self.folder.to_bytes(6, "big") + self.number.to_bytes(8, "big") + b"\x00\x00"
        return REGULAR_HEAD + self.mailbox.encode() + mark + tail

    @property
    def rest(self) -> str:
        return base64.urlsafe_b64encode(self.data).decode()

    @property
    def binary(self) -> str:
        """The form of MAPI's ids: padding left out and its length written at the end (user-translateexchangeids)."""
        padding = self.rest.count("=")
        return f"{self.rest.rstrip('=')}{padding}"

    @property
    def ews(self) -> str:
        return base64.b64encode(self.data).decode()


def parse(text: str) -> EntryId | None:
    """The id that `text` is, in either alphabet; None when it is none, or was cut short or changed in one letter's case."""
    try:
        data = base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
        found = _parse(data)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return found if found and found.data == data else None


def parse_binary(text: str) -> EntryId | None:
    return parse(text[:-1] + "=" * int(text[-1])) if text[-1:] in ("0", "1", "2") else None


def _parse(data: bytes) -> EntryId | None:
    if data.startswith(IMMUTABLE_HEAD):
        rest = data[len(IMMUTABLE_HEAD) :]
        return EntryId(rest[:36].decode("ascii"), "immutable", int.from_bytes(rest[36:44], "big"))
    if not data.startswith(REGULAR_HEAD):
        return None
    rest = data[len(REGULAR_HEAD) :]
    kind = MARKS.get(rest[36:43])
    if kind is None:
        return None
    return EntryId(rest[:36].decode("ascii"), kind, int.from_bytes(rest[49:57], "big"), int.from_bytes(rest[43:49], "big"))
