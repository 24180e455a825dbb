"""The fields of a schedule and of quiet hours, within a form (NOT-02)."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from trackit_console.console.editors import Editor
from trackit_console.console.widgets.checks_field import ChecksField
from trackit_console.console.widgets.settings_field import SettingsField
from trackit_console.console.widgets.time_zone_choice import TimeZoneChoice
from trackit_console.settings.quiet_hours import QuietHours
from trackit_console.settings.schedules import Schedule

TIME_WIDTH = 96
SPACING = 12


def time_editor(parent: QWidget, example: str) -> QLineEdit:
    """A field for a time of day. A line, not a `QTimeEdit`: it may be empty, and takes 8:00 as well as 08:00."""
    line = QLineEdit(parent)
    line.setPlaceholderText(example)
    line.setFixedWidth(TIME_WIDTH)
    return line


def _row(*parts: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(SPACING)
    for part in parts:
        row.addWidget(part)
    row.addStretch(1)
    return row


def _column(field: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(field)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(SPACING)
    return column


class ScheduleField(SettingsField):
    """When something is sent by the clock: `value` is a `Schedule`."""

    model = Schedule

    def make_editors(self) -> dict[str, Editor]:
        return {
            "repeat": QComboBox(self),
            "day_of_month": QSpinBox(self),
            "time": time_editor(self, "08:00"),
            "weekdays": ChecksField(self),
            "time_zone": TimeZoneChoice(self),
        }

    def lay_out(self) -> None:
        column = _column(self)
        column.addLayout(_row(self.parts["repeat"], self.parts["day_of_month"], self.parts["time"]))
        column.addWidget(self.parts["weekdays"])
        column.addWidget(self.parts["time_zone"])

    def show_parts(self) -> None:
        repeat = self.plain["repeat"]
        self.parts["weekdays"].setVisible(repeat == "weekly")
        self.parts["day_of_month"].setVisible(repeat == "monthly")


class QuietHoursField(SettingsField):
    """When nothing is sent: `value` is a `QuietHours`."""

    model = QuietHours

    def make_editors(self) -> dict[str, Editor]:
        return {
            "begins": time_editor(self, "20:00"),
            "ends": time_editor(self, "07:00"),
            "weekdays": ChecksField(self),
            "time_zone": TimeZoneChoice(self),
        }

    def lay_out(self) -> None:
        column = _column(self)
        column.addLayout(_row(self.parts["begins"], self.parts["ends"]))
        column.addWidget(self.parts["weekdays"])
        column.addWidget(self.parts["time_zone"])
