"""Reads records with their notes and attachments: for the Records page and the command line."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from trackit_console.domain.records import AppliedReason, Module, NoteKind, Priority, RecordRef, Status, TicketSource
from trackit_console.store.reason_json import reasons_from_json
from trackit_console.store.search_conditions import part_of, record_number
from trackit_console.store.statements import in_parts
from trackit_console.store.tables import AttachmentRow, NoteRow, RecordRow, RequestorRow, TechnicianRow


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

    A system note has `reasons` instead of text, or the text of a version that kept no reasons.
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


@dataclass(frozen=True, slots=True)
class RecordView:
    """A record as lists show it."""

    module: Module
    id: int
    subject: str
    status: Status
    priority: Priority
    source: TicketSource
    requestor: str
    requestor_email: str
    technician: str
    created_at: datetime
    updated_at: datetime

    @property
    def ref(self) -> RecordRef:
        """The record by module and number."""
        return RecordRef(self.module, self.id)


class Records:
    """Records, newest first, and their notes."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def count(self, search: str = "") -> int:
        """How many records match `search` (subject, requestor or number)."""
        asked = select(func.count(RecordRow.id)).outerjoin(RequestorRow, RequestorRow.id == RecordRow.requestor_id)
        return self._session.scalar(_matching(asked, search)) or 0

    def page(self, search: str = "", limit: int = 200, offset: int = 0) -> list[RecordView]:
        """The records that match `search`, the newest first."""
        # By number, not by time: the clock of a server may be set back.
        asked = _matching(_columns(), search).order_by(RecordRow.id.desc()).limit(limit).offset(offset)
        return [_record(row) for row in self._session.execute(asked)]

    def get(self, ref: RecordRef) -> RecordView:
        """One record; KeyError when it does not exist."""
        row = self._session.execute(_columns().where(RecordRow.id == ref.id, RecordRow.module == ref.module.value)).one_or_none()
        if row is None:
            raise KeyError(ref)
        return _record(row)

    def notes(self, record_ids: Collection[int]) -> dict[int, list[NoteView]]:
        """The notes of these records, oldest first, with their attachments."""
        found: dict[int, list[NoteView]] = {number: [] for number in record_ids}
        for part in in_parts(record_ids):
            asked = (
                select(NoteRow, TechnicianRow.name)
                .outerjoin(TechnicianRow, TechnicianRow.id == NoteRow.technician_id)
                .where(NoteRow.record_id.in_(part))
                .order_by(NoteRow.id)
            )
            # Rows of one statement are grouped by their columns, so the ids of one transaction do not tell the order.
            rows = sorted(
                self._session.execute(asked).all(), key=lambda row: (row.NoteRow.at, row.NoteRow.position, row.NoteRow.id)
            )
            files = self._attachments([row.NoteRow.id for row in rows])
            for row in rows:
                found[row.NoteRow.record_id].append(_note(row.NoteRow, row.name or "", files.get(row.NoteRow.id, ())))
        return found

    def _attachments(self, note_ids: Sequence[int]) -> dict[int, tuple[AttachmentView, ...]]:
        found: dict[int, tuple[AttachmentView, ...]] = {}
        for part in in_parts(note_ids):
            for row in self._session.scalars(
                select(AttachmentRow).where(AttachmentRow.note_id.in_(part)).order_by(AttachmentRow.id)
            ):
                view = AttachmentView(row.name, row.content_type, row.size, row.sha256, row.stored)
                found[row.note_id] = (*found.get(row.note_id, ()), view)
        return found


def _columns() -> Any:
    return (
        select(
            RecordRow,
            RequestorRow.name.label("requestor"),
            RequestorRow.email.label("email"),
            TechnicianRow.name.label("technician"),
        )
        .outerjoin(RequestorRow, RequestorRow.id == RecordRow.requestor_id)
        .outerjoin(TechnicianRow, TechnicianRow.id == RecordRow.technician_id)
    )


def _matching(asked: Any, search: str) -> Any:
    words = search.strip()
    if not words:
        return asked
    number = record_number(words)
    hits = [part_of(column, words) for column in (RecordRow.subject, RequestorRow.name, RequestorRow.email)]
    hits += [] if number is None else [RecordRow.id == number]
    return asked.where(or_(*hits))


def _record(row: Any) -> RecordView:
    record: RecordRow = row.RecordRow
    return RecordView(
        module=Module(record.module),
        id=record.id,
        subject=record.subject,
        status=Status(record.status),
        priority=Priority(record.priority),
        source=TicketSource(record.source),
        requestor=row.requestor or "",
        requestor_email=row.email or "",
        technician=row.technician or "",
        created_at=record.created_at,
        updated_at=record.updated_at,
    )


def _note(row: NoteRow, technician: str, files: tuple[AttachmentView, ...]) -> NoteView:
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
    )
