"""The two small protocols by which mail is reached: `Source` reads one mailbox, `Sender` sends.

What is behind them is in one module a protocol (`imap`, `smtp`, ...). No retries here: those are the engine's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from enum import StrEnum
from typing import Protocol, Self

from trackit_console.domain.deliveries import MessageRef
from trackit_console.settings.monitor import PostAction
from trackit_console.transports.connection_phases import Abortable, Phase

BATCH_MESSAGES = 50
"""Messages in one batch at most: one FETCH, one transaction, one STORE (measured: more gains nothing)."""
BATCH_BYTES = 8 * 1024 * 1024
"""Bytes in one batch at most, a single larger message excepted, so that memory stays bounded (RUN-07)."""


class Absent(StrEnum):
    """Why a message came without its bytes."""

    NOT_HANDED_OVER = "not_handed_over"
    """The server announced it, and answered without a body."""
    REFUSED = "refused"
    """The server refused to hand it over, or ended the connection over it."""
    TOO_LARGE = "too_large"
    """It is larger than the limit: only its header block was downloaded."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A message as the server gave it.

    `size` is in bytes, as the server tells it. `raw` is None when the body was not downloaded; `absent` then says why,
    unless nobody asked for it (`Source.fetch_headers`), and `words` are the server's own. `headers` is the header block
    where that alone was downloaded.
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
    """Messages that are recorded together, and the `cursor` to keep once they are recorded."""

    messages: Sequence[Fetched]
    cursor: str


@dataclass(frozen=True, slots=True)
class Settled:
    """What `Source.settle` did.

    `done` are refs that are in their end state now, `failed` those that the server would not let go, with its words.
    `copied` are those of the failed whose copy is in the processed folder already: to be kept, and to be given as
    `already_copied` the next time.
    """

    done: Sequence[MessageRef]
    failed: dict[MessageRef, str] = field(default_factory=dict)
    copied: Sequence[MessageRef] = ()


RawOf = Callable[[MessageRef], bytes | None]
"""The bytes of a recorded message, None when they are not kept; called only where a post action needs them."""


class Source(Abortable, Protocol):
    """One mailbox, open for one poll cycle. Not for several threads, `abort` and `expire` excepted.

    All raise `TransportError`.
    """

    @property
    def phases(self) -> Sequence[Phase]:
        """What opening it consists of; entering its block walks them."""
        ...

    @property
    def settles_on_close(self) -> bool:
        """Whether what `settle` did counts only once `finish` has succeeded (POP3, RFC 1939 section 6)."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc_info: object) -> None: ...

    def close(self) -> None:
        """Ends it in whatever state it is; raises nothing."""
        ...

    def fetch_new(self, cursor: str | None, limit: int, size_limit: int) -> Iterator[Batch]:
        """Up to `limit` messages that came after `cursor`, oldest first, in batches.

        `cursor` is what the last recorded batch carried, None at the first visit. Of a message above `size_limit` bytes
        only the header block is downloaded. One message that the server does not hand over keeps back no other. Nothing
        is changed on the server.
        """
        ...

    def fetch(self, refs: Sequence[MessageRef], size_limit: int) -> Iterator[Fetched]:
        """These messages again, as `fetch_new` gives them; those that are gone are left out."""
        ...

    def fetch_headers(self, refs: Sequence[MessageRef]) -> Iterator[Fetched]:
        """The header blocks of these messages and nothing else of them; those that are gone are left out."""
        ...

    def settle(
        self,
        refs: Sequence[MessageRef],
        post_action: PostAction,
        raw_of: RawOf,
        already_copied: Collection[MessageRef] = (),
    ) -> Settled:
        """Applies `post_action` to messages that are recorded. Doing it again does no harm; a message that is gone is done.

        `already_copied` are refs that an earlier `Settled.copied` named: they are not copied once more.
        """
        ...

    def unread(self) -> int:
        """How many messages of the folder are unread."""
        ...

    def finish(self) -> None:
        """Ends the session well; raises when the server did not confirm it. Nothing can be asked afterwards."""
        ...


class Sender(Abortable, Protocol):
    """One outgoing account, open for some messages. Not for several threads, `abort` and `expire` excepted."""

    @property
    def phases(self) -> Sequence[Phase]:
        """What opening it consists of; entering its block walks them."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc_info: object) -> None: ...

    def close(self) -> None:
        """Ends it in whatever state it is; raises nothing."""
        ...

    def send(self, message: EmailMessage | bytes, recipients: Sequence[str]) -> dict[str, str]:
        """Sends one message to all recipients that the server takes; answers the others, with the server's words.

        Raises `RecipientRefused` when it takes none of them, `SenderRefused`, `MessageRefused` and whatever else a
        connection can end by.
        """
        ...
