"""What the People page and a record say of an address from which mail came back, and how the mark is cleared (MSG-09)."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QLabel

from tests.console.conftest import Person
from trackit_console.domain.audit import Audited
from trackit_console.domain.effects import Change, CreateRecord, MarkUndeliverable
from trackit_console.domain.records import Module, Placeholder, Priority, RecordRef, TicketSource
from trackit_console.settings.people import Requestor, Technician

REASON = "550 5.1.1 <b>no such user</b>"
TICKET = Placeholder("ticket")
pytestmark = pytest.mark.covers("MSG-09")


@pytest.fixture
def ticket(person: Person) -> RecordRef:
    """A ticket of Bo, about which mail to Bo and to an address that is mapped to Ada came back."""
    database = person.window.services.database
    with database.begin() as transaction:
        transaction.technicians.add(Technician(name="Ada", email="ada@example.com", mapped_addresses=["Ada@Home.example"]), "t")
        transaction.technicians.add(Technician(name="Cy", email="cy@example.com"), "t")
        bo = transaction.requestors.add(Requestor(name="Bo", email="Bo@example.com"), "t")
    create = CreateRecord(TICKET, Module.TICKET, "Printer", Priority.HIGH, TicketSource.EMAIL, requestor=bo.id)
    marks = [MarkUndeliverable(each, REASON, TICKET) for each in ("bo@example.com", "ada@home.example")]
    with database.unit_of_work() as work:
        [applied] = work.apply([Change((create, *marks))])
        work.commit()
    return applied.created[TICKET]


def marked(page: Any) -> list[tuple[str, str]]:
    """The people of the list that is open, and whether their mail came back."""
    column = page.current.table.model.columns[-1]
    return [(row.value.name, column.tone(row) or "") for row in page.current.table.model.rows]


def said(page: Any) -> list[str]:
    """The words beside the fields of the record that is shown."""
    layout = page.ui.fields_layout
    widgets = [layout.itemAt(at).widget() for at in range(layout.count())]
    return [each.text() for each in widgets if isinstance(each, QLabel)]


def cleared(person: Person) -> list[tuple[str, str]]:
    with person.window.services.database.reading() as transaction:
        return [(each.kind, each.name) for each in transaction.audit.latest() if each.action == "mark_cleared"]


def test_the_mark_of_a_requestor_is_seen_and_cleared(person: Person, ticket: RecordRef) -> None:
    page = person.page("people")
    person.wait(lambda: marked(page) == [("Bo", "bad")])
    column, row = page.current.table.model.columns[-1], page.current.table.model.rows[0]
    assert column.text(row)
    assert column.tip(row).startswith("Mail to bo@example.com came back on ") and column.tip(row).endswith(f"{REASON} ({ticket})")
    assert not page.ui.came_back.isVisible()
    page.ui.requestors.selectRow(0)
    person.wait(page.ui.came_back.isVisible)
    assert REASON in page.ui.came_back.words
    person.click(page.ui.came_back.button)
    person.wait(lambda: marked(page) == [("Bo", "")])
    person.wait(lambda: not page.ui.came_back.isVisible())
    assert cleared(person) == [("requestor", "bo@example.com")]


def test_a_technician_is_marked_by_any_of_their_addresses(person: Person, ticket: RecordRef) -> None:
    page = person.page("people")
    page.ui.tabs.setCurrentIndex(1)
    person.wait(lambda: marked(page) == [("Ada", "bad"), ("Cy", "")])
    page.ui.technicians.selectRow(1)
    person.wait(page.ui.edit_button.isEnabled)
    assert not page.ui.came_back.isVisible()
    page.ui.technicians.selectRow(0)
    person.wait(page.ui.came_back.isVisible)
    assert "Mail to ada@home.example came back on " in page.ui.came_back.words
    # The other tab has a selection of its own.
    page.ui.tabs.setCurrentIndex(0)
    person.wait(lambda: not page.ui.came_back.isVisible())
    page.ui.tabs.setCurrentIndex(1)
    person.click(page.ui.came_back.button)
    person.wait(lambda: marked(page) == [("Ada", ""), ("Cy", "")])
    assert cleared(person) == [("technician", "ada@home.example")]


def test_a_marked_person_can_be_edited(person: Person, ticket: RecordRef) -> None:
    page = person.page("people")
    person.wait(lambda: marked(page) == [("Bo", "bad")])
    page.ui.requestors.selectRow(0)
    person.click(page.ui.edit_button)
    dialog = person.dialog()
    person.type(dialog.ui.email, "bo.lund@example.com")
    person.click(dialog.ui.save_button)
    # Another address: nothing is known of it.
    person.wait(lambda: marked(page) == [("Bo", "")])


@pytest.mark.parametrize("name", ["Ticket - 1", "Requestor - 1"])
def test_a_record_says_it_beside_the_address(person: Person, ticket: RecordRef, name: str) -> None:
    person.wait(lambda: person.window.watch.snapshot is not None)
    person.window.open_page("records", name)
    page = person.window.pages["records"]
    person.wait(lambda: any(each.startswith("Mail to this address came back on ") for each in said(page)))
    words = said(page)
    [line] = [each for each in words if each.startswith("Mail to this address")]
    assert line.endswith(REASON)
    assert "Bo <Bo@example.com>" in words
    with person.window.services.database.begin() as transaction:
        transaction.undeliverable_addresses.clear("bo@example.com", Audited.REQUESTOR, "ada")
    person.window.watch.refresh()
    page.refresh()
    person.wait(lambda: not any(each.startswith("Mail to this address") for each in said(page)))
