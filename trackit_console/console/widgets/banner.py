"""A banner above a page that says what needs attention, with a button."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget


class Banner(QFrame):
    """Hidden while there is no message."""

    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("banner", "true")
        self._words = QLabel(self, wordWrap=True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self.button = QPushButton(self)
        self.button.clicked.connect(self.pressed)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 9, 14, 9)
        row.addWidget(self._words, 1)
        row.addWidget(self.button)
        self.hide()

    @property
    def words(self) -> str:
        """The current text."""
        return self._words.text()

    def show_text(self, words: str, button: str = "", *, warns: bool = True) -> None:
        """Shows `words` and, if given, a `button`; empty `words` hide the banner. Without `warns` it is good news."""
        sign = "⚠" if warns else "✓"
        self._words.setText(f"{sign}  {words}" if words else "")
        self.button.setText(button)
        self.button.setVisible(bool(button))
        self.setVisible(bool(words))
