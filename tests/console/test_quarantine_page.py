"""The Quarantine page: what waits, one message or many at once, and what somebody reads when none does (RUN-04)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from tests.console.conftest import Person, will_press
from tests.message_factory import raw_message
from tests.quarantine_factory import WHOLE, SetAside, set_aside, set_aside_many
from trackit_console.domain.deliveries import Outcome
from trackit_console.domain.records import Module, RecordRef
from trackit_console.monitor.quarantine import discard
from trackit_console.store.database import Database
from trackit_console.store.errors import DatabaseUnavailable

TICKET = RecordRef(Module.TICKET, 1)


@pytest.fixture
def database(person: Person) -> Database:
    return person.window.services.database


def page_with(person: Person, number: int) -> Any:
    page = person.page("quarantine")
    person.wait(lambda: page.table.total == number and not person.window.tasks.running)
    return page


def select(page: Any, *delivery_ids: int) -> None:
    model = page.ui.messages.selectionModel()
    model.clearSelection()
    for at, row in enumerate(page.table.model.rows):
        if row.delivery_id in delivery_ids:
            flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
            model.select(page.table.model.index(at, 0), flags)


def waiting_ids(database: Database) -> list[int]:
    with database.reading() as transaction:
        return [each.delivery_id for each in transaction.waiting_messages]


def press(person: Person, widget: QWidget, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    person.window.activateWindow()
    person.wait(person.window.isActiveWindow)
    widget.setFocus()
    person.wait(widget.hasFocus)
    person.qtbot.keyClick(widget, key, modifiers)


@pytest.fixture
def waiting(database: Database) -> SetAside:
    return set_aside(database)


@pytest.mark.covers("RUN-04")
def test_an_empty_quarantine_says_that_all_is_well(person: Person) -> None:
    page = person.page("quarantine")
    person.wait(page.ui.empty.isVisible)
    assert not page.ui.retry_all_button.isEnabled()
    assert not page.ui.message_card.isVisible()
    assert not person.window.header.quarantine_button.isVisible()


@pytest.mark.covers("RUN-04", "T-03")
def test_the_count_in_the_header_and_above_the_tiles_leads_here(person: Person, waiting: SetAside) -> None:
    count = person.window.header.quarantine_button
    person.wait(lambda: count.isVisible() and count.text() == "2 set aside")
    person.click(count)
    assert person.window.current == "quarantine"
    tiles = person.page("tiles")
    person.wait(tiles.set_aside.isVisible)
    person.click(tiles.set_aside.button)
    assert person.window.current == "quarantine"


@pytest.mark.covers("RUN-04")
def test_a_message_says_in_words_why_it_waits_and_the_detail_is_one_click_away(person: Person, database: Database) -> None:
    [number] = set_aside_many(database, 1)
    page = page_with(person, 1)
    assert page.ui.reason_text.text() == "The sender is unknown, and mail from unknown senders is refused."
    assert "mailbox Support" in page.ui.message_sender.text()
    assert not page.ui.detail_text.isVisible()
    person.click(page.ui.detail_button)
    assert page.ui.detail_text.toPlainText() == "detail 1"
    press(person, page.ui.messages, Qt.Key.Key_Return)
    dialog = person.dialog()
    assert "does not print" in dialog.text.toPlainText() + dialog.source.toPlainText()
    dialog.reject()
    assert waiting_ids(database) == [number]


@pytest.mark.covers("RUN-04")
def test_one_is_retried_and_added_to_a_record(
    person: Person, database: Database, waiting: SetAside, answers: list[tuple[str, str]]
) -> None:
    page = page_with(person, 2)
    select(page, waiting.headers_only)
    person.wait(lambda: page.ui.message_heading.text() == "Too large")
    assert "Only the headers are kept." in page.ui.reason_text.text()
    assert not page.ui.route_button.isEnabled()
    select(page, waiting.whole)
    person.click(page.ui.route_button)
    dialog = person.dialog()
    person.type(dialog.ui.record, "Ticket - 1")
    will_press("Close")
    person.click(dialog.ui.add_button)
    person.wait(lambda: waiting_ids(database) == [waiting.headers_only])
    person.wait(lambda: page.table.total == 1)
    will_press("Close")
    person.click(page.ui.retry_button)
    person.wait(page.ui.empty.isVisible)
    assert answers[-1][0].startswith("The mail server is asked for this message again")


@pytest.mark.covers("RUN-04")
def test_all_are_retried_and_the_result_is_summed_up(person: Person, database: Database) -> None:
    numbers = set_aside_many(database, 5)
    page = page_with(person, 5)
    discard(database, numbers[2], "grace")
    person.window.watch.stop()
    person.click(page.ui.retry_all_button)
    person.wait(lambda: bool(page.ui.result.words))
    assert "Became tickets or notes: 4." in page.ui.result.words
    assert "Somebody else decided about this message meanwhile." in page.ui.result.words
    person.wait(page.ui.empty.isVisible)
    person.click(page.ui.result.button)
    assert not page.ui.result.isVisible()


@pytest.mark.covers("RUN-04", "T-06")
def test_a_long_retry_is_cancelled_between_two_messages(person: Person, database: Database) -> None:
    set_aside_many(database, 30)
    page = page_with(person, 30)
    with database.unit_of_work():  # the first retry waits for this one
        person.click(page.ui.retry_all_button)
        person.wait(page.ui.progress_row.isVisible)
        assert page.ui.progress_text.text() == "0 of 30"
        assert not page.ui.retry_button.isEnabled()
        person.click(page.ui.cancel_button)
    person.wait(lambda: bool(page.ui.result.words))
    assert "Not tried, and waiting on:" in page.ui.result.words
    left = waiting_ids(database)
    assert len(left) >= 29
    person.wait(lambda: page.table.total == len(left))
    assert page.ui.retry_button.isEnabled()


@pytest.mark.covers("RUN-04", "DB-05")
def test_a_database_that_is_lost_on_the_way_ends_the_batch_and_keeps_what_was_done(
    person: Person, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_aside_many(database, 4)
    page = page_with(person, 4)
    operations = person.window.services.quarantine
    retry = operations.retry
    done: list[int] = []

    def lost_after_two(delivery_id: int) -> Any:
        if len(done) == 2:
            raise DatabaseUnavailable
        done.append(delivery_id)
        return retry(delivery_id)

    monkeypatch.setattr(operations, "retry", lost_after_two)
    person.click(page.ui.retry_all_button)
    person.wait(lambda: bool(page.ui.result.words))
    assert "Became tickets or notes: 2. The database cannot be reached." in page.ui.result.words
    assert "Not tried, and waiting on: 2." in page.ui.result.words
    assert len(waiting_ids(database)) == 2


@pytest.mark.covers("RUN-04", "DB-04")
def test_several_are_discarded_after_one_question_and_the_audit_says_who(
    person: Person, database: Database, answers: list[tuple[str, str]]
) -> None:
    first, second, third = set_aside_many(database, 3)
    page = page_with(person, 3)
    select(page, first, third)
    will_press("Cancel", "Discard")
    press(person, page.ui.messages, Qt.Key.Key_Delete)
    assert answers[0][0].startswith("Discard these 2 messages?")
    assert len(waiting_ids(database)) == 3
    person.click(page.ui.discard_button)
    person.wait(lambda: waiting_ids(database) == [second])
    with database.reading() as transaction:
        said = {(each.action, each.actor, each.name) for each in transaction.audit.latest()}
    actor = person.window.services.connection.actor
    assert {("discarded", actor, str(first)), ("discarded", actor, str(third))} <= said


@pytest.mark.covers("RUN-04")
def test_a_single_discard_names_the_message(person: Person, database: Database, answers: list[tuple[str, str]]) -> None:
    set_aside_many(database, 1)
    page = page_with(person, 1)
    will_press("Discard")
    person.click(page.ui.discard_button)
    assert answers[0][0].startswith("Discard the message “Message 1”?")
    person.wait(page.ui.empty.isVisible)


@pytest.mark.covers("RUN-04")
def test_a_message_is_saved_as_it_came_under_a_safe_name(
    person: Person, waiting: SetAside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: list[str] = []

    def choose(_parent: QWidget, _title: str, name: str, _kinds: str) -> tuple[str, str]:
        offered.append(name)
        return str(tmp_path / "saved.eml"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    page = page_with(person, 2)
    select(page, waiting.whole)
    person.click(page.ui.save_button)
    person.wait((tmp_path / "saved.eml").exists)
    assert (tmp_path / "saved.eml").read_bytes() == WHOLE
    assert offered == ["Whole.eml"]


@pytest.mark.covers("RUN-08")
def test_the_time_line_of_a_message_is_one_click_away(person: Person, waiting: SetAside) -> None:
    page = page_with(person, 2)
    select(page, waiting.whole)
    person.click(page.ui.time_line_button)
    activity: Any = person.window.pages["activity"]
    person.wait(lambda: activity.table.shown == 1 and activity.table.current is not None)
    assert activity.table.current.outcome is Outcome.QUARANTINED
    assert activity.ui.period.currentData() == -1


@pytest.mark.covers("T-06")
def test_thousands_of_messages_are_listed_and_searched(person: Person, database: Database) -> None:
    set_aside_many(database, 3_000)
    page = page_with(person, 3_000)
    assert page.ui.count.text() == "Messages: 3000"
    person.type(page.ui.search, "Message 2999")
    person.wait(lambda: page.ui.count.text() == "Messages: 1")
    person.type(page.ui.search, "none of them")
    person.wait(page.ui.empty.isVisible)
    person.click(page.ui.empty.button)
    person.wait(lambda: page.ui.count.text() == "Messages: 3000")


@pytest.mark.covers("MSG-07", "SEC-03")
def test_the_source_of_a_message_is_searched(person: Person, database: Database) -> None:
    set_aside_many(database, 1)
    page = page_with(person, 1)
    person.click(page.ui.message_button)
    dialog = person.dialog()
    dialog.ui.tabs.setCurrentWidget(dialog.source)
    person.qtbot.keyClicks(dialog.ui.find, "subject:")
    assert dialog.source.textCursor().selectedText() == "Subject:"
    person.qtbot.keyClicks(dialog.ui.find, " nowhere")
    assert dialog.ui.found.text() == "Not found"
    assert dialog.source.toPlainText().startswith(raw_message(1).decode()[:20].replace("\r\n", "\n"))
    dialog.reject()
