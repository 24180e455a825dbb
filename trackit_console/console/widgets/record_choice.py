"""Chooses whose values a preview shows: sample values, one of the latest records, or any by its number."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QWidget

from trackit_console.console.display_text import shortened
from trackit_console.console.language import is_language_change
from trackit_console.domain.records import RecordRef

SUBJECT_LENGTH = 60


class RecordChoice(QComboBox):
    """Emits `chosen` when another entry is chosen and while something is typed."""

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        # It would complete a number that is being typed to that of another record.
        self.setCompleter(None)  # type: ignore[arg-type]
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(20)
        self.addItem("", None)
        self.retranslate()
        self.currentTextChanged.connect(self.chosen)

    def offer(self, records: Sequence[tuple[RecordRef, str]]) -> None:
        """Fills the list with records and their subjects; what is shown stays."""
        shown = self.currentText()
        with QSignalBlocker(self):
            while self.count() > 1:
                self.removeItem(1)
            for ref, subject in records:
                self.addItem(f"{ref.module.value} {ref.id}: {shortened(subject, SUBJECT_LENGTH)}", ref)
            self.setEditText(shown)

    @property
    def record(self) -> RecordRef | None:
        """The record of the entry that is shown, None for sample values and while something else is typed."""
        at = self.findText(self.currentText())
        found = self.itemData(at) if at >= 0 else None
        return found if isinstance(found, RecordRef) else None

    @property
    def typed(self) -> str:
        """What is typed and is no entry of the list: the number of a record."""
        return "" if self.findText(self.currentText()) >= 0 else self.currentText().strip()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Enter means the record that was typed. The dialog would take it for its default button, and save.
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit()
        else:
            super().keyPressEvent(event)

    def retranslate(self) -> None:
        """Sets the text of the first entry in the current language."""
        words, first = self.tr("Sample values"), self.currentText() == self.itemText(0)
        with QSignalBlocker(self):
            self.setItemText(0, words)
            if first:
                self.setEditText(words)

    def changeEvent(self, event: QEvent) -> None:
        if is_language_change(event):
            self.retranslate()
        super().changeEvent(event)
