"""Chooses a notification template by its name (NOT-01)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSignalBlocker
from PySide6.QtWidgets import QComboBox, QWidget

from trackit_console.console.language import is_language_change


class TemplateChoice(QComboBox):
    """The data of an entry is the name; nothing chosen is an empty text, which a required field refuses with its own words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.addItem("", "")
        self.retranslate()

    def offer_names(self, names: Sequence[str]) -> None:
        """Fills the list; the choice stays, even one that does not exist any more."""
        chosen = self.currentData()
        with QSignalBlocker(self):
            while self.count() > 1:
                self.removeItem(1)
            for name in names if not chosen or chosen in names else (*names, chosen):
                self.addItem(name, name)
            self.setCurrentIndex(max(self.findData(chosen), 0))
        self.retranslate()

    def retranslate(self) -> None:
        """Sets the text of the empty choice in the current language."""
        none_yet = self.count() == 1
        self.setItemText(0, self.tr("There is no notification template yet") if none_yet else self.tr("Choose a template"))

    def changeEvent(self, event: QEvent) -> None:
        if is_language_change(event):
            self.retranslate()
        super().changeEvent(event)
