"""The recovery key of a database, shown on the computer that has it: to be copied, saved, and changed (SEC-02)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from trackit_console.console.language import is_language_change, name_buttons
from trackit_console.console.message_boxes import ask, show_problem
from trackit_console.console.tasks import Tasks
from trackit_console.files import write_file

WIDTH_PX = 680
KEY_LINES = 2
FILE_NAME = "trackit-recovery-key.txt"

Confirm = Callable[[str], None]
"""Keeps that the recovery key, which is given, was stored. Called on a worker thread."""
Change = Callable[..., str]
"""Gives the database another key, with `hand_over`, and answers its recovery key. Called on a worker thread."""


class RecoveryKeyDialog(QDialog):
    """Shows `key`, to be copied or saved; **I Have Stored It** is kept by `confirm`, and then `stored` is emitted.

    **Change the Key…** gives the database another one by `change`; without it, the database is new and this the last step of
    its set-up.
    """

    stored = Signal()

    def __init__(
        self, key: str, tasks: Tasks, confirm: Confirm, change: Change | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._confirm = confirm
        self._change = change
        self._words = QLabel(wordWrap=True)
        self.key = QPlainTextEdit(key, readOnly=True)
        self.key.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.key.setTabChangesFocus(True)
        self.key.setFixedHeight(self.key.fontMetrics().lineSpacing() * KEY_LINES + 16)
        self.copy_button, self.save_button, self.change_button = (QPushButton(autoDefault=False) for _ in range(3))
        self.change_button.setVisible(change is not None)
        buttons = QDialogButtonBox()
        self.stored_button = QPushButton(default=True)
        buttons.addButton(self.stored_button, QDialogButtonBox.ButtonRole.AcceptRole)
        self.close_button = buttons.addButton("", QDialogButtonBox.ButtonRole.RejectRole)
        self.copy_button.clicked.connect(self._copy)
        self.save_button.clicked.connect(self._save)
        self.change_button.clicked.connect(self._ask_change)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.retranslate()
        self._arrange(buttons)

    def _arrange(self, buttons: QDialogButtonBox) -> None:
        row = QHBoxLayout()
        for button in (self.copy_button, self.save_button, self.change_button):
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addWidget(self._words)
        column.addWidget(self.key)
        column.addLayout(row)
        column.addSpacing(8)
        column.addWidget(buttons)
        # The size hint of wrapped words is that of a narrower dialog.
        self.resize(WIDTH_PX, column.totalHeightForWidth(WIDTH_PX))

    def changeEvent(self, event: QEvent) -> None:
        if is_language_change(event):
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        """Sets all texts in the current language; the key stays."""
        self.setWindowTitle(self.tr("Recovery Key"))
        self.key.setAccessibleName(self.tr("Recovery Key"))
        words = self.tr(
            "Another computer needs this key before it can use the passwords that are stored in the database. Keep it in a safe "
            "place: who has it and the database can read every stored password. If this computer is lost, nothing else opens "
            "them."
        )
        if self._change is None:
            words = self.tr("The database is ready. One step is left: store its recovery key.") + "\n\n" + words
        self._words.setText(words)
        self.copy_button.setText(self.tr("&Copy"))
        self.save_button.setText(self.tr("&Save…"))
        self.change_button.setText(self.tr("C&hange the Key…"))
        self.stored_button.setText(self.tr("&I Have Stored It"))
        self.close_button.setText(self.tr("Close"))
        name_buttons(self)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.key.toPlainText())

    def _save(self) -> None:
        title, kind = self.tr("Save the recovery key"), self.tr("Text (*.txt)")
        name, _ = QFileDialog.getSaveFileName(self, title, FILE_NAME, kind)
        if name:
            content = f"{self.key.toPlainText()}\n".encode()
            self._run(partial(write_file, Path(name), content), then=lambda _none: self._set_busy(False))

    def accept(self) -> None:
        """**I Have Stored It**: is not asked again on this database, until its key is changed."""
        self._run(partial(self._confirm, self.key.toPlainText()), then=lambda _none: self._confirmed())

    def _confirmed(self) -> None:
        super().accept()
        self.stored.emit()

    def _ask_change(self) -> None:
        words = self.tr("Give the database another key? Every stored password is sealed with it at once.")
        detail = self.tr(
            "Computers that have the key now go on by themselves. If the old key may be in wrong hands, let it end at once: then each "
            "other computer needs the new recovery key before its monitor can sign in again.\n\nA backup from before is opened with the "
            "old recovery key: keep that one as long as you keep the backup."
        )
        choices = [self.tr("Change"), self.tr("Change, and End the Old Key at Once"), self.tr("Cancel")]
        pressed = ask(self, self.windowTitle(), words, choices, detail)
        if pressed < len(choices) - 1 and self._change is not None:
            self._run(partial(self._change, hand_over=pressed == 0), then=self._changed)

    def _changed(self, key: str) -> None:
        self.key.setPlainText(key)
        self._set_busy(False)

    def _run(self, work: Callable[[], object], then: Callable[..., None]) -> None:
        self._set_busy(True)
        self._tasks.run(work, owner=self, then=then, failed=self._failed)

    def _failed(self, problem: Exception) -> None:
        self._set_busy(False)
        show_problem(self, problem)

    def _set_busy(self, busy: bool) -> None:
        for button in (self.save_button, self.change_button, self.stored_button):
            button.setEnabled(not busy)
