"""Records, people and notes as decisions name them. How they are kept is in `store.tables.records`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

Facts = Mapping[str, object]
"""Facts of a sentence by name: text, whole numbers, or an `AppliedReason` that is a sentence of its own."""


class Module(StrEnum):
    """The modules that a keyword can name (MSG-02); the values are those of keywords and of the JSON."""

    TICKET = "Ticket"
    ASSIGNMENT = "Assignment"
    REQUESTOR = "Requestor"
    ANNOUNCEMENT = "Announcement"


class Status(StrEnum):
    """Whether a record is worked on. Stored as a code; `helpdesk.labels` has the words.

    A waiting record is worked on, but it is somebody else's turn: its service level is paused (NOT-04).
    """

    OPEN = "open"
    WAITING = "waiting"
    CLOSED = "closed"


class Priority(StrEnum):
    """How urgent a record is. Stored as a code; `helpdesk.labels` has the words."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    URGENT = "urgent"


class TicketSource(StrEnum):
    """**Ticket Source**: where a record came from. Stored as a code."""

    EMAIL = "email"
    EMAIL_MONITOR = "email_monitor"


class NoteKind(StrEnum):
    """The kinds of notes in a record's history. Stored as a code."""

    EMAIL_RECEIVED = "email_received"
    EMAIL_SENT = "email_sent"
    BOUNCE = "bounce"
    AUTOMATIC_REPLY = "automatic_reply"
    NOTE = "note"
    SYSTEM = "system"


class LinkKind(StrEnum):
    """How two records belong together."""

    RELATED = "related"
    FOLLOWS = "follows"


@dataclass(frozen=True, slots=True, order=True)
class RecordRef:
    """A record that exists. Its text form is what a keyword holds in its brackets: `Ticket - 12`."""

    module: Module
    id: int

    def __str__(self) -> str:
        return f"{self.module.value} - {self.id}"


@dataclass(frozen=True, slots=True)
class Placeholder:
    """Stands for a record or person that an earlier effect of the same change creates, until its id is known."""

    name: str


RecordTarget = RecordRef | Placeholder


@dataclass(frozen=True, slots=True)
class Person:
    """A technician or requestor as decisions know them."""

    id: int
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Record:
    """The state of a record that decisions rest on. A requestor as a record is always open and has no technician."""

    ref: RecordRef
    status: Status
    closed_at: datetime | None = None
    technician_id: int | None = None
    requestor_id: int | None = None
    template: str | None = None

    @property
    def closed(self) -> bool:
        return self.status is Status.CLOSED


@dataclass(frozen=True, slots=True)
class ServiceLevelState:
    """When a record has to be answered first and closed, as its service level says (NOT-04). None: no such limit, or not yet.

    `responded_at` is when a technician first answered. `waiting_since` is since when its time stands still: the record waits, or is
    closed. `paused_seconds` is how long it stood still before, in the time of the level.
    """

    name: str | None = None
    first_response_due_at: datetime | None = None
    close_due_at: datetime | None = None
    responded_at: datetime | None = None
    waiting_since: datetime | None = None
    paused_seconds: int = 0


@dataclass(frozen=True, slots=True)
class RecordDetails:
    """Everything about a record that notifications and business rules can be about.

    A requestor as a record has its name as subject, and itself as requestor. `participants` are the keys of the addresses in From, To and Cc
    of its mail.
    """

    record: Record
    subject: str
    priority: Priority | None
    source: TicketSource | None
    created_at: datetime
    updated_at: datetime
    category: str | None = None
    due_at: datetime | None = None
    expires_at: datetime | None = None
    requestor: Person | None = None
    technician: Person | None = None
    participants: frozenset[str] = frozenset()
    service_level: ServiceLevelState = ServiceLevelState()

    @property
    def ref(self) -> RecordRef:
        return self.record.ref


@dataclass(frozen=True, slots=True)
class AppliedReason:
    """Why something became what it became: a code (see `helpdesk.reasons`) and the facts of its sentence."""

    code: str
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file of a note; its bytes are a part of the raw message. `stored` False: a restricted type, named only (MSG-04)."""

    name: str
    content_type: str
    size: int
    sha256: str
    stored: bool


@dataclass(frozen=True, slots=True)
class Note:
    """An entry of a record's history. A system note has `reasons` instead of text, so that it reads in every language.

    `technician_id` is in whose context it is made (MSG-05); `message_id` finds the record of a later reply (MSG-03).
    `participants` are the keys of the addresses in From, To and Cc. A `private` note is for technicians alone.
    """

    kind: NoteKind
    author: str = ""
    text: str = ""
    quoted_text: str = ""
    technician_id: int | None = None
    message_id: str | None = None
    files: tuple[AttachedFile, ...] = ()
    reasons: tuple[AppliedReason, ...] = ()
    participants: tuple[str, ...] = ()
    private: bool = False

    @property
    def is_reply(self) -> bool:
        """Whether somebody of the help desk wrote it here and sent it by email, to its `participants`."""
        return self.kind is NoteKind.NOTE and self.message_id is not None


@dataclass(frozen=True, slots=True)
class KeptNote:
    """A note that is in a record's history, and the message that it came with.

    `sender` is the key of the address of that message, `message_id` what an answer refers to; `references` are not kept.
    """

    id: int
    record: RecordRef
    at: datetime
    note: Note
    delivery_id: int | None = None
    sender: str | None = None
