"""What a notification may tell, as plain values: of a record, of a note, of the help desk, and why it is sent (NOT-01)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from trackit_console.domain.records import Person, Priority, RecordRef, Status


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """A record as notifications tell of it. Moments are aware; None is a field that the record does not have."""

    ref: RecordRef
    subject: str
    status: Status | None = None
    priority: Priority | None = None
    category: str | None = None
    due_at: datetime | None = None
    first_response_due_at: datetime | None = None
    close_due_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    requestor: Person | None = None
    technician: Person | None = None


@dataclass(frozen=True, slots=True)
class NoteFacts:
    """A note as notifications tell of it. A `private` one is for technicians alone."""

    author: str
    text: str
    at: datetime | None = None
    quoted_text: str = ""
    private: bool = False


@dataclass(frozen=True, slots=True)
class HelpDesk:
    """What is the same in every notification: the help desk's name, its links (MON-02), and the time zone of its moments."""

    name: str
    response_url: str | None = None
    self_service_response_url: str | None = None
    zone: tzinfo = UTC


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why a notification is sent, each in words. `mailbox` and `error` are about email processing that has stopped.

    `private_notes`: the reader is a technician, who may see private notes.
    """

    event: str = ""
    reason: str = ""
    rule: str = ""
    mailbox: str = ""
    error: str = ""
    record: RecordFacts | None = None
    note: NoteFacts | None = None
    history: Sequence[NoteFacts] = field(default=())
    private_notes: bool = False
