"""Old data is removed beside the mail: by one host an hour, in steps, and nothing is left half done."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import event, func, insert, select, text, update
from sqlalchemy.engine import Engine as SqlEngine

from tests.clock import BEGINNING, ManualClock
from tests.monitor.hosts import Hosts, SteppedClock
from tests.monitor.scripted_mailbox import ScriptedMailbox
from tests.new_database import open_new_database
from tests.outbox_factory import mail, put
from trackit_console.helpdesk.business_rules.past_mail import PREVIEW_DAYS as RULE_DAYS
from trackit_console.helpdesk.filter_preview import PREVIEW_DAYS as FILTER_DAYS
from trackit_console.helpdesk.reports.period import MOST_DAYS
from trackit_console.monitor.poll_once import poll_once
from trackit_console.monitor.retention_removal import removal_steps
from trackit_console.monitor.retention_runs import (
    CHECK_SECONDS,
    FIRST_SECONDS,
    ONCE_STEPS,
    PAUSE_SECONDS,
    RetentionRunner,
    remove_once,
)
from trackit_console.paths import DataDir
from trackit_console.settings.retention import LEAST_DAYS, Retention
from trackit_console.store import retention as rules
from trackit_console.store.database import Database, open_database
from trackit_console.store.database_size import DaySize
from trackit_console.store.row_inserts import insert_rows
from trackit_console.store.row_mapping import Stored
from trackit_console.store.tables import AuditRow, Base, OutboxRow, OutboxTryRow

OLD = BEGINNING - timedelta(days=100)
KEPT = Retention(audit=90, outgoing_mail=90)


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def database(data_dir: DataDir, clock: SteppedClock) -> Iterator[Database]:
    opened = open_new_database(data_dir, clock)
    yield opened
    opened.close()


def keep_size(database: Database, days_ago: int) -> None:
    """The monitor was at work on that day."""
    with database.begin() as transaction:
        at = transaction.now - timedelta(days=days_ago)
        transaction.database_sizes.keep(DaySize(at.date(), 1), at)


def add_audit(database: Database, number: int) -> None:
    """Old entries, and the ages by which they are to go."""
    row = {"at": OLD, "actor": "a", "action": "changed", "object_kind": "x", "object_name": ""}
    with database.begin() as transaction:
        insert_rows(transaction.session.connection(), AuditRow, [row] * number)
        stored = transaction.settings.retention()
        transaction.settings.save_retention(Stored(stored.id, stored.version, KEPT), "ada")


def left(database: Database, table: type[Base] = AuditRow) -> int:
    """The rows that are left, but for those of these tests' own settings."""
    which = AuditRow.at == OLD if table is AuditRow else text("1=1")
    with database.reading() as transaction:
        return transaction.session.scalar(select(func.count()).select_from(table).where(which)) or 0


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in caplog.records if "old data" in each.getMessage() or "retention" in each.getMessage()]


@pytest.mark.covers("RUN-02")
def test_one_of_two_hosts_removes_in_steps_with_pauses(data_dir: DataDir, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with Hosts(data_dir) as hosts:
        with hosts.database.begin() as transaction:
            transaction.monitoring.want(True, "ada")
        keep_size(hosts.database, 3)
        add_audit(hosts.database, 1200)
        hosts.start(ScriptedMailbox().open, number=2)
        hosts.pass_seconds(FIRST_SECONDS - 5)
        assert left(hosts.database) == 1200
        hosts.pass_seconds(60, until=lambda: left(hosts.database) < 1200)
        assert left(hosts.database) == 1200 - rules.MAX_ROWS, "one step, then a pause"
        hosts.pass_seconds(6 * PAUSE_SECONDS, until=lambda: bool(told(caplog)))
        assert left(hosts.database) == 0
        assert told(caplog) == ["data retention: removed 1200 of audit"]
        add_audit(hosts.database, 10)
        hosts.pass_seconds(60)
        assert left(hosts.database) == 10, "the next run is an hour after this one"


def test_a_run_ends_within_its_pause_and_the_next_one_goes_on(
    database: Database, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MAX_ROWS", 10)
    keep_size(database, 3)
    add_audit(database, 25)
    runner = RetentionRunner(database, clock)
    clock.step(FIRST_SECONDS)
    runner.attend()
    [thread] = [each for each in threading.enumerate() if each.name == "data retention"]
    _wait_until_asleep(clock, thread)
    runner.run.halt()
    thread.join(2)
    assert not thread.is_alive() and left(database) == 15
    assert sum(each.rows for each in removal_steps(database, KEPT)) == 15


def _wait_until_asleep(clock: SteppedClock, thread: threading.Thread) -> None:
    glance = threading.Event()
    for _ in range(2000):
        if clock.asleep(thread):
            return
        glance.wait(0.005)
    raise AssertionError("there is no pause between two steps")


@pytest.mark.covers("DB-05")
def test_a_step_that_fails_leaves_all_or_nothing(database: Database) -> None:
    put(database, mail(0), mail(1))
    with database.begin() as transaction:
        transaction.session.execute(update(OutboxRow).values(state="failed", created_at=OLD))
        transaction.session.execute(insert(OutboxTryRow).values(outbox_id=1, at=OLD, what="failed", actor="here"))

    def breaks(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith("DELETE FROM outbox WHERE"):
            raise RuntimeError("the process ends here")

    event.listen(SqlEngine, "before_cursor_execute", breaks)
    try:
        with pytest.raises(RuntimeError):
            list(removal_steps(database, KEPT))
    finally:
        event.remove(SqlEngine, "before_cursor_execute", breaks)
    assert (left(database, OutboxRow), left(database, OutboxTryRow)) == (2, 1)
    assert [(each.kind, each.rows) for each in removal_steps(database, KEPT)] == [("outgoing_mail", 2)]
    assert (left(database, OutboxRow), left(database, OutboxTryRow)) == (0, 0)


@pytest.mark.covers("LOG-01")
def test_the_same_trouble_is_told_once(
    data_dir: DataDir, caplog: pytest.LogCaptureFixture, expect_log: Callable[[str], None]
) -> None:
    expect_log("ERROR trackit.EmailMonitor: old data could not be removed")
    clock = ManualClock()
    database = open_database(data_dir.database_url, data_dir, clock)
    with database.begin() as transaction:
        transaction.session.execute(text("ALTER TABLE database_sizes RENAME TO elsewhere"))
    runner = RetentionRunner(database, clock)
    for _ in range(3):
        clock.advance(max(FIRST_SECONDS, CHECK_SECONDS))
        runner.attend()
        runner.run.halt()
    assert len(told(caplog)) == 1
    database.close()


@pytest.mark.covers("PKG-02")
def test_a_single_round_takes_a_few_steps(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MAX_ROWS", 2)
    keep_size(database, 3)
    add_audit(database, 30)
    poll_once(database, threading.Event())
    assert left(database) == 30 - 2 * ONCE_STEPS
    poll_once(database, threading.Event())
    assert left(database) == 30 - 2 * ONCE_STEPS, "a run is due once an hour"


def test_nothing_is_removed_in_the_first_days_by_a_clock_that_jumped_ahead(database: Database, clock: SteppedClock) -> None:
    keep_size(database, 3)
    add_audit(database, 10)
    stop = threading.Event()
    clock.step(timedelta(days=3 * 365).total_seconds())
    for _ in range(3):
        remove_once(database, stop)
        assert left(database) == 10
        clock.step(timedelta(days=1).total_seconds())
    remove_once(database, stop)
    assert left(database) == 0


@pytest.mark.parametrize(("days_ago", "remains"), [(2, 10), (3, 0), (7, 0), (8, 10)])
def test_old_data_is_removed_where_the_monitor_was_at_work_some_days_ago(database: Database, days_ago: int, remains: int) -> None:
    keep_size(database, days_ago)
    add_audit(database, 10)
    remove_once(database, threading.Event())
    assert left(database) == remains


@pytest.mark.covers("NOT-02", "FIL-06")
def test_what_the_program_looks_back_on_cannot_be_removed() -> None:
    assert max(MOST_DAYS, RULE_DAYS, FILTER_DAYS) <= LEAST_DAYS
