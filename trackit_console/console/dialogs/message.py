"""Shows the text and the source of a message. Nothing in it is loaded or executed (SEC-03)."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent
from PySide6.QtGui import QFontDatabase, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QTabWidget, QVBoxLayout, QWidget

from trackit_console.console.context import Context
from trackit_console.console.dialogs.help import open_help
from trackit_console.console.language import is_language_change
from trackit_console.console.message_boxes import show_problem
from trackit_console.mail import parse

SHOWN = 1_000_000
"""Maximum number of bytes of the source that are shown."""


class MessageDialog(QDialog):
    """Shows text and source of one message, for reading and copying."""

    def __init__(self, subject: str, text: str, source: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._subject = subject
        self.resize(760, 560)
        self._tabs = QTabWidget(self, documentMode=True)
        self.text = self._reader(text)
        self.source = self._reader(source)
        self.source.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._tabs.addTab(self.text, "")
        self._tabs.addTab(self.source, "")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        QShortcut(QKeySequence(QKeySequence.StandardKey.HelpContents), self, partial(open_help, self, "message"))
        column = QVBoxLayout(self)
        column.addWidget(self._tabs)
        column.addWidget(buttons)
        self.retranslate()

    def changeEvent(self, event: QEvent) -> None:
        if is_language_change(event):
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        """Sets all texts in the current language."""
        self.setWindowTitle(self._subject or self.tr("(no subject)"))
        self.text.setAccessibleName(self.tr("Text of the message"))
        self.source.setAccessibleName(self.tr("Source of the message"))
        self._tabs.setTabText(0, self.tr("Text"))
        self._tabs.setTabText(1, self.tr("Source"))

    def _reader(self, words: str) -> QPlainTextEdit:
        reader = QPlainTextEdit(self, readOnly=True)
        reader.setPlainText(words)
        return reader


def open_message(parent: QWidget, context: Context, delivery_id: int, subject: str) -> None:
    """Reads the message on a worker thread, then shows it."""

    def read() -> tuple[str, str]:
        # On the worker thread, parsing too: a large message may take seconds.
        raw = context.services.messages.raw(delivery_id) or b""
        return parse(raw).text, raw[:SHOWN].decode("utf-8", "replace")

    def show(found: tuple[str, str]) -> None:
        dialog = MessageDialog(subject, *found, parent)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    context.tasks.run(read, owner=parent, then=show, failed=partial(show_problem, parent))
