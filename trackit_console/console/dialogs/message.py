"""Shows a message as it came: its text, and its source. Nothing in it is loaded or run (SEC-03)."""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QFontDatabase, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QTabWidget, QVBoxLayout, QWidget

from trackit_console.console.context import Context
from trackit_console.console.dialogs.help import open_help
from trackit_console.console.message_boxes import show_problem
from trackit_console.mail import parse

SHOWN = 1_000_000
"""Characters of the source that are shown at most."""


class MessageDialog(QDialog):
    """Text and source of one message, to be read and copied."""

    def __init__(self, subject: str, text: str, source: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(subject or self.tr("(no subject)"))
        self.resize(760, 560)
        tabs = QTabWidget(self, documentMode=True)
        self.text = self._reader(text, self.tr("Text of the message"))
        self.source = self._reader(source, self.tr("Source of the message"))
        self.source.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        tabs.addTab(self.text, self.tr("Text"))
        tabs.addTab(self.source, self.tr("Source"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        QShortcut(QKeySequence(QKeySequence.StandardKey.HelpContents), self, partial(open_help, self, "message"))
        column = QVBoxLayout(self)
        column.addWidget(tabs)
        column.addWidget(buttons)

    def _reader(self, words: str, name: str) -> QPlainTextEdit:
        reader = QPlainTextEdit(self, readOnly=True)
        reader.setPlainText(words)
        reader.setAccessibleName(name)
        return reader


def open_message(parent: QWidget, context: Context, delivery_id: int, subject: str) -> None:
    """Reads the message off the UI thread, then shows it."""

    def read() -> tuple[str, str]:
        raw = context.services.raw(delivery_id) or b""
        return parse(raw).text, raw[:SHOWN].decode("utf-8", "replace")

    def show(found: tuple[str, str]) -> None:
        dialog = MessageDialog(subject, *found, parent)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    context.tasks.run(read, owner=parent, then=show, failed=partial(show_problem, parent))
