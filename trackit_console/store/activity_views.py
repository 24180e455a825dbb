"""A message that was taken, as the list and its time line show it, and which messages a list is asked for (RUN-08)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trackit_console.domain.deliveries import Outcome
from trackit_console.domain.records import AppliedReason, RecordRef


@dataclass(frozen=True, slots=True)
class ActivityQuery:
    """What to look for; None and empty do not narrow.

    `text` has words of sender, subject and Message-ID (`domain.search_words`), or names a record.
    """

    text: str = ""
    since: datetime | None = None
    mailbox_id: int | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class ActivityView:
    """One message in the list, and the record that it is on."""

    delivery_id: int
    at: datetime
    mailbox: str
    message_id: str | None
    sender: str
    subject: str
    outcome: Outcome
    record: RecordRef | None
    reasons: tuple[AppliedReason, ...]


@dataclass(frozen=True, slots=True)
class TimeLine:
    """Everything that is known of one delivery, in the order in which it happened.

    `quarantine` is the state of the quarantine (open, retried, discarded), None for a message that never was in it;
    `raw_kept` says that the message is kept, `headers_only` that only its headers are.
    """

    activity: ActivityView
    scope: str
    uid: str
    size: int
    seen_at: datetime
    recorded_at: datetime
    settled_at: datetime | None
    post_action: int | None
    settle_error: str | None
    quarantine: str | None
    quarantine_detail: str
    tries: int
    raw_kept: bool
    headers_only: bool
