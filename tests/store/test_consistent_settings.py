"""Settings and the revision that they belong to are read as one state, also where each statement sees the latest (MON-05, DB-04)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine

from trackit_console.settings.mailbox import Mailbox
from trackit_console.store.database import Database
from trackit_console.store.row_mapping import Stored
from trackit_console.store.snapshot_reader import CONSISTENT_TRIES, read_settings

PORT = 1100


SAVE = ("UPDATE mailboxes SET port = port + 1", "UPDATE settings_revision SET revision = revision + 1")


@contextmanager
def saved_once_mailboxes_were_read(times: int) -> Iterator[None]:
    """Another admin saves so many times just after the mailboxes were read, as SQL Server shows it to the same transaction."""
    left, mailboxes_read = list(range(times)), False

    def sent(connection: Connection, _cursor: object, statement: str, parameters: object, *_more: object) -> tuple[str, object]:
        nonlocal mailboxes_read
        parts = statement.split(";\n")
        for number, part in enumerate(parts):
            if "FROM settings_revision" in part and mailboxes_read and left:
                left.pop()
                if len(parts) == 1:
                    for each in SAVE:
                        connection.exec_driver_sql(each)
                else:  # what is read together on a server
                    parts[number] = "; ".join(("SET NOCOUNT ON", *SAVE, part))
            mailboxes_read = "FROM mailboxes" in part or ("FROM settings_revision" not in part and mailboxes_read)
        return ";\n".join(parts), parameters

    event.listen(Engine, "before_cursor_execute", sent, retval=True)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", sent)


@pytest.mark.covers("MON-05")
@pytest.mark.parametrize("times", range(CONSISTENT_TRIES))
def test_what_is_saved_while_settings_are_read_is_read_with_its_revision(
    database: Database, mailbox: Stored[Mailbox], times: int
) -> None:
    """With the old port under the new revision, a monitor would never learn that it needs a restart."""
    with database.begin() as transaction:
        transaction.mailboxes.save(Stored(mailbox.id, mailbox.version, mailbox.value.model_copy(update={"port": PORT})), "ada")
        before = transaction.audit.revision().number
        with saved_once_mailboxes_were_read(times):
            snapshot = read_settings(transaction)
    [read] = snapshot.mailboxes
    assert (snapshot.revision.number - before, read.value.model_dump()["port"] - PORT) == (times, times)
