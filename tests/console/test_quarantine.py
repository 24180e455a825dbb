"""Messages in quarantine as an admin decides about them on the Activity page (RUN-04)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel

from tests.console.conftest import Person, will_press
from tests.quarantine_factory import SetAside, set_aside
from trackit_console.console.display_text import HEADING_LENGTH
from trackit_console.domain.deliveries import Outcome
from trackit_console.domain.records import Module, RecordRef
from trackit_console.monitor.quarantine import discard, route_to_record
from trackit_console.store.database import Database

TICKET = RecordRef(Module.TICKET, 1)


@pytest.fixture
def database(person: Person) -> Database:
    return person.window.services.database


@pytest.fixture
def waiting(database: Database) -> SetAside:
    return set_aside(database)


@pytest.fixture
def select(person: Person, waiting: SetAside) -> Callable[[int], Any]:
    """Selects a message on the Activity page, and waits for its story."""

    def choose(delivery_id: int) -> Any:
        page = person.page("activity")
        page.ui.period.setCurrentIndex(3)
        page.search()
        person.wait(lambda: page.table.shown == 3)
        person.wait(lambda: page.table.select(lambda row: row.delivery_id == delivery_id))
        person.wait(lambda: page.time_line.line is not None and page.time_line.line.activity.delivery_id == delivery_id)
        return page

    return choose


def outcome_of(database: Database, delivery_id: int) -> tuple[Outcome, RecordRef | None, str | None]:
    with database.reading() as transaction:
        line = transaction.activity.time_line(delivery_id)
    return line.activity.outcome, line.activity.record, line.quarantine


@pytest.mark.covers("RUN-04")
@pytest.mark.parametrize("typed", ["1", "ticket 1", " [Ticket - 1] ", "Ticket-1"])
def test_a_message_is_added_to_the_record_that_was_named(
    person: Person, database: Database, waiting: SetAside, select: Any, answers: list[tuple[str, str]], typed: str
) -> None:
    page = select(waiting.whole)
    person.click(page.ui.route_button)
    dialog = person.dialog()
    assert not dialog.ui.add_button.isEnabled()
    person.type(dialog.ui.record, typed)
    person.wait(lambda: dialog.ui.subject.text() == "Printer on floor 2")
    assert dialog.ui.detail.text() == "Ticket 1 · Open · from Bo"
    will_press("Close")
    person.click(dialog.ui.add_button)
    person.wait(lambda: bool(answers))
    assert answers[0][0] == "The message is a note on Ticket 1 now."
    assert outcome_of(database, waiting.whole) == (Outcome.NOTED, TICKET, "retried")
    person.wait(lambda: page.ui.record_button.isEnabled() and not page.ui.route_button.isVisible())


@pytest.mark.covers("RUN-04")
def test_only_a_record_that_exists_can_be_chosen(person: Person, waiting: SetAside, select: Any) -> None:
    person.click(select(waiting.whole).ui.route_button)
    dialog = person.dialog()
    person.type(dialog.ui.record, "99")
    person.wait(lambda: dialog.ui.subject.text() == "There is no record “99”.")
    assert not dialog.ui.add_button.isEnabled()
    person.type(dialog.ui.record, "Assignment 1")
    person.wait(lambda: "Assignment 1" in dialog.ui.subject.text())
    person.type(dialog.ui.record, "1")
    person.wait(dialog.ui.add_button.isEnabled)
    dialog.ui.record.setText("12")
    assert not dialog.ui.add_button.isEnabled(), "until it is known whether there is a record 12"
    person.click(dialog.ui.cancel_button)


@pytest.mark.covers("RUN-04")
def test_a_message_without_its_body_is_asked_for_again_and_cannot_be_added_to_a_record(
    person: Person, database: Database, waiting: SetAside, select: Any, answers: list[tuple[str, str]]
) -> None:
    page = select(waiting.headers_only)
    story = " ".join(each.text() for each in page.ui.time_line_body.findChildren(QLabel))
    assert "Only the headers are kept of this message. Try again asks the mail server for the whole of it." in story
    assert not page.ui.route_button.isEnabled()
    assert page.ui.route_button.toolTip()
    will_press("Close")
    person.click(page.ui.retry_button)
    person.wait(lambda: bool(answers))
    assert answers[0][0].startswith("The mail server is asked for this message again with the next check of the mailbox.")
    person.wait(lambda: page.table.shown == 2)


@pytest.mark.covers("RUN-04")
def test_a_retry_says_what_the_message_became_and_leads_to_it(
    person: Person, database: Database, waiting: SetAside, select: Any, answers: list[tuple[str, str]]
) -> None:
    page = select(waiting.whole)
    will_press("Open record")
    person.click(page.ui.retry_button)
    person.wait(lambda: bool(answers))
    outcome, record, _ = outcome_of(database, waiting.whole)
    assert (outcome, record) == (Outcome.CREATED, RecordRef(Module.TICKET, 2))
    assert answers[0][0] == "The message is the new Ticket 2 now."
    person.wait(lambda: person.window.current == "records")


@pytest.mark.covers("RUN-04", "DB-04")
@pytest.mark.parametrize("button", ["retry_button", "discard_button", "route_button"])
def test_a_message_about_which_somebody_else_decided_first_is_told(
    person: Person, database: Database, waiting: SetAside, select: Any, answers: list[tuple[str, str]], button: str
) -> None:
    page = select(waiting.whole)
    route_to_record(database, waiting.whole, TICKET, "grace", person.window.services.clock)
    if button == "discard_button":
        will_press("Discard")
    will_press("Close")
    person.click(getattr(page.ui, button))
    if button == "route_button":
        dialog = person.dialog()
        person.type(dialog.ui.record, "1")
        person.click(dialog.ui.add_button)
    person.wait(lambda: len(answers) == (2 if button == "discard_button" else 1))
    assert answers[-1][0].startswith("Somebody else decided about this message meanwhile.")
    assert outcome_of(database, waiting.whole)[:2] == (Outcome.NOTED, TICKET)
    person.wait(lambda: not page.ui.retry_button.isVisible())


@pytest.mark.covers("RUN-04")
def test_a_discarded_message_is_not_offered_any_more(person: Person, database: Database, waiting: SetAside, select: Any) -> None:
    page = select(waiting.whole)
    will_press("Discard")
    person.click(page.ui.discard_button)
    person.wait(lambda: not page.ui.discard_button.isVisible())
    assert outcome_of(database, waiting.whole)[2] == "discarded"
    with pytest.raises(KeyError):
        discard(database, waiting.whole, "grace")


@pytest.mark.covers("RUN-08")
def test_a_subject_of_hundreds_of_characters_leaves_room_for_the_story(sample: None, person: Person) -> None:
    page = person.page("activity")
    person.wait(lambda: page.table.select(lambda row: row.outcome is Outcome.QUARANTINED))
    person.wait(page.ui.retry_button.isVisible)
    assert page.ui.time_line_heading.text().startswith("Best prices Best prices")
    assert len(page.ui.time_line_heading.text()) <= HEADING_LENGTH
    assert "Best prices " * 39 in page.ui.time_line_heading.toolTip()
