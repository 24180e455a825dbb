"""What may be due for a round without a host is one question, beside that for the settings (RUN-01)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.clock import ManualClock
from tests.outbox_factory import account, mail, put, save_account
from tests.settings.samples import imap
from trackit_console.domain.effects import ScheduleAction, ScheduledKind
from trackit_console.settings.reports import Report
from trackit_console.store.backup_status import BackupStatus
from trackit_console.store.database import Database
from trackit_console.store.due_work import DueWork
from trackit_console.store.tables import OutgoingStateRow

HOUR = timedelta(hours=1)
NOTHING = {
    "mail": False,
    "waiting": 0,
    "failing": False,
    "actions": False,
    "reports": False,
    "retention": False,
    "unindexed": False,
}


def flags(work: DueWork) -> dict[str, object]:
    return {name: getattr(work, name) for name in NOTHING}


def an_action(database: Database) -> None:
    with database.reading() as transaction:
        now = transaction.now
    put(database, ScheduleAction(ScheduledKind.RULE, "x", "key", now, "{}"))


def a_report(database: Database) -> None:
    with database.begin() as transaction:
        transaction.reports.add(Report(name="Open tickets", recipients=["ada@example.com"]), "ada")


def a_failing_account(database: Database) -> None:
    with database.begin() as transaction:
        transaction.session.execute(update(OutgoingStateRow).values(failures=1))


@pytest.fixture
def looked_lately(database: Database) -> None:
    """Old data was looked for just now."""
    with database.begin() as transaction:
        transaction.database_sizes.begin_run(HOUR)


@pytest.mark.covers("RUN-01", "RUN-07")
@pytest.mark.usefixtures("looked_lately")
@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda _database: None, {}),
        (an_action, {"actions": True}),
        (a_report, {"reports": True}),
        (a_failing_account, {"failing": True}),
        (lambda database: put(database, mail(0)), {"mail": True, "waiting": 1}),
    ],
    ids=["nothing", "an action", "a report", "a failing account", "mail"],
)
def test_each_kind_of_work_is_seen(database: Database, make: Callable[[Database], object], expected: dict[str, object]) -> None:
    save_account(database, account())
    make(database)
    assert flags(database.due_work(HOUR)) == NOTHING | expected


@pytest.mark.covers("OUT-06")
@pytest.mark.usefixtures("looked_lately")
def test_mail_that_waits_for_its_time_is_counted_but_not_due(database: Database, clock: ManualClock) -> None:
    save_account(database, account())
    put(database, mail(0, not_before=clock.now() + HOUR))
    assert flags(database.due_work(HOUR)) == NOTHING | {"waiting": 1}
    clock.advance(HOUR.total_seconds())
    assert flags(database.due_work(HOUR)) == NOTHING | {"waiting": 1, "mail": True, "retention": True}


@pytest.mark.covers("RUN-01")
@pytest.mark.usefixtures("looked_lately")
def test_old_data_is_due_once_a_clock_that_was_ahead_is_right_again(database: Database, clock: ManualClock) -> None:
    clock.set_back(timedelta(days=3 * 365).total_seconds())
    assert flags(database.due_work(HOUR)) == NOTHING | {"retention": True}


@pytest.mark.covers("RUN-01")
def test_it_comes_with_the_settings_their_secrets_and_what_is_wanted(database: Database, clock: ManualClock) -> None:
    with database.begin() as transaction:
        mailbox = transaction.mailboxes.add(imap(password="secret"), "ada")
        transaction.monitoring.want(True, "grace")
    snapshot, work = database.settings_and_due_work(HOUR)
    [read] = snapshot.mailboxes
    assert (read.id, read.value.model_dump()["password"].get_secret_value()) == (mailbox.id, "secret")
    assert (work.wanted.running, work.wanted.changed_by, work.retention) == (True, "grace", True)
    assert work.at == clock.now()


@pytest.mark.covers("RUN-01", "DB-01")
def test_it_tells_how_the_backups_go(database: Database, clock: ManualClock) -> None:
    assert database.due_work(HOUR).backup_status == BackupStatus()
    made = BackupStatus().made(clock.now())
    with database.begin() as transaction:
        transaction.backup_status.save(made)
    assert database.due_work(HOUR).backup_status == made
