"""`monitor` obeys **Stop Now**, whoever starts it; `--once` visits all the same, and says so (RUN-01)."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator

import pytest

from trackit_console.__main__ import main
from trackit_console.paths import DataDir
from trackit_console.store.database import Database
from trackit_console.store.monitoring_views import Wanted

PATIENCE = 30.0
"""Seconds after which a monitor that does not come up is interrupted all the same."""
GLANCE = 0.02

pytestmark = [pytest.mark.covers("RUN-01"), pytest.mark.usefixtures("restored_signals")]


@pytest.fixture
def until_it_is_up(database: Database) -> Iterator[Callable[[], None]]:
    """Presses Ctrl+C as soon as a host is known to be alive; called before the monitor is started."""
    over = threading.Event()

    def interrupt() -> None:
        clock = threading.Event()
        for _ in range(int(PATIENCE / GLANCE)):
            with database.reading() as transaction:
                if over.is_set() or transaction.monitoring.hosts():
                    break
            clock.wait(GLANCE)
        if not over.is_set():
            signal.raise_signal(signal.SIGINT)

    watching = threading.Thread(target=interrupt)
    yield watching.start
    over.set()
    if watching.ident:
        watching.join()


def wanted(database: Database) -> Wanted:
    with database.reading() as transaction:
        return transaction.monitoring.wanted()


def stop(database: Database) -> None:
    with database.begin() as transaction:
        transaction.monitoring.want(False, "ada")


def test_a_start_does_not_undo_a_stop(
    data_dir: DataDir, database: Database, until_it_is_up: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """A service is started anew with the computer: nobody has pressed Start Now."""
    stop(database)
    until_it_is_up()
    assert main(["--data-dir", str(data_dir.root), "monitor"]) == 0
    assert not wanted(database).running
    assert "It was stopped by ada: no mail is checked until somebody presses Start Now" in capsys.readouterr().err


def test_start_now_ends_a_stop_where_there_is_no_window(
    data_dir: DataDir, database: Database, until_it_is_up: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    stop(database)
    until_it_is_up()
    assert main(["--data-dir", str(data_dir.root), "monitor", "--start-now"]) == 0
    assert wanted(database).running and wanted(database).changed_by != "ada"
    assert "stopped by" not in capsys.readouterr().err


def test_the_first_start_of_all_starts_the_monitor(
    data_dir: DataDir, database: Database, until_it_is_up: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    until_it_is_up()
    assert main(["--data-dir", str(data_dir.root), "monitor"]) == 0
    assert wanted(database).running
    assert "stopped" not in capsys.readouterr().err


@pytest.mark.parametrize("stopped", [True, False])
def test_a_single_run_says_that_the_monitor_is_stopped_and_changes_nothing_about_it(
    data_dir: DataDir, database: Database, stopped: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    with database.begin() as transaction:
        transaction.monitoring.want(not stopped, "ada")
    assert main(["--data-dir", str(data_dir.root), "monitor", "--once"]) == 0
    told = capsys.readouterr().err
    assert ("The email monitor is stopped. The mailboxes are visited once all the same." in told) == stopped
    assert wanted(database).running != stopped


def test_a_file_that_cannot_be_opened_is_not_waited_for(data_dir: DataDir, capsys: pytest.CaptureFixture[str]) -> None:
    (data_dir.root / "trackit.sqlite3").mkdir()
    assert main(["--data-dir", str(data_dir.root), "monitor"]) == 3
    assert "database" in capsys.readouterr().err
