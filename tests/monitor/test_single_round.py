"""A round without a host: it leaves no lease behind, and asks again what is due where something changed (`monitor --once`)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.message_factory import raw_message
from tests.monitor.scripted_mailbox import ScriptedMailbox
from tests.outbox_factory import account, mail, put, save_account
from tests.settings.samples import imap
from tests.store.backup_factory import enlarge
from tests.store.concurrency import at_once
from trackit_console.monitor import backup_runs
from trackit_console.monitor.poll_once import poll_once
from trackit_console.monitor.round_start import start_round
from trackit_console.paths import DataDir
from trackit_console.store.backup_files import BackupFile, backups_of, usual_folder
from trackit_console.store.backup_status import BackupStatus
from trackit_console.store.database import Database


def stopping(stop: threading.Event) -> ScriptedMailbox:
    """Somebody ends the program during the sign-in."""
    return ScriptedMailbox(on_open=stop.set)


@pytest.fixture
def mailbox_id(database: Database) -> int:
    with database.begin() as transaction:
        return transaction.mailboxes.add(imap(), "ada").id


@pytest.mark.covers("RUN-01", "RUN-02")
@pytest.mark.parametrize(
    "server_of",
    [lambda _stop: ScriptedMailbox({1: raw_message(1)}), lambda _stop: ScriptedMailbox(refused=True), stopping],
    ids=["taken in", "refused", "ended"],
)
def test_a_mailbox_is_free_at_once(
    database: Database, mailbox_id: int, server_of: Callable[[threading.Event], ScriptedMailbox]
) -> None:
    stop = threading.Event()
    poll_once(database, stop, source_factory=server_of(stop).open)
    with database.begin() as transaction:
        assert transaction.mailbox_leases.owners() == {}
        state = transaction.mailbox_states.state(mailbox_id)
        assert not state.visiting, "its end was kept: the next visit does not take it for one that was cut off"
        lease = transaction.mailbox_leases.begin_visit(mailbox_id, "a host", regardless=True)
    assert lease is not None and not lease.cut_off


@pytest.mark.covers("RUN-01", "OUT-06")
def test_what_new_mail_leads_to_is_due_in_the_same_round(database: Database, mailbox_id: int) -> None:
    save_account(database, account())
    start = start_round(database)
    server = ScriptedMailbox({1: raw_message(1)})
    visits = poll_once(
        database,
        threading.Event(),
        start=start,
        source_factory=server.open,
        on_recorded=lambda *_recorded: put(database, mail(0)),
    )
    assert (start.due.mail, start.after(database, visits).due.mail) == (False, True)


@pytest.mark.covers("RUN-07")
def test_where_nothing_changed_nothing_is_asked_again(database: Database, mailbox_id: int) -> None:
    start = start_round(database)
    visits = poll_once(database, threading.Event(), start=start, source_factory=ScriptedMailbox().open)
    put(database, mail(0))
    assert start.after(database, visits) is start


def backups(data_dir: DataDir) -> list[BackupFile]:
    return backups_of(data_dir.database, usual_folder(data_dir.database))


def backed_up_last(database: Database, at: datetime) -> None:
    with database.begin() as transaction:
        transaction.backup_status.save(BackupStatus(since=at, made_at=at))


@pytest.mark.covers("RUN-01", "DB-01")
def test_the_backup_of_the_day_is_made_once(database: Database, data_dir: DataDir) -> None:
    poll_once(database, threading.Event())
    assert backups(data_dir) == [], "a new database waits for its time"
    long_ago = datetime.now(UTC) - timedelta(days=2)
    backed_up_last(database, long_ago)
    for _ in range(2):
        poll_once(database, threading.Event())
        assert len(backups(data_dir)) == 1
    with database.reading() as transaction:
        assert transaction.backup_status.read().made_at != long_ago


@pytest.mark.covers("RUN-01", "DB-01")
def test_a_backup_that_is_interrupted_is_made_by_the_next_round(
    database: Database, data_dir: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup_runs, "WAIT_SECONDS", 0.001)  # it would be made by then
    enlarge(data_dir.database, 60)
    backed_up_last(database, datetime.now(UTC) - timedelta(days=2))
    stop, never = threading.Event(), threading.Event()

    def interrupt() -> None:
        while not list(data_dir.root.glob("backups/*.part")):
            never.wait(0.001)
        stop.set()

    at_once(interrupt, lambda: poll_once(database, stop))
    assert stop.is_set()
    assert list(data_dir.root.glob("backups/*")) == []
    poll_once(database, threading.Event())
    assert len(backups(data_dir)) == 1
