"""A new field is declared on its model and drawn in its form; the rest follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Annotated

import pytest
from pydantic import Field, SecretStr
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from trackit_console.console.dialogs.mailbox import MODELS
from trackit_console.console.form_binding import Binding
from trackit_console.console.theme import Theme
from trackit_console.console.widgets.date_field import DateField
from trackit_console.settings.field_tables import field_table
from trackit_console.settings.field_types import Minutes, Secret, Text
from trackit_console.settings.presentation import Presentation, more_settings
from trackit_console.settings.server_mailbox import Imap
from trackit_console.settings.validation import finding


class ImapWithMore(Imap):
    """A mailbox with fields that nobody has drawn yet."""

    grace_period: Annotated[Minutes | None, Presentation(unit="minutes", empty="At once", more=True)] = Field(
        None, title="Grace Period", description="How long a message waits."
    )
    colour: Annotated[Text, Presentation(choices={"red": "Red", "blue": "Blue"})] = Field("red", title="Colour")
    token: Secret | None = Field(None, title="Token")
    certificate: Text | None = Field(None, title="Certificate Text")
    starts: date | None = Field(None, title="Starts")
    urgent: bool = Field(False, title="Urgent")


class Form(QWidget):
    """What `uic` makes of a form: editors, labels and messages by name."""

    def __init__(self) -> None:
        super().__init__()
        self.ui = SimpleNamespace()
        rows = QFormLayout(self)
        for name, kind in {
            "grace_period": QSpinBox,
            "colour": QComboBox,
            "token": QLineEdit,
            "certificate": QPlainTextEdit,
            "starts": DateField,
            "urgent": QCheckBox,
        }.items():
            editor, label, message, hint = kind(), QLabel(), QLabel(), QLabel()
            vars(self.ui).update({name: editor, f"{name}_label": label, f"{name}_message": message, f"{name}_hint": hint})
            for widget in (label, editor, hint, message):
                rows.addRow(widget)
        rows.addRow(QPushButton("&Close"))
        self.binding = Binding(self.ui, ImapWithMore.model_fields, self)
        self.binding.describe(ImapWithMore)


@pytest.fixture
def form(qtbot: QtBot, theme: Theme) -> Form:
    made = Form()
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def test_labels_help_and_units_follow_the_model(form: Form) -> None:
    assert form.ui.grace_period_label.text().replace("&", "") == "Grace Period"
    assert form.ui.grace_period_label.buddy() is form.ui.grace_period
    assert form.ui.grace_period.accessibleName() == "Grace Period"
    assert form.ui.grace_period.suffix() == " minutes"
    assert form.ui.grace_period.text() == "At once"
    assert "How long a message waits." in form.ui.grace_period.toolTip()
    assert form.ui.grace_period_hint.text() == "How long a message waits."
    assert [form.ui.colour.itemText(at) for at in range(form.ui.colour.count())] == ["Red", "Blue"]
    assert form.ui.token.echoMode() is QLineEdit.EchoMode.Password
    assert form.ui.urgent.text().replace("&", "") == "Urgent"


def test_the_new_fields_stand_in_the_reference_and_behind_more_settings() -> None:
    assert "grace_period" in more_settings(ImapWithMore)
    table = field_table([ImapWithMore])
    assert "| `grace_period` | Grace Period | 1–9999 minutes | |" in table
    assert "How long a message waits." in table
    assert "| `colour` | Colour | `red`, `blue` | `red` |" in table


def test_every_kind_of_editor_shows_and_holds_its_value(form: Form) -> None:
    values = {
        "grace_period": 7,
        "colour": "blue",
        "token": None,
        "certificate": "-----BEGIN CERTIFICATE-----\nMII",
        "starts": date(2027, 3, 31),
        "urgent": True,
    }
    form.binding.fill(values)
    assert form.binding.values(ImapWithMore) == values
    empty = {"grace_period": None, "certificate": None, "starts": None}
    form.binding.fill(empty)
    assert {name: form.binding.values(ImapWithMore)[name] for name in empty} == empty
    form.binding.fill({"token": SecretStr("canary-secret")})
    assert form.ui.token.text() == ""
    assert "Stored" in form.ui.token.placeholderText()


@pytest.mark.parametrize(
    ("name", "type_something"),
    [
        pytest.param("grace_period", lambda bot, field: bot.keyClick(field, Qt.Key.Key_Up), id="number"),
        pytest.param("token", lambda bot, field: bot.keyClicks(field, "x"), id="secret"),
        pytest.param("certificate", lambda bot, field: bot.keyClicks(field, "x"), id="several lines"),
        pytest.param("starts", lambda bot, field: bot.keyClick(field, Qt.Key.Key_Up), id="day"),
        pytest.param("urgent", lambda bot, field: bot.keyClick(field, Qt.Key.Key_Space), id="box"),
        pytest.param("colour", lambda bot, field: bot.keyClick(field, Qt.Key.Key_Down), id="list"),
    ],
)
def test_what_a_person_changes_is_told(form: Form, qtbot: QtBot, name: str, type_something: Callable[..., None]) -> None:
    told: list[str] = []
    form.binding.edited.connect(told.append)
    field = getattr(form.ui, name)
    field.setFocus()
    type_something(qtbot, field)
    assert set(told) == {name}


@pytest.mark.parametrize("name", ["grace_period", "token", "certificate", "starts"])
def test_leaving_a_field_is_told(form: Form, qtbot: QtBot, name: str) -> None:
    told: list[str] = []
    form.binding.left.connect(told.append)
    field = getattr(form.ui, name)
    field.setFocus()
    qtbot.keyClicks(field, "1")
    form.ui.urgent.setFocus()
    assert name in told


def test_a_finding_stands_under_a_field_of_several_lines(form: Form) -> None:
    form.binding.show([finding("certificate", "required")])
    assert form.ui.certificate_message.text() == "This is required."
    assert form.ui.certificate.property("wrong")


@pytest.mark.covers("A11Y-01")
def test_no_two_labels_have_the_same_alt_key(form: Form) -> None:
    texts = [each.text() for each in form.findChildren(QLabel)] + ["&Close", form.ui.urgent.text()]
    letters = [text[text.index("&") + 1].casefold() for text in texts if "&" in text]
    assert len(letters) == len(set(letters)) == 7


def test_every_field_of_a_mailbox_has_an_editor_and_a_title() -> None:
    from trackit_console.console.compiled.ui_mailbox_dialog import Ui_MailboxDialog

    drawn = set(Ui_MailboxDialog.setupUi.__code__.co_names)
    fields = {name: field for model in MODELS for name, field in model.model_fields.items() if name != "type"}
    assert [name for name in fields if name not in drawn] == []
    assert [name for name, field in fields.items() if not (field.title and field.description)] == []
