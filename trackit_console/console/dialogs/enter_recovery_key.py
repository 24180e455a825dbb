"""**Enter the Recovery Key**: lets a computer use the passwords that were sealed on another one (SEC-02)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from trackit_console.console.display_text import translated
from trackit_console.console.language import is_language_change, name_buttons
from trackit_console.console.message_boxes import ask, show_problem
from trackit_console.console.operations.databases import Databases
from trackit_console.console.tasks import Tasks
from trackit_console.user_messages import Problem

WIDTH_PX = 560


class EnterRecoveryKeyDialog(QDialog):
    """Asks for the recovery key of another computer; `enrolled` is emitted once this one has the database's key.

    **The Key Is Lost…** gives the database another one; `replaced` is emitted with its recovery key.
    """

    enrolled = Signal()
    replaced = Signal(str)

    def __init__(self, databases: Databases, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._databases = databases
        self._tasks = tasks
        self._busy = False
        self._problem: Problem | None = None
        self._words = QLabel(wordWrap=True)
        self.key = QLineEdit()
        self.message = QLabel(wordWrap=True)
        self.message.setProperty("role", "error")
        self.message.hide()
        buttons = QDialogButtonBox()
        self.ok_button = QPushButton(default=True)
        buttons.addButton(self.ok_button, QDialogButtonBox.ButtonRole.AcceptRole)
        self.cancel_button = buttons.addButton("", QDialogButtonBox.ButtonRole.RejectRole)
        self.lost_button = QPushButton(autoDefault=False)
        buttons.addButton(self.lost_button, QDialogButtonBox.ButtonRole.ResetRole)
        self.lost_button.clicked.connect(self._ask_lost)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.retranslate()
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        for each in (self._words, self.key, self.message, buttons):
            column.addWidget(each)
        # The size hint of wrapped words is that of a narrower dialog.
        self.resize(WIDTH_PX, column.totalHeightForWidth(WIDTH_PX))

    def changeEvent(self, event: QEvent) -> None:
        if is_language_change(event):
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        """Sets all texts in the current language; what was typed stays."""
        self.setWindowTitle(self.tr("Enter the Recovery Key"))
        self._words.setText(
            self.tr(
                "The passwords in this database were sealed on another computer. There, choose Recovery Key in the menu of this "
                "console, and type or paste the key here."
            )
        )
        self.key.setAccessibleName(self.tr("Recovery Key"))
        self.ok_button.setText(self.tr("&OK"))
        self.cancel_button.setText(self.tr("Cancel"))
        self.lost_button.setText(self.tr("The Key Is &Lost…"))
        self._show_problem()
        name_buttons(self)

    def accept(self) -> None:
        """**OK**: tries the key, and keeps it if it fits. What was typed stays if it does not."""
        if not self._busy:
            self._run(partial(self._databases.enroll, self.key.text()), then=lambda _none: self._kept())

    def _kept(self) -> None:
        super().accept()
        self.enrolled.emit()

    def _ask_lost(self) -> None:
        """**The Key Is Lost…**: asks first, because what was sealed with the lost key is gone."""
        words = self.tr("Give the database a new key, because nobody has the old one any more?")
        detail = self.tr(
            "Every stored password and client secret has to be typed again. Tickets, history and all other settings stay as they are.\n\n"
            "Look for the old key first: the recovery key may be kept in a safe place, and a computer or a Windows user that still opens "
            "this database shows it (Recovery Key in the menu). Those computers need the new recovery key afterwards."
        )
        choices = [self.tr("Give It a New Key"), self.tr("Cancel")]
        if ask(self, self.windowTitle(), words, choices, detail) == 0:
            self._run(self._databases.replace_lost_key, then=self._replaced)

    def _replaced(self, recovery_key: str) -> None:
        super().accept()
        self.replaced.emit(recovery_key)

    def _run(self, work: Callable[[], object], then: Callable[..., None]) -> None:
        self._set_busy(True)
        self._problem = None
        self._show_problem()
        self._tasks.run(work, owner=self, then=then, failed=self._failed)

    def _failed(self, problem: Exception) -> None:
        self._set_busy(False)
        if isinstance(problem, Problem):
            self._problem = problem
            self._show_problem()
            self.key.setFocus()
        else:
            show_problem(self, problem)

    def _show_problem(self) -> None:
        if self._problem is not None:
            self.message.setText(f"{translated(self._problem.message)} {translated(self._problem.remedy_message)}")
        self.message.setVisible(self._problem is not None)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.key.setEnabled(not busy)
        self.ok_button.setEnabled(not busy)
        self.lost_button.setEnabled(not busy)
