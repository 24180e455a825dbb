"""What goes wrong beside the database and the mail server: files, threads, and dialogs that were closed."""

from __future__ import annotations

import gc
import shutil
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox, QPushButton, QWidget
from shiboken6 import isValid

from tests.console.conftest import Person, will_press
from trackit_console.console.attachment_files import to_open
from trackit_console.console.dialogs.help import open_help
from trackit_console.console.dialogs.message import MessageDialog
from trackit_console.console.message_boxes import show_problem
from trackit_console.domain.records import RecordRef
from trackit_console.store.errors import DatabaseLocked
from trackit_console.store.record_query import RecordQuery

# Attachments


@pytest.fixture
def attachment(sample: None, person: Person) -> Any:
    """The link of the attachment of the only record that has one."""
    with person.window.services.database.reading() as transaction:
        number = transaction.record_list.count(RecordQuery())
    page = person.page("records")
    # All of them: a list that still grows shows its selection anew, and the link would be another.
    person.wait(lambda: page.table.shown == number)
    page.table.select(lambda row: "laptop" in row.subject)
    person.wait(lambda: "laptop" in page.ui.record_heading.text() and not person.window.tasks._running)
    person.qtbot.waitUntil(lambda: any(each.isVisible() for each in links(page)))
    return next(each for each in links(page) if each.isVisible())


def links(page: QWidget) -> list[QPushButton]:
    return [each for each in page.findChildren(QPushButton) if each.accessibleName() == "Save order.pdf"]


@pytest.fixture
def chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that is chosen to save into; it holds something already."""
    file = tmp_path / "order.pdf"
    file.write_bytes(b"an older file")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    return file


@pytest.mark.covers("T-06")
def test_a_slow_answer_about_another_record_is_not_shown(sample: None, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    page = person.page("records")
    person.wait(lambda: page.table.shown > 2)
    read, gate, answered = person.window.services.records.get, threading.Event(), threading.Event()
    slow, chosen = page.table.model.rows[1:3]

    def held_back(ref: RecordRef) -> Any:
        found = read(ref)
        if ref == slow.ref:
            gate.wait(10)
            answered.set()
        return found

    monkeypatch.setattr(person.window.services.records, "get", held_back)
    page.table.select(lambda row: row is slow)
    page.table.select(lambda row: row is chosen)
    person.wait(lambda: page.ui.record_heading.text().endswith(chosen.subject))
    gate.set()
    person.wait(answered.is_set)
    person.wait(lambda: not person.window.tasks.running)
    assert page.ui.record_heading.text().endswith(chosen.subject)


def test_an_attachment_is_saved_whole(person: Person, attachment: QPushButton, chosen: Path) -> None:
    person.click(attachment)
    person.wait(lambda: chosen.read_bytes() == b"x" * 18_000)
    assert list(chosen.parent.glob("*order*")) == [chosen]


@pytest.mark.covers("T-06")
def test_an_attachment_that_is_not_kept_any_more_leaves_the_chosen_file_alone(
    person: Person,
    attachment: QPushButton,
    chosen: Path,
    answers: list[tuple[str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(person.window.services.messages, "attachment", lambda *_: None)
    will_press("Close")
    person.click(attachment)
    person.wait(lambda: bool(answers))
    assert "order.pdf" in answers[0][0]
    assert "unexpected" not in answers[0][0]
    assert chosen.read_bytes() == b"an older file"


def test_a_file_is_opened_also_after_the_system_has_tidied_up_its_temporary_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    opened = to_open("order.pdf", b"first")
    for folder in opened.parents:
        if folder.name.startswith("trackit-console-"):
            shutil.rmtree(folder)
    assert not opened.exists()
    again = to_open("order.pdf", b"second")
    assert (again.name, again.read_bytes()) == ("order.pdf", b"second")
    assert again.is_relative_to(tmp_path)


# Dialogs


def close_by_cross(dialog: QDialog) -> None:
    dialog.close()


def close_by_escape(dialog: QDialog) -> None:
    dialog.reject()


@pytest.mark.parametrize("close", [close_by_cross, close_by_escape])
@pytest.mark.parametrize("opener", ["new_button", "configure_button"])
def test_a_dialog_for_an_account_is_freed_when_it_is_closed(
    person: Person, opener: str, close: Callable[[QDialog], None]
) -> None:
    page = person.page("incoming")
    person.click(getattr(page.ui, opener))
    dialog = person.dialog()
    close(dialog)
    person.wait(lambda: not isValid(dialog))


@pytest.mark.parametrize("close", [close_by_cross, close_by_escape])
def test_help_and_message_are_freed_when_they_are_closed(sample: None, person: Person, close: Callable[[QDialog], None]) -> None:
    help_dialog = open_help(person.window, "tiles")
    close(help_dialog)
    person.wait(lambda: not isValid(help_dialog))
    page = person.page("activity")
    person.wait(lambda: page.table.shown > 0 and page.ui.message_button.isVisible())
    person.wait(page.ui.message_button.isEnabled)
    person.click(page.ui.message_button)
    message = person.dialog()
    assert isinstance(message, MessageDialog)
    close(message)
    person.wait(lambda: not isValid(message))


def test_a_message_box_is_freed_when_it_was_answered(person: Person, answers: list[tuple[str, str]]) -> None:
    will_press("Close")
    show_problem(person.window, DatabaseLocked("database is locked"))
    gc.collect()
    person.wait(lambda: not person.window.findChildren(QMessageBox))


# Threads


@pytest.mark.covers("T-06")
def test_an_exception_in_any_thread_is_shown_and_logged(
    unexpected: object, person: Person, answers: list[tuple[str, str]], expect_log: Callable[[str], None]
) -> None:
    expect_log("ERROR trackit.Console: unexpected error in thread poller")
    will_press("Close")

    def broken() -> None:
        raise KeyError("row")

    thread = threading.Thread(target=broken, name="poller")
    thread.start()
    thread.join()
    person.wait(lambda: bool(answers))
    assert "Something unexpected happened" in answers[0][0]
