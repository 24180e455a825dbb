"""One span of opening hours: from when to when, and a button that takes it away (NOT-04)."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from trackit_console.console.widgets.week_hours import Span, as_time

TIME_WIDTH = 74


class _TimeLine(QLineEdit):
    """A time of day."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(text, parent)
        self.setFixedWidth(TIME_WIDTH)
        self.setMaxLength(12)
        self.editingFinished.connect(self._tidy)

    def _tidy(self) -> None:
        self.setText(as_time(self.text()))


class SpanRow(QWidget):
    """From when to when, and a button that takes it away."""

    changed, left, removed = Signal(), Signal(), Signal()

    def __init__(self, span: Span, parent: QWidget) -> None:
        super().__init__(parent)
        self.opens, self.closes = (_TimeLine(text, self) for text in span)
        self.remove_button = QPushButton("✕", self, autoDefault=False)
        self.remove_button.setProperty("link", "true")
        self.remove_button.clicked.connect(self.removed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for widget in (self.opens, QLabel("–", self), self.closes, self.remove_button):
            row.addWidget(widget)
        for line in (self.opens, self.closes):
            line.textEdited.connect(self.changed)
            line.editingFinished.connect(self.left)

    @property
    def span(self) -> Span:
        return as_time(self.opens.text()), as_time(self.closes.text())
