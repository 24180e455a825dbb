"""What the contract suite needs of a mailbox on some server; each type of `Source` brings a rig of its own.

A rig knows how its server is reached and what can be done there. The suite assumes nothing about sockets, numbers or
identities.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from trackit_console.settings.post_action import PostAction
from trackit_console.transports.source import Source

INBOX = "INBOX"


class Rig(Protocol):
    """One mailbox, empty at first. Messages are counted from 0 in the order in which they were delivered."""

    @property
    def tells_unread(self) -> bool:
        """Whether the server knows which messages are unread."""
        ...

    @property
    def odd_folder(self) -> str | None:
        """The path of a folder two levels down, with slashes between and letters outside of ASCII, if there are folders."""
        ...

    def source(self, folder: str = INBOX, answer_seconds: float = 10.0) -> Source:
        """A source for the next visit, which waits at most so long for an answer."""
        ...

    # ------------------------------------------------------------------ mail that arrives

    def deliver(self, *raws: bytes, folder: str = INBOX) -> None:
        """Messages arrive in this order; the folder is made if it does not exist."""
        ...

    # ------------------------------------------------------------------ a person in the same mailbox

    def mark_read(self, numbers: Sequence[int]) -> None:
        """Reads these of the Inbox, or does nothing if messages have no such mark."""
        ...

    def delete(self, numbers: Sequence[int]) -> None:
        """Deletes these from the Inbox."""
        ...

    def move_away(self, numbers: Sequence[int]) -> None:
        """Moves these out of the Inbox."""
        ...

    # ------------------------------------------------------------------ a server in trouble

    def refuse(self, number: int) -> None:
        """From now on the server does not hand over this message of the Inbox."""
        ...

    def be_busy(self) -> None:
        """From now on the server lets nobody in for the moment."""
        ...

    def fall_silent(self) -> None:
        """From now on the server answers nothing, not even on open connections."""
        ...

    # ------------------------------------------------------------------ what is there

    def contents(self, folder: str = INBOX) -> list[bytes]:
        """The messages in a folder, oldest first; none if it does not exist."""
        ...

    def settled(self, action: PostAction, raws: Sequence[bytes]) -> bool:
        """Whether the mailbox looks as it should once `action` was applied to all of it, which was `raws`."""
        ...

    def close(self) -> None:
        """Ends what the rig started."""
        ...
