"""The Backups page: the schedule, making a backup, going back to one, and what is told when it fails (DB-01)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QFileDialog, QLabel

from tests.console.conftest import Person, will_press
from tests.console.test_database_banner import banner_of
from tests.store.backup_factory import add_records, let_nobody_write, records_in
from trackit_console.paths import DatabaseUrl, DataDir
from trackit_console.settings.backups import Backups
from trackit_console.store.backup_errors import BackupFolderMissing
from trackit_console.store.backup_files import backups_of, usual_folder
from trackit_console.store.backup_status import BackupStatus
from trackit_console.store.monitoring_views import Host
from trackit_console.store.sqlite_backup import back_up

pytestmark = pytest.mark.covers("DB-01")


@pytest.fixture
def page(person: Person) -> Any:
    shown = person.page("backups")
    person.wait(lambda: shown.stored is not None)
    return shown


def records(data_dir: DataDir) -> int:
    return records_in(data_dir.database)


def runs(person: Person) -> bool:
    """Whether the email monitor is wanted, and runs."""
    snapshot = person.window.watch.snapshot
    return snapshot is not None and snapshot.wanted.running and snapshot.running is not None


def cells(page: Any, column: int) -> list[str]:
    return [page.table.model.columns[column].text(row) for row in page.table.model.rows]


def test_back_up_now_makes_one_and_lists_what_is_in_it(person: Person, page: Any, data_dir: DataDir) -> None:
    add_records(person.window.services.database, 2)
    person.wait(page.ui.empty.isVisible)
    person.click(page.ui.backup_button)
    person.wait(lambda: page.table.shown == 1)
    assert [cells(page, column) for column in (1, 2, 3, 5)] == [["Backup"], ["2"], ["0"], ["Can be restored"]]
    person.wait(lambda: page.ui.last_label.text().startswith("Last backup: "))
    assert len(backups_of(data_dir.database, usual_folder(data_dir.database))) == 1
    with person.window.services.database.reading() as transaction:
        assert [(each.action, each.kind) for each in transaction.audit.latest()] == [("backed_up", "backups")]


@pytest.mark.covers("T-04")
def test_the_schedule_is_checked_and_saved(person: Person, page: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    person.type(page.ui.time, "25:00")
    assert page.ui.time_message.text() == "Enter a time from 00:00 to 23:59, for example 09:30."
    person.type(page.ui.time, "5:30")
    person.type(page.ui.folder, "backups")
    assert page.ui.folder_message.text().startswith("Enter the full path of a folder")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    person.click(page.ui.folder_choose)
    assert not page.ui.folder_message.text()
    page.ui.enabled.click()
    person.click(page.ui.save_button)
    person.wait(lambda: not page.unsaved)
    with person.window.services.database.reading() as transaction:
        assert transaction.settings.backups().value == Backups(enabled=False, time="05:30", folder=str(tmp_path))
    person.wait(lambda: page.ui.next_label.text() == "Turned off")


def test_a_backup_is_restored_after_a_question_that_says_what_is_lost(
    person: Person, page: Any, data_dir: DataDir, answers: list[tuple[str, str]]
) -> None:
    add_records(person.window.services.database, 2)
    person.click(page.ui.backup_button)
    person.wait(lambda: page.table.shown == 1)
    add_records(person.window.services.database, 3)
    person.click(person.page("monitor").ui.start_button)
    person.wait(lambda: runs(person))
    person.page("backups")
    person.wait(lambda: page.table.shown == 1)
    assert not page.ui.restore_button.isEnabled()
    page.ui.backups.selectRow(0)
    will_press("Cancel")
    person.click(page.ui.restore_button)
    person.wait(lambda: len(answers) == 1 and not page.restoring.running)
    assert "New records: 3. Messages taken: 0." in answers[0][0]
    assert "taken again, also when it was marked as read" in answers[0][0]
    assert records(data_dir) == 5
    will_press("Restore", "Close")
    person.click(page.ui.restore_button)
    person.wait(lambda: len(answers) == 3)
    assert "_before-restore.sqlite3" in answers[2][0]
    assert "The email monitor is stopped." in answers[2][0]
    person.wait(lambda: page.table.shown == 2)
    assert cells(page, 1) == ["Before a restore", "Backup"] or cells(page, 1) == ["Backup", "Before a restore"]
    assert records(data_dir) == 2
    person.wait(lambda: not runs(person))
    assert not person.window.monitor.is_hosting
    with person.window.services.database.reading() as transaction:
        assert transaction.audit.latest()[0].action == "restored"
    person.click(person.page("monitor").ui.start_button)
    person.wait(lambda: runs(person))


def test_a_monitor_elsewhere_keeps_it_from_being_restored(
    person: Person, page: Any, data_dir: DataDir, answers: list[tuple[str, str]]
) -> None:
    person.click(page.ui.backup_button)
    person.wait(lambda: page.table.shown == 1)
    add_records(person.window.services.database, 1)
    now = datetime.now(UTC)
    with person.window.services.database.begin() as transaction:
        transaction.monitoring.report(Host("1", "HELPDESK01", "headless", "running", 1, now, now + timedelta(minutes=1)))
    page.ui.backups.selectRow(0)
    will_press("Restore", "Close")
    person.click(page.ui.restore_button)
    person.wait(lambda: len(answers) == 2)
    assert "An email monitor on HELPDESK01 still works on this database." in answers[1][0]
    assert records(data_dir) == 1
    person.wait(page.ui.restore_button.isEnabled)


def test_what_failed_is_told_on_the_page_and_on_the_tile(person: Person, page: Any, answers: list[tuple[str, str]]) -> None:
    now = datetime.now(UTC)
    failed = BackupStatus(since=now, tried_at=now).failed(BackupFolderMissing("[WinError 53]", folder=r"\\nas\share"))
    with person.window.services.database.begin() as transaction:
        transaction.backup_status.save(failed)
    person.wait(page.ui.trouble.isVisible)
    assert r"The folder \\nas\share for backups does not exist" in page.ui.trouble.words
    will_press("Close")
    person.click(page.ui.trouble.button)
    person.page("tiles")
    person.wait(lambda: "Backup failed" in _tile_words(person))
    person.page("backups")
    with person.window.services.database.begin() as transaction:
        transaction.backup_status.save(
            replace(failed, code="", facts={}, since=now - timedelta(days=5), made_at=now - timedelta(days=3))
        )
    person.wait(lambda: page.ui.trouble.words.startswith("⚠  There was no backup since"))
    person.wait(lambda: not page.ui.trouble.button.isVisible())


def _tile_words(person: Person) -> str:
    return " ".join(each.text() for each in person.window.pages["tiles"].findChildren(QLabel))


def test_a_folder_that_is_gone_is_told_in_place_of_the_list(person: Person, page: Any, tmp_path: Path) -> None:
    with person.window.services.database.begin() as transaction:
        stored = transaction.settings.backups()
        transaction.settings.save_backups(replace(stored, value=Backups(folder=str(tmp_path / "nas"))), "ada")
    person.wait(lambda: "does not exist or cannot be reached" in page.ui.empty._title.text())
    assert not page.ui.empty.button.isVisible()


def test_a_damaged_database_is_replaced_from_the_line_above_the_page(
    person: Person, page: Any, data_dir: DataDir, answers: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    add_records(person.window.services.database, 2)
    backup = back_up(data_dir.database, data_dir.root, datetime.now(UTC))
    person.window.watch.stop()
    person.wait(lambda: not person.window.tasks.running)
    person.window.services.connection.close()
    data_dir.database.write_bytes(b"junk" * 10_000)
    person.window.watch.start()
    banner = banner_of(person)
    person.wait(lambda: banner.isVisible() and banner.button.text() == "Restore from file…")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(backup), ""))
    will_press("Restore", "Close")
    person.click(banner.button)
    person.wait(lambda: len(answers) == 2)
    assert "missing or damaged" in answers[0][0]
    person.wait(lambda: not banner.isVisible())
    assert records(data_dir) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has such a file")
def test_where_nobody_knows_whether_it_is_open_the_window_asks(
    person: Person, page: Any, data_dir: DataDir, answers: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    add_records(person.window.services.database, 2)
    backup = back_up(data_dir.database, data_dir.root, datetime.now(UTC))
    person.window.watch.stop()
    person.wait(lambda: not person.window.tasks.running)
    person.window.services.connection.close()
    let_nobody_write(data_dir.database)
    person.window.watch.start()
    banner = banner_of(person)
    person.wait(lambda: banner.isVisible() and banner.button.text() == "Restore from file…")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(backup), ""))
    will_press("Restore", "Cancel")
    person.click(banner.button)
    person.wait(lambda: len(answers) == 2)
    assert answers[1][0].startswith("Is every other program on this database stopped?")
    assert "It cannot be found out whether another program has the database open." in answers[1][0]
    assert data_dir.database.is_symlink()
    will_press("Restore", "All Stopped: Restore", "Close")
    person.click(banner.button)
    person.wait(lambda: len(answers) == 5)
    person.wait(lambda: not banner.isVisible())
    assert records(data_dir) == 2


@pytest.fixture
def on_a_server(person: Person) -> Iterator[Any]:
    """The page of a console whose database is on SQL Server, as far as the page knows."""
    person.wait(lambda: person.window.watch.snapshot is not None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(person.window.services.connection, "_url", DatabaseUrl("mssql+pyodbc://sql01/TRACKIT"))
        yield person.page("backups")


def test_on_a_server_the_page_says_who_backs_it_up(on_a_server: Any) -> None:
    assert on_a_server.ui.server_card.isVisible()
    assert "ask the database administrator" in on_a_server.ui.server_words.text()
    assert not on_a_server.ui.embedded.isVisible()
