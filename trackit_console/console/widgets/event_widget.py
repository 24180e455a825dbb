"""One event of a message's time line (RUN-08)."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from trackit_console.console.timeline_text import Event


class EventWidget(QWidget):
    """Sign and event, and the detail below."""

    def __init__(self, event: Event, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(1, 1)
        sign = QLabel(event.sign)
        sign.setProperty("role", "success" if event.sign == "●" else "dim")
        words = QLabel(event.words, wordWrap=True)
        words.setTextFormat(Qt.TextFormat.PlainText)  # subjects and answers of servers are not HTML
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        grid.addWidget(sign, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(words, 0, 1)
        if event.detail:
            detail = QLabel(event.detail, wordWrap=True)
            detail.setTextFormat(Qt.TextFormat.PlainText)
            detail.setProperty("role", "caption")
            grid.addWidget(detail, 1, 1)
