"""What waits in the outbox (OUT-06). `outbox_writer` puts mail in, within the transaction of its event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trackit_console.store.tables import OutboxRow


@dataclass(frozen=True, slots=True)
class OutboxSummary:
    """How many mails wait to be sent and how many were given up; since when the oldest waits, None if none does."""

    waiting: int
    failed: int
    oldest_at: datetime | None


class Outbox:
    """Reads the outbox. It never commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def summary(self) -> OutboxSummary:
        """The outbox in numbers."""
        asked = select(OutboxRow.state, func.count(), func.min(OutboxRow.created_at)).group_by(OutboxRow.state)
        found = {state: (number, oldest) for state, number, oldest in self._session.execute(asked)}
        waiting, oldest_at = found.get("waiting", (0, None))
        return OutboxSummary(waiting, found.get("failed", (0, None))[0], oldest_at)
