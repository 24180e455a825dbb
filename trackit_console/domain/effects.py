"""What a decision does to records, as an ordered list of plain values.

`store.unit_of_work` applies them in one transaction. Effects about the same cause are a `Change`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from trackit_console.domain.deliveries import Delivery
from trackit_console.domain.events import Event
from trackit_console.domain.records import LinkKind, Module, Note, Placeholder, Priority, RecordRef, RecordTarget, TicketSource


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
class Reopen:
    """The record is worked on again."""

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
    the whole message as bytes (RFC 5322).
    """

    kind: MailKind
    recipients: tuple[str, ...]
    subject: str
    message_id: str
    content: bytes
    unique_key: str
    record: RecordTarget | None = None
    not_before: datetime | None = None


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
    | Reopen
    | DeleteRecord
    | AddNote
    | LinkRecords
    | SendMail
    | Announce
)


@dataclass(frozen=True, slots=True)
class Change:
    """Effects with one cause, in their order; `delivery` is the message that caused them, None for any other cause.

    `quiet`: no mail may be sent because of it (MSG-08); its events say so.
    """

    effects: tuple[Effect, ...] = ()
    delivery: Delivery | None = None
    quiet: bool = False
