"""A state as text on a soft background; never a coloured dot alone."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

Tone = Literal["ok", "bad", "warn", "dim"]


def restyle(widget: QWidget) -> None:
    """Applies the style sheet again after a dynamic property has changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)


class Pill(QLabel):
    """A label with a tone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setProperty("pill", "dim")

    def show_state(self, tone: Tone, words: str) -> None:
        """Shows `words`; hidden if empty."""
        self.setText(words)
        self.setVisible(bool(words))
        # Polishing is slow, and a state is shown every second.
        if self.property("pill") != tone:
            self.setProperty("pill", tone)
            restyle(self)
        self.adjustSize()
