"""A technician answers a ticket by email from the Records page (MSG-03, OUT-06)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QListWidgetItem, QPushButton

from tests.console.conftest import Person, will_press
from tests.outbox_factory import add_record
from trackit_console.domain.effects import AddNote, Change, MarkUndeliverable
from trackit_console.domain.outgoing_mail import Attempt, MailState
from trackit_console.domain.records import Module, Note, NoteKind, RecordRef
from trackit_console.mail import Message, parse
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.store.database import Database
from trackit_console.store.outbox_results import OutboxResults
from trackit_console.store.outbox_views import OutboxQuery, OutboxView

TICKET = RecordRef(Module.TICKET, 1)
ANNA, BO = "anna@contoso.com", "bo@fabrikam.example"
pytestmark = pytest.mark.covers("MSG-03", "OUT-06")


@pytest.fixture
def database(sample: None, person: Person) -> Database:
    """With Anna's ticket, on which Bo was on the Cc."""
    database = person.window.services.database
    put(database, AddNote(TICKET, Note(NoteKind.EMAIL_RECEIVED, "Anna Berg", "See below.", participants=(ANNA, BO))))
    return database


@pytest.fixture
def opened(person: Person, database: Database) -> Callable[..., Any]:
    def open_it(ref: RecordRef = TICKET) -> Any:
        person.window.open_page("records", str(ref))
        page: Any = person.window.pages["records"]
        heading = f"{ref.module.value} {ref.id}:"
        person.wait(lambda: page.ui.record_heading.text().startswith(heading) and page.ui.record_card.isVisible())
        person.wait(lambda: not person.window.tasks.running)
        QApplication.processEvents()
        return page

    return open_it


def put(database: Database, *effects: Any) -> None:
    with database.unit_of_work() as work:
        work.apply([Change(effects)])
        work.commit()


def replies(database: Database) -> list[OutboxView]:
    with database.reading() as transaction:
        found = transaction.outbox_list.page(OutboxQuery())
    return [each for each in reversed(found) if each.kind.value == "reply"]


def message(database: Database, mail: OutboxView) -> Message:
    with database.reading() as transaction:
        return parse(transaction.outbox_list.entry(mail.id).content)


def written(database: Database) -> list[str]:
    with database.reading() as transaction:
        return [each.text for each in transaction.records.history(TICKET) if each.kind is NoteKind.NOTE]


def words_on(page: Any) -> str:
    return "\n".join(each.text() for each in page.ui.notes_body.findChildren(QLabel) if each.isVisibleTo(page))


def person_named(page: Any, words: str) -> QListWidgetItem:
    listed = page.ui.reply_to
    items: list[QListWidgetItem] = [listed.item(row) for row in range(listed.count())]
    return next(each for each in items if words in each.text())


def tick(person: Person, page: Any, words: str) -> None:
    """Ticks somebody, or takes the tick away, by the keyboard."""
    page.ui.reply_to.setFocus()
    page.ui.reply_to.setCurrentItem(person_named(page, words))
    person.qtbot.keyClick(page.ui.reply_to, Qt.Key.Key_Space)


def begin(person: Person, page: Any, words: str) -> None:
    """Types a note that is to be sent."""
    person.qtbot.keyClicks(page.ui.note_text, words)
    person.click(page.ui.reply_by_email)


# ------------------------------------------------------------------ sending


@pytest.mark.covers("MSG-02")
def test_a_reply_is_sent_to_the_requestor_and_its_state_stands_in_the_history(
    person: Person, database: Database, opened: Any
) -> None:
    page = opened()
    assert not page.ui.reply_panel.isVisible()
    begin(person, page, "It prints again")
    assert page.ui.note_button.text() == "Send"
    assert person_named(page, ANNA).text() == f"Anna Berg <{ANNA}>, requestor"
    person.click(page.ui.note_button)
    person.wait(lambda: "It prints again" in words_on(page))
    [mail] = replies(database)
    assert (mail.recipients, mail.by) == ((ANNA,), person.window.services.connection.actor)
    assert "[Ticket - 1]" in mail.subject
    assert message(database, mail).text.startswith("It prints again\n")
    for words in ("Reply", "Waiting", f"to {ANNA}"):
        assert words in words_on(page)
    assert page.ui.note_text.toPlainText() == ""
    assert page.ui.note_button.text() == "Add note", "the next note is not sent by accident"
    assert not page.unsaved
    with database.reading() as transaction:
        assert transaction.audit.latest(1)[0].action == "replied"


def test_the_history_tells_when_the_reply_was_sent_and_leads_to_its_mail(person: Person, database: Database, opened: Any) -> None:
    page = opened()
    begin(person, page, "It prints again")
    person.click(page.ui.note_button)
    person.wait(lambda: "Waiting" in words_on(page))
    with database.unit_of_work() as work:
        claimed = [each for each in work.transaction.outbox.claim("host", 1) if each.recipients == (ANNA,)]
        reply = next(each for each in claimed if each.message_id == replies(database)[0].message_id)
        OutboxResults(work, "HELPDESK01").keep(reply, Attempt(delivered=(ANNA,)))
        work.commit()
    person.wait(lambda: "Sent" in words_on(page).splitlines() and "Waiting" not in words_on(page).splitlines())
    link = next(each for each in page.ui.notes_body.findChildren(QPushButton) if each.text() == "Outgoing Mail")
    person.click(link)
    person.wait(lambda: person.window.current == "outgoing_mail")
    mails: Any = person.window.pages["outgoing_mail"]
    person.wait(lambda: [each.state for each in mails.table.model.rows] == [MailState.SENT])


def test_control_enter_sends_to_all_who_are_ticked(person: Person, database: Database, opened: Any) -> None:
    page = opened()
    begin(person, page, "It prints again")
    tick(person, page, BO)
    person.window.activateWindow()
    page.ui.note_text.setFocus()
    person.wait(page.ui.note_text.hasFocus)
    person.qtbot.keyClick(page.ui.note_text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    person.wait(lambda: len(replies(database)) == 2)
    assert [each.recipients for each in replies(database)] == [(ANNA,), (BO,)]
    person.wait(lambda: f"to {BO}" in words_on(page))
    assert written(database).count("It prints again") == 1


def test_the_last_message_is_quoted_if_that_is_ticked(person: Person, database: Database, opened: Any) -> None:
    page = opened()
    begin(person, page, "It prints again")
    assert not page.ui.reply_quote.isChecked()
    person.click(page.ui.reply_quote)
    person.click(page.ui.note_button)
    person.wait(lambda: bool(replies(database)))
    assert "Anna Berg wrote:" in message(database, replies(database)[0]).quoted_text


def test_the_email_is_shown_before_and_nothing_is_sent(person: Person, database: Database, opened: Any) -> None:
    page = opened()
    begin(person, page, "It prints again")
    person.click(page.ui.reply_preview)
    dialog = person.dialog()
    assert "[Ticket - 1]" in dialog.windowTitle()
    assert dialog.text.toPlainText().strip() == "It prints again\n\nSupport"
    assert f"To: Anna Berg <{ANNA}>" in dialog.source.toPlainText()
    person.click(dialog.ui.close_button)
    assert replies(database) == []
    page.discard()


# ------------------------------------------------------------------ what keeps it from being sent


def test_a_private_note_is_never_sent_and_the_page_says_so(person: Person, database: Database, opened: Any) -> None:
    page = opened()
    person.click(page.ui.note_private)
    assert not page.ui.reply_by_email.isEnabled()
    assert page.ui.reply_by_email.text() == "Send by email: not for a private note"
    person.click(page.ui.note_private)
    person.click(page.ui.reply_by_email)
    assert not page.ui.note_private.isEnabled()
    assert page.ui.note_private.text() == "Private: not for what is sent by email"


def test_without_an_outgoing_account_the_page_says_so_and_leads_there(person: Person) -> None:
    database = person.window.services.database
    add_record(database)
    page = person.page("records")
    person.wait(lambda: page.ui.record_card.isVisible() and not person.window.tasks.running)
    assert not page.ui.reply_by_email.isEnabled()
    assert page.ui.reply_hint.text() == "Outgoing Email is not configured, so nothing can be sent by email."
    person.click(page.ui.reply_setup)
    person.wait(lambda: person.window.current == "incoming")


def test_a_record_without_anybody_to_answer_says_so(person: Person, database: Database, opened: Any) -> None:
    page = opened(add_record(database))
    assert not page.ui.reply_by_email.isEnabled()
    assert "has no requestor" in page.ui.reply_hint.text()
    assert not page.ui.reply_setup.isVisible()


@pytest.mark.covers("MSG-09")
def test_an_address_from_which_mail_came_back_is_marked_and_can_be_ticked(
    person: Person, database: Database, opened: Any
) -> None:
    put(database, MarkUndeliverable(ANNA, "5.1.1 User unknown", TICKET))
    page = opened()
    begin(person, page, "It prints again")
    assert "came back: 5.1.1 User unknown" in person_named(page, ANNA).text()
    person.click(page.ui.note_button)
    person.wait(lambda: bool(replies(database)))


@pytest.mark.covers("FIL-04")
def test_who_is_stopped_by_a_filter_cannot_be_ticked_and_the_rule_is_named(
    person: Person, database: Database, opened: Any
) -> None:
    add_filter(database, "contoso.com")
    page = opened()
    begin(person, page, "It prints again")
    anna = person_named(page, ANNA)
    assert "sender rule “contoso.com” of Email Filters" in anna.text()
    assert not anna.flags() & Qt.ItemFlag.ItemIsEnabled
    assert page.ui.reply_notice.text() == "Choose at least one recipient."
    assert not page.ui.note_button.isEnabled()
    tick(person, page, BO)
    person.click(page.ui.note_button)
    person.wait(lambda: [each.recipients for each in replies(database)] == [(BO,)])
    # The window hears of it a moment later; until then it would ask about the unsaved text.
    person.wait(lambda: not page.ui.note_text.toPlainText())


def test_a_filter_that_was_added_meanwhile_stops_the_reply_and_nothing_typed_is_lost(
    person: Person, database: Database, opened: Any, answers: list[tuple[str, str]]
) -> None:
    page = opened()
    begin(person, page, "It prints again")
    add_filter(database, "contoso.com")
    will_press("Close")
    person.click(page.ui.note_button)
    person.wait(lambda: bool(answers))
    assert answers[0][0].startswith(f"The reply was not sent. Nothing is sent to {ANNA}: sender rule “contoso.com”")
    assert page.ui.note_text.toPlainText() == "It prints again"
    assert replies(database) == []
    assert "It prints again" not in written(database)
    person.wait(lambda: not page.ui.note_button.isEnabled())
    page.discard()


# ------------------------------------------------------------------ drafts


@pytest.mark.covers("T-05")
def test_what_was_chosen_stays_with_its_record(person: Person, opened: Any) -> None:
    page = opened()
    begin(person, page, "Half a re")
    tick(person, page, BO)
    page.table.select(lambda row: row.id == 2)
    person.wait(lambda: page.ui.record_heading.text().startswith("Ticket 2:"))
    assert not page.ui.reply_by_email.isChecked() and not page.ui.reply_panel.isVisible()
    page.table.select(lambda row: row.id == 1)
    person.wait(lambda: page.ui.record_heading.text().startswith("Ticket 1:"))
    assert page.ui.reply_panel.isVisible() and page.unsaved
    assert [person_named(page, each).checkState() for each in (ANNA, BO)] == [Qt.CheckState.Checked] * 2
    page.discard()
    assert not page.ui.reply_by_email.isChecked()


@pytest.mark.covers("DB-04")
def test_a_reply_is_sent_although_mail_came_meanwhile(person: Person, database: Database, opened: Any) -> None:
    page = opened()
    begin(person, page, "It prints again")
    put(database, AddNote(TICKET, Note(NoteKind.EMAIL_RECEIVED, "Bo", "News")))
    person.click(page.ui.note_button)
    person.wait(lambda: "It prints again" in words_on(page) and "News" in words_on(page))


def add_filter(database: Database, text: str) -> None:
    with database.begin() as transaction:
        kept = transaction.settings.filters()
        rule = FilterRule(text=text, direction="sending", applies_to="both")
        changed = kept.value.model_copy(update={"sender": [*kept.value.sender, rule]})
        transaction.settings.save_filters(type(kept)(kept.id, kept.version, changed), "test")
