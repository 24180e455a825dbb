"""Which messages a POP3 mailbox holds, by number and identity (RFC 1939 sections 5 and 7).

A number holds for one session only, so a message is known by its UIDL. Where there is none, or where the server gives
the same to several messages, it is known by its content.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from trackit_console.domain.deliveries import MessageRef

UIDL, CONTENT, HEADERS = "uidl", "content", "headers"
"""The scopes of a ref: by UIDL, by all bytes, or (where the body is not downloaded) by size and header block."""

# RFC 1939 allows 70 characters; some servers have a few more.
_UIDL = re.compile(rb"[\x21-\x7e]{1,255}")


@dataclass(frozen=True, slots=True)
class Listed:
    """A message of the listing: number, size in bytes, and ref; None if only the content can identify it.

    `without_body` is the ref of a message that has none while its body is not downloaded.
    """

    number: int
    size: int
    ref: MessageRef | None
    without_body: MessageRef | None = None


class Listing:
    """The messages of one session, in the order of their numbers: oldest first."""

    def __init__(self, messages: Sequence[Listed]) -> None:
        self.messages = messages

    @cached_property
    def by_ref(self) -> dict[MessageRef, Listed]:
        """The messages that have a UIDL of their own."""
        return {each.ref: each for each in self.messages if each.ref is not None}

    @cached_property
    def without_uidl(self) -> list[Listed]:
        """The messages that only their content identifies."""
        return [each for each in self.messages if each.ref is None]

    def begins_like(self, earlier: Listing) -> bool:
        """Whether all numbers of an `earlier` session still stand for messages of the same size and identity."""
        return list(self.messages[: len(earlier.messages)]) == list(earlier.messages)


def listing_of(sizes: Iterable[bytes], uidls: Iterable[bytes] | None) -> Listing:
    """The listing from the lines of LIST and UIDL; raises ValueError for a line that breaks the protocol."""
    size_of = {number: int(rest.split()[0]) for number, rest in map(_numbered, sizes)}
    uidl_of = {number: rest.strip() for number, rest in map(_numbered, uidls or ())}
    # The same UIDL twice is a fault of the server (RFC 1939 section 7): as an identity it would lose one of them.
    count = Counter(uidl_of.values())
    return Listing(
        [
            Listed(number, size, _uidl_ref(uidl_of.get(number, b"")) if count[uidl_of.get(number, b"")] == 1 else None)
            for number, size in sorted(size_of.items())
        ]
    )


def _numbered(line: bytes) -> tuple[int, bytes]:
    number, _, rest = line.partition(b" ")
    if not number.isdigit() or not rest.strip():
        raise ValueError(f"not a line of a listing: {line[:80]!r}")
    return int(number), rest


def _uidl_ref(uidl: bytes) -> MessageRef | None:
    return MessageRef(UIDL, uidl.decode("ascii")) if _UIDL.fullmatch(uidl) else None


def content_ref(raw: bytes) -> MessageRef:
    """The identity of a message without a UIDL."""
    return MessageRef(CONTENT, hashlib.sha256(raw).hexdigest())


def headers_ref(size: int, headers: bytes) -> MessageRef:
    """The identity of a message without a UIDL and without a body."""
    return MessageRef(HEADERS, hashlib.sha256(b"%d\n%s" % (size, headers)).hexdigest())
