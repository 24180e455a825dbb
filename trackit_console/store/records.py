"""Reads records with their notes, attachments and links. The list of the Records page is in `record_list`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from trackit_console.domain.records import LinkKind, Module, RecordRef, Status
from trackit_console.store.record_row_mapping import NOTE_ORDER, note_view, record_view, requestor_view
from trackit_console.store.record_views import AttachmentView, LinkView, NoteView, RecordView
from trackit_console.store.search_conditions import part_of, record_number
from trackit_console.store.statements import in_parts
from trackit_console.store.tables import AttachmentRow, NoteRow, RecordLinkRow, RecordRow, RequestorRow, TechnicianRow


class Records:
    """Records, newest first, and their notes."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def count(self, search: str = "") -> int:
        """How many records match `search` (subject, requestor or number)."""
        asked = select(func.count(RecordRow.id)).outerjoin(RequestorRow, RequestorRow.id == RecordRow.requestor_id)
        return self._session.scalar(matching(asked, search)) or 0

    def page(self, search: str = "", limit: int = 200, offset: int = 0) -> list[RecordView]:
        """The records that match `search`, the newest first."""
        # By number, not by time: the clock of a server may be set back.
        asked = matching(record_columns(), search).order_by(RecordRow.id.desc()).limit(limit).offset(offset)
        return [record_view(row) for row in self._session.execute(asked)]

    def get(self, ref: RecordRef) -> RecordView:
        """One record; KeyError when it does not exist."""
        if ref.module is Module.REQUESTOR:
            person = self._session.get(RequestorRow, ref.id, populate_existing=True)
            if person is None:
                raise KeyError(ref)
            return requestor_view(person)
        named = (RecordRow.id == ref.id, RecordRow.module == ref.module.value)
        row = self._session.execute(record_columns().where(*named)).one_or_none()
        if row is None:
            raise KeyError(ref)
        return record_view(row)

    def history(self, ref: RecordRef) -> list[NoteView]:
        """The notes of one record of any module, oldest first."""
        of = NoteRow.requestor_id if ref.module is Module.REQUESTOR else NoteRow.record_id
        return self._notes(of, [ref.id])[ref.id]

    def links(self, ref: RecordRef) -> list[LinkView]:
        """The records that are linked with this one, in either direction, by number."""
        if ref.module is Module.REQUESTOR:
            return []
        found: dict[RecordRef, LinkView] = {}
        for here, there in ((RecordLinkRow.record_id, RecordLinkRow.other_id), (RecordLinkRow.other_id, RecordLinkRow.record_id)):
            asked = select(RecordRow, RecordLinkRow.kind).join(RecordLinkRow, there == RecordRow.id).where(here == ref.id)
            for row in self._session.execute(asked):
                other = RecordRef(Module(row.RecordRow.module), row.RecordRow.id)
                found[other] = LinkView(other, row.RecordRow.subject, Status(row.RecordRow.status), LinkKind(row.kind))
        return [found[each] for each in sorted(found, key=lambda each: each.id)]

    def notes(self, record_ids: Collection[int]) -> dict[int, list[NoteView]]:
        """The notes of these records, oldest first, with their attachments."""
        return self._notes(NoteRow.record_id, record_ids)

    def _notes(self, of: Any, ids: Collection[int]) -> dict[int, list[NoteView]]:
        found: dict[int, list[NoteView]] = {number: [] for number in ids}
        for part in in_parts(ids):
            asked = (
                select(NoteRow, TechnicianRow.name, of.label("owner"))
                .outerjoin(TechnicianRow, TechnicianRow.id == NoteRow.technician_id)
                .where(of.in_(part))
                .order_by(*NOTE_ORDER)
            )
            rows = self._session.execute(asked).all()
            files = self._attachments([row.NoteRow.id for row in rows])
            for row in rows:
                found[row.owner].append(note_view(row.NoteRow, row.name or "", files.get(row.NoteRow.id, ())))
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


def record_columns() -> Any:
    """A SELECT of what `record_view` needs."""
    return (
        select(
            RecordRow,
            RequestorRow.name.label("requestor"),
            RequestorRow.email.label("email"),
            TechnicianRow.name.label("technician"),
        )
        .outerjoin(RequestorRow, RequestorRow.id == RecordRow.requestor_id)
        .outerjoin(TechnicianRow, TechnicianRow.id == RecordRow.technician_id)
        # The unit of work writes past the session: a row that was read before is read again.
        .execution_options(populate_existing=True)
    )


def matching(asked: Any, search: str) -> Any:
    """Narrows a SELECT of records joined with their requestors to those that `search` names."""
    words = search.strip()
    if not words:
        return asked
    number = record_number(words)
    hits = [part_of(column, words) for column in (RecordRow.subject, RequestorRow.name, RequestorRow.email)]
    hits += [] if number is None else [RecordRow.id == number]
    return asked.where(or_(*hits))
