"""The recovery key of a database: shown and changed on one computer, typed on the next (SEC-02)."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from trackit_console.console.display_text import translated
from trackit_console.console.language import name_buttons
from trackit_console.console.message_boxes import ask, show_problem
from trackit_console.console.operations.databases import Databases
from trackit_console.console.tasks import Tasks
from trackit_console.user_messages import Problem

WIDTH_PX = 560
KEY_LINES = 3


class RecoveryKeyDialog(QDialog):
    """Shows the key of the database, to be copied; **Change the Key…** gives the database another one."""

    def __init__(self, databases: Databases, key: str, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._databases = databases
        self._tasks = tasks
        self.setWindowTitle(self.tr("Recovery Key"))
        words = _words(
            self.tr(
                "Another computer needs this key before it can use the passwords that are stored in the database. Keep it in a safe "
                "place: who has it and the database can read every stored password. If this computer is lost, nothing else opens "
                "them."
            )
        )
        self.key = QPlainTextEdit(key, readOnly=True)
        self.key.setAccessibleName(self.tr("Recovery Key"))
        self.key.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.key.setTabChangesFocus(True)
        self.key.setFixedHeight(self.key.fontMetrics().lineSpacing() * KEY_LINES + 16)
        buttons = QDialogButtonBox()
        self.copy_button = buttons.addButton(self.tr("&Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        self.change_button = buttons.addButton(self.tr("C&hange the Key…"), QDialogButtonBox.ButtonRole.ActionRole)
        self.close_button = buttons.addButton(self.tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        self.copy_button.clicked.connect(self._copy)
        self.change_button.clicked.connect(self._change)
        buttons.rejected.connect(self.reject)
        _arrange(self, words, self.key, buttons)
        name_buttons(self)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.key.toPlainText())

    def _change(self) -> None:
        words = self.tr("Give the database another key? Every stored password is sealed with it at once.")
        detail = self.tr(
            "Computers that have the key now go on by themselves. If the old key may be in wrong hands, let it end at once: then each "
            "other computer needs the new recovery key before its monitor can sign in again."
        )
        choices = [self.tr("Change"), self.tr("Change, and End the Old Key at Once"), self.tr("Cancel")]
        pressed = ask(self, self.windowTitle(), words, choices, detail)
        if pressed < len(choices) - 1:
            self.change_button.setEnabled(False)
            work = partial(self._databases.change_key, hand_over=pressed == 0)
            self._tasks.run(work, owner=self, then=self._changed, failed=self._failed)

    def _changed(self, key: str) -> None:
        self.key.setPlainText(key)
        self.change_button.setEnabled(True)

    def _failed(self, problem: Exception) -> None:
        self.change_button.setEnabled(True)
        show_problem(self, problem)


class EnterRecoveryKeyDialog(QDialog):
    """Asks for the recovery key of another computer; `enrolled` is emitted once this one has the database's key."""

    enrolled = Signal()

    def __init__(self, databases: Databases, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._databases = databases
        self._tasks = tasks
        self._busy = False
        self.setWindowTitle(self.tr("Enter the Recovery Key"))
        words = _words(
            self.tr(
                "The passwords in this database were sealed on another computer. There, choose Recovery Key in the menu of this "
                "console, and type or paste the key here."
            )
        )
        self.key = QLineEdit()
        self.key.setAccessibleName(self.tr("Recovery Key"))
        self.message = _words("")
        self.message.setProperty("role", "error")
        self.message.hide()
        buttons = QDialogButtonBox()
        self.ok_button = QPushButton(self.tr("&OK"), default=True)
        buttons.addButton(self.ok_button, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        _arrange(self, words, self.key, self.message, buttons)
        name_buttons(self)

    def accept(self) -> None:
        """**OK**: tries the key, and keeps it if it fits. What was typed stays if it does not."""
        if not self._busy:
            self._set_busy(True)
            self.message.hide()
            work = partial(self._databases.enroll, self.key.text())
            self._tasks.run(work, owner=self, then=lambda _none: self._kept(), failed=self._failed)

    def _kept(self) -> None:
        super().accept()
        self.enrolled.emit()

    def _failed(self, problem: Exception) -> None:
        self._set_busy(False)
        if isinstance(problem, Problem):
            self.message.setText(f"{translated(problem.message)} {translated(problem.remedy_message)}")
            self.message.show()
            self.key.setFocus()
        else:
            show_problem(self, problem)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.key.setEnabled(not busy)
        self.ok_button.setEnabled(not busy)


def _words(text: str) -> QLabel:
    return QLabel(text, wordWrap=True)


def _arrange(dialog: QDialog, *widgets: Any) -> None:
    column = QVBoxLayout(dialog)
    column.setContentsMargins(20, 16, 20, 16)
    column.setSpacing(12)
    for each in widgets:
        column.addWidget(each)
    dialog.resize(WIDTH_PX, dialog.sizeHint().height())
