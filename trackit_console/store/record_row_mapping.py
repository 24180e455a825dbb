"""Rows of records, requestors and notes as the views of `store.record_views`."""

from __future__ import annotations

from typing import Any

from trackit_console.domain.reason_json import reasons_from_json
from trackit_console.domain.records import Module, NoteKind, Priority, ServiceLevelState, Status, TicketSource
from trackit_console.store.record_views import AttachmentView, NoteView, RecordView
from trackit_console.store.tables import NoteRow, RecordRow, RequestorRow

# Rows of one statement are grouped by their columns, so the ids of one transaction do not tell the order.
NOTE_ORDER = (NoteRow.at, NoteRow.position, NoteRow.id)


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
