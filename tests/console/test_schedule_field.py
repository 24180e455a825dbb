"""The fields of a schedule and of quiet hours within a form: parts, messages, and time zones that are found by any part."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import Field, ValidationError
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from trackit_console.console.form_binding import Binding
from trackit_console.console.theme import Theme
from trackit_console.console.widgets.checks_field import ChecksField
from trackit_console.console.widgets.schedule_field import QuietHoursField, ScheduleField
from trackit_console.console.widgets.time_zone_choice import TimeZoneChoice, local_time_zone
from trackit_console.settings.field_types import Settings
from trackit_console.settings.people_checks import at_fields
from trackit_console.settings.pydantic_errors import findings
from trackit_console.settings.quiet_hours import QuietHours
from trackit_console.settings.schedules import Schedule
from trackit_console.settings.time_fields import time_zone_names


class Both(Settings):
    """A model with both groups."""

    schedule: Schedule = Field(default_factory=Schedule, title="Schedule", description="When.")
    quiet_hours: QuietHours = Field(default_factory=QuietHours, title="Quiet Hours", description="When not.")


class Form(QWidget):
    """Both fields, bound to the model."""

    def __init__(self) -> None:
        super().__init__()
        parts = {"schedule": ScheduleField(), "quiet_hours": QuietHoursField()}
        labels = {f"{name}_{what}": QLabel() for name in parts for what in ("label", "message")}
        self.ui: Any = SimpleNamespace(**parts, **labels)
        column = QVBoxLayout(self)
        for widget in vars(self.ui).values():
            column.addWidget(widget)
        self.binding = Binding(self.ui, Both.model_fields, self)
        self.binding.describe(Both)

    def check(self) -> Both | None:
        values = self.binding.values(Both)
        try:
            made = Both.model_validate(values)
            self.binding.show([])
        except ValidationError as error:
            found = at_fields(findings(error), values)
            self.binding.show(found)
            self.binding.focus_first(found)
            return None
        return made


@pytest.fixture
def form(qtbot: QtBot, theme: Theme) -> Form:
    made = Form()
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def type_into(qtbot: QtBot, field: Any, words: str) -> None:
    line = field if isinstance(field, QLineEdit) else field.lineEdit()
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, words)


def choose(combo: QComboBox, words: str) -> None:
    combo.setCurrentIndex(combo.findText(words))


def tick(qtbot: QtBot, field: ChecksField, *values: str) -> None:
    for each in values:
        qtbot.mouseClick(field.boxes[each], Qt.MouseButton.LeftButton, pos=QPoint(8, 10))


def test_a_schedule_asks_only_for_what_applies(form: Form, qtbot: QtBot) -> None:
    field = form.ui.schedule
    assert form.check() == Both()
    assert not field.parts["weekdays"].isVisible() and not field.parts["day_of_month"].isVisible()
    choose(field.editors["repeat"], "Every week")
    assert field.parts["weekdays"].isVisible()
    tick(qtbot, field.editors["weekdays"], "friday")
    type_into(qtbot, field.editors["time"], "7:30")
    field.editors["time_zone"].setCurrentText("europe/berlin")
    expected = Schedule(repeat="weekly", weekdays=["monday", "friday"], time="07:30", time_zone="Europe/Berlin")
    made = form.check()
    assert made is not None and made.schedule == expected
    choose(field.editors["repeat"], "Every month")
    assert field.parts["day_of_month"].isVisible() and not field.parts["weekdays"].isVisible()


def test_a_wrong_part_has_the_red_bar_and_the_field_the_words(form: Form, qtbot: QtBot) -> None:
    field = form.ui.quiet_hours
    type_into(qtbot, field.editors["begins"], "20:00")
    assert form.check() is None
    assert form.ui.quiet_hours_message.text() == "Enter when the quiet hours begin and when they end, or neither."
    wrong = [name for name, editor in field.editors.items() if editor.property("wrong")]
    assert wrong == ["ends"]
    assert field.editors["ends"].accessibleDescription() == form.ui.quiet_hours_message.text()
    assert field.editors["begins"].accessibleDescription() == ""
    type_into(qtbot, field.editors["ends"], "7 o'clock")
    assert form.check() is None
    assert form.ui.quiet_hours_message.text() == "Enter a time from 00:00 to 23:59, for example 09:30."
    type_into(qtbot, field.editors["ends"], "7:00")
    made = form.check()
    assert made is not None and made.quiet_hours == QuietHours(begins="20:00", ends="07:00")
    assert not field.editors["ends"].property("wrong")


def test_what_cannot_be_right_is_shown_all_the_same(form: Form) -> None:
    form.binding.fill({"quiet_hours": {"begins": "25:00", "ends": None, "weekdays": "x", "time_zone": "Mars/Olympus"}})
    assert form.ui.quiet_hours.editors["begins"].text() == "25:00"
    assert form.ui.quiet_hours.editors["time_zone"].currentText() == "Mars/Olympus"
    form.binding.fill({"schedule": Schedule(repeat="monthly", day_of_month=31)})
    assert form.ui.schedule.editors["day_of_month"].value() == 31


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
@pytest.mark.parametrize("typed", ["new york", "New_Y", "america/new_y"])
def test_a_time_zone_is_found_by_any_part_of_its_name(form: Form, qtbot: QtBot, typed: str) -> None:
    choice = form.ui.schedule.editors["time_zone"]
    assert isinstance(choice, TimeZoneChoice)
    type_into(qtbot, choice, typed)
    finder: Any = choice.completer()
    qtbot.waitUntil(finder.popup().isVisible)
    found = [finder.completionModel().index(row, 0).data() for row in range(finder.completionModel().rowCount())]
    assert "America/New_York" in found and len(found) < 5
    finder.popup().hide()


def test_the_time_zone_of_this_computer_is_one_of_the_list() -> None:
    assert local_time_zone() in time_zone_names().values()


def test_the_wheel_does_not_change_a_part_that_it_passes(form: Form) -> None:
    combo = form.ui.schedule.editors["repeat"]
    form.ui.quiet_hours.editors["begins"].setFocus()
    turned = QWheelEvent(
        QPointF(5, 5),
        QPointF(combo.mapToGlobal(QPoint(5, 5))),
        QPoint(0, 0),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(combo, turned)
    assert combo.currentData() == "daily"


def test_what_a_person_changes_is_told_and_what_is_filled_is_not(form: Form, qtbot: QtBot) -> None:
    told: list[str] = []
    form.binding.edited.connect(told.append)
    form.binding.fill({"schedule": Schedule(repeat="weekly"), "quiet_hours": QuietHours(weekdays=["sunday"])})
    assert told == []
    tick(qtbot, form.ui.quiet_hours.editors["weekdays"], "saturday")
    assert told == ["quiet_hours"]
    assert form.ui.quiet_hours.value == QuietHours(weekdays=["saturday", "sunday"])
