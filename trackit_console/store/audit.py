"""Who changed what, and the count of changes that other consoles and the monitor watch (DB-04, MON-05, T-02)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from trackit_console.clock import Clock
from trackit_console.store.column_types import cut
from trackit_console.store.row_mapping import masked
from trackit_console.store.tables import AuditRow, RevisionRow


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the audit; `before` and `after` are JSON with secrets masked."""

    at: datetime
    actor: str
    action: str
    subject: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Revision:
    """How many changes of settings there were, and the last one."""

    number: int
    changed_at: datetime
    changed_by: str


class Audit:
    """Writes and reads the audit of settings."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def changed(self, subject: str, by: str, before: BaseModel | None, after: BaseModel | None) -> None:
        """Keeps that `by` changed `subject`, and counts a new revision of the settings."""
        action = "added" if before is None else "deleted" if after is None else "changed"
        self._session.add(
            AuditRow(
                at=self._clock.now(),
                actor=cut(by, 255),
                action=action,
                subject=cut(subject, 255),
                before=masked(before) if before else None,
                after=masked(after) if after else None,
            )
        )
        self._session.execute(
            update(RevisionRow).values(revision=RevisionRow.revision + 1, changed_at=self._clock.now(), changed_by=cut(by, 255))
        )

    def noted(self, action: str, subject: str, by: str) -> None:
        """Keeps something that an admin did which is no change of settings (retry, discard, start, stop)."""
        values = {"at": self._clock.now(), "actor": cut(by, 255), "action": action, "subject": cut(subject, 255)}
        self._session.execute(insert(AuditRow).values(**values))

    def revision(self) -> Revision:
        """The present revision of the settings."""
        row = self._session.execute(select(RevisionRow)).scalar_one()
        return Revision(row.revision, row.changed_at, row.changed_by)

    def latest(self, limit: int = 200) -> list[Change]:
        """The last changes, newest first."""
        rows = self._session.scalars(select(AuditRow).order_by(AuditRow.id.desc()).limit(limit))
        return [Change(row.at, row.actor, row.action, row.subject, row.before, row.after) for row in rows]
