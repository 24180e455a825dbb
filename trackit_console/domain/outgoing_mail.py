"""What becomes of a mail in the outbox (OUT-06)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from trackit_console.domain.records import AppliedReason, RecordRef

GIVE_UP_AFTER = timedelta(days=3)
"""How long a mail is tried, and the longest delay until the next try (RFC 5321 section 4.5.4.1)."""


class MailState(StrEnum):
    """Whether a mail was sent; the words are those of the command line's JSON, and stored.

    A mail that some recipients got and others will not get is sent: its error says who did not.
    """

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    DISCARDED = "discarded"


class MailStep(StrEnum):
    """One thing that happened to a mail. Stored as a code.

    `TRIED`: a try that did not succeed, and is repeated. `REFUSED`: a recipient will not get it, others may. `RETRIED` and
    `DISCARDED` are what an admin did.
    """

    TRIED = "tried"
    SENT = "sent"
    REFUSED = "refused"
    FAILED = "failed"
    RETRIED = "retried"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class ClaimedMail:
    """A mail that `owner` may send now, and nobody else.

    `delivered` are the recipients who have got it at an earlier try, `refused` those who never will. `content` is the whole
    message as bytes (RFC 5322). `tries` did not succeed since `begun_at`, it is due since `due_at`. Mail with the same `digest`
    is sent as one.
    """

    id: int
    owner: str
    recipients: tuple[str, ...]
    delivered: tuple[str, ...]
    refused: tuple[str, ...]
    subject: str
    record: RecordRef | None
    message_id: str
    content: bytes
    by: str
    tries: int
    begun_at: datetime
    due_at: datetime
    digest: str | None = None

    @property
    def open_recipients(self) -> tuple[str, ...]:
        """Those to whom it is still to be sent."""
        settled = {*self.delivered, *self.refused}
        return tuple(each for each in self.recipients if each not in settled)


@dataclass(frozen=True, slots=True)
class Attempt:
    """How trying to send a mail ended.

    `delivered` are the recipients for whom the server took it, `refused` those that it refused for good, with the reason. All
    others are tried again at `next_try_at`; None: they are given up. `error` is why it is not done, or not for everybody.
    """

    delivered: tuple[str, ...] = ()
    refused: Mapping[str, AppliedReason] = field(default_factory=dict)
    error: AppliedReason | None = None
    next_try_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OutgoingTrouble:
    """What is wrong with the outgoing account: no mail can be sent, whatever it is. `next_try_at` None: at once."""

    failures: int
    since: datetime
    next_try_at: datetime | None
    error: tuple[AppliedReason, ...]
