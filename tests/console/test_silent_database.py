"""The window while the database is away, silent or locked: it stays alive, keeps what it has, and comes back (DB-05, T-06)."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import Engine, event

from tests.console.conftest import PATIENCE_MS, Person, will_press
from tests.servers.tds import Behaviour, TdsServer, tds_server
from trackit_console.console.app import make_window
from trackit_console.console.database_banner import DatabaseBanner
from trackit_console.console.database_connection import DatabaseConnection
from trackit_console.console.pages.registry import PAGES
from trackit_console.paths import DataDir
from trackit_console.store import engine as store_engine
from trackit_console.store.engine import make_engine
from trackit_console.store.errors import StoreError

pytestmark = pytest.mark.covers("DB-05", "DB-01")
SOON = 5.0


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_engine, "MARGIN_SECONDS", 0.3)
    monkeypatch.setattr(store_engine, "BUSY_SECONDS", 0.2)


@pytest.fixture
def silent() -> Iterator[TdsServer]:
    with tds_server(Behaviour(silent_at="statement")) as server:
        yield server


def url(server: TdsServer, seconds: int) -> str:
    return f"mssql://trackit:secret@127.0.0.1:{server.port}/TRACKIT?driver=FreeTDS&Encrypt=no&timeout={seconds}"


def banner_of(window: Any) -> DatabaseBanner:
    [banner] = window.findChildren(DatabaseBanner)
    assert isinstance(banner, DatabaseBanner)
    return banner


def test_a_server_that_says_nothing_is_told_and_the_window_closes_without_it(
    silent: TdsServer, data_dir: DataDir, qtbot: QtBot, qapp: QApplication
) -> None:
    silent.behaviour.silent_at = "connect"
    window = make_window(data_dir, url(silent, 1), qapp)
    window.show()
    window.begin()
    banner = banner_of(window)
    qtbot.waitUntil(banner.isVisible, timeout=PATIENCE_MS)
    assert "did not answer in time" in banner.words
    _closes_soon(window)


def test_the_window_closes_while_it_still_waits_for_the_first_answer(
    silent: TdsServer, data_dir: DataDir, qtbot: QtBot, qapp: QApplication
) -> None:
    window = make_window(data_dir, url(silent, 60), qapp)
    window.show()
    window.begin()
    window.open_page("records")
    qtbot.waitUntil(lambda: bool(silent.heard), timeout=PATIENCE_MS)
    _closes_soon(window)


def test_closing_does_not_wait_for_whoever_is_just_opening_the_database(
    silent: TdsServer, data_dir: DataDir, qtbot: QtBot
) -> None:
    connection = DatabaseConnection(data_dir, url(silent, 60))

    def open_in_vain() -> None:
        with suppress(StoreError):
            _ = connection.database

    opening = threading.Thread(target=open_in_vain)
    opening.start()
    qtbot.waitUntil(lambda: bool(silent.heard), timeout=PATIENCE_MS)
    begun = time.monotonic()
    connection.close()
    assert time.monotonic() - begun < 0.5
    silent.stop()
    opening.join()


def _closes_soon(window: Any) -> None:
    begun = time.monotonic()
    assert window.close() and not window.isVisible()
    assert time.monotonic() - begun < SOON
    assert window.tasks.end(0), "nothing waits for the database any more"
    window.deleteLater()


def test_a_window_whose_server_falls_silent_keeps_what_it_shows_and_comes_back(
    sample: None, person: Person, silent: TdsServer
) -> None:
    page = person.page("records")
    person.wait(lambda: page.table.shown > 0)
    shown = page.table.shown
    monitor = person.page("monitor")
    person.type(monitor.ui.poll_interval, "7")
    database, banner = person.window.services.database, banner_of(person.window)
    looking = database._looking_engine
    database._looking_engine = make_engine(
        url(silent, 1), query_seconds=1, autocommit=True
    )  # the console looks at a silent server
    begun = time.monotonic()
    person.wait(banner.isVisible)
    assert time.monotonic() - begun < SOON
    assert monitor.isVisible() and monitor.ui.poll_interval.value() == 7
    assert page.table.shown == shown
    database._looking_engine = looking
    person.wait(lambda: not banner.isVisible())
    assert monitor.ui.poll_interval.value() == 7 and monitor.unsaved
    monitor.discard()


def test_what_was_typed_is_there_when_saving_meets_a_lock(
    person: Person, data_dir: DataDir, answers: list[tuple[str, str]]
) -> None:
    page = person.page("monitor")
    person.type(page.ui.poll_interval, "7")
    other = sqlite3.connect(data_dir.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    will_press("Close")
    person.click(page.ui.save_button)
    person.wait(lambda: bool(answers))
    assert "Another program keeps the database locked." in answers[0][0]
    assert page.ui.poll_interval.value() == 7 and page.unsaved
    other.rollback()
    other.close()
    person.click(page.ui.save_button)
    person.wait(lambda: not page.unsaved)
    with person.window.services.database.reading() as transaction:
        assert transaction.settings.monitor().value.poll_interval == 7


def test_no_page_reads_the_database_in_the_thread_of_the_window(sample: None, person: Person) -> None:
    readers: list[str] = []

    def note(*_arguments: object) -> None:
        if threading.current_thread() is threading.main_thread():
            readers.append(person.window.current)

    event.listen(Engine, "engine_connect", note)
    try:
        for name in PAGES:
            person.page(name)
            person.window._refresh()
            person.wait(lambda: not person.window.tasks.running)
    finally:
        event.remove(Engine, "engine_connect", note)
    assert readers == []
