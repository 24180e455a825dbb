"""Writes the effects of a batch of changes, statement by statement for all rows of a kind, and tells what happened.

This is the hot path of intake. Which transaction it happens in, and who listens, is in `unit_of_work`; the ledger's own
rows are written by `delivery_writer`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from trackit_console.domain.addresses import address_key
from trackit_console.domain.effects import AddNote, Announce, CreateRecord, CreateRequestor, LinkRecords
from trackit_console.domain.events import Event, EventKind
from trackit_console.domain.records import Module, RecordRef, Status
from trackit_console.store.column_types import cut
from trackit_console.store.note_writer import add_notes
from trackit_console.store.outbox_writer import fill_outbox
from trackit_console.store.record_deletion import delete_records
from trackit_console.store.record_updates import ReadForUpdate, update_records
from trackit_console.store.requestor_writer import change_requestors
from trackit_console.store.row_inserts import Row, insert_returning_ids, insert_rows
from trackit_console.store.scheduled_action_writer import write_scheduled_actions
from trackit_console.store.statements import in_parts
from trackit_console.store.tables import RecordLinkRow, RecordRow, RequestorRow
from trackit_console.store.undeliverable_addresses import mark_addresses
from trackit_console.store.written_change import WrittenChange, effects_of


def write_effects(
    connection: Connection, written: Sequence[WrittenChange], read: ReadForUpdate, at: datetime, first_position: int = 0
) -> None:
    """Applies the effects of all changes and adds to each the events that it made, in the order of its effects.

    `first_position` is above that of all notes that the transaction has written so far. Raises `RecordMissing` when a record that is to be changed does not exist.
    """
    # In this order: each step needs the ids that those before it made.
    _create_requestors(connection, written, at)
    _create_records(connection, written, at)
    update_records(connection, written, read, at)
    change_requestors(connection, written)
    note_ids = add_notes(connection, written, at, first_position)
    _link_records(connection, written, at)
    fill_outbox(connection, written, at)
    write_scheduled_actions(connection, written, at)
    mark_addresses(connection, written, at)
    delete_records(connection, written, at)
    _add_simple_events(written, note_ids)


# ------------------------------------------------------------------ creating


def _create_requestors(connection: Connection, written: Sequence[WrittenChange], at: datetime) -> None:
    """One row an address, however often it is in the batch; an address that has a requestor keeps it."""
    wanted = [(each, effect) for each, effect in effects_of(written) if isinstance(effect, CreateRequestor)]
    if not wanted:
        return
    first: dict[str, CreateRequestor] = {}
    for _, effect in wanted:
        first.setdefault(address_key(effect.email), effect)
    ids = _known_requestors(connection, first)
    # In one order in every transaction: two that insert the same addresses crosswise would wait for each other.
    new = sorted(first.keys() - ids.keys())
    rows: list[Row] = [
        {"name": cut(first[key].name, 255), "email": cut(first[key].email, 255), "address": key, "created_at": at} for key in new
    ]
    ids |= dict(zip(new, insert_returning_ids(connection, RequestorRow, rows), strict=True))
    for each, effect in wanted:
        each.created[effect.handle] = RecordRef(Module.REQUESTOR, ids[address_key(effect.email)])


def _known_requestors(connection: Connection, keys: Collection[str]) -> dict[str, int]:
    asked = select(RequestorRow.address, RequestorRow.id)
    return {
        row.address: row.id for part in in_parts(keys) for row in connection.execute(asked.where(RequestorRow.address.in_(part)))
    }


def _create_records(connection: Connection, written: Sequence[WrittenChange], at: datetime) -> None:
    wanted = [(each, effect) for each, effect in effects_of(written) if isinstance(effect, CreateRecord)]
    rows: list[Row] = [
        {
            "module": effect.module.value,
            "subject": cut(effect.subject, 800),
            "status": Status.OPEN.value,
            "priority": effect.priority.value,
            "source": effect.source.value,
            "template": effect.template,
            "requestor_id": each.person_id(effect.requestor),
            "technician_id": effect.technician_id,
            "category": cut(effect.category, 255) if effect.category else None,
            "due_at": effect.due_at,
            "expires_at": effect.expires_at,
            "created_at": at,
            "updated_at": at,
            "version": 1,
        }
        for each, effect in wanted
    ]
    for (each, effect), number in zip(wanted, insert_returning_ids(connection, RecordRow, rows, ascending=True), strict=True):
        each.created[effect.handle] = RecordRef(effect.module, number)
        each.events.append(Event(EventKind.RECORD_CREATED, each.created[effect.handle]))


# ------------------------------------------------------------------ links and events


def _link_records(connection: Connection, written: Sequence[WrittenChange], at: datetime) -> None:
    for each, effect in effects_of(written):
        if isinstance(effect, LinkRecords):
            ends = {"record_id": each.resolve(effect.record).id, "other_id": each.resolve(effect.other).id}
            link = {**ends, "kind": effect.kind.value}
            same = [getattr(RecordLinkRow, name) == value for name, value in link.items()]
            if not connection.scalar(select(func.count()).select_from(RecordLinkRow).where(*same)):
                insert_rows(connection, RecordLinkRow, [{**link, "at": at}])


def _add_simple_events(written: Sequence[WrittenChange], note_ids: Mapping[int, int]) -> None:
    for each, effect in effects_of(written):
        if isinstance(effect, AddNote):
            note_id = note_ids[id(effect)]
            each.events.append(Event(EventKind.NOTE_ADDED, each.resolve(effect.record), note_id, each.delivery_id))
        elif isinstance(effect, Announce):
            each.events.append(effect.event)
    for each in written:
        delivery = each.change.delivery
        if delivery and delivery.processed and delivery.record and each.delivery_id is not None:
            each.events.append(Event(EventKind.EMAIL_RECEIVED, each.resolve(delivery.record), delivery_id=each.delivery_id))
        if each.change.answer:
            record = each.resolve(delivery.record) if delivery and delivery.record else None
            answered = Event(EventKind.COMMAND_ANSWERED, record, delivery_id=each.delivery_id, reasons=each.change.answer)
            each.events.append(answered)
