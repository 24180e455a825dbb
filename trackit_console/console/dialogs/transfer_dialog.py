"""Base of the dialogs for the configuration file: one task at a time, language, help, size and closing (T-05, T-06, T-08)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QWidget

from trackit_console.console.context import Context
from trackit_console.console.dialogs.help import open_help
from trackit_console.console.geometry import limit_to_screen, restore_geometry, save_geometry
from trackit_console.console.language import is_language_change, name_buttons
from trackit_console.console.task import Task

HELP_PAGE = "configuration-file"


class TransferDialog(QDialog):
    """The form `ui` has `busy`, `save_button` and `cancel_button`."""

    def __init__(self, ui: Any, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.ui = ui
        ui.setupUi(self)
        self.context = context
        self._task: Task | None = None
        self._too_late = False
        ui.save_button.clicked.connect(self.accept)
        ui.cancel_button.clicked.connect(self.reject)
        QShortcut(QKeySequence(QKeySequence.StandardKey.HelpContents), self, partial(open_help, self, HELP_PAGE))
        # After setupUi, which sets the size of the form as it was drawn.
        restore_geometry(self, type(self).__name__, context.window_settings)
        limit_to_screen(self)

    def show_texts(self) -> None:
        """Sets the texts that are not in the .ui file; called when the language changes and when a task begins or ends."""
        raise TypeError(type(self).__name__)

    def changeEvent(self, event: QEvent) -> None:
        if is_language_change(event):
            self.ui.retranslateUi(self)
            self.refresh()
        super().changeEvent(event)

    def refresh(self) -> None:
        """Shows the current state."""
        self.ui.busy.setVisible(self.running)
        self.show_texts()
        name_buttons(self)

    @property
    def running(self) -> bool:
        """Whether something goes on."""
        return self._task is not None

    @property
    def writing(self) -> bool:
        """Whether what goes on writes."""
        return self.running and self._too_late

    def run(
        self, work: Callable[[], Any], then: Callable[[Any], None], failed: Callable[[Exception], None], *, writes: bool
    ) -> None:
        """Does `work` on a worker thread. What `writes` is not left alone: the dialog stays until it has ended."""
        self._too_late = writes
        self._task = self.context.tasks.run(
            work, owner=self, then=partial(self._ended, then), failed=partial(self._ended, failed), quiet=True
        )
        self.refresh()

    def _ended(self, tell: Callable[[Any], None], told: Any) -> None:
        self._task = None
        self.refresh()  # first: `tell` may show a box
        tell(told)
        self.refresh()

    def reject(self) -> None:
        """**Cancel** or **Close**. What is being written is cancelled, and the dialog waits for what became of it."""
        if self._task is not None:
            self._task.cancel()
            if self._too_late:
                return
            self._task.drop()
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing the window is **Cancel**."""
        if self.isVisible():
            self.reject()
        event.setAccepted(not self.isVisible())

    def done(self, result: int) -> None:
        save_geometry(self, type(self).__name__, self.context.window_settings)
        super().done(result)
