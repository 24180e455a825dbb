"""A record, its notes, files and links as the window and the command line show them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from trackit_console.domain.reason_json import reasons_from_json
from trackit_console.domain.records import (
    AppliedReason,
    LinkKind,
    Module,
    NoteKind,
    Priority,
    RecordRef,
    ServiceLevelState,
    Status,
    TicketSource,
)
from trackit_console.store.tables import NoteRow, RecordRow, RequestorRow


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """A file of a note; `stored` False: a restricted type, named only."""

    name: str
    content_type: str
    size: int
    sha256: str
    stored: bool


@dataclass(frozen=True, slots=True)
class NoteView:
    """An entry of a record's history; `technician` is in whose context it was made, empty for nobody's.

    A system note has `reasons` instead of text, or the text of a version that kept no reasons. A `private` note is for
    technicians alone.
    """

    id: int
    at: datetime
    kind: NoteKind
    author: str
    technician: str
    text: str
    quoted_text: str
    reasons: tuple[AppliedReason, ...]
    message_id: str | None
    delivery_id: int | None
    attachments: tuple[AttachmentView, ...]
    private: bool

    @property
    def is_reply(self) -> bool:
        """Whether somebody of the help desk wrote it here and sent it by email."""
        return self.kind is NoteKind.NOTE and self.message_id is not None


@dataclass(frozen=True, slots=True)
class RecordView:
    """A record of any module. `version` grows with every change of it.

    Of a requestor, `subject` and `requestor` are the name; it is always open, has no technician, priority or source.
    """

    module: Module
    id: int
    version: int
    subject: str
    status: Status
    priority: Priority | None
    source: TicketSource | None
    requestor: str
    requestor_email: str
    technician_id: int | None
    technician: str
    created_at: datetime
    updated_at: datetime
    category: str = ""
    template: str = ""
    due_at: datetime | None = None
    expires_at: datetime | None = None
    closed_at: datetime | None = None
    service_level: ServiceLevelState = field(default_factory=ServiceLevelState)

    @property
    def ref(self) -> RecordRef:
        """The record by module and number."""
        return RecordRef(self.module, self.id)


@dataclass(frozen=True, slots=True)
class LinkView:
    """A record that is linked with another; `kind` is how, seen from either end."""

    ref: RecordRef
    subject: str
    status: Status
    kind: LinkKind


def record_view(row: Any) -> RecordView:
    """A row of `record_columns`."""
    record: RecordRow = row.RecordRow
    return RecordView(
        module=Module(record.module),
        id=record.id,
        version=record.version,
        subject=record.subject,
        status=Status(record.status),
        priority=Priority(record.priority),
        source=TicketSource(record.source),
        requestor=row.requestor or "",
        requestor_email=row.email or "",
        technician_id=record.technician_id,
        technician=row.technician or "",
        created_at=record.created_at,
        updated_at=record.updated_at,
        category=record.category or "",
        template=record.template or "",
        due_at=record.due_at,
        expires_at=record.expires_at,
        closed_at=record.closed_at,
        service_level=service_level_of(record),
    )


def service_level_of(row: Any) -> ServiceLevelState:
    """The service level in a row of records."""
    names = ("first_response_due_at", "close_due_at", "responded_at", "waiting_since", "paused_seconds")
    return ServiceLevelState(row.service_level, *(getattr(row, name) for name in names))


def requestor_view(row: RequestorRow) -> RecordView:
    """A requestor as a record."""
    return RecordView(
        module=Module.REQUESTOR,
        id=row.id,
        version=row.version,
        subject=row.name or row.email,
        status=Status.OPEN,
        priority=None,
        source=None,
        requestor=row.name,
        requestor_email=row.email,
        technician_id=None,
        technician="",
        created_at=row.created_at,
        updated_at=row.created_at,
    )


def note_view(row: NoteRow, technician: str, files: tuple[AttachmentView, ...]) -> NoteView:
    """An entry of a history, in the context of `technician`, with its files."""
    return NoteView(
        id=row.id,
        at=row.at,
        kind=NoteKind(row.kind),
        author=row.author,
        technician=technician,
        text=row.text,
        quoted_text=row.quoted_text or "",
        reasons=reasons_from_json(row.reasons),
        message_id=row.message_id,
        delivery_id=row.delivery_id,
        attachments=files,
        private=row.private,
    )
