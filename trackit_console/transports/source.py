"""The two interfaces through which the program reaches mail: `Source` reads one mailbox, `Sender` sends.

One module per mail protocol implements them (`imap`, `smtp`, ...). They do not retry: the engine does that.
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
from trackit_console.transports.errors import RefusedRecipient

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


RawOf = Callable[[MessageRef], bytes | None]
"""Returns the bytes of a recorded message, None if they are not kept. Called only if a post action needs them."""


class Source(Abortable, Protocol):
    """One mailbox, open for one poll cycle. Not thread-safe, except for `abort` and `expire`.

    All methods but `close`, `abort` and `expire` raise `TransportError`.
    """

    @property
    def phases(self) -> Sequence[Phase]:
        """The phases of opening it; entering its `with` block runs them."""
        ...

    @property
    def settles_on_close(self) -> bool:
        """Whether the effects of `settle` are final only after `finish` has succeeded (POP3: RFC 1939 section 6)."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc_info: object) -> None: ...

    def close(self) -> None:
        """Closes it, whatever state it is in; raises nothing."""
        ...

    def fetch_new(self, cursor: str | None, limit: int, size_limit: int) -> Iterator[Batch]:
        """Downloads up to `limit` messages that arrived after `cursor`, oldest first, in batches.

        `cursor` is the one of the last recorded batch, None at the first visit. Of a message above `size_limit` bytes
        only the header block is downloaded. A message that the server does not deliver does not hold up the others.
        Nothing is changed on the server.
        """
        ...

    def fetch(self, refs: Sequence[MessageRef], size_limit: int) -> Iterator[Fetched]:
        """Downloads these messages again, in the form of `fetch_new`. Messages that no longer exist are left out."""
        ...

    def fetch_headers(self, refs: Sequence[MessageRef]) -> Iterator[Fetched]:
        """Downloads only the header blocks of these messages. Messages that no longer exist are left out."""
        ...

    def settle(
        self,
        refs: Sequence[MessageRef],
        post_action: PostAction,
        raw_of: RawOf,
        already_copied: Collection[MessageRef] = (),
    ) -> Settled:
        """Applies `post_action` to recorded messages. It may be repeated; a message that no longer exists counts as done.

        `already_copied` are refs from an earlier `Settled.copied`; they are not copied again.
        """
        ...

    def unread(self) -> int | None:
        """The number of unread messages in the folder, None if the server does not tell (POP3)."""
        ...

    def finish(self) -> None:
        """Logs out; raises if the server did not confirm it. The source cannot be used afterwards."""
        ...


class Sender(Abortable, Protocol):
    """One outgoing account, open for some messages. Not thread-safe, except for `abort` and `expire`.

    An error in opening it (`phases`, entering the `with` block) is never about a message: its `permanent` is False.
    """

    @property
    def phases(self) -> Sequence[Phase]:
        """The phases of opening it; entering its `with` block runs them."""
        ...

    @property
    def usable(self) -> bool:
        """Whether the next message can be sent: not once the server hung up, and not after `abort` or `expire`.

        A message that was refused leaves it usable.
        """
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc_info: object) -> None: ...

    def close(self) -> None:
        """Closes it, whatever state it is in; raises nothing."""
        ...

    def send(self, message: EmailMessage | bytes, recipients: Sequence[str]) -> list[RefusedRecipient]:
        """Sends one message to all of `recipients` that the server accepts; returns the others.

        `recipients` is at least one address; domains may be in any script. The message has no Bcc: recipients whom its
        headers do not name stay hidden. Returning means that the server has taken the message for everybody else, even if
        `abort` was called meanwhile.

        Raises `TransportError` if it was not sent to anybody; what is to be done then is told by the error:

        - `refused`: each recipient with its own verdict, if the server accepted none of them.
        - `permanent`: the same message must not be tried again. Never for what an admin can mend in the account (sign-in,
          certificates, rights, limits), and never for what passes by itself.
        - `in_doubt`: the connection broke after the whole message was handed over. It may have arrived.
        - `retry_after`: the seconds that the server wants to be left alone, None if it did not say.
        """
        ...
