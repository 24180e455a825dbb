"""Backups by the clock: made in time, made up for, told when they fail, and never in the way of mail (DB-01)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.clock import BEGINNING, ManualClock
from tests.monitor.hosts import Hosts
from tests.monitor.scripted_mailbox import ScriptedMailbox
from tests.new_database import open_new_database
from tests.store.backup_factory import NIGHT, enlarge
from tests.store.concurrency import at_once
from trackit_console.monitor import backup_runs
from trackit_console.monitor.backup_runs import CHECK_SECONDS, BackupRunner
from trackit_console.monitor.backup_schedule import RETRY, is_due, latest_time
from trackit_console.paths import DataDir
from trackit_console.settings.backups import Backups
from trackit_console.store.backup_files import backups_of, usual_folder
from trackit_console.store.backup_status import BackupStatus
from trackit_console.store.database import Database
from trackit_console.store.row_mapping import Stored
from trackit_console.store.sqlite_backup import back_up

pytestmark = pytest.mark.covers("DB-01")
DAY = timedelta(days=1)


@pytest.fixture
def clock() -> ManualClock:
    """Two hours after the time of backups, in the time zone of this computer."""
    return ManualClock(NIGHT + timedelta(hours=2))


@pytest.fixture
def database(data_dir: DataDir, clock: ManualClock) -> Iterator[Database]:
    opened = open_new_database(data_dir, clock)
    yield opened
    opened.close()


@pytest.fixture
def runner(database: Database, clock: ManualClock) -> BackupRunner:
    return BackupRunner(database, clock)


def run(runner: BackupRunner, clock: ManualClock, passed: timedelta = timedelta()) -> None:
    """Lets time pass, and the backup that is then begun come to its end."""
    clock.advance(max(passed.total_seconds(), CHECK_SECONDS))
    runner.begin_due()
    for thread in threading.enumerate():
        if thread.name == "backup":
            thread.join()


def made(data_dir: DataDir) -> list[datetime]:
    return [each.made_at for each in backups_of(data_dir.database, usual_folder(data_dir.database))]


def status(database: Database) -> BackupStatus:
    with database.reading() as transaction:
        return transaction.backup_status.read()


def set_folder(database: Database, folder: Path) -> None:
    with database.begin() as transaction:
        stored = transaction.settings.backups()
        transaction.settings.save_backups(Stored(1, stored.version, Backups(folder=str(folder))), "ada")


def test_a_time_of_day_is_that_of_this_computer() -> None:
    assert latest_time("03:00", NIGHT) == NIGHT
    assert latest_time("03:00", NIGHT - timedelta(minutes=1)) == (NIGHT.replace(tzinfo=None) - DAY).astimezone()
    assert latest_time("23:30", NIGHT) == (NIGHT.replace(tzinfo=None) - timedelta(hours=3, minutes=30)).astimezone()


@pytest.mark.parametrize(
    ("known", "due"),
    [
        pytest.param(BackupStatus(), False, id="unknown when it began"),
        pytest.param(BackupStatus(since=NIGHT - DAY), True, id="none since"),
        pytest.param(BackupStatus(since=NIGHT), False, id="begun after the time"),
        pytest.param(BackupStatus(since=NIGHT - 9 * DAY, made_at=NIGHT - DAY), True, id="missed"),
        pytest.param(BackupStatus(since=NIGHT - 9 * DAY, made_at=NIGHT), False, id="made"),
        pytest.param(BackupStatus(since=NIGHT - DAY, tried_at=NIGHT + timedelta(minutes=59)), False, id="tried a minute ago"),
        pytest.param(BackupStatus(since=NIGHT - DAY, tried_at=NIGHT + timedelta(minutes=30)), True, id="tried long ago"),
        pytest.param(BackupStatus(since=NIGHT - DAY, tried_at=NIGHT + DAY), True, id="tried before the clock was set back"),
    ],
)
def test_it_is_due_once_after_its_time(known: BackupStatus, due: bool) -> None:
    assert is_due(Backups(), known, NIGHT + timedelta(hours=1)) is due
    assert not is_due(Backups(enabled=False), known, NIGHT + timedelta(hours=1))


def test_a_new_database_waits_for_its_time_and_then_has_one_a_day(
    database: Database, data_dir: DataDir, runner: BackupRunner, clock: ManualClock
) -> None:
    run(runner, clock)
    assert made(data_dir) == []
    run(runner, clock, timedelta(hours=22))
    run(runner, clock, timedelta(hours=1))
    run(runner, clock, timedelta(hours=1))
    assert len(made(data_dir)) == 1
    assert status(database).made_at is not None


def test_one_that_was_missed_is_made_when_a_monitor_runs_again(
    database: Database, data_dir: DataDir, runner: BackupRunner, clock: ManualClock
) -> None:
    run(runner, clock)
    clock.advance((5 * DAY).total_seconds())
    run(BackupRunner(database, clock), clock)
    assert len(made(data_dir)) == 1


def test_old_ones_go_when_a_new_one_is_made(
    database: Database, data_dir: DataDir, runner: BackupRunner, clock: ManualClock
) -> None:
    run(runner, clock)
    for _ in range(17):
        run(runner, clock, DAY)
    ages = [clock.now() - each for each in made(data_dir)]
    assert len(ages) == 15
    assert max(ages) <= timedelta(days=14, minutes=1)


def test_a_failure_is_kept_logged_and_tried_again(
    database: Database, runner: BackupRunner, clock: ManualClock, tmp_path: Path, expect_log: Callable[[str], None]
) -> None:
    expect_log("ERROR trackit.EmailMonitor: the backup failed: The folder")
    run(runner, clock)
    set_folder(database, tmp_path / "nas")
    run(runner, clock, DAY)
    failed = status(database)
    assert (failed.code, failed.facts) == ("backup_folder_missing", {"folder": str(tmp_path / "nas")})
    (tmp_path / "nas").mkdir()
    run(runner, clock, RETRY / 2)
    assert status(database) == failed
    run(runner, clock, RETRY)
    assert status(database).code == ""
    assert len(list((tmp_path / "nas").iterdir())) == 1


def unreadable(made: Path) -> Path:
    """As on a disk that fails as soon as the backup is made."""
    made.write_bytes(b"?")
    return made


def test_one_that_was_made_counts_although_older_ones_cannot_be_deleted(
    database: Database,
    runner: BackupRunner,
    clock: ManualClock,
    monkeypatch: pytest.MonkeyPatch,
    expect_log: Callable[[str], None],
) -> None:
    expect_log("WARNING trackit.EmailMonitor: the backup was made, but older ones could not be deleted")
    monkeypatch.setattr(backup_runs, "back_up", lambda *given: unreadable(back_up(*given)))
    run(runner, clock)
    run(runner, clock, DAY)
    kept = status(database)
    assert (kept.code, kept.made_at) == ("", clock.now())


def test_of_several_hosts_one_makes_it(database: Database, data_dir: DataDir, runner: BackupRunner, clock: ManualClock) -> None:
    run(runner, clock)
    clock.advance(DAY.total_seconds())
    at_once(*[BackupRunner(database, clock).begin_due for _ in range(4)])
    run(runner, clock)
    assert len(made(data_dir)) == 1


def test_a_stop_cancels_it_and_the_next_start_makes_it(
    database: Database, data_dir: DataDir, runner: BackupRunner, clock: ManualClock
) -> None:
    enlarge(data_dir.database, 60)
    run(runner, clock)
    clock.advance(DAY.total_seconds())
    runner.begin_due()
    runner.stop()
    runner.wait()
    assert list(usual_folder(data_dir.database).iterdir()) == []
    run(BackupRunner(database, clock), clock)
    assert len(made(data_dir)) == 1


@pytest.mark.covers("RUN-05")
def test_the_monitor_makes_it_beside_its_visits(data_dir: DataDir) -> None:
    server = ScriptedMailbox()
    with Hosts(data_dir) as hosts:
        with hosts.database.begin() as transaction:
            transaction.monitoring.want(True, "ada")
            early = BEGINNING - 3 * DAY
            transaction.backup_status.save(BackupStatus(since=early, made_at=early))
        hosts.start(server.open)
        hosts.pass_seconds(2)
        hosts.wait_until(lambda: status(hosts.database).made_at != early)
    assert len(made(data_dir)) == 1
