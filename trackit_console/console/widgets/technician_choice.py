"""Chooses a technician, whom settings name by the email address (NOT-03)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox, QWidget


class TechnicianChoice(QComboBox):
    """The data of an entry is the address; the first one is nobody, whose text comes from the settings field."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(16)
        self.addItem("", None)

    def offer_people(self, people: Sequence[tuple[str, str]]) -> None:
        """Fills the list with names and addresses; the choice stays, even one that does not exist any more."""
        chosen = self.currentData()
        with QSignalBlocker(self):
            while self.count() > 1:
                self.removeItem(1)
            for name, address in people:
                self.addItem(f"{name} <{address}>", address)
            if chosen and self.findData(chosen) < 0:
                self.addItem(chosen, chosen)
            self.setCurrentIndex(self.findData(chosen) if chosen else 0)
