"""Schedules and cancels delayed actions and reminders, within the transaction whose effects ask for it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from trackit_console.domain.effects import CancelActions, ScheduleAction
from trackit_console.domain.records import Module
from trackit_console.store.column_types import cut, key_of
from trackit_console.store.row_inserts import Row, insert_rows
from trackit_console.store.scheduled_actions import CANCELLED, DONE, WAITING
from trackit_console.store.statements import in_parts
from trackit_console.store.tables import ScheduledActionRow
from trackit_console.store.written_change import WrittenChange, effects_of


def write_scheduled_actions(connection: Connection, written: Sequence[WrittenChange], at: datetime) -> None:
    """Schedules and cancels in the order of the effects: what a change takes away it may ask for anew."""
    wanted = [(each, effect) for each, effect in effects_of(written) if isinstance(effect, ScheduleAction | CancelActions)]
    states = _states(connection, {key_of(effect.unique_key) for _, effect in wanted if isinstance(effect, ScheduleAction)})
    new: dict[str, Row] = {}
    for each, effect in wanted:
        if isinstance(effect, CancelActions):
            _cancel(connection, effect, at)
            new = {key: row for key, row in new.items() if not _is_cancelled(row, effect)}
        elif (key := key_of(effect.unique_key)) not in states:
            new[key] = _row(each, effect, key, at)
        elif states[key] != DONE:  # what was done once is not done again
            same = (ScheduledActionRow.unique_key == key, ScheduledActionRow.state != DONE)
            connection.execute(update(ScheduledActionRow).where(*same).values(**_values(effect), done_at=None))
    # All at once: a batch of new tickets asks for the reminders of each.
    insert_rows(connection, ScheduledActionRow, list(new.values()))


def _states(connection: Connection, keys: Collection[str]) -> dict[str, str]:
    asked = select(ScheduledActionRow.unique_key, ScheduledActionRow.state)
    return {
        key: state
        for part in in_parts(keys)
        for key, state in connection.execute(asked.where(ScheduledActionRow.unique_key.in_(part)))
    }


def _values(effect: ScheduleAction) -> Row:
    return {"due_at": effect.due_at, "payload": effect.payload, "state": WAITING}


def _row(each: WrittenChange, effect: ScheduleAction, key: str, at: datetime) -> Row:
    record = each.resolve(effect.record) if effect.record else None
    return {
        **_values(effect),
        "kind": effect.kind.value,
        "source": cut(effect.source, 255),
        "unique_key": key,
        "record_id": record.id if record and record.module is not Module.REQUESTOR else None,
        "created_at": at,
    }


def _cancel(connection: Connection, effect: CancelActions, at: datetime) -> None:
    same = [ScheduledActionRow.record_id == effect.record.id, ScheduledActionRow.kind == effect.kind.value]
    same += [ScheduledActionRow.source == cut(effect.source, 255)] if effect.source is not None else []
    waiting = update(ScheduledActionRow).where(*same, ScheduledActionRow.state == WAITING)
    connection.execute(waiting.values(state=CANCELLED, done_at=at))


def _is_cancelled(row: Row, effect: CancelActions) -> bool:
    """Whether an action that is not written yet is among those."""
    source = None if effect.source is None else cut(effect.source, 255)
    return row["record_id"] == effect.record.id and row["kind"] == effect.kind.value and source in (None, row["source"])
