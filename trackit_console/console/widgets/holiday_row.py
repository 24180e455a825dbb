"""One holiday: its date, its name, and whether it comes every year (NOT-04)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QPushButton, QWidget

from trackit_console.console.widgets.date_field import DateField
from trackit_console.console.widgets.pill import restyle
from trackit_console.settings.holidays import Holiday

DATE_WIDTH = 140


class HolidayRow(QWidget):
    """One holiday."""

    changed, left, removed = Signal(), Signal(), Signal()

    def __init__(self, plain: Mapping[str, Any], parent: QWidget) -> None:
        super().__init__(parent)
        self.day = DateField(self)
        self.day.setFixedWidth(DATE_WIDTH)
        self.name = QLineEdit(str(plain.get("name", "")), self)
        self.every_year = QCheckBox(self)
        self.every_year.setChecked(plain.get("every_year") is True)
        self.remove_button = QPushButton("✕", self, autoDefault=False)
        self.remove_button.setProperty("link", "true")
        if isinstance(plain.get("date"), date):
            self.day.show_day(plain["date"])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.day)
        row.addWidget(self.name, 1)
        row.addWidget(self.every_year)
        row.addWidget(self.remove_button)
        self.day.dateChanged.connect(self.changed)
        self.day.editingFinished.connect(self.left)
        self.name.textEdited.connect(self.changed)
        self.name.editingFinished.connect(self.left)
        self.every_year.toggled.connect(self.changed)
        self.remove_button.clicked.connect(self.removed)

    @property
    def value(self) -> Any:
        plain = {"date": self.day.day, "name": self.name.text().strip(), "every_year": self.every_year.isChecked()}
        try:
            return Holiday.model_validate(plain)
        except ValidationError:
            return plain

    def mark(self, wrong: bool) -> None:
        """A red bar at what is missing."""
        for widget, missing in ((self.day, self.day.day is None), (self.name, not self.name.text().strip())):
            marked = wrong and missing
            if bool(widget.property("wrong")) != marked:
                widget.setProperty("wrong", "true" if marked else None)
                restyle(widget)
