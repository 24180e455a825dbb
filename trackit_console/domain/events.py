"""What happened to records, told to `listeners` within the transaction that did it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from trackit_console.domain.records import AppliedReason, RecordRef


class EventKind(StrEnum):
    """The events that notifications and business rules can react to."""

    RECORD_CREATED = "record_created"
    RECORD_UPDATED = "record_updated"
    NOTE_ADDED = "note_added"
    ASSIGNED = "assigned"
    CLOSED = "closed"
    REOPENED = "reopened"
    DELETED = "deleted"
    EMAIL_RECEIVED = "email_received"
    PROCESSING_STOPPED = "processing_stopped"
    PROCESSING_RESUMED = "processing_resumed"
    COMMAND_ANSWERED = "command_answered"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `record` is None where it is not about a record; `fields` are those that were changed.

    `quiet`: a program or a loop caused it, so no mail may
    be sent because of it (MSG-08). `by` are the names of the rules that led to it, the latest last. `reasons` are what there is to say of it:
    what the sender of an email command is told, why processing has stopped.
    """

    kind: EventKind
    record: RecordRef | None = None
    note_id: int | None = None
    delivery_id: int | None = None
    mailbox_id: int | None = None
    fields: tuple[str, ...] = ()
    quiet: bool = False
    by: tuple[str, ...] = ()
    reasons: tuple[AppliedReason, ...] = ()


@dataclass(frozen=True, slots=True)
class SentMail:
    """How much mail was put into the outbox lately (MSG-08): by the key of the recipient's address, and by that and the record."""

    to_recipient: Mapping[str, int]
    about_record: Mapping[tuple[str, RecordRef], int]


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """A message that was taken: `sender` is the From address with its name as it was written, `sender_key` its key.

    `mailbox` is what the mailbox is called that it came to.
    """

    sender: str
    sender_key: str
    subject: str
    message_id: str | None
    mailbox: str = ""
