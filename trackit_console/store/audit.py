"""Who changed what, and the count of changes that other consoles and the monitor watch (DB-04, MON-05, T-02)."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import func, select, update

from trackit_console.domain.audit import Audited
from trackit_console.store.audited_json import masked
from trackit_console.store.column_types import cut
from trackit_console.store.reading_session import ReadingSession
from trackit_console.store.row_inserts import Row, insert_rows
from trackit_console.store.tables import AuditRow, RevisionRow

REVISION = select(RevisionRow.revision, RevisionRow.changed_at, RevisionRow.changed_by, RevisionRow.immediate)
"""By its columns: an object of the session would keep the first answer, and this is asked in every transaction."""
AUDIT_MARK = select(func.max(AuditRow.id))
AuditedChange = tuple[str, BaseModel | None, BaseModel | None]
"""The name of an object, and what it was before and after; None if there was or is none."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the audit; `action` and `kind` are codes, `before` and `after` JSON with secrets masked.

    `host` is the computer at which `actor` worked, empty for an entry of an older version.
    """

    id: int
    at: datetime
    actor: str
    host: str
    action: str
    kind: str
    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Revision:
    """How many changes of settings there were, and the last one.

    `immediate` counts apart those that take effect without a restart of the monitor.
    """

    number: int
    changed_at: datetime
    changed_by: str
    immediate: int = 0


class Audit:
    """Writes and reads the audit of settings."""

    def __init__(self, session: ReadingSession, now: Callable[[], datetime]) -> None:
        self._session = session
        self._now = now

    def changed(
        self, kind: Audited, name: str, by: str, before: BaseModel | None, after: BaseModel | None, *, restart: bool = True
    ) -> None:
        """Keeps that `by` changed an object, and counts a new revision of the settings.

        Without `restart` the revision stays: a running monitor follows such a change at once.
        """
        self.changed_all(kind, [(name, before, after)], by, restart=restart)

    def changed_all(self, kind: Audited, changes: Sequence[AuditedChange], by: str, *, restart: bool = True) -> None:
        """As `changed`, for many objects of a kind: an import may bring thousands."""
        self._write(kind, [_entry(*each) for each in changes], by)
        if restart and changes:
            # Counted by the database: two admins who save at once move it by two.
            changed = {"revision": RevisionRow.revision + 1, "changed_at": self._now(), "changed_by": cut(by, 255)}
            self._session.execute(update(RevisionRow).values(**changed))

    def changed_immediately(self, kind: Audited, name: str, by: str, before: BaseModel | None, after: BaseModel | None) -> None:
        """As `changed`, for what takes effect with the next event: notifications, rules, service levels, reports."""
        self.changed(kind, name, by, before, after, restart=False)
        self._count_immediate()

    def reordered(self, kind: Audited, by: str, before: Sequence[str], after: Sequence[str]) -> None:
        """Keeps that the objects of this kind were put into another order, by their names; it takes effect with the next event."""
        orders = {"before": _order(before), "after": _order(after)}
        self._write(kind, [{"action": "reordered", "object_name": "", **orders}], by)
        self._count_immediate()

    def _count_immediate(self) -> None:
        self._session.execute(update(RevisionRow).values(immediate=RevisionRow.immediate + 1))

    def noted(self, action: str, kind: Audited, by: str, name: str = "") -> None:
        """Keeps something that an admin did which is no change of settings (retry, discard, start, stop)."""
        self._write(kind, [{"action": action, "object_name": cut(name, 255)}], by)

    def noted_each(self, action: str, kind: Audited, by: str, names: Sequence[str]) -> None:
        """As `noted`, for many objects at once."""
        self._write(kind, [{"action": action, "object_name": cut(name, 255)} for name in names], by)

    def undone(self, kind: Audited, name: str, by: str, entry: AuditEntry) -> None:
        """Keeps that what `entry` tells was taken back. What changed by that is an entry of its own."""
        facts = {"change": entry.id, "changed_at": entry.at.isoformat(), "changed_by": entry.actor}
        after = json.dumps(facts, ensure_ascii=False)
        self._write(kind, [{"action": "undone", "object_name": cut(name, 255), "after": after}], by)

    def _write(self, kind: Audited, entries: Sequence[Row], by: str) -> None:
        who = {"at": self._now(), "actor": cut(by, 255), "host": cut(platform.node(), 255), "object_kind": kind.value}
        insert_rows(self._session.connection(), AuditRow, [{**who, **each} for each in entries])

    def mark(self) -> int:
        """The number of the last entry: it tells whether anything was changed or done since."""
        [row] = self._session.rows(AUDIT_MARK)
        return row[0] or 0

    def revision(self) -> Revision:
        """The present revision of the settings."""
        [row] = self._session.rows(REVISION)
        return Revision(*row)

    def latest(self, limit: int = 200) -> list[AuditEntry]:
        """The last changes, newest first."""
        return [entry_of(row) for row in self._session.scalars(select(AuditRow).order_by(AuditRow.id.desc()).limit(limit))]


def entry_of(row: AuditRow) -> AuditEntry:
    """A row as an entry."""
    what = (row.action, row.object_kind, row.object_name, row.before, row.after)
    return AuditEntry(row.id, row.at, row.actor, row.host, *what)


def _order(names: Sequence[str]) -> str:
    return json.dumps({"order": list(names)}, ensure_ascii=False)


def _entry(name: str, before: BaseModel | None, after: BaseModel | None) -> Row:
    action = "added" if before is None else "deleted" if after is None else "changed"
    states = {
        "before": masked(before) if before else None,
        "after": masked(after, tell_typed=before is not None) if after else None,
    }
    return {"action": action, "object_name": cut(name, 255), **states}
