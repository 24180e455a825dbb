"""The two small protocols by which mail is reached: `Source` reads one mailbox, `Sender` sends.

What is behind them is in one module a protocol (`imap`, `smtp`, ...). No retries here: those are the engine's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, Self

from trackit_console.settings.monitor import PostAction

BATCH_MESSAGES = 50
"""Messages in one batch at most: one FETCH, one transaction, one STORE (measured: more gains nothing)."""
BATCH_BYTES = 8 * 1024 * 1024
"""Bytes in one batch at most, a single larger message excepted, so that memory stays bounded (RUN-07)."""


@dataclass(frozen=True, slots=True)
class MessageRef:
    """The server's own identity of one message (RUN-03).

    `scope` is what the identity holds within (IMAP: folder and UIDVALIDITY), `uid` the identity there, both as text
    and case-sensitive.
    """

    scope: str
    uid: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """A message as the server gave it; `raw` is None when the server announced it but did not hand it over."""

    ref: MessageRef
    raw: bytes | None
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages that are recorded together, and the `cursor` to keep once they are recorded."""

    messages: Sequence[Fetched]
    cursor: str


@dataclass(frozen=True, slots=True)
class Settled:
    """What `settle` did: refs that are in their end state now, and those the server would not let go, with its words."""

    done: Sequence[MessageRef]
    failed: dict[MessageRef, str] = field(default_factory=dict)


class Source(Protocol):
    """One mailbox, open for one poll cycle. Not for several threads, `abort` excepted. All raise `TransportError`."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc_info: object) -> None: ...

    def fetch_new(self, cursor: str | None, limit: int) -> Iterator[Batch]:
        """Up to `limit` messages that came after `cursor`, oldest first, in batches.

        `cursor` is what the last recorded batch carried, None at the first visit. Nothing is changed on the server.
        """
        ...

    def fetch(self, refs: Sequence[MessageRef]) -> Iterator[Fetched]:
        """These messages again; those that are gone are left out."""
        ...

    def settle(self, refs: Sequence[MessageRef], post_action: PostAction) -> Settled:
        """Applies `post_action` to messages that are recorded. Doing it again does no harm; a message that is gone is done."""
        ...

    def unread(self) -> int:
        """How many messages of the folder are unread."""
        ...

    def abort(self) -> None:
        """Closes the connection under a call that is waiting; from any thread. The call raises `Cancelled`."""
        ...
