"""A date field that may be empty."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDateEdit, QWidget

EMPTY = QDate(1752, 9, 14)
"""Represents an empty field: `QDateEdit` shows its special text at the minimum date. Before any date that somebody means."""


class DateField(QDateEdit):
    """`day` is None while the field is empty; Delete and Backspace clear it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCalendarPopup(True)
        self.setMinimumDate(EMPTY)
        self.setDate(EMPTY)
        self.calendarWidget().installEventFilter(self)
        self.retranslate()

    def retranslate(self) -> None:
        """Sets the text of an empty field in the current language."""
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
            self.setDate(QDate.currentDate())  # QDateEdit edits the parts of a date; it needs one to begin with
            self.setSelectedSection(self.sectionAt(0))
        super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes through the parts of a date, as in every `QDateEdit`, but leaves an empty field, which has none."""
        # QDateEdit would look for the next part of the special text for ever, and never let the focus go (WCAG 2.1.2).
        return QWidget.focusNextPrevChild(self, forward) if self.day is None else super().focusNextPrevChild(forward)

    def stepBy(self, steps: int) -> None:
        if self.day is None:
            self.setDate(QDate.currentDate())
        else:
            super().stepBy(steps)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Opens the calendar of an empty field at the current month."""
        if watched is self.calendarWidget() and event.type() == QEvent.Type.Show and self.day is None:
            today = QDate.currentDate()
            self.calendarWidget().setCurrentPage(today.year(), today.month())
        return super().eventFilter(watched, event)
