"""Holidays: a row for each (NOT-04)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from trackit_console.console.language import name_buttons
from trackit_console.console.widgets.holiday_row import HolidayRow
from trackit_console.console.widgets.value_field import ValueField


class HolidaysField(ValueField):
    """`value` is a list of `Holiday` by date; those that are wrong stay plain data, which the model refuses."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[HolidayRow] = []
        self.none_label = QLabel(self)
        self.none_label.setProperty("role", "dim")
        self.add_button = QPushButton(self, autoDefault=False)
        self.add_button.clicked.connect(self.add)
        self.setFocusProxy(self.add_button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(self.none_label)
        foot = QHBoxLayout()
        foot.addWidget(self.add_button)
        foot.addStretch(1)
        self._column.addLayout(foot)
        self.retranslate()

    def event(self, event: QEvent) -> bool:
        # What marks a field as wrong is drawn at the rows: this widget has no frame.
        if event.type() == QEvent.Type.DynamicPropertyChange:
            self._mark()
        return super().event(event)

    def _mark(self) -> None:
        for each in self.rows:
            each.mark(bool(self.property("wrong")))

    @property
    def value(self) -> list[Any]:
        """The holidays."""
        return by_date(each.value for each in self.rows)

    def show_value(self, value: Any) -> None:
        """Shows these, by date."""
        for each in self.rows:
            each.hide()
            each.deleteLater()
        self.rows = []
        for each in by_date(value or ()):
            self._add(_plain(each))
        self.retranslate()

    def add(self) -> None:
        """**Add holiday**."""
        row = self._add({})
        self.retranslate()
        row.day.setFocus()
        self.changed.emit()

    def _add(self, plain: Mapping[str, Any]) -> HolidayRow:
        row = HolidayRow(plain, self)
        row.changed.connect(self.changed)
        row.left.connect(self.left)
        row.removed.connect(lambda: self._remove(row))
        self._column.insertWidget(len(self.rows), row)
        self.rows.append(row)
        return row

    def _remove(self, row: HolidayRow) -> None:
        self.rows.remove(row)
        row.hide()
        row.deleteLater()
        self.add_button.setFocus()
        self.retranslate()
        self.changed.emit()
        self.left.emit()

    def retranslate(self) -> None:
        self.none_label.setText(self.tr("No holidays. Without them, every week is like the other."))
        self.none_label.setVisible(not self.rows)
        self.add_button.setText(self.tr("Add holiday"))
        for each in self.rows:
            each.day.retranslate()
            each.day.setAccessibleName(self.tr("Date of the holiday"))
            each.name.setPlaceholderText(self.tr("Name, such as Christmas Day"))
            each.name.setAccessibleName(self.tr("Name of the holiday"))
            each.every_year.setText(self.tr("every year"))
            each.remove_button.setToolTip(self.tr("Remove this holiday"))
            each.remove_button.setAccessibleName(self.tr("Remove the holiday {name}").replace("{name}", each.name.text()))
        name_buttons(self)
        self._mark()

    def setAccessibleDescription(self, description: str) -> None:
        """What is wrong is read where the focus goes."""
        super().setAccessibleDescription(description)
        self.add_button.setAccessibleDescription(description)


def by_date(holidays: Iterable[Any]) -> list[Any]:
    """The holidays in the order of their dates; those without one come last."""
    return sorted(holidays, key=lambda each: str(_plain(each).get("date")))


def _plain(holiday: Any) -> dict[str, Any]:
    return dict(holiday) if isinstance(holiday, BaseModel | Mapping) else {}
