"""What the demo hands to the window: the mail that its server received, and a way to answer it as its recipient would (PKG-02)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """A mail of the help desk that the demo's server received. `by_technician`: a technician would answer it."""

    number: int
    at: datetime
    recipient: str
    subject: str
    raw: bytes
    by_technician: bool


@dataclass(frozen=True, slots=True)
class DemoMailbox:
    """`mails` answers all mail so far, the newest first, at once.

    `reply` puts an answer with a text into the mailbox of the help desk, with the keyword in the subject or without; it waits for the server.
    """

    mails: Callable[[], Sequence[ReceivedMail]]
    reply: Callable[[ReceivedMail, str, bool], None]
