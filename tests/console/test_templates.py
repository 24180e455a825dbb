"""The Ticket Templates page: what is in use is not deleted, and a new name is followed (IN-01, MON-04)."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from tests.console.conftest import Person, will_press
from tests.settings.samples import imap
from trackit_console.settings.people import TicketTemplate
from trackit_console.store.row_mapping import Stored


@pytest.fixture
def page(person: Person) -> Any:
    """The page with the template Outage beside that of a new database."""
    with person.window.services.database.begin() as transaction:
        transaction.ticket_templates.add(TicketTemplate(name="Outage", priority="High"), "t")
    shown = person.page("templates")
    person.wait(lambda: shown.current.table.shown == 2)
    return shown


def templates(person: Person) -> list[Stored[TicketTemplate]]:
    with person.window.services.database.reading() as transaction:
        return transaction.ticket_templates.all()


@pytest.mark.covers("MON-04", "T-04")
def test_a_template_is_added_with_a_name_of_its_own(person: Person, page: Any) -> None:
    person.click(page.ui.new_button)
    dialog = person.dialog()
    assert dialog.ui.priority.currentText() == "Medium"
    person.type(dialog.ui.name, "OUTAGE")
    person.choose(dialog.ui.priority, "Urgent")
    person.click(dialog.ui.save_button)
    person.wait(dialog.ui.name_message.isVisible)
    assert dialog.ui.name_message.text() == "There is a template Outage already. Choose a different name."
    person.type(dialog.ui.name, "Sales")
    person.click(dialog.ui.save_button)
    person.wait(lambda: len(templates(person)) == 3)
    assert templates(person)[2].value == TicketTemplate(name="Sales", priority="Urgent")
    person.wait(lambda: page.current.table.current is not None and page.current.table.current.value.name == "Sales")


@pytest.mark.covers("IN-01")
def test_a_template_in_use_is_not_deleted_and_the_mailbox_is_named(
    person: Person, page: Any, answers: list[tuple[str, str]]
) -> None:
    with person.window.services.database.begin() as transaction:
        support = transaction.mailboxes.add(imap(name="Support", enabled=False, ticket_template="Outage"), "t")
    page.ui.templates.selectRow(1)
    will_press("Close")
    person.click(page.ui.delete_button)
    person.wait(lambda: bool(answers))
    assert answers[0][0].startswith("The template Outage is in use: by the mailboxes Support.\nChoose another template there")
    person.window.activateWindow()
    person.wait(person.window.isActiveWindow)
    page.ui.templates.setFocus()
    person.qtbot.keyClick(page.ui.templates, Qt.Key.Key_Enter)
    dialog = person.dialog()
    person.type(dialog.ui.name, "Stop")
    person.click(dialog.ui.save_button)
    person.wait(lambda: person.window.services.snapshot().mailboxes[0].value.ticket_template == "Stop")
    with person.window.services.database.begin() as transaction:
        transaction.mailboxes.delete(transaction.mailboxes.get(support.id), "t")
    person.wait(lambda: page.current.table.current is not None and page.current.table.current.value.name == "Stop")
    will_press("Delete")
    person.click(page.ui.delete_button)
    person.wait(lambda: [each.value.name for each in templates(person)] == ["Default"])


@pytest.mark.covers("MON-04")
def test_deleting_the_default_says_what_tickets_begin_with_then(
    person: Person, page: Any, answers: list[tuple[str, str]]
) -> None:
    page.ui.templates.selectRow(0)
    will_press("Cancel")
    person.click(page.ui.delete_button)
    person.wait(lambda: bool(answers))
    assert "Mailboxes without a template use it." in answers[0][0]
    assert len(templates(person)) == 2


@pytest.fixture
def monitor(person: Person, page: Any) -> Any:
    """Email Monitor Settings, with the template Outage."""
    with person.window.services.database.begin() as transaction:
        before = transaction.settings.monitor()
        value = before.value.model_copy(update={"ticket_template": "Outage"})
        transaction.settings.save_monitor(Stored(before.id, before.version, value), "t")
    shown = person.page("monitor")
    person.wait(lambda: shown.ui.ticket_template.currentText() == "Outage")
    return shown


def rename(person: Person, name: str) -> None:
    """Another admin gives the template Outage a new name, which the settings follow."""
    [outage] = [each for each in templates(person) if each.value.name == "Outage"]
    with person.window.services.database.begin() as transaction:
        renamed = outage.value.model_copy(update={"name": name})
        transaction.ticket_templates.save(Stored(outage.id, outage.version, renamed), "grace")


@pytest.mark.covers("MON-04", "T-02")
@pytest.mark.parametrize("seen", [True, False], ids=["seen", "hidden"])
def test_the_settings_page_follows_a_template_that_another_renames(person: Person, monitor: Any, seen: bool) -> None:
    person.window.open_page("monitor" if seen else "tiles")
    rename(person, "Stop")
    watch: Any = person.window.watch
    person.wait(lambda: watch.snapshot.monitor.value.ticket_template == "Stop")
    person.window.open_page("monitor")
    combo = monitor.ui.ticket_template
    person.wait(lambda: combo.currentText() == "Stop")
    assert not monitor.unsaved
    assert not monitor.ui.save_button.isEnabled()
    person.wait(lambda: [combo.itemData(at) for at in range(combo.count())] == [None, "Default", "Stop"])


@pytest.mark.covers("MON-04", "DB-04")
def test_a_rename_leaves_an_edited_settings_page_its_template_and_saves_the_new_name(person: Person, monitor: Any) -> None:
    person.type(monitor.ui.poll_interval, "7")
    rename(person, "Stop")
    person.wait(lambda: monitor.ui.ticket_template.findData("Stop") > 0)
    assert monitor.ui.ticket_template.currentText() == "Outage"
    person.click(monitor.ui.save_button)
    person.told_conflict()
    person.click(monitor.ui.save_button)
    person.wait(lambda: not monitor.unsaved)
    with person.window.services.database.reading() as transaction:
        saved = transaction.settings.monitor().value
    assert (saved.ticket_template, saved.poll_interval) == ("Stop", 7)
