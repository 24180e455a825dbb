"""A day that may be left empty, typed or picked from a calendar."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDateEdit, QWidget

EMPTY = QDate(1999, 12, 31)
"""Stands for no day: `QDateEdit` shows its special text at the minimum."""


class DateField(QDateEdit):
    """`day` is None while the field is empty; Delete and Backspace empty it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCalendarPopup(True)
        self.setMinimumDate(EMPTY)
        self.setDate(EMPTY)
        self.calendarWidget().installEventFilter(self)
        self.retranslate()

    def retranslate(self) -> None:
        """Shows the words for an empty field in the present language."""
        self.setSpecialValueText(self.tr("No date"))

    @property
    def day(self) -> date | None:
        """The day that is shown."""
        shown = self.date()
        return None if shown == EMPTY else date(shown.year(), shown.month(), shown.day())

    def show_day(self, day: date | None) -> None:
        """Shows `day`."""
        self.setDate(EMPTY if day is None else QDate(day.year, day.month, day.day))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.setDate(EMPTY)
            return
        if self.day is None and event.text().isdigit():
            self.setDate(QDate.currentDate())  # typing changes the parts of a date
            self.setSelectedSection(self.sectionAt(0))
        super().keyPressEvent(event)

    def stepBy(self, steps: int) -> None:
        if self.day is None:
            self.setDate(QDate.currentDate())
        else:
            super().stepBy(steps)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The calendar of an empty field opens at today."""
        if watched is self.calendarWidget() and event.type() == QEvent.Type.Show and self.day is None:
            today = QDate.currentDate()
            self.calendarWidget().setCurrentPage(today.year(), today.month())
        return super().eventFilter(watched, event)
