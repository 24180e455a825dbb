"""A mail of the outbox as lists show it, all that is kept of one, and which mail a list is asked for (OUT-06)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trackit_console.domain.effects import MailKind
from trackit_console.domain.outgoing_mail import MailState, MailStep
from trackit_console.domain.records import AppliedReason, RecordRef


@dataclass(frozen=True, slots=True)
class OutboxQuery:
    """Which mail: `text` is part of a recipient, subject, Message-ID or what sends it, or a record; `state` None means any."""

    text: str = ""
    state: MailState | None = None


@dataclass(frozen=True, slots=True)
class OutboxView:
    """A mail as lists show it. `by` is the notification, rule or report that sends it.

    `next_try_at` is None unless it waits. `error` is why it failed, was not sent yet, or did not reach everybody; the fact
    `detail` of a reason has the server's words. `digest_id` is the mail in which it goes out together with others.
    """

    id: int
    at: datetime
    state: MailState
    kind: MailKind
    record: RecordRef | None
    recipients: tuple[str, ...]
    subject: str
    message_id: str
    by: str
    tries: int
    next_try_at: datetime | None
    sent_at: datetime | None
    error: tuple[AppliedReason, ...]
    digest_id: int | None


@dataclass(frozen=True, slots=True)
class OutboxTry:
    """One thing that happened to a mail. `actor` is the admin who did it, or the computer that tried."""

    at: datetime
    what: MailStep
    actor: str
    reasons: tuple[AppliedReason, ...]


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """One mail with everything that is kept of it.

    `delivered` and `refused` are the recipients that the server took and refused for good, where it did not treat all of them
    alike. `steps` are in the order in which they happened; `content` is the whole message as bytes (RFC 5322).
    """

    view: OutboxView
    delivered: tuple[str, ...]
    refused: tuple[str, ...]
    steps: tuple[OutboxTry, ...]
    content: bytes
