"""What the monitor took of the messages that are still on a POP3 server, as its cursor (RUN-03, RUN-07).

POP3 marks nothing as read, so at the first visit everything counts, and later whatever is not marked here. The ledger
alone decides what is taken; the cursor only saves the download. So it may forget: it does so with what is not listed any
more. 10,000 messages take 107 kB.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Set

from trackit_console.domain.deliveries import MessageRef

MARK_BYTES = 8
"""Bytes of a mark: among 10,000 messages, a new one is mistaken for an old one once in 10**15 times."""


def mark(ref: MessageRef) -> bytes:
    """What is kept of a ref: the beginning of its SHA-256."""
    return hashlib.sha256(f"{ref.scope}\0{ref.uid}".encode()).digest()[:MARK_BYTES]


def taken_text(taken: Set[bytes]) -> str:
    """The text to store; `read_taken` reads it."""
    return json.dumps({"pop3": base64.b64encode(b"".join(sorted(taken))).decode("ascii")})


def read_taken(text: str | None) -> frozenset[bytes]:
    """The marks in a stored cursor; none if there is no cursor, or one of another type of mailbox."""
    try:
        joined = base64.b64decode(json.loads(text or "{}").get("pop3", ""))
    except (ValueError, AttributeError, TypeError):
        return frozenset()
    return frozenset(joined[start : start + MARK_BYTES] for start in range(0, len(joined), MARK_BYTES))
