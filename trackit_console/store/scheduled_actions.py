"""What is to happen later: delayed actions of rules, reminders. Written within the transaction that asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from trackit_console.domain.effects import CancelActions, ScheduleAction
from trackit_console.domain.records import Module
from trackit_console.store.column_types import cut, key_of
from trackit_console.store.statements import insert_rows
from trackit_console.store.tables import ScheduledActionRow
from trackit_console.store.written_change import WrittenChange, effects_of

WAITING, DONE, CANCELLED = "waiting", "done", "cancelled"


def write_scheduled_actions(connection: Connection, written: Sequence[WrittenChange], at: datetime) -> None:
    """Schedules and cancels in the order of the effects: what a change takes away it may ask for anew."""
    for each, effect in effects_of(written):
        if isinstance(effect, ScheduleAction):
            _schedule(connection, each, effect, at)
        elif isinstance(effect, CancelActions):
            same = [ScheduledActionRow.record_id == effect.record.id, ScheduledActionRow.kind == effect.kind.value]
            same += [ScheduledActionRow.source == cut(effect.source, 255)] if effect.source is not None else []
            waiting = update(ScheduledActionRow).where(*same, ScheduledActionRow.state == WAITING)
            connection.execute(waiting.values(state=CANCELLED, done_at=at))


def _schedule(connection: Connection, each: WrittenChange, effect: ScheduleAction, at: datetime) -> None:
    record = each.resolve(effect.record) if effect.record else None
    key = key_of(effect.unique_key)
    values: dict[str, Any] = {"due_at": effect.due_at, "payload": effect.payload, "state": WAITING}
    state = connection.scalar(select(ScheduledActionRow.state).where(ScheduledActionRow.unique_key == key))
    if state is None:
        row = {
            **values,
            "kind": effect.kind.value,
            "source": cut(effect.source, 255),
            "unique_key": key,
            "record_id": record.id if record and record.module is not Module.REQUESTOR else None,
            "created_at": at,
        }
        insert_rows(connection, ScheduledActionRow, [row])
    elif state != DONE:  # what was done once is not done again
        same = (ScheduledActionRow.unique_key == key, ScheduledActionRow.state != DONE)
        connection.execute(update(ScheduledActionRow).where(*same).values(**values, done_at=None))
