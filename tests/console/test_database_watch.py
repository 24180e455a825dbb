"""A window on a server: a change is glanced at in one look and read in the next, and its own is read at once (RUN-07, T-02)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from pytestqt.qtbot import QtBot

from tests.console.conftest import PATIENCE_MS, Person
from trackit_console.console.database_watch import Watch
from trackit_console.console.services import Services
from trackit_console.paths import DataDir
from trackit_console.store.database import Database, open_database

pytestmark = pytest.mark.covers("RUN-07", "T-02")


@pytest.fixture(autouse=True)
def at_a_distance(monkeypatch: pytest.MonkeyPatch) -> None:
    """The embedded database, asked as sparingly as a server."""
    monkeypatch.setattr(Services, "_at_a_distance", True)


def interval_saved(database: Database, minutes: int) -> None:
    with database.begin() as transaction:
        stored = transaction.settings.monitor()
        changed = stored.value.model_copy(update={"poll_interval": minutes})
        transaction.settings.save_monitor(replace(stored, value=changed), "grace")


def shows(watch: Watch, minutes: int) -> bool:
    return watch.snapshot is not None and watch.snapshot.monitor.value.poll_interval == minutes


def test_what_another_program_changes_is_shown(person: Person, data_dir: DataDir, qtbot: QtBot) -> None:
    watch = person.window.watch
    qtbot.waitUntil(lambda: watch.snapshot is not None, timeout=PATIENCE_MS)
    database = open_database(data_dir.database_url, data_dir)
    for minutes in (7, 8):
        interval_saved(database, minutes)
        qtbot.waitUntil(partial(shows, watch, minutes), timeout=PATIENCE_MS)
    database.close()


def test_a_look_that_only_found_a_change_is_not_taken_for_having_read_it(person: Person, qtbot: QtBot) -> None:
    watch, services = person.window.watch, person.window.context.services
    qtbot.waitUntil(lambda: watch.snapshot is not None and not watch._reading, timeout=PATIENCE_MS)
    watch.stop()
    interval_saved(services.database, 7)
    shown, begun = watch.shown, watch.begun
    watch._look()
    qtbot.waitUntil(lambda: not watch._reading, timeout=PATIENCE_MS)
    assert (watch.begun, watch.shown) == (begun + 1, shown)
    watch._look()
    qtbot.waitUntil(lambda: watch.shown == begun + 2, timeout=PATIENCE_MS)
    assert shows(watch, 7)


def test_what_this_window_changes_is_read_at_once(person: Person, qtbot: QtBot) -> None:
    watch, services = person.window.watch, person.window.context.services
    qtbot.waitUntil(lambda: watch.snapshot is not None and not watch._reading, timeout=PATIENCE_MS)
    watch.stop()
    interval_saved(services.database, 7)
    with qtbot.waitSignal(watch.snapshot_read, timeout=PATIENCE_MS):
        watch.refresh()
    assert shows(watch, 7)
