"""What a `Source` hands over: messages in batches, and what became of their post actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from trackit_console.domain.deliveries import MessageRef

BATCH_MESSAGES = 100
"""Maximum messages in a batch: one FETCH, one transaction, one STORE (measured: 50 cost a tenth more, 200 are no faster)."""
BATCH_BYTES = 8 * 1024 * 1024
"""Maximum bytes in a batch, which bounds memory (RUN-07). A single larger message is a batch of its own."""


class Absent(StrEnum):
    """Why a message has no body."""

    NOT_HANDED_OVER = "not_handed_over"
    """The server announced it, but returned no body."""
    REFUSED = "refused"
    """The server refused to deliver it, or closed the connection when asked for it."""
    TOO_LARGE = "too_large"
    """It exceeds the size limit; only its header block was downloaded."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A message as the server returned it.

    `size` is in bytes, as the server reports it. `raw` is None if the body was not downloaded. `absent` then says why,
    unless only headers were requested (`Source.fetch_headers`), and `words` holds the server's text. `headers` is the
    header block if only that was downloaded.
    """

    ref: MessageRef
    raw: bytes | None
    size: int = 0
    received_at: datetime | None = None
    headers: bytes = b""
    absent: Absent | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages to record together, and the `cursor` to store once they are recorded."""

    messages: Sequence[Fetched]
    cursor: str


@dataclass(frozen=True, slots=True)
class Settled:
    """The result of `Source.settle`.

    `done` are the refs that are now in their end state, `failed` those that the server refused, with its text.
    `copied` are the failed ones that already have a copy in the processed folder: store them, and pass them as
    `already_copied` the next time.
    """

    done: Sequence[MessageRef]
    failed: dict[MessageRef, str] = field(default_factory=dict)
    copied: Sequence[MessageRef] = ()
