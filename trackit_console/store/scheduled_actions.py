"""What is to happen later: delayed actions of rules, reminders. Ended within the transaction that does it.

They are written by `scheduled_action_writer`. When they are done is in `monitor.scheduled_actions`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Select, select, update

from trackit_console.domain.effects import ScheduledKind
from trackit_console.domain.records import Module, RecordRef
from trackit_console.domain.scheduled import DueAction
from trackit_console.store.server_clock import Instant
from trackit_console.store.statements import written_out
from trackit_console.store.tables import RecordRow, ScheduledActionRow

WAITING = "waiting"
DONE = "done"
CANCELLED = "cancelled"


class ScheduledActions:
    """The actions that wait, and their end. It never commits."""

    def __init__(self, connection: Connection, at: datetime) -> None:
        self._connection = connection
        self._at = at

    def due(self, limit: int) -> list[int]:
        """The ids of the actions that are due, the earliest first."""
        asked = due_actions(self._at).order_by(ScheduledActionRow.due_at, ScheduledActionRow.id).limit(limit)
        return list(self._connection.scalars(written_out(self._connection, asked)))

    def get(self, number: int) -> DueAction | None:
        """The action with this id, whatever its state; None where it went with its record."""
        asked = select(ScheduledActionRow.__table__, RecordRow.module.label("module"))
        asked = asked.outerjoin(RecordRow, RecordRow.id == ScheduledActionRow.record_id).where(ScheduledActionRow.id == number)
        row = self._connection.execute(asked).one_or_none()
        if row is None:
            return None
        record = RecordRef(Module(row.module), row.record_id) if row.module else None
        return DueAction(ScheduledKind(row.kind), row.source, record, row.due_at, row.created_at, row.payload)

    def end(self, number: int) -> bool:
        """Ends the action if it still waits and is due; False where another host was faster, or it was moved or cancelled."""
        same = (ScheduledActionRow.id == number, ScheduledActionRow.state == WAITING, ScheduledActionRow.due_at <= self._at)
        ended = update(ScheduledActionRow).where(*same).values(state=DONE, done_at=self._at)
        return self._connection.execute(ended).rowcount == 1


def due_actions(at: Instant) -> Select[int]:
    """The ids of the actions that are due, by an index; in no order. Those of kinds of a newer version wait for that."""
    known = ScheduledActionRow.kind.in_([each.value for each in ScheduledKind])
    return select(ScheduledActionRow.id).where(ScheduledActionRow.state == WAITING, ScheduledActionRow.due_at <= at, known)
