"""Finds the records of messages: of those that one answers, of copies, and who takes part in their mail (MSG-02)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from trackit_console.domain.records import Module, NoteKind, RecordRef
from trackit_console.store.column_types import key_of
from trackit_console.store.statements import in_parts
from trackit_console.store.tables import ActivityRow, DeliveryRow, NoteRow, OutboxRow, RecordRow, RequestorRow


def read_participants(
    connection: Connection, refs: Collection[RecordRef], *, told: bool = True
) -> dict[RecordRef, frozenset[str]]:
    """Who takes part in the mail of each record; of one that is a requestor, nobody but that person.

    Without `told`, those who only got automatic mail of ours are left out.
    """
    by_id = {ref.id: ref for ref in refs if ref.module is not Module.REQUESTOR}
    found: dict[RecordRef, set[str]] = {}
    for part in in_parts(sorted(by_id)):
        asked = select(NoteRow.record_id, NoteRow.participants)
        which: list[ColumnElement[bool]] = [NoteRow.record_id.in_(part), NoteRow.participants.is_not(None)]
        which += [] if told else [NoteRow.kind != NoteKind.EMAIL_SENT.value]
        for row in connection.execute(asked.where(*which)):
            found.setdefault(by_id[row.record_id], set()).update(row.participants.split("\n"))
    return {ref: frozenset(addresses) for ref, addresses in found.items()}


def ids_by_message_id(connection: Connection, message_ids: Collection[str]) -> dict[str, tuple[int | None, int | None]]:
    """The record or the requestor of each message that we took or sent; of several, the one that had it first."""
    ids = {key_of(each): each for each in message_ids}
    found: dict[str, tuple[int | None, int | None]] = {}
    for part in in_parts(ids):
        for table in (NoteRow, OutboxRow):
            about = or_(table.record_id.is_not(None), table.requestor_id.is_not(None))
            asked = select(table.message_key, table.record_id, table.requestor_id).where(table.message_key.in_(part), about)
            for row in connection.execute(asked.order_by(table.id)):
                found.setdefault(ids[row.message_key], (row.record_id, row.requestor_id))
    return found


def records_of_copies(connection: Connection, copy_keys: Collection[str]) -> dict[str, RecordRef | None]:
    """The record of each message that was taken already; None where it was deleted since, or by that very message."""
    columns = (DeliveryRow.copy_key, DeliveryRow.id, ActivityRow.delivery_id, ActivityRow.module, ActivityRow.record_id)
    requestor = and_(RequestorRow.id == ActivityRow.record_id, ActivityRow.module == Module.REQUESTOR.value)
    asked = (
        select(*columns, RecordRow.id, RequestorRow.id)
        .outerjoin(ActivityRow, ActivityRow.delivery_id == DeliveryRow.id)
        .outerjoin(RecordRow, and_(RecordRow.id == ActivityRow.record_id, RecordRow.module == ActivityRow.module))
        .outerjoin(RequestorRow, requestor)
    )
    found: dict[str, RecordRef | None] = {}
    without_activity: dict[int, str] = {}
    for part in in_parts(copy_keys):
        for copy_key, number, activity, module, about, record, person in connection.execute(
            asked.where(DeliveryRow.copy_key.in_(part))
        ):
            if copy_key:
                found[copy_key] = RecordRef(Module(module), about) if module and about and (record or person) else None
            if copy_key and activity is None:
                without_activity[number] = copy_key
    return found | _noted_copies(connection, without_activity)


def _noted_copies(connection: Connection, copy_keys: Mapping[int, str]) -> dict[str, RecordRef]:
    """By delivery, where the activity was too old to keep: the note that the message became tells its record."""
    asked = select(NoteRow.delivery_id, NoteRow.record_id, NoteRow.requestor_id, RecordRow.module)
    asked = asked.outerjoin(RecordRow, RecordRow.id == NoteRow.record_id).order_by(NoteRow.id.desc())
    found: dict[str, RecordRef] = {}
    for part in in_parts(sorted(copy_keys)):
        for row in connection.execute(asked.where(NoteRow.delivery_id.in_(part))):
            about = RecordRef(Module(row.module), row.record_id) if row.module else None
            if about is None and row.requestor_id is not None:
                about = RecordRef(Module.REQUESTOR, row.requestor_id)
            if about is not None:
                found[copy_keys[row.delivery_id]] = about
    return found
