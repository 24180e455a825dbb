"""A progress line below the header for long operations, and the button that cancels them (T-06)."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Slot
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QWidget

from trackit_console.console.language import is_language_change
from trackit_console.console.task import Task

HEIGHT = 3


class BusyBar(QProgressBar):
    """Shown after 300 ms of work; after 2 s `words` and `cancel_button` appear as well.

    It keeps its space while hidden, so that the layout does not jump.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # Without a range Qt shows that something goes on, and not how much of it is done.
        self.setRange(0, 0)
        self.setTextVisible(False)
        self.setFixedHeight(HEIGHT)
        kept = self.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self.setSizePolicy(kept)
        self.words = QLabel()
        self.cancel_button = QPushButton()
        self.cancel_button.clicked.connect(self._cancel)
        self._busy: set[Task] = set()
        self._slow: set[Task] = set()
        self.retranslate()

    def changeEvent(self, event: QEvent) -> None:
        if is_language_change(event):
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        """Sets all texts in the current language."""
        self.setAccessibleName(self.tr("Working"))
        self.cancel_button.setText(self.tr("Cancel"))
        self.cancel_button.setAccessibleName(self.tr("Cancel what takes so long"))
        self._show()

    def follow(self, task: Task) -> None:
        """Shows `task` while it runs, if it takes long."""
        task.busy.connect(self._became_busy)
        task.slow.connect(self._became_slow)
        task.finished.connect(self._ended)

    @Slot()
    def _became_busy(self) -> None:
        self._busy.add(self._task)
        self._show()

    @Slot()
    def _became_slow(self) -> None:
        self._slow.add(self._task)
        self._show()

    @Slot()
    def _ended(self) -> None:
        self._busy.discard(self._task)
        self._slow.discard(self._task)
        self._show()

    @property
    def _task(self) -> Task:
        sender = self.sender()
        assert isinstance(sender, Task)
        return sender

    def _cancel(self) -> None:
        for task in self._slow:
            task.cancel()
        self._show()

    def _show(self) -> None:
        self.setVisible(bool(self._busy))
        ending = all(task.cancel_request.is_set() for task in self._slow)
        self.words.setText(self.tr("Cancelling…") if ending else self.tr("Still working…"))
        self.words.setVisible(bool(self._slow))
        self.cancel_button.setVisible(bool(self._slow))
        self.cancel_button.setEnabled(not ending)
