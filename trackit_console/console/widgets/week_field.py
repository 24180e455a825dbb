"""Opening hours of a week: for each day whether it is open, and from when to when, as often as it is needed (NOT-04)."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from trackit_console.console.display_text import label
from trackit_console.console.language import name_buttons
from trackit_console.console.widgets.day_row import ROW_HEIGHT, DayRow
from trackit_console.console.widgets.pill import restyle
from trackit_console.console.widgets.value_field import ValueField
from trackit_console.console.widgets.week_hours import Span, as_entry, by_day, together
from trackit_console.settings.time_fields import WEEKDAY_LABELS, WEEKDAYS


class WeekField(ValueField):
    """`value` is a list of `OpenHours`, in the form of `together`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.days = {day: DayRow(self) for day in WEEKDAYS}
        self.same_button = QPushButton(self, autoDefault=False)
        self.same_button.setProperty("link", "true")
        self.same_button.clicked.connect(self.use_monday)
        self.setFocusProxy(self.days["monday"].open_box)
        grid = QGridLayout()
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for row, day in enumerate(self.days.values()):
            grid.setRowMinimumHeight(row, ROW_HEIGHT)
            grid.addWidget(_first_line(day.open_box, self), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(day, row, 1)
            day.changed.connect(self.changed)
            day.left.connect(self.left)
            day.rebuilt.connect(self.retranslate)
        foot = QHBoxLayout()
        foot.addWidget(self.same_button)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(grid)
        column.addLayout(foot)
        self.retranslate()

    def event(self, event: QEvent) -> bool:
        # What marks a field as wrong is drawn at the times: this widget has no frame.
        if event.type() == QEvent.Type.DynamicPropertyChange:
            self._mark()
        return super().event(event)

    def _mark(self) -> None:
        for day in self.days.values():
            for each in day.spans:
                wrong = self.property("wrong") and isinstance(as_entry(_plain(each.span)), dict)
                for line in (each.opens, each.closes):
                    if bool(line.property("wrong")) != bool(wrong):
                        line.setProperty("wrong", "true" if wrong else None)
                        restyle(line)

    @property
    def value(self) -> list[Any]:
        """The opening hours."""
        return together({name: day.value for name, day in self.days.items()})

    def show_value(self, value: Any) -> None:
        """Shows these opening hours."""
        week = by_day(value or ())
        for name, day in self.days.items():
            day.show_spans(week[name])
        self.retranslate()

    def use_monday(self) -> None:
        """**Monday's hours for Tuesday to Friday**."""
        monday = self.days["monday"].value
        for name in WEEKDAYS[1:5]:
            self.days[name].show_spans(monday)
        self.retranslate()
        self.changed.emit()
        self.left.emit()

    def retranslate(self) -> None:
        self.same_button.setText(self.tr("Use Monday's hours for Tuesday to Friday"))
        for name, day in self.days.items():
            title = label(WEEKDAY_LABELS[name])
            day.open_box.setText(title)
            day.closed_label.setText(self.tr("closed"))
            day.more_button.setText(self.tr("Add hours"))
            day.more_button.setToolTip(self.tr("For example after a lunch break"))
            day.more_button.setAccessibleName(self.tr("Add hours on {day}").format(day=title))
            for each in day.spans:
                each.opens.setAccessibleName(self.tr("{day}, opens").format(day=title))
                each.closes.setAccessibleName(self.tr("{day}, closes").format(day=title))
                each.remove_button.setAccessibleName(self.tr("Remove these hours of {day}").format(day=title))
                each.remove_button.setToolTip(self.tr("Remove these hours"))
        name_buttons(self)
        self._mark()

    def setAccessibleDescription(self, description: str) -> None:
        """What is wrong is read where the focus goes."""
        super().setAccessibleDescription(description)
        self.days["monday"].open_box.setAccessibleDescription(description)


def _first_line(box: QCheckBox, parent: QWidget) -> QWidget:
    """The box beside the first row of times."""
    holder = QWidget(parent)
    holder.setFixedHeight(ROW_HEIGHT)
    line = QHBoxLayout(holder)
    line.setContentsMargins(0, 0, 0, 0)
    line.addWidget(box)
    return holder


def _plain(span: Span) -> dict[str, Any]:
    return {"days": ["monday"], "opens": span[0], "closes": span[1]}
