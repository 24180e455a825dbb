"""Deletes records and requestors with what hangs on them (MSG-06). The mail that made them stays in the ledger and the activity."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select, update

from trackit_console.domain.audit import Audited
from trackit_console.domain.effects import DeleteRecord
from trackit_console.domain.events import Event, EventKind
from trackit_console.domain.records import Module, RecordRef
from trackit_console.store.column_types import cut
from trackit_console.store.errors import RecordMissing
from trackit_console.store.tables import (
    AttachmentRow,
    AuditRow,
    MailboxStateRow,
    NoteRow,
    OutboxRow,
    RecordLinkRow,
    RecordRow,
    RequestorRow,
    ScheduledActionRow,
    UndeliverableAddressRow,
)
from trackit_console.store.written_change import WrittenChange, effects_of


def delete_records(connection: Connection, written: Sequence[WrittenChange], at: datetime) -> None:
    """Raises `RecordMissing` for one that does not exist; who deleted it is kept in the audit."""
    for each, effect in effects_of(written):
        if isinstance(effect, DeleteRecord):
            if effect.record.module is Module.REQUESTOR:
                _expect_one(delete_requestor(connection, effect.record.id), effect.record)
            else:
                _delete(connection, effect.record)
            kind = Audited.REQUESTOR if effect.record.module is Module.REQUESTOR else Audited.RECORD
            what = {"action": "deleted", "object_kind": kind.value, "object_name": str(effect.record)}
            connection.execute(insert(AuditRow).values(at=at, actor=cut(effect.by, 255), **what))
            each.events.append(Event(EventKind.DELETED, effect.record))


def _delete(connection: Connection, record: RecordRef) -> None:
    number = record.id
    # First whatever refers to the record: foreign keys are checked with each statement.
    _delete_notes(connection, NoteRow.record_id == number)
    connection.execute(delete(RecordLinkRow).where(or_(RecordLinkRow.record_id == number, RecordLinkRow.other_id == number)))
    # Mail that waits is still sent: it was promised before.
    connection.execute(update(OutboxRow).where(OutboxRow.record_id == number).values(record_id=None))
    connection.execute(delete(ScheduledActionRow).where(ScheduledActionRow.record_id == number))
    marked = update(UndeliverableAddressRow).where(UndeliverableAddressRow.record_id == number)
    connection.execute(marked.values(record_id=None))
    alerts = update(MailboxStateRow).where(MailboxStateRow.alert_record_id == number)
    connection.execute(alerts.values(alert_record_id=None))
    same = (RecordRow.id == number, RecordRow.module == record.module.value)
    _expect_one(connection.execute(delete(RecordRow).where(*same)).rowcount, record)


def delete_requestor(connection: Connection, number: int) -> int:
    """Deletes a requestor with the notes about them; their records stay without one. Returns how many there were: 0 or 1."""
    _delete_notes(connection, NoteRow.requestor_id == number)
    connection.execute(update(RecordRow).where(RecordRow.requestor_id == number).values(requestor_id=None))
    # The number may be given again: mail that waits must not become a note about somebody else.
    connection.execute(update(OutboxRow).where(OutboxRow.requestor_id == number).values(requestor_id=None))
    return connection.execute(delete(RequestorRow).where(RequestorRow.id == number)).rowcount


def _delete_notes(connection: Connection, which: ColumnElement[bool]) -> None:
    connection.execute(delete(AttachmentRow).where(AttachmentRow.note_id.in_(select(NoteRow.id).where(which))))
    connection.execute(delete(NoteRow).where(which))


def _expect_one(deleted: int, record: RecordRef) -> None:
    if deleted != 1:
        raise RecordMissing(record=str(record))
