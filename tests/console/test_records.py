"""The Records page as a technician uses it: found, read, changed, and what happens when somebody else is faster."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPushButton, QWidget

from tests.console.conftest import Person, will_press
from tests.store.record_rows import many_records
from trackit_console.console.widgets.mail_view import MailView
from trackit_console.console.widgets.note_widget import NoteWidget
from trackit_console.domain.effects import AddNote, Change, CreateRecord, LinkRecords, SetServiceLevel, Wait
from trackit_console.domain.records import (
    LinkKind,
    Module,
    Note,
    NoteKind,
    Placeholder,
    Priority,
    RecordRef,
    ServiceLevelState,
    Status,
    TicketSource,
)
from trackit_console.store.database import Database

TICKET = RecordRef(Module.TICKET, 1)


@pytest.fixture
def database(sample: None, person: Person) -> Database:
    return person.window.services.database


@pytest.fixture
def opened(person: Person, database: Database) -> Callable[[RecordRef], Any]:
    """Opens a record on the Records page."""

    def open_it(ref: RecordRef) -> Any:
        person.window.open_page("records", str(ref))
        page: Any = person.window.pages["records"]
        heading = f"{ref.module.value} {ref.id}:"
        person.wait(lambda: page.ui.record_heading.text().startswith(heading) and page.ui.record_card.isVisible())
        person.wait(lambda: not person.window.tasks.running)
        QApplication.processEvents()  # Qt shows what was added to a layout with the next events
        return page

    return open_it


def record(database: Database, ref: RecordRef = TICKET) -> Any:
    with database.reading() as transaction:
        return transaction.records.get(ref)


def history(database: Database, ref: RecordRef = TICKET) -> list[Any]:
    with database.reading() as transaction:
        return transaction.records.history(ref)


def press(person: Person, widget: QWidget, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    """Presses a key in a widget that has the focus, as shortcuts want it."""
    person.window.activateWindow()
    person.wait(person.window.isActiveWindow)
    widget.setFocus()
    person.wait(widget.hasFocus)
    held = Qt.KeyboardModifier.NoModifier
    for each in modifiers:
        held |= each
    person.qtbot.keyClick(widget, key, held)


def words_on(page: Any) -> str:
    """All that the history shows."""
    return "\n".join(each.text() for each in page.ui.notes_body.findChildren(QLabel) if each.isVisibleTo(page))


def button(root: QWidget, words: str) -> QPushButton:
    return next(each for each in root.findChildren(QPushButton) if words in (each.text(), each.accessibleName()))


def chosen(menu_button: QPushButton, words: str) -> None:
    """Chooses an entry of a button's menu."""
    next(each for each in menu_button.menu().actions() if each.text() == words).trigger()


def change_elsewhere(database: Database, ref: RecordRef = TICKET) -> None:
    """Mail about the record comes in."""
    with database.unit_of_work() as work:
        work.apply([Change((AddNote(ref, Note(NoteKind.EMAIL_RECEIVED, "Bo", "News")),))])
        work.commit()


def many_rows(person: Person, number: int) -> Any:
    many_records(person.window.services.database, number)
    page = person.page("records")
    person.choose(page.ui.status, "Open and closed")
    person.wait(lambda: page.ui.count.text() == f"Tickets: {number}" and page.table.shown > 0)
    return page


# ------------------------------------------------------------------ the list


@pytest.mark.covers("T-08")
def test_subjects_can_be_read_in_a_small_window(person: Person, database: Database) -> None:
    page = person.page("records")
    person.window.resize(1180, 780)
    for module in ("Tickets", "Requestors", "Tickets"):
        person.choose(page.ui.module, module)
        person.wait(lambda: page.table.shown > 0 and not person.window.tasks.running)
        assert page.ui.records.columnWidth(1) >= 260


@pytest.mark.covers("T-06", "T-08")
def test_ten_thousand_records_are_there_at_once_and_follow_while_scrolling(person: Person) -> None:
    many_records(person.window.services.database, 10_000)
    began = time.perf_counter()
    page = person.page("records")
    person.wait(lambda: page.table.shown == 200)
    assert time.perf_counter() - began < 3
    assert page.ui.count.text() == "Tickets: 1000"
    person.choose(page.ui.status, "Open and closed")
    person.wait(lambda: page.ui.count.text() == "Tickets: 10000")
    bar = page.ui.records.verticalScrollBar()
    for shown in (400, 600):
        bar.setValue(bar.maximum())
        person.wait(lambda shown=shown: page.table.shown == shown)  # type: ignore[misc]
    numbers = [row.id for row in page.table.model.rows]
    assert numbers == list(range(10_000, 9_400, -1))


@pytest.mark.covers("T-08")
def test_a_heading_sorts_all_records_and_not_those_that_were_read(person: Person) -> None:
    page = many_rows(person, 1_000)
    page.ui.records.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    person.wait(lambda: page.table.model.rows[0].id == 1)
    page.ui.records.sortByColumn(3, Qt.SortOrder.DescendingOrder)
    person.wait(lambda: {row.priority for row in page.table.model.rows} == {Priority.URGENT})


@pytest.mark.covers("RUN-08")
def test_module_status_technician_and_words_narrow_the_list(person: Person) -> None:
    page = many_rows(person, 60)
    person.choose(page.ui.technician, "Ada")
    person.wait(lambda: page.ui.count.text() == "Tickets: 20")
    person.choose(page.ui.technician, "Assigned to nobody")
    person.choose(page.ui.status, "Open")
    person.wait(lambda: page.ui.count.text() == "Tickets: 2")
    person.type(page.ui.search, "no such words")
    person.wait(page.ui.empty.isVisible)
    person.click(page.ui.empty.button)
    person.wait(lambda: page.ui.count.text() == "Tickets: 60")
    person.choose(page.ui.module, "Assignments")
    person.wait(lambda: page.ui.count.text() == "Assignments: 1")
    person.choose(page.ui.module, "Requestors")
    person.wait(lambda: page.ui.count.text() == "Requestors: 50")
    assert not page.ui.status.isVisible()
    person.choose(page.ui.module, "Announcements")
    person.wait(page.ui.empty.isVisible)
    assert not page.ui.empty.button.isVisible()


@pytest.mark.covers("T-08")
def test_a_record_far_down_the_list_is_found_when_it_is_asked_for(person: Person) -> None:
    page = many_rows(person, 1_000)
    person.window.open_page("records", "Ticket - 3")
    person.wait(lambda: page.ui.record_heading.text() == "Ticket 3: Subject 000003")
    assert page.ui.search.text() == "Ticket - 3"
    person.window.open_page("records", "Assignment - 1001")
    person.wait(lambda: page.ui.record_heading.text().startswith("Assignment 1001"))
    assert page.ui.module.currentText() == "Assignments"


# ------------------------------------------------------------------ everyday actions


@pytest.mark.covers("MSG-05", "DB-04")
def test_a_note_is_added_by_the_keyboard_and_says_who_wrote_it(person: Person, database: Database, opened: Any) -> None:
    page = opened(TICKET)
    assert not page.ui.note_button.isEnabled()
    page.ui.note_text.setFocus()
    person.qtbot.keyClicks(page.ui.note_text, "It smells of ozone")
    person.click(page.ui.note_private)
    press(person, page.ui.note_text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    person.wait(lambda: "It smells of ozone" in words_on(page))
    note = history(database)[-1]
    actor = person.window.services.connection.actor
    assert (note.text, note.kind, note.author, note.private) == ("It smells of ozone", NoteKind.NOTE, actor, True)
    assert "Private" in words_on(page)
    assert page.ui.note_text.toPlainText() == ""
    assert not page.unsaved
    with database.reading() as transaction:
        entry = transaction.audit.latest(1)[0]
    assert (entry.actor, entry.action, entry.name) == (actor, "note_added", "Ticket - 1")


@pytest.mark.covers("MSG-02", "DB-04")
def test_a_ticket_is_closed_reopened_assigned_and_made_urgent_and_each_is_undone(
    person: Person, database: Database, opened: Any
) -> None:
    page = opened(TICKET)

    def settled(**fields: object) -> None:
        person.wait(lambda: all(getattr(record(database), name) == value for name, value in fields.items()))
        person.wait(lambda: not person.window.tasks.running and page.ui.record_actions.isEnabled())

    person.click(page.ui.close_button)
    settled(status=Status.CLOSED)
    assert page.ui.done_text.text() == "Ticket 1 was closed."
    person.click(page.ui.undo_button)
    settled(status=Status.OPEN)
    chosen(page.ui.technician_button, "Nobody")
    settled(technician="")
    assert page.ui.technician_button.text() == "Nobody"
    person.click(page.ui.undo_button)
    settled(technician="Carl Okafor")
    chosen(page.ui.priority_button, "Urgent")
    settled(priority=Priority.URGENT)
    person.click(page.ui.undo_button)
    settled(priority=Priority.HIGH)
    press(person, page.ui.records, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier)
    settled(status=Status.CLOSED)
    actor = person.window.services.connection.actor
    for words in (f"{actor} closed this.", f"{actor} assigned this to Carl Okafor.", f"{actor} set the priority to Urgent."):
        assert words in words_on(page)


@pytest.mark.covers("NOT-04")
def test_a_record_waits_and_goes_on(person: Person, database: Database, opened: Any) -> None:
    page = opened(TICKET)

    def settled(status: Status) -> None:
        person.wait(lambda: record(database).status is status)
        person.wait(lambda: not person.window.tasks.running and page.ui.record_actions.isEnabled())

    person.click(page.ui.wait_button)
    settled(Status.WAITING)
    assert page.ui.status_pill.text() == "Waiting"
    assert not page.ui.wait_button.isVisible() and page.ui.close_button.isVisible()
    person.click(page.ui.continue_button)
    settled(Status.OPEN)
    person.click(page.ui.undo_button)
    settled(Status.WAITING)
    person.click(page.ui.close_button)
    settled(Status.CLOSED)
    person.click(page.ui.undo_button)
    settled(Status.WAITING)
    press(person, page.ui.records, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier)
    settled(Status.OPEN)
    actor = person.window.services.connection.actor
    for words in (f"{actor} set this to waiting.", f"{actor} continued this."):
        assert words in words_on(page)


def fields_of(page: Any) -> str:
    return "\n".join(each.text() for each in page.ui.record_fields.findChildren(QLabel))


@pytest.mark.covers("NOT-04")
def test_what_is_overdue_is_listed_and_told(person: Person, database: Database, opened: Any) -> None:
    page = opened(TICKET)
    # It was 35 minutes late when the sample database was made, some time before this test.
    late = re.search(r"overdue for (\d+) min", fields_of(page))
    assert late is not None and 35 <= int(late[1]) < 60
    assert re.fullmatch(r"\d+ min late", page.ui.due_pill.text())
    person.choose(page.ui.status, "Overdue")
    person.wait(lambda: [each.ref for each in page.table.model.rows] == [TICKET])
    with database.unit_of_work() as work:
        paused = ServiceLevelState("Medium", close_due_at=work.transaction.now, waiting_since=work.transaction.now)
        work.apply([Change((Wait(RecordRef(Module.TICKET, 2)), SetServiceLevel(RecordRef(Module.TICKET, 2), paused)))])
        work.commit()
    person.choose(page.ui.status, "Waiting")
    person.wait(lambda: [each.id for each in page.table.model.rows] == [2])
    person.wait(lambda: "paused while waiting" in fields_of(page))


@pytest.mark.covers("DB-04")
def test_a_record_that_changed_meanwhile_is_told_and_nothing_typed_is_lost(
    person: Person, database: Database, opened: Any, answers: list[tuple[str, str]]
) -> None:
    page = opened(TICKET)
    person.qtbot.keyClicks(page.ui.note_text, "Half a no")
    change_elsewhere(database)
    will_press("Close")
    person.click(page.ui.close_button)
    person.wait(lambda: bool(answers))
    assert answers[0][0].startswith("Ticket - 1 was changed meanwhile, by mail or by somebody else.")
    assert record(database).status is Status.OPEN
    person.wait(lambda: "News" in words_on(page))
    assert page.ui.note_text.toPlainText() == "Half a no"
    person.wait(lambda: not person.window.tasks.running)
    person.click(page.ui.close_button)
    person.wait(lambda: record(database).status is Status.CLOSED)
    page.discard()


@pytest.mark.covers("DB-04")
def test_a_note_is_added_although_mail_came_meanwhile(person: Person, database: Database, opened: Any) -> None:
    page = opened(TICKET)
    person.qtbot.keyClicks(page.ui.note_text, "Called back")
    change_elsewhere(database)
    person.click(page.ui.note_button)
    person.wait(lambda: "Called back" in words_on(page) and "News" in words_on(page))


@pytest.mark.covers("DB-04")
def test_a_note_on_a_record_that_was_deleted_meanwhile_is_in_the_clipboard(
    person: Person, database: Database, opened: Any, answers: list[tuple[str, str]]
) -> None:
    page = opened(TICKET)
    person.qtbot.keyClicks(page.ui.note_text, "Too late")
    services = person.window.services
    services.records.delete(record(database))
    will_press("Close")
    person.click(page.ui.note_button)
    person.wait(lambda: bool(answers))
    assert (
        answers[0][0]
        == "Ticket - 1 was deleted meanwhile. Nothing was changed now.\nIf you typed a note, it is in the clipboard now."
    )
    assert QGuiApplication.clipboard().text() == "Too late"
    person.wait(lambda: not page.ui.record_heading.text().startswith("Ticket 1:"))
    assert not page.unsaved


@pytest.mark.covers("T-05")
def test_a_note_that_was_begun_stays_with_its_record_and_leaving_asks(
    person: Person, opened: Any, answers: list[tuple[str, str]]
) -> None:
    page = opened(TICKET)
    person.qtbot.keyClicks(page.ui.note_text, "Half a no")
    page.table.select(lambda row: row.id == 2)
    person.wait(lambda: page.ui.record_heading.text().startswith("Ticket 2:"))
    assert page.ui.note_text.toPlainText() == ""
    page.table.select(lambda row: row.id == 1)
    person.wait(lambda: page.ui.record_heading.text().startswith("Ticket 1:"))
    assert page.ui.note_text.toPlainText() == "Half a no"
    will_press("Keep editing", "Discard")
    person.window.open_page("tiles")
    assert person.window.current == "records"
    person.window.open_page("tiles")
    assert person.window.current == "tiles"
    assert not page.unsaved


@pytest.mark.covers("MSG-06", "DB-04")
def test_deleting_asks_and_names_the_record(
    person: Person, database: Database, opened: Any, answers: list[tuple[str, str]]
) -> None:
    page = opened(TICKET)
    will_press("Cancel")
    press(person, page.ui.note_text, Qt.Key.Key_Delete)
    assert not answers, "there it deletes a letter"
    press(person, page.ui.records, Qt.Key.Key_Delete)
    assert answers[0][0].startswith("Delete Ticket 1, “Printer on floor 2”?")
    assert record(database).id == 1
    will_press("Delete")
    person.click(page.ui.delete_button)
    person.wait(lambda: page.ui.done_text.text() == "Ticket 1 was deleted.")
    assert not page.ui.undo_button.isVisible()
    with pytest.raises(KeyError):
        record(database)
    person.wait(lambda: all(row.id != 1 for row in page.table.model.rows))


@pytest.mark.covers("NOT-03")
def test_a_linked_record_is_opened_from_the_other(person: Person, database: Database, opened: Any) -> None:
    task = Placeholder("task")
    with database.unit_of_work() as work:
        create = CreateRecord(task, Module.ASSIGNMENT, "Order a drum", Priority.LOW, TicketSource.EMAIL, category="Hardware")
        work.apply([Change((create, LinkRecords(task, TICKET, LinkKind.FOLLOWS)))])
        work.commit()
    page = opened(TICKET)
    link = next(each for each in page.findChildren(QPushButton) if "Order a drum" in each.text())
    person.click(link)
    person.wait(lambda: page.ui.record_heading.text().endswith("Order a drum"))
    fields = [each.text() for each in page.ui.record_fields.findChildren(QLabel)]
    assert "Hardware" in fields


@pytest.mark.covers("MSG-06")
def test_a_requestor_has_notes_and_no_status(person: Person, database: Database, opened: Any) -> None:
    page = opened(RecordRef(Module.REQUESTOR, 1))
    for widget in (page.ui.close_button, page.ui.reopen_button, page.ui.technician_button, page.ui.priority_button):
        assert not widget.isVisible()
    person.qtbot.keyClicks(page.ui.note_text, "Prefers the phone")
    person.click(page.ui.note_button)
    person.wait(lambda: "Prefers the phone" in words_on(page))


@pytest.mark.covers("T-06")
def test_a_busy_database_neither_blocks_nor_lets_an_action_be_done_twice(person: Person, database: Database, opened: Any) -> None:
    page = opened(TICKET)
    person.qtbot.keyClicks(page.ui.note_text, "Once")
    with database.unit_of_work():
        person.click(page.ui.note_button)
        assert page.ui.note_text.isReadOnly()
        assert not page.ui.close_button.isEnabled()
        person.wait(person.window.busy_bar.isVisible)
        person.qtbot.keyClick(page.ui.note_text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    person.wait(lambda: "Once" in words_on(page))
    assert [each.text for each in history(database)].count("Once") == 1


# ------------------------------------------------------------------ history and attachments


@pytest.mark.covers("MSG-07")
def test_quoted_history_is_folded_and_one_key_unfolds_it(person: Person, opened: Any) -> None:
    page = opened(TICKET)
    assert "Is it still printing?" not in words_on(page)
    fold = button(page, "Show quoted text")
    fold.setFocus()
    person.qtbot.keyClick(fold, Qt.Key.Key_Space)
    assert "Is it still printing?" in words_on(page)
    assert fold.text() == "Hide quoted text"


def words_of(note: NoteWidget) -> str:
    return "\n".join(each.text() for each in note.findChildren(QLabel))


@pytest.mark.covers("MSG-07", "SEC-03")
def test_a_note_shows_its_message_as_it_was_formatted_and_as_plain_text_again(person: Person, opened: Any) -> None:
    page = opened(TICKET)
    note = next(each for each in page.ui.notes_body.findChildren(NoteWidget) if "jams" in words_of(each))
    person.click(button(note, "Show formatted"))
    person.wait(lambda: bool(note.findChildren(MailView)))
    [view] = note.findChildren(MailView)
    assert "Now it jams as well" in view.toPlainText() and view.isVisibleTo(note)
    person.click(button(note, "Show plain text"))
    assert view.isHidden() and "Now it jams as well" in words_on(page)
    plain = next(each for each in page.ui.notes_body.findChildren(NoteWidget) if "It prints stripes" in words_of(each))
    person.click(button(plain, "Show formatted"))
    person.wait(lambda: button(plain, "Show formatted").text() == "The message has plain text only.")


@pytest.mark.covers("T-06")
def test_a_long_history_shows_its_newest_notes_first(person: Person, database: Database, opened: Any) -> None:
    with database.unit_of_work() as work:
        work.apply([Change((AddNote(TICKET, Note(NoteKind.NOTE, "ada", f"Note {each:03}")),)) for each in range(60)])
        work.commit()
    page = opened(TICKET)
    assert "Note 059" in words_on(page)
    assert "Note 000" not in words_on(page)
    more = next(each for each in page.ui.notes_body.findChildren(QPushButton) if "earlier" in each.text())
    person.click(more)
    person.wait(lambda: "Note 000" in words_on(page))


@pytest.fixture
def opened_files(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that the system was asked to open."""
    found: list[Path] = []

    def keep(url: QUrl) -> bool:
        found.append(Path(url.toLocalFile()))
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", keep)
    return found


@pytest.mark.covers("SEC-03", "MSG-04")
def test_a_document_is_opened_from_a_private_folder_and_a_restricted_file_not_at_all(
    person: Person, opened: Any, opened_files: list[Path]
) -> None:
    page = opened(RecordRef(Module.TICKET, 2))
    person.click(button(page, "Open order.pdf"))
    person.wait(lambda: bool(opened_files))
    [file] = opened_files
    assert (file.name, file.read_bytes()) == ("order.pdf", b"x" * 18_000)
    assert file.parent.stat().st_mode & 0o077 == 0
    page = opened(RecordRef(Module.TICKET, 3))
    assert "update.exe" in words_on(page) and "not added, restricted file type" in words_on(page)
    assert not [each for each in page.findChildren(QPushButton) if "update.exe" in each.accessibleName()]


@pytest.mark.covers("SEC-03")
def test_a_file_that_could_run_something_is_opened_only_after_a_question(
    person: Person, opened: Any, opened_files: list[Path], answers: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(RecordRef(Module.TICKET, 2))
    monkeypatch.setattr("trackit_console.console.pages.attachment_actions.is_plain", lambda _name: False)
    will_press("Do not open", "Open")
    person.click(button(page, "Open order.pdf"))
    assert answers[0][0].startswith("Open order.pdf?")
    assert not opened_files
    person.click(button(page, "Open order.pdf"))
    person.wait(lambda: bool(opened_files))


@pytest.mark.covers("SEC-03")
def test_an_attachment_is_offered_to_be_saved_under_its_own_name(
    person: Person, opened: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: list[str] = []

    def choose(_parent: QWidget, _title: str, name: str) -> tuple[str, str]:
        offered.append(name)
        return str(tmp_path / "here.pdf"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    page = opened(RecordRef(Module.TICKET, 2))
    person.click(button(page, "Save order.pdf"))
    person.wait((tmp_path / "here.pdf").exists)
    assert offered == ["order.pdf"]


@pytest.mark.covers("A11Y-01")
def test_every_control_of_the_record_has_a_name_and_the_list_leads_to_the_history_by_enter(person: Person, opened: Any) -> None:
    page = opened(TICKET)
    for each in page.findChildren(QPushButton):
        if each.isVisible():
            assert each.accessibleName() or each.text(), each.objectName()
    press(person, page.ui.records, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is page.ui.notes_scroll
