"""What earlier visits left to the next one, as tests ask for it."""

from __future__ import annotations

from trackit_console.store.database import Database
from trackit_console.store.visit_backlog import LEFT_OVER, Backlog, read_backlog


def backlog_of(database: Database, mailbox_id: int, limit: int = LEFT_OVER) -> Backlog:
    with database.reading() as transaction:
        return read_backlog(transaction.session, mailbox_id, limit)
