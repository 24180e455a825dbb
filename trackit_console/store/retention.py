"""Counts, finds and removes what is older than its age, in small steps. What that is, is in `retention_kinds`.

Search and removal share one condition, so that a row that changed in between stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, literal_column, select

from trackit_console.settings.retention import FOR_EVER, KINDS, Retention
from trackit_console.store.retention_conditions import Condition
from trackit_console.store.retention_kinds import RETENTION_KINDS
from trackit_console.store.statements import in_parts, within_bytes

MAX_ROWS = 500
"""Rows in one step."""
MAX_BYTES = 16_000_000
"""Bytes of messages in one step; a single message may be larger."""
_SKIP_LOCKED = "WITH (UPDLOCK, READPAST, ROWLOCK)"
"""Nobody waits for a removal, and it waits for nobody: what is locked now is still due the next time."""


@dataclass(frozen=True, slots=True)
class Due:
    """How much is older than its age. `bytes` is the size of messages, None for other kinds."""

    rows: int
    bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """The rows of one step. `ids` is empty when nothing more is due; the next batch begins after `after`."""

    ids: Sequence[int]
    after: int = 0


class RetentionStore:
    """Counts, finds and removes what is too old by `retention`, within one transaction. It never commits."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    def count(self, retention: Retention) -> dict[str, Due]:
        """What would be removed now, by kind; kinds that are kept for ever are left out."""
        return {kind: due for kind in KINDS if (due := self.count_kind(retention, kind)) is not None}

    def count_kind(self, retention: Retention, kind: str) -> Due | None:
        """As `count`, for one kind; None where it is kept for ever."""
        found = self._condition(retention, kind)
        if found is None:
            return None
        size = RETENTION_KINDS[kind].size
        total = literal_column("0") if size is None else func.coalesce(func.sum(size), 0)
        rows, total_bytes = self._connection.execute(
            select(func.count(), total).select_from(RETENTION_KINDS[kind].source).where(found)
        ).one()
        return Due(rows, None if size is None else int(total_bytes))

    def find(self, retention: Retention, kind: str, after: int = 0) -> Batch:
        """The next rows of a kind that are due; `after` is that of the batch before."""
        declared, found = RETENTION_KINDS[kind], self._condition(retention, kind)
        if found is None:
            return Batch((), after)
        size: ColumnElement[Any] = literal_column("0") if declared.size is None else declared.size.label("size")
        asked = select(declared.id, size).where(found)
        if declared.order is declared.id:
            asked = asked.where(declared.id > after)
        # SQL Server takes no column twice.
        order = (declared.order,) if declared.order is declared.id else (declared.order, declared.id)
        rows = self._connection.execute(asked.order_by(*order).limit(MAX_ROWS)).all()
        ids = within_bytes(((number, length) for number, length in rows), MAX_BYTES)
        return Batch(ids, ids[-1] if ids else after)

    def remove(self, retention: Retention, kind: str, ids: Sequence[int]) -> int:
        """Removes those of the rows that are still due; answers how many."""
        declared, found = RETENTION_KINDS[kind], self._condition(retention, kind)
        if found is None:
            return 0
        asked = select(declared.id).with_hint(declared.source, _SKIP_LOCKED, "mssql").where(found)
        still = [each for part in in_parts(ids) for each in self._connection.scalars(asked.where(declared.id.in_(part)))]
        for part in in_parts(still):
            if declared.first_removed:
                declared.first_removed(self._connection, part)
            for table, key in declared.removed_from:
                self._connection.execute(delete(table).where(key.in_(part)))
        return len(still)

    def _condition(self, retention: Retention, kind: str) -> Condition | None:
        if getattr(retention, kind) == FOR_EVER:
            return None

        def before(name: str) -> datetime | None:
            days = getattr(retention, name)
            return None if days == FOR_EVER else self._now - timedelta(days=days)

        return RETENTION_KINDS[kind].due(before)
