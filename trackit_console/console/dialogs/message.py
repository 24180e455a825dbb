"""Shows the text, the formatted text and the source of a message, to be read, searched, copied and saved. Nothing in it is loaded or run (SEC-03)."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtGui import QFontDatabase, QKeySequence, QShortcut, QTextCursor, QTextDocument
from PySide6.QtWidgets import QDialog, QFileDialog, QPlainTextEdit, QWidget

from trackit_console.console.attachment_files import file_name
from trackit_console.console.compiled.ui_message_dialog import Ui_MessageDialog
from trackit_console.console.dialogs.help import open_help
from trackit_console.console.display_text import shortened
from trackit_console.console.language import is_language_change, name_buttons
from trackit_console.console.message_boxes import show_problem
from trackit_console.console.widgets.mail_view import MailView
from trackit_console.files import write_file
from trackit_console.mail import Message
from trackit_console.user_messages import Problem

SHOWN = 1_000_000
"""Maximum number of bytes of the source, and of characters of the text, that are shown."""
SUBJECT_IN_NAME = 80


class MessageDialog(QDialog):
    """Text and source of one message, and its HTML if `message` has any.

    `raw` are the bytes that **Save as…** writes, None where there is nothing to save.
    """

    def __init__(
        self, subject: str, text: str, source: str, parent: QWidget, raw: bytes | None = None, message: Message | None = None
    ) -> None:
        super().__init__(parent)
        self.ui = Ui_MessageDialog()
        self.ui.setupUi(self)
        self._subject = subject
        self._raw = raw
        self._cut = raw is not None and len(raw) > SHOWN
        self.text = self._reader(text[:SHOWN])
        self.source = self._reader(source)
        self.source.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.source.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        for reader in (self.text, self.source):
            self.ui.tabs.addTab(reader, "")
        self.formatted = MailView(self) if message and message.html else None
        if self.formatted and message and message.html:
            self.formatted.show_message(message.html, message.attachments)
            self.ui.tabs.addTab(self.formatted, "")
        self._connect()
        self.retranslate()

    def _connect(self) -> None:
        ui = self.ui
        ui.tabs.currentChanged.connect(lambda _index: self._tell(""))
        ui.find.textChanged.connect(self._begin_search)
        ui.find.returnPressed.connect(self.find_next)
        ui.next_button.clicked.connect(self.find_next)
        ui.previous_button.clicked.connect(self.find_previous)
        ui.save_button.clicked.connect(self.save)
        ui.close_button.clicked.connect(self.reject)
        # Enter in the search finds the next hit; with a default button it would close the dialog.
        for button in (ui.next_button, ui.previous_button, ui.save_button, ui.close_button):
            button.setAutoDefault(False)
        ui.save_button.setEnabled(self._raw is not None)
        for keys, slot in (
            ("Ctrl+F", ui.find.setFocus),
            ("F3", self.find_next),
            ("Shift+F3", self.find_previous),
            ("Ctrl+S", self.save),
            ("F1", partial(open_help, self, "message")),
        ):
            QShortcut(QKeySequence(keys), self, slot)

    def changeEvent(self, event: QEvent) -> None:
        if is_language_change(event):
            self.ui.retranslateUi(self)
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        """Sets all texts in the current language."""
        self.setWindowTitle(self._subject or self.tr("(no subject)"))
        self.text.setAccessibleName(self.tr("Text of the message"))
        self.source.setAccessibleName(self.tr("Source of the message"))
        self.ui.tabs.setTabText(0, self.tr("Text"))
        self.ui.tabs.setTabText(1, self.tr("Source"))
        if self.formatted:
            self.ui.tabs.setTabText(2, self.tr("Formatted"))
        name_buttons(self)
        self._tell("")

    def _reader(self, words: str) -> QPlainTextEdit:
        reader = QPlainTextEdit(self, readOnly=True)
        reader.setPlainText(words)
        return reader

    def _tell(self, words: str) -> None:
        left_out = ""
        if self.formatted and self.ui.tabs.currentWidget() is self.formatted:
            shown = self.formatted.shown
            if shown.remote_images:
                left_out = self.tr("Pictures from the internet are not loaded.")
            if shown.cut:
                left_out = self.tr("Only the beginning is shown.")
        elif self._cut:
            left_out = self.tr("Only the beginning is shown. Save as… saves all of it.")
        self.ui.found.setText(words or left_out)

    def find_next(self) -> None:
        """**Next**: from the top again after the last hit."""
        self._find(QTextDocument.FindFlag(0), QTextCursor.MoveOperation.Start)

    def find_previous(self) -> None:
        """**Previous**."""
        self._find(QTextDocument.FindFlag.FindBackward, QTextCursor.MoveOperation.End)

    def _begin_search(self, _words: str) -> None:
        reader = self._current
        cursor = reader.textCursor()
        # From where the present hit begins: it may go on to match while more is typed.
        cursor.setPosition(cursor.selectionStart())
        reader.setTextCursor(cursor)
        self.find_next()

    @property
    def _current(self) -> QPlainTextEdit | MailView:
        shown = self.ui.tabs.currentWidget()
        return next((each for each in (self.source, self.formatted) if each and each is shown), self.text)

    def _find(self, flags: QTextDocument.FindFlag, restart: QTextCursor.MoveOperation) -> None:
        words, reader = self.ui.find.text(), self._current
        if not words or reader.find(words, flags):
            self._tell("")
            return
        kept = reader.textCursor()
        reader.moveCursor(restart)
        if reader.find(words, flags):
            self._tell("")
        else:
            reader.setTextCursor(kept)
            self._tell(self.tr("Not found"))

    def save(self) -> None:
        """**Save as…**: the bytes of the message, as an .eml file."""
        if self._raw is None:
            return
        chosen, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save message"), eml_name(self._subject), self.tr("Messages (*.eml)")
        )
        if chosen:
            try:
                write_file(Path(chosen), self._raw)
            except Problem as problem:
                show_problem(self, problem)


def eml_name(subject: str) -> str:
    """The name under which a message is offered to be saved."""
    return file_name(f"{shortened(subject, SUBJECT_IN_NAME) or 'message'}.eml")
