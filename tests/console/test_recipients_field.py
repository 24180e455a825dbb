"""The fields for recipients and for a notification template, within a form as dialogs have them (NOT-01)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import ValidationError
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from trackit_console.console.form_binding import Binding
from trackit_console.console.theme import Theme
from trackit_console.console.widgets.recipients_field import RecipientsField
from trackit_console.console.widgets.template_choice import TemplateChoice
from trackit_console.settings.people_checks import at_fields
from trackit_console.settings.pydantic_errors import findings
from trackit_console.settings.recipients import Recipients
from trackit_console.settings.reminders import Reminder


class Form(QWidget):
    """Recipients and a template, bound to the model that has both."""

    def __init__(self) -> None:
        super().__init__()
        parts = {"recipients": RecipientsField(), "template": TemplateChoice()}
        messages = {f"{name}_message": QLabel() for name in parts}
        labels = {f"{name}_label": QLabel() for name in parts}
        self.ui: Any = SimpleNamespace(**parts, **messages, **labels)
        column = QVBoxLayout(self)
        for widget in vars(self.ui).values():
            column.addWidget(widget)
        self.binding = Binding(self.ui, Reminder.model_fields, self)
        self.binding.describe(Reminder)

    def check(self) -> Reminder | None:
        values = self.binding.values(Reminder)
        try:
            return Reminder.model_validate(values)
        except ValidationError as error:
            found = at_fields(findings(error), values)
            self.binding.show(found)
            self.binding.focus_first(found)
            return None


@pytest.fixture
def form(qtbot: QtBot, theme: Theme) -> Form:
    made = Form()
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def test_what_is_ticked_and_typed_is_what_the_model_gets(form: Form, qtbot: QtBot) -> None:
    form.ui.template.offer_names(["Overdue", "Reminder"])
    form.binding.fill({"recipients": Recipients(technician=True), "template": "Reminder"})
    edited: list[str] = []
    form.binding.edited.connect(edited.append)
    qtbot.mouseClick(form.ui.recipients.boxes["requestor"], Qt.MouseButton.LeftButton)
    qtbot.keyClicks(form.ui.recipients.addresses.new_line, "desk@example.com")
    made = form.check()
    assert made is not None
    assert made.recipients == Recipients(requestor=True, technician=True, addresses=["desk@example.com"])
    assert made.template == "Reminder"
    assert edited[0] == "recipients"


@pytest.mark.covers("T-04")
def test_a_wrong_address_is_told_at_the_field_with_its_words(form: Form, qtbot: QtBot) -> None:
    form.ui.template.offer_names(["Overdue"])
    form.binding.fill({"template": "Overdue"})
    qtbot.keyClicks(form.ui.recipients.addresses.new_line, "ada at home")
    assert form.check() is None
    told = form.ui.recipients_message.text()
    assert told == "ada at home: Enter an email address such as userName@domain.com."
    assert form.ui.recipients.addresses.accessibleDescription() == told


@pytest.mark.covers("T-04")
def test_nobody_and_no_template_are_told_each_at_its_field(form: Form) -> None:
    form.ui.template.offer_names(["Overdue"])
    form.ui.recipients.show_value(None)
    assert form.check() is None
    assert form.ui.template_message.text() == "This is required."
    form.ui.template.setCurrentIndex(1)
    assert form.check() is None
    assert form.ui.recipients_message.text() == "Choose at least one recipient."


def test_a_template_that_is_gone_stays_chosen_until_another_is(form: Form) -> None:
    form.binding.fill({"template": "Gone"})
    form.ui.template.offer_names(["Overdue"])
    assert form.ui.template.currentText() == "Gone"
    form.ui.template.setCurrentIndex(1)
    form.ui.template.offer_names(["Overdue"])
    assert [form.ui.template.itemText(at) for at in range(form.ui.template.count())] == ["Choose a template", "Overdue"]


def test_recipients_changed_by_hand_are_shown_as_they_are(form: Form) -> None:
    form.ui.recipients.show_value({"technician": "yes", "addresses": ["no address"], "colour": "red"})
    assert form.ui.recipients.value["addresses"] == ["no address"]
    assert not form.ui.recipients.boxes["technician"].isChecked()


def test_an_event_without_a_record_offers_no_people_of_one(form: Form) -> None:
    form.ui.recipients.offer_people_of_record(False)
    assert [name for name, box in form.ui.recipients.boxes.items() if box.isEnabled()] == ["all_technicians"]


@pytest.mark.covers("A11Y-01")
def test_every_part_has_a_name_for_a_screen_reader(form: Form, qapp: QApplication) -> None:
    QApplication.sendEvent(form.ui.recipients, QEvent(QEvent.Type.LanguageChange))
    names = {name: box.accessibleName() for name, box in form.ui.recipients.boxes.items()}
    assert names["participants"] == "Everybody on the thread"
    assert form.ui.recipients.addresses.new_line.accessibleName() == "Further addresses"
