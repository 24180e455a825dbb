"""The Outgoing mail page: what was sent, what waits and what failed, and what an admin does about it (OUT-06)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from sqlalchemy import update

from tests.console.conftest import Person, will_press
from trackit_console.domain.effects import AddNote, Change, CreateRecord, MailKind, SendMail
from trackit_console.domain.outgoing_mail import MailState
from trackit_console.domain.records import Module, Note, NoteKind, Placeholder, Priority, RecordRef, TicketSource
from trackit_console.store.database import Database
from trackit_console.store.outbox_views import OutboxQuery
from trackit_console.store.tables import OutboxRow

TICKET = Placeholder("ticket")
RAW = b"From: help@example.com\r\nTo: bo@example.com\r\nSubject: Printer [Ticket - 1]\r\n\r\nYour ticket was closed.\r\n"
pytestmark = pytest.mark.covers("OUT-06")


@pytest.fixture
def database(person: Person) -> Database:
    return person.window.services.database


def put_into_outbox(database: Database, *recipients: str) -> RecordRef:
    """A ticket, and a mail about it to each of these."""
    ticket = CreateRecord(TICKET, Module.TICKET, "Printer", Priority.HIGH, TicketSource.EMAIL)
    note = AddNote(TICKET, Note(NoteKind.NOTE, "ada", "It does not print."))
    mails = [
        SendMail(
            MailKind.NOTIFICATION,
            (each,),
            "Printer [Ticket - 1]",
            f"{each}.1@example.com",
            RAW,
            f"closed {each}",
            TICKET,
            by="Ticket closed",
        )
        for each in recipients
    ]
    with database.unit_of_work() as work:
        [applied] = work.apply([Change((ticket, note, *mails))])
        work.commit()
    return applied.created[TICKET]


def settle(database: Database, recipient: str, state: MailState) -> None:
    with database.begin() as transaction:
        settled = update(OutboxRow).where(OutboxRow.recipient_key == recipient)
        transaction.session.execute(settled.values(state=state.value))


def fail(database: Database, recipient: str) -> None:
    settle(database, recipient, MailState.FAILED)


def states(database: Database) -> dict[str, MailState]:
    with database.reading() as transaction:
        return {each.recipients[0]: each.state for each in transaction.outbox_list.page(OutboxQuery())}


def page_with(person: Person, number: int) -> Any:
    page = person.page("outgoing_mail")
    person.wait(lambda: page.table.total == number and not person.window.tasks.running)
    return page


def shown(page: Any) -> list[str]:
    return [row.recipients[0] for row in page.table.model.rows]


def click_mails(person: Person, page: Any, *recipients: str) -> None:
    """Selects the mails to these people with the mouse."""
    view = page.ui.mails
    modifiers = Qt.KeyboardModifier.NoModifier
    for each in recipients:
        where = view.visualRect(page.table.model.index(shown(page).index(each), 1)).center()
        person.qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, modifiers, where)
        modifiers = Qt.KeyboardModifier.ControlModifier


def test_an_empty_list_says_when_mail_appears(person: Person) -> None:
    page = person.page("outgoing_mail")
    person.wait(page.ui.empty.isVisible)
    assert page.ui.empty._title.text() == "No outgoing mail yet"
    assert not page.ui.retry_failed_button.isEnabled()
    assert not page.ui.mail_card.isVisible()


def test_a_mail_shows_to_whom_it_goes_about_what_and_why(person: Person, database: Database) -> None:
    ticket = put_into_outbox(database, "bo@example.com")
    page = page_with(person, 1)
    cells = [column.text(page.table.model.rows[0]) for column in page.table.model.columns]
    assert cells[1:] == ["Waiting", "bo@example.com", "Printer [Ticket - 1]", "Ticket closed", str(ticket)]
    person.wait(lambda: page.ui.time_line_layout.count() > 1)
    assert page.ui.mail_recipients.text() == "To bo@example.com"


def test_the_message_can_be_read_and_saved(
    person: Person, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_into_outbox(database, "bo@example.com")
    page = page_with(person, 1)
    person.click(page.ui.message_button)
    dialog = person.dialog()
    assert "Your ticket was closed." in dialog.text.toPlainText()
    dialog.reject()
    target = tmp_path / "kept.eml"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (str(target), ""))
    person.click(page.ui.save_button)
    person.wait(target.exists)
    person.wait(lambda: not person.window.tasks.running)
    assert target.read_bytes() == RAW


def test_a_failed_mail_is_tried_again(person: Person, database: Database) -> None:
    put_into_outbox(database, "bo@example.com", "cy@example.com")
    fail(database, "bo@example.com")
    page = page_with(person, 2)
    person.choose(page.ui.state, "Failed")
    person.wait(lambda: page.table.total == 1)
    person.click(page.ui.retry_button)
    person.wait(lambda: states(database)["bo@example.com"] is MailState.WAITING)
    person.wait(page.ui.empty.isVisible)
    person.choose(page.ui.state, "All states")
    person.wait(lambda: page.table.total == 2)


def test_all_failed_mail_is_tried_again_at_once(person: Person, database: Database) -> None:
    put_into_outbox(database, "bo@example.com", "cy@example.com")
    for each in ("bo@example.com", "cy@example.com"):
        fail(database, each)
    page = page_with(person, 2)
    person.click(page.ui.retry_failed_button)
    person.wait(lambda: set(states(database).values()) == {MailState.WAITING})
    person.wait(lambda: not page.ui.retry_failed_button.isEnabled())


def test_a_mail_is_discarded_after_a_question(person: Person, database: Database, answers: list[tuple[str, str]]) -> None:
    put_into_outbox(database, "bo@example.com")
    page = page_with(person, 1)
    will_press("Cancel")
    person.click(page.ui.discard_button)
    assert states(database) == {"bo@example.com": MailState.WAITING}
    will_press("Discard")
    person.click(page.ui.discard_button)
    person.wait(lambda: states(database) == {"bo@example.com": MailState.DISCARDED})
    person.wait(lambda: not page.ui.discard_button.isEnabled())


def test_only_mails_that_were_selected_are_discarded_however_the_list_moves(
    person: Person, database: Database, answers: list[tuple[str, str]]
) -> None:
    put_into_outbox(database, "ada@example.com", "bo@example.com", "cy@example.com", "di@example.com")
    page = page_with(person, 4)
    person.choose(page.ui.state, "Waiting")
    person.wait(lambda: not person.window.tasks.running)
    click_mails(person, page, "ada@example.com", "bo@example.com", "di@example.com")
    settle(database, "bo@example.com", MailState.SENT)
    put_into_outbox(database, "ed@example.com")
    person.wait(lambda: "ed@example.com" in shown(page) and not person.window.tasks.running)
    will_press("Discard")
    person.click(page.ui.discard_button)
    person.wait(lambda: MailState.DISCARDED in states(database).values())
    discarded = {to for to, state in states(database).items() if state is MailState.DISCARDED}
    assert discarded == {"ada@example.com", "di@example.com"}


def test_the_question_names_the_only_mail_that_is_discarded(
    person: Person, database: Database, answers: list[tuple[str, str]]
) -> None:
    put_into_outbox(database, "bo@example.com", "cy@example.com")
    settle(database, "cy@example.com", MailState.SENT)
    page = page_with(person, 2)
    click_mails(person, page, "bo@example.com")
    will_press("Cancel")
    person.click(page.ui.discard_button)
    assert answers[-1][0].startswith("Discard the mail “Printer [Ticket - 1]”?")
    click_mails(person, page, "bo@example.com", "cy@example.com")  # the other was sent
    will_press("Cancel")
    person.click(page.ui.discard_button)
    assert answers[-1][0].startswith("Discard the mail “Printer [Ticket - 1]”?")


def test_the_list_is_searched_by_the_database(person: Person, database: Database) -> None:
    put_into_outbox(database, "bo@example.com", "cy@example.com")
    page = page_with(person, 2)
    person.type(page.ui.search, "cy@")
    person.wait(lambda: [row.recipients for row in page.table.model.rows] == [("cy@example.com",)])
    person.type(page.ui.search, "nobody")
    person.wait(page.ui.empty.isVisible)
    person.click(page.ui.empty.button)
    person.wait(lambda: page.table.total == 2)


def test_new_mail_appears_by_itself(person: Person, database: Database) -> None:
    page = person.page("outgoing_mail")
    person.wait(page.ui.empty.isVisible)
    put_into_outbox(database, "bo@example.com")
    person.wait(lambda: page.table.total == 1)


def test_the_record_of_a_mail_is_opened(person: Person, database: Database) -> None:
    ticket = put_into_outbox(database, "bo@example.com")
    page = page_with(person, 1)
    person.click(page.ui.record_button)
    records = person.page("records")
    person.wait(lambda: records.table.current is not None and records.table.current.ref == ticket)


def test_the_time_is_that_of_the_event(person: Person, database: Database) -> None:
    put_into_outbox(database, "bo@example.com")
    page = page_with(person, 1)
    assert abs((page.table.model.rows[0].at - datetime.now(UTC)).total_seconds()) < 600
