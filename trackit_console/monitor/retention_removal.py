"""Removes what is older than its age in small steps, each a transaction; what may go is decided by `store.retention`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from trackit_console.settings.retention import KINDS, Retention
from trackit_console.store.database import Database


@dataclass(frozen=True, slots=True)
class Removed:
    """One step: so many rows of a kind of data."""

    kind: str
    rows: int


def removal_steps(database: Database, retention: Retention) -> Iterator[Removed]:
    """Removes what is due, a step with each `next`; a step is one transaction, and may be the last one. Raises `StoreError`."""
    for kind in KINDS:
        after = 0
        while True:
            with database.reading() as transaction:
                batch = transaction.retention.find(retention, kind, after)
            if not batch.ids:
                break
            # In a transaction of its own, which judges each row again: what changed since it was found stays.
            rows = database.retrying(partial(_remove, database, retention, kind, batch.ids))
            # What somebody else has locked would be found again and again.
            if not rows:
                break
            yield Removed(kind, rows)
            after = batch.after


def _remove(database: Database, retention: Retention, kind: str, ids: Sequence[int]) -> int:
    with database.begin() as transaction:
        return transaction.retention.remove(retention, kind, ids)
