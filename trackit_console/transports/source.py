"""The interface through which the program reads mail: `Source` reads one mailbox.

One module per mail protocol implements it (`imap`, `graph`, ...). They do not retry: the engine does that.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Protocol, Self

from trackit_console.domain.deliveries import MessageRef
from trackit_console.settings.post_action import PostAction
from trackit_console.transports.connection_phases import Abortable, Phase
from trackit_console.transports.fetched_mail import Batch, Fetched, Settled

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
        Nothing is changed on the server. To be called before the refs of earlier visits are used: by the cursor the source
        knows whether the server has given their identities again.
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
