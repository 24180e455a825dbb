"""What the window does with the recovery key: it reminds of it, shows it, and takes that of another computer (SEC-02)."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QMainWindow

from trackit_console.console.database_watch import Watch
from trackit_console.console.message_boxes import ask
from trackit_console.console.operations.databases import Databases
from trackit_console.console.recovery_key_bar import RecoveryKeyBar
from trackit_console.console.tasks import Tasks


class RecoveryKeys(QObject):
    """Owns the bar and opens the dialogs over `window`."""

    def __init__(self, window: QMainWindow, databases: Databases, tasks: Tasks, watch: Watch) -> None:
        super().__init__(window)
        self._window = window
        self._databases = databases
        self._tasks = tasks
        self._watch = watch
        self.bar = RecoveryKeyBar(watch)
        self.bar.pressed.connect(self.show)

    def show(self) -> None:
        """**Recovery Key**: after a question, as everybody who looks at the screen could read it."""
        words = self.tr("The recovery key opens every stored password. Show it on this screen?")
        if ask(self._window, self.tr("Recovery Key"), words, [self.tr("Show"), self.tr("Cancel")]) == 0:
            self._tasks.run(self._databases.recovery_key, owner=self, then=self._show_key)

    def _show_key(self, key: str) -> None:
        from trackit_console.console.dialogs.recovery_key import RecoveryKeyDialog  # seldom needed

        databases = self._databases
        dialog = RecoveryKeyDialog(key, self._tasks, databases.confirm_key, databases.change_key, self._window)
        dialog.stored.connect(self._watch.refresh)
        self._open(dialog)

    def enter(self) -> None:
        """**Enter the Recovery Key**: the secrets of the database were sealed on another computer."""
        from trackit_console.console.dialogs.enter_recovery_key import EnterRecoveryKeyDialog  # seldom needed

        dialog = EnterRecoveryKeyDialog(self._databases, self._tasks, self._window)
        dialog.enrolled.connect(self._watch.refresh)
        dialog.replaced.connect(self._replaced)
        self._open(dialog)

    def _replaced(self, key: str) -> None:
        self._watch.refresh()
        self._show_key(key)

    def _open(self, dialog: QDialog) -> None:
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
