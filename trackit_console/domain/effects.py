"""What a decision does to records, as an ordered list of plain values.

`store.unit_of_work` applies them in one transaction. Effects about the same cause are a `Change`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from trackit_console.domain.deliveries import Delivery
from trackit_console.domain.events import Event
from trackit_console.domain.records import (
    AppliedReason,
    LinkKind,
    Module,
    Note,
    Placeholder,
    Priority,
    RecordRef,
    RecordTarget,
    ServiceLevelState,
    TicketSource,
)


@dataclass(frozen=True, slots=True)
class CreateRequestor:
    """A sender becomes a requestor, known as `handle` from here on. Where the address has one already, it is that one."""

    handle: Placeholder
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class CreateRecord:
    """A record of any module but requestors, known as `handle` from here on."""

    handle: Placeholder
    module: Module
    subject: str
    priority: Priority
    source: TicketSource
    template: str | None = None
    requestor: int | Placeholder | None = None
    technician_id: int | None = None
    category: str | None = None
    due_at: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChangeFields:
    """New values of the fields of a record; None leaves a field as it is."""

    record: RecordTarget
    subject: str | None = None
    priority: Priority | None = None
    category: str | None = None
    due_at: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChangeRequestor:
    """A new name or address of a requestor; None leaves it as it is. No other requestor may have the address."""

    record: RecordRef
    name: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class DeleteRecord:
    """The record goes with its notes, and its number is not given again; records of a deleted requestor have none then.

    The mail that made it stays in the activity.
    """

    record: RecordRef
    by: str


@dataclass(frozen=True, slots=True)
class Assign:
    """The record is worked on by this technician from now on, or by nobody."""

    record: RecordTarget
    technician_id: int | None


@dataclass(frozen=True, slots=True)
class Close:
    """The record is done."""

    record: RecordTarget


@dataclass(frozen=True, slots=True)
class Wait:
    """An open record waits for somebody else: its service level is paused (NOT-04)."""

    record: RecordTarget


@dataclass(frozen=True, slots=True)
class Reopen:
    """A closed or waiting record is worked on again."""

    record: RecordTarget


@dataclass(frozen=True, slots=True)
class AddNote:
    """An entry in the history of the record, with its files."""

    record: RecordTarget
    note: Note


@dataclass(frozen=True, slots=True)
class LinkRecords:
    """Two records belong together; the same link twice is one."""

    record: RecordTarget
    other: RecordTarget
    kind: LinkKind


@dataclass(frozen=True, slots=True)
class SetServiceLevel:
    """The service level of a record and its due times; makes no event (NOT-04)."""

    record: RecordTarget
    state: ServiceLevelState


@dataclass(frozen=True, slots=True)
class ScheduleAction:
    """Something to judge again later: a delayed action of a rule, or a reminder.

    `kind` and `source` name who asked for it, `payload` is JSON of theirs. An action with the same `unique_key` is scheduled once; while it
    waits, scheduling it again moves it to `due_at`.
    """

    kind: ScheduledKind
    source: str
    unique_key: str
    due_at: datetime
    payload: str = "{}"
    record: RecordTarget | None = None


@dataclass(frozen=True, slots=True)
class CancelActions:
    """The waiting actions of this kind about the record are not done; with `source`, those of that source alone."""

    record: RecordRef
    kind: ScheduledKind
    source: str | None = None


class ScheduledKind(StrEnum):
    """Who judges a scheduled action when it is due."""

    RULE = "rule"
    REMINDER = "reminder"


@dataclass(frozen=True, slots=True)
class MarkUndeliverable:
    """Mail to this address came back (MSG-09); `reason` is the status or the words of the bounce. Mail from it takes the mark away."""

    address: str
    reason: str
    record: RecordTarget | None = None


@dataclass(frozen=True, slots=True)
class MarkDeliverable:
    """Mail came from this address, so that mail to it is expected to arrive again."""

    address: str


class MailKind(StrEnum):
    """Why a mail is sent; the words are those of the command line's JSON."""

    NOTIFICATION = "notification"
    REPLY = "reply"
    REPORT = "report"
    ALERT = "alert"


@dataclass(frozen=True, slots=True)
class SendMail:
    """A mail into the outbox (OUT-06).

    `unique_key` names what it is about (event and recipient): a mail with the same key is put there once. `content` is
    the whole message as bytes (RFC 5322). `digest` is the key under which it waits to be sent together with others (NOT-01), `by` the
    name of the notification, rule or report that sends it.
    """

    kind: MailKind
    recipients: tuple[str, ...]
    subject: str
    message_id: str
    content: bytes
    unique_key: str
    record: RecordTarget | None = None
    not_before: datetime | None = None
    digest: str | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Announce:
    """Tells the listeners of an event that no record shows, such as the stop of a mailbox."""

    event: Event


Effect = (
    CreateRequestor
    | CreateRecord
    | ChangeFields
    | ChangeRequestor
    | Assign
    | Close
    | Wait
    | Reopen
    | SetServiceLevel
    | ScheduleAction
    | CancelActions
    | MarkUndeliverable
    | MarkDeliverable
    | DeleteRecord
    | AddNote
    | LinkRecords
    | SendMail
    | Announce
)


@dataclass(frozen=True, slots=True)
class Change:
    """Effects with one cause, in their order; `delivery` is the message that caused them, None for any other cause.

    `quiet`: no mail may be sent because of it (MSG-08); its events say so. `by` are the names of the rules that led to it, the latest last.
    `answer` is what the sender of an email command is told.
    """

    effects: tuple[Effect, ...] = ()
    delivery: Delivery | None = None
    quiet: bool = False
    by: tuple[str, ...] = ()
    answer: tuple[AppliedReason, ...] = ()
