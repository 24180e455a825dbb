"""Removes what is too old, as the monitor does, for the tests of what that is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from trackit_console.settings.retention import KINDS, Retention
from trackit_console.store.database import Database
from trackit_console.store.tables import Base

DAY = 24 * 3600.0


def purge(database: Database, **ages: int) -> dict[str, int]:
    """Removes all that is due by these ages; what is not named is kept for ever. Answers how many rows of each kind."""
    kept = Retention.model_validate(dict.fromkeys(KINDS, 0) | ages)
    removed: dict[str, int] = {}
    for kind in KINDS:
        after = 0
        while True:
            with database.reading() as transaction:
                batch = transaction.retention.find(kept, kind, after)
            if not batch.ids:
                break
            with database.begin() as transaction:
                removed[kind] = removed.get(kind, 0) + transaction.retention.remove(kept, kind, batch.ids)
            after = batch.after
    return removed


def number_of(database: Database, table: type[Base]) -> int:
    with database.reading() as transaction:
        return transaction.session.scalar(select(func.count()).select_from(table)) or 0


def execute(database: Database, statement: Any) -> None:
    with database.begin() as transaction:
        transaction.session.execute(statement)
