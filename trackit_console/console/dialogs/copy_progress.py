"""How far the move to another database is (DB-01, T-06)."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLocale, Qt, Signal
from PySide6.QtWidgets import QProgressBar, QProgressDialog, QWidget

from trackit_console.console.language import is_language_change

WIDTH_PX = 460
STEPS = 1000
"""Not rows: there may be more of them than the widget can count."""


class CopyProgress(QProgressDialog):
    """Shown over `parent` until it is closed; `canceled` says that the user does not want to wait.

    `told` is emitted by the worker thread, with the table, and how many rows of how many were read.
    """

    told = Signal(str, int, int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAutoClose(False)
        self.setAutoReset(False)
        self.setMinimumDuration(0)
        self.setMinimumWidth(WIDTH_PX)
        self._bar = QProgressBar(textVisible=False)
        self.setBar(self._bar)
        self.setRange(0, STEPS)
        self._table = ""
        self.told.connect(self._show, Qt.ConnectionType.QueuedConnection)
        self.setValue(0)
        self.retranslate()

    def changeEvent(self, event: QEvent) -> None:
        if is_language_change(event):
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        """Sets all texts in the current language."""
        self.setWindowTitle(self.tr("Move Everything"))
        self.setCancelButtonText(self.tr("Cancel"))
        self._bar.setAccessibleName(self.tr("How much was copied and compared"))
        self._show_words()

    def _show(self, table: str, done: int, total: int) -> None:
        self._table = table
        if not self.wasCanceled():  # a new value would show it again
            self.setValue(done * STEPS // max(total, 1))
        self._show_words()

    def _show_words(self) -> None:
        words = self.tr("Everything is copied and compared: {percent} %, {table}")
        percent = QLocale().toString(self._bar.value() * 100 // STEPS)
        self.setLabelText(words.format(percent=percent, table=self._table.replace("_", " ") or "…"))
