"""A database that fails within a visit: what passes by itself is tried again, what does not is the mailbox's error (DB-05)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from sqlalchemy import text

from tests.message_factory import raw_message
from tests.monitor.conftest import visit_of
from tests.monitor.scripted_mailbox import ScriptedMailbox
from tests.monitor.test_poll import records
from tests.settings.samples import imap
from tests.store.concurrency import ClockThatUnlocks
from trackit_console.paths import DataDir
from trackit_console.settings.mailbox import Mailbox
from trackit_console.store import engine as store_engine
from trackit_console.store.database import Database, open_database
from trackit_console.store.row_mapping import Stored


@pytest.fixture
def mailbox(database: Database) -> Stored[Mailbox]:
    """The mailbox that is visited."""
    with database.begin() as transaction:
        return transaction.mailboxes.add(imap(), "ada")


@pytest.fixture
def other(data_dir: DataDir, mailbox: object) -> Iterator[sqlite3.Connection]:
    """Another program on the same file."""
    with closing(sqlite3.connect(data_dir.database, isolation_level=None)) as connection:
        yield connection


@pytest.fixture
def hasty(data_dir: DataDir, other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The database as a host has it open who finds the lock taken twice before it is let go."""
    monkeypatch.setattr(store_engine, "BUSY_SECONDS", 0.05)
    opened = open_database(data_dir.database_url, data_dir, ClockThatUnlocks(other))
    yield opened
    opened.close()


def before_the_visit(_server: ScriptedMailbox, lock: Callable[[], None]) -> None:
    lock()


def while_a_message_comes(server: ScriptedMailbox, lock: Callable[[], None]) -> None:
    server.on_download = lambda _number: lock()


def while_an_empty_mailbox_is_open(server: ScriptedMailbox, lock: Callable[[], None]) -> None:
    server.messages.clear()
    server.on_open = lock


@pytest.mark.covers("DB-05", "RUN-05")
@pytest.mark.parametrize("when", [before_the_visit, while_a_message_comes, while_an_empty_mailbox_is_open])
def test_a_lock_that_is_let_go_soon_costs_no_visit(
    database: Database,
    hasty: Database,
    mailbox: Stored[Mailbox],
    other: sqlite3.Connection,
    when: Callable[[ScriptedMailbox, Callable[[], None]], None],
) -> None:
    """It meets the claim, the batch, or the end of the visit. A deadlock on SQL Server is met in the same way."""
    server = ScriptedMailbox({1: raw_message(1)})
    visit = visit_of(hasty, mailbox, server.open)

    def lock() -> None:
        other.execute("BEGIN IMMEDIATE")

    when(server, lock)
    expected = len(server.messages)
    result = visit.run()
    assert (result.error, result.skipped, result.stopped) == (None, False, False)
    assert not other.in_transaction, "the lock was met"
    assert len(records(database)) == expected
    with database.reading() as transaction:
        assert transaction.mailbox_states.state(mailbox.id).last_success_at is not None


@pytest.mark.covers("DB-05", "RUN-05")
def test_what_the_database_refuses_within_a_visit_is_the_error_of_the_mailbox(
    database: Database, mailbox: Stored[Mailbox]
) -> None:
    def fill_the_disk() -> None:
        with database.reading() as transaction:
            transaction.session.execute(text("PRAGMA max_page_count = 1"))

    server = ScriptedMailbox({1: raw_message(1, size=3_000_000)}, on_open=fill_the_disk)
    result = visit_of(database, mailbox, server.open).run()
    assert result.error is not None
    with database.reading() as transaction:
        state = transaction.mailbox_states.state(mailbox.id)
    assert state.error is not None
    assert (state.error.step, state.error.code, state.failures) == ("database", "disk_full", 1)
    assert records(database) == []
    assert server.last.settled == []
