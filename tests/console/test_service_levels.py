"""The Service Levels page: levels are made, put in order and turned on, and their reminders are set (NOT-04)."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QListWidget

from tests.console.conftest import Person, will_press
from trackit_console.settings.default_notification_templates import DUE_SOON, OVERDUE
from trackit_console.settings.default_service_levels import DEFAULT_SERVICE_LEVELS
from trackit_console.settings.recipients import Recipients
from trackit_console.settings.reminders import Reminder
from trackit_console.settings.service_levels import ServiceLevel
from trackit_console.store.row_mapping import Stored

pytestmark = pytest.mark.covers("NOT-04")


@pytest.fixture
def page(person: Person) -> Any:
    """The page of an empty database."""
    shown = person.page("service_levels")
    person.wait(shown.current.empty.isVisible)
    return shown


@pytest.fixture
def filled(person: Person, page: Any) -> Any:
    """The page with the default levels."""
    person.click(page.current.empty.button)
    person.wait(lambda: page.current.table.shown == 4)
    return page


def levels(person: Person) -> list[Stored[ServiceLevel]]:
    with person.window.services.database.reading() as transaction:
        return transaction.service_levels.all()


def select(person: Person, page: Any, row: int) -> None:
    page.ui.service_levels.selectRow(row)
    person.wait(page.ui.edit_button.isEnabled)


def top_dialog(person: Person, name: str) -> Any:
    """The dialog of this class, whatever else is open."""

    def found() -> list[Any]:
        return [each for each in QApplication.topLevelWidgets() if type(each).__name__ == name and each.isVisible()]

    person.wait(lambda: bool(found()))
    return found()[0]


def test_the_defaults_come_with_the_templates_of_their_reminders_and_turned_off(person: Person, filled: Any) -> None:
    assert [each.value for each in levels(person)] == list(DEFAULT_SERVICE_LEVELS)
    with person.window.services.database.reading() as transaction:
        names = [each.value.name for each in transaction.notification_templates.all()]
    assert {DUE_SOON.name, OVERDUE.name} <= set(names)


def state(page: Any, row: int) -> str:
    """What the last column says."""
    model = page.current.table.model
    return str(model.index(row, model.columnCount() - 1).data())


def test_a_level_is_turned_on_and_moved_up(person: Person, filled: Any) -> None:
    select(person, filled, 1)
    assert state(filled, 1) == "Disabled"
    person.click(filled.ui.enable_button)
    person.wait(lambda: levels(person)[1].value.enabled)
    person.wait(lambda: filled.ui.enable_button.text() == "Turn off")
    assert state(filled, 1) == "Enabled", "the word of all lists"
    person.click(filled.ui.up_button)
    person.wait(lambda: [each.value.name for each in levels(person)][:2] == ["High", "Urgent"])


@pytest.mark.covers("T-04")
def test_a_level_is_made_with_its_times_and_a_reminder(person: Person, page: Any) -> None:
    with person.window.services.database.begin() as transaction:
        transaction.notification_templates.add_all([OVERDUE, DUE_SOON], "t")
    person.click(page.ui.new_button)
    dialog = top_dialog(person, "ServiceLevelDialog")
    person.type(dialog.ui.name, "Standard")
    person.click(dialog.ui.save_button)
    person.wait(dialog.ui.first_response_minutes_message.isVisible)
    assert dialog.ui.first_response_minutes_message.text() == "Enter a time for the first response, for closing, or for both."
    person.type(dialog.ui.first_response_minutes.hours, "1")
    person.type(dialog.ui.first_response_minutes.minutes, "30")
    person.type(dialog.ui.closing_minutes.hours, "8")
    person.click(dialog.ui.priorities.boxes["High"])
    person.wait(lambda: not person.window.tasks.running)
    person.click(dialog.ui.reminders.add_button)
    reminder = top_dialog(person, "ReminderDialog")
    person.choose(reminder.ui.limit, "Closing")
    person.choose(reminder.ui.when, "Before it is due")
    person.type(reminder.ui.minutes.hours, "9")
    person.choose(reminder.ui.template, DUE_SOON.name)
    person.click(reminder.ui.recipients.boxes["all_technicians"])
    person.click(reminder.ui.save_button)
    person.wait(lambda: dialog.ui.reminders.list.count() == 1)
    person.click(dialog.ui.save_button)
    person.wait(dialog.ui.reminders_message.isVisible)
    assert dialog.ui.reminders_message.text().startswith("A reminder would be sent before the record exists.")
    dialog.ui.reminders.list.setCurrentRow(0)
    person.click(dialog.ui.reminders.edit_button)
    reminder = top_dialog(person, "ReminderDialog")
    person.type(reminder.ui.minutes.hours, "2")
    person.click(reminder.ui.save_button)
    person.wait(lambda: "2 h before" in dialog.ui.reminders.list.item(0).text())
    person.click(dialog.ui.save_button)
    person.wait(lambda: len(levels(person)) == 1)
    assert levels(person)[0].value == ServiceLevel(
        name="Standard",
        priorities=["High"],
        first_response_minutes=90,
        closing_minutes=480,
        reminders=[
            Reminder(
                limit="closing",
                when="before",
                minutes=120,
                template=DUE_SOON.name,
                recipients=Recipients(technician=True, all_technicians=True),
            )
        ],
    )


def test_reminders_are_edited_and_removed_by_keys(person: Person, filled: Any) -> None:
    select(person, filled, 0)
    person.click(filled.ui.edit_button)
    dialog = top_dialog(person, "ServiceLevelDialog")
    shown: QListWidget = dialog.ui.reminders.list
    assert shown.item(1).text() == "Closing, 1 h before it is due · Assigned technician · Due soon (to the technician)"
    shown.setCurrentRow(0)
    shown.setFocus()
    person.wait(shown.hasFocus)
    person.qtbot.keyClick(shown, Qt.Key.Key_Delete)
    assert shown.count() == 2
    person.qtbot.keyClick(shown, Qt.Key.Key_Return)
    reminder = top_dialog(person, "ReminderDialog")
    assert (reminder.ui.minutes.value, reminder.ui.template.currentText()) == (60, DUE_SOON.name)
    person.click(reminder.ui.cancel_button)
    person.wait(lambda: not reminder.isVisible())
    person.click(dialog.ui.save_button)
    person.wait(lambda: len(levels(person)[0].value.reminders) == 2)


def test_a_copy_is_turned_off_and_a_level_is_deleted_after_a_question(
    person: Person, filled: Any, answers: list[tuple[str, str]]
) -> None:
    select(person, filled, 3)
    person.click(filled.ui.duplicate_button)
    dialog = top_dialog(person, "ServiceLevelDialog")
    assert (dialog.ui.name.text(), dialog.ui.closing_minutes.value) == ("Copy of Low", 2400)
    person.click(dialog.ui.save_button)
    person.wait(lambda: len(levels(person)) == 5)
    person.wait(lambda: filled.current.table.current is not None and filled.current.table.current.value.name == "Copy of Low")
    will_press("Delete")
    person.click(filled.ui.delete_button)
    person.wait(lambda: len(levels(person)) == 4)
    assert "Records that have it keep their due times" in answers[0][0]


def test_the_page_leads_to_the_business_hours(person: Person, page: Any) -> None:
    person.click(page.ui.hours_button)
    person.wait(lambda: person.window.current == "business_hours")


@pytest.mark.covers("DB-04")
def test_a_level_that_today_is_refused_is_shown_and_can_be_mended(person: Person, filled: Any) -> None:
    from sqlalchemy import update

    from trackit_console.store.tables import ServiceLevelRow

    wrong = '{"name": "Low", "enabled": true, "closing_minutes": 60, "reminders": [{"limit": "moon", "template": "x"}]}'
    with person.window.services.database.begin() as transaction:
        transaction.session.execute(update(ServiceLevelRow).where(ServiceLevelRow.id == 4).values(definition=wrong))
    filled.refresh()
    person.wait(lambda: bool(filled.current.table.model.rows[3].findings))
    select(person, filled, 3)
    person.click(filled.ui.edit_button)
    dialog = top_dialog(person, "ServiceLevelDialog")
    person.wait(dialog.ui.reminders_message.isVisible)
    dialog.ui.reminders.list.setCurrentRow(0)
    person.click(dialog.ui.reminders.remove_button)
    person.click(dialog.ui.save_button)
    person.wait(lambda: not levels(person)[3].findings)
