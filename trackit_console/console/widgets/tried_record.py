"""Chooses the record on which something is tried: one of the latest, or any by its number."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent

from trackit_console.console.widgets.record_choice import RecordChoice


class TriedRecord(RecordChoice):
    """Empty until a record is chosen or typed; `entered` is emitted by the Enter key."""

    entered = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        else:
            super().keyPressEvent(event)

    def retranslate(self) -> None:
        """Sets the placeholder in the current language; the first entry stands for no record."""
        with QSignalBlocker(self):
            self.setItemText(0, "")
        if (line := self.lineEdit()) is not None:
            line.setPlaceholderText(self.tr("One of the latest, or a number"))
