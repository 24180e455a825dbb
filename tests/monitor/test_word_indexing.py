"""Mail is indexed beside the visits: soon, in steps with pauses, by whichever host, and an idle monitor asks nothing (RUN-07, RUN-08)."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import func, select, text

from tests.clock import ManualClock
from tests.message_factory import raw_message
from tests.monitor.hosts import Hosts
from tests.monitor.scripted_mailbox import ScriptedMailbox
from tests.settings.samples import imap
from tests.store.delivery_factory import ignored, take_in
from trackit_console.monitor.poll_once import poll_once
from trackit_console.monitor.word_indexing import INTERVAL_SECONDS, ONCE_STEPS, IndexRunner
from trackit_console.paths import DataDir
from trackit_console.store import activity_words as rules
from trackit_console.store.database import Database, open_database
from trackit_console.store.tables import ActivityRow


def add_mail(database: Database, number: int) -> None:
    """So many messages in a mailbox that is not polled."""
    with database.begin() as transaction:
        mailbox = transaction.mailboxes.add(imap(enabled=False), "test")
        lease = transaction.mailbox_leases.begin_visit(mailbox.id, "test", regardless=True)
    assert lease is not None
    take_in(database, lease, [ignored(f"{each}") for each in range(number)])


def waiting(database: Database) -> int:
    """Messages that are not indexed."""
    with database.reading() as transaction:
        asked = select(func.count()).select_from(ActivityRow).where(ActivityRow.indexed.is_(None))
        return transaction.session.scalar(asked) or 0


def taken(database: Database) -> int:
    with database.reading() as transaction:
        return transaction.session.scalar(select(func.count()).select_from(ActivityRow)) or 0


@pytest.mark.covers("RUN-02", "RUN-08")
def test_two_hosts_index_what_came_in_steps_with_pauses(data_dir: DataDir, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "STEP_MESSAGES", 2)
    server = ScriptedMailbox()
    server.messages = {number: raw_message(number) for number in range(1, 11)}
    with Hosts(data_dir) as hosts:
        with hosts.database.begin() as transaction:
            transaction.mailboxes.add(imap(), "ada")
            transaction.monitoring.want(True, "ada")
        hosts.start(server.open, number=2)
        hosts.pass_seconds(INTERVAL_SECONDS - 5, until=lambda: taken(hosts.database) == 10)
        assert waiting(hosts.database) == 10, "mail comes first"
        hosts.pass_seconds(2 * INTERVAL_SECONDS, until=lambda: waiting(hosts.database) < 10)
        assert waiting(hosts.database) >= 6, "a step of each host, then a pause"
        hosts.pass_seconds(2 * INTERVAL_SECONDS, until=lambda: waiting(hosts.database) == 0)
        assert waiting(hosts.database) == 0


def test_a_run_ends_within_its_pause_and_the_next_one_goes_on(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "STEP_MESSAGES", 2)
    add_mail(database, 5)
    clock = PausedClock()
    runner = IndexRunner(database, clock)
    runner.attend(True)
    assert "word index" not in {each.name for each in threading.enumerate()}, "too early"
    clock.advance(INTERVAL_SECONDS)
    runner.attend(False)
    assert "word index" not in {each.name for each in threading.enumerate()}, "nothing new"
    runner.attend(True)
    assert clock.paused.wait(10)
    runner.run.halt()
    assert waiting(database) == 3
    clock.advance(INTERVAL_SECONDS)
    clock.paused.clear()
    runner.attend(True)
    assert clock.paused.wait(10)
    runner.run.halt()
    assert waiting(database) == 1


class PausedClock(ManualClock):
    """Time that stands still, in which whoever waits does so until its event is set."""

    def __init__(self) -> None:
        super().__init__()
        self.paused = threading.Event()

    def wait(self, event: threading.Event, seconds: float) -> bool:
        self.paused.set()
        return event.wait()


@pytest.mark.covers("PKG-02")
def test_a_single_round_indexes_what_earlier_ones_took_in(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "STEP_MESSAGES", 1)
    add_mail(database, ONCE_STEPS + 3)
    poll_once(database, threading.Event())
    assert waiting(database) == 3
    poll_once(database, threading.Event())
    assert waiting(database) == 0


@pytest.mark.covers("LOG-01")
def test_the_same_trouble_is_told_once(
    data_dir: DataDir, caplog: pytest.LogCaptureFixture, expect_log: Callable[[str], None]
) -> None:
    expect_log("ERROR trackit.EmailMonitor: mail could not be indexed for the search")
    caplog.set_level(logging.INFO)
    clock = ManualClock()
    database = open_database(data_dir.database_url, data_dir, clock)
    with database.begin() as transaction:
        transaction.session.execute(text("ALTER TABLE activity RENAME TO elsewhere"))
    runner = IndexRunner(database, clock)
    for _ in range(3):
        clock.advance(INTERVAL_SECONDS)
        runner.attend(True)
        runner.run.halt()
    told = [each.getMessage() for each in caplog.records if "indexed" in each.getMessage()]
    assert len(told) == 1
    database.close()
