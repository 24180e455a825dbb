"""Folds what changes in existing records into one UPDATE for each, and tells what happened to them; a part of `effect_writer`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from trackit_console.domain.effects import AddNote, Assign, ChangeFields, Close, Effect, Reopen, SetServiceLevel, Wait
from trackit_console.domain.events import Event, EventKind
from trackit_console.domain.records import Module, Record, RecordRef, Status
from trackit_console.store.column_types import cut
from trackit_console.store.errors import RecordMissing
from trackit_console.store.row_inserts import Row
from trackit_console.store.statements import in_parts
from trackit_console.store.tables import RecordRow
from trackit_console.store.written_change import WrittenChange, effects_of

ReadForUpdate = Callable[[Collection[RecordRef]], Mapping[RecordRef, Record]]
_CHANGING = (ChangeFields, Assign, Close, Wait, Reopen, SetServiceLevel, AddNote)


def update_records(connection: Connection, written: Sequence[WrittenChange], read: ReadForUpdate, at: datetime) -> None:
    """Folds all that happens to one record into one UPDATE. `read` has locked them, so the order cannot be a deadlock.

    Raises `RecordMissing` when a record that is to be changed does not exist.
    """
    targets = {
        each.resolve(effect.record)
        for each, effect in effects_of(written)
        if isinstance(effect, _CHANGING) and isinstance(effect.record, RecordRef)
    }
    state = dict(read(targets)) if targets else {}
    if missing := targets - state.keys():
        raise RecordMissing(record=str(min(missing)))
    fields = _fields(
        connection, {each.resolve(effect.record) for each, effect in effects_of(written) if isinstance(effect, ChangeFields)}
    )
    values: dict[RecordRef, Row] = {}
    for each, effect in effects_of(written):
        if isinstance(effect, _CHANGING):
            ref = each.resolve(effect.record)
            # One that is new in this batch was not read: its INSERT has made it open.
            record = state.setdefault(ref, Record(ref, Status.OPEN))
            changed, state[ref], events = _folded(record, fields.setdefault(ref, {}), effect, at)
            fields[ref] |= changed
            each.events += events
            # A note on a record that is new in this batch changes nothing that its INSERT did not write.
            if changed or (isinstance(effect, AddNote) and isinstance(effect.record, RecordRef)):
                values.setdefault(ref, {}).update(changed)
    _write_updates(connection, values, at)


def _fields(connection: Connection, refs: Collection[RecordRef]) -> dict[RecordRef, Row]:
    """What `ChangeFields` can set, as it is in records that are locked or new."""
    by_id = {ref.id: ref for ref in refs if ref.module is not Module.REQUESTOR}
    columns = [getattr(RecordRow, name) for name in _FIELDS]
    return {
        by_id[row.id]: {name: getattr(row, name) for name in _FIELDS}
        for part in in_parts(sorted(by_id))
        for row in connection.execute(select(RecordRow.id, *columns).where(RecordRow.id.in_(part)))
    }


_FIELDS = ("subject", "priority", "category", "due_at", "expires_at")


def _folded(record: Record, fields: Row, effect: Effect, at: datetime) -> tuple[Row, Record, list[Event]]:
    """The columns that `effect` changes, the record as it is then, and what happened; nothing for what is so already.

    `fields` are what the effects before have left.
    """
    match effect:
        case Close() if not record.closed:
            after = replace(record, status=Status.CLOSED, closed_at=at)
            return {"status": Status.CLOSED.value, "closed_at": at}, after, [Event(EventKind.CLOSED, record.ref)]
        case Wait() if record.status is Status.OPEN:
            return _with_status(record, Status.WAITING)
        case Reopen() if record.status is Status.WAITING:
            return _with_status(record, Status.OPEN)
        case Reopen() if record.closed:
            after = replace(record, status=Status.OPEN, closed_at=None)
            return {"status": Status.OPEN.value, "closed_at": None}, after, [Event(EventKind.REOPENED, record.ref)]
        case Assign(_, technician_id) if technician_id != record.technician_id:
            after = replace(record, technician_id=technician_id)
            return {"technician_id": technician_id}, after, [Event(EventKind.ASSIGNED, record.ref)]
        case ChangeFields():
            given = {
                "subject": cut(effect.subject, 800) if effect.subject is not None else None,
                "priority": effect.priority.value if effect.priority else None,
                "category": cut(effect.category, 255) if effect.category is not None else None,
                "due_at": effect.due_at,
                "expires_at": effect.expires_at,
            }
            changed = {name: value for name, value in given.items() if value is not None and value != fields.get(name)}
            updated = Event(EventKind.RECORD_UPDATED, record.ref, fields=tuple(changed))
            return changed, record, [updated] if changed else []
        case SetServiceLevel(_, state):
            limits = {name: getattr(state, name) for name in _LIMITS}
            return {"service_level": cut(state.name, 255) if state.name else None, **limits}, record, []
    return {}, record, []


_LIMITS = ("first_response_due_at", "close_due_at", "responded_at", "waiting_since", "paused_seconds")


def _with_status(record: Record, status: Status) -> tuple[Row, Record, list[Event]]:
    event = Event(EventKind.RECORD_UPDATED, record.ref, fields=("status",))
    return {"status": status.value}, replace(record, status=status), [event]


def _write_updates(connection: Connection, values: Mapping[RecordRef, Row], at: datetime) -> None:
    """One UPDATE for all records that change in the same way: most are only touched, or opened again."""
    alike: dict[tuple[tuple[str, Any], ...], list[int]] = {}
    for ref, changed in values.items():
        if ref.module is not Module.REQUESTOR:
            alike.setdefault(tuple(sorted(changed.items())), []).append(ref.id)
    touched: Row = {"updated_at": at, "version": RecordRow.version + 1}
    for same, numbers in alike.items():
        for part in in_parts(sorted(numbers)):
            connection.execute(update(RecordRow).where(RecordRow.id.in_(part)).values({**touched, **dict(same)}))
