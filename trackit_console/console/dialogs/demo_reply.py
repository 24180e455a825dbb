"""**Reply** in the demo: answers mail of the help desk as its recipient would (PKG-02)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from trackit_console.console.demo_mailbox import ReceivedMail
from trackit_console.console.display_text import shortened
from trackit_console.console.language import is_language_change, name_buttons


class ReplyDialog(QDialog):
    """Asks for the text of a reply to `mail`; `send` gets it, and whether the keyword stays in the subject."""

    def __init__(self, mail: ReceivedMail, send: Callable[[str, bool], None], parent: QWidget) -> None:
        super().__init__(parent)
        self.resize(560, 340)
        self._mail = mail
        self._send = send
        self._about = QLabel(self, wordWrap=True)
        self._about.setProperty("role", "dim")
        self.text = QPlainTextEdit(self, tabChangesFocus=True)
        self.keyword = QCheckBox(self)
        self.keyword.setChecked(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.send_button = QPushButton(self)
        self.send_button.setProperty("primary", "true")
        buttons.addButton(self.send_button, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.text.textChanged.connect(self._refresh)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        for each in (self._about, self.text, self.keyword, buttons):
            column.addWidget(each)
        self.retranslate()

    def changeEvent(self, event: QEvent) -> None:
        if is_language_change(event):
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        """Sets all texts in the current language."""
        self.setWindowTitle(self.tr("Reply"))
        about = self.tr("{person} answers “{subject}”.")
        self._about.setText(about.format(person=self._mail.recipient, subject=shortened(self._mail.subject)))
        self.text.setAccessibleName(self.tr("Text of the reply"))
        self.text.setPlaceholderText(self.tr("Text of the reply"))
        self.keyword.setText(self.tr("&Keep the keyword in the subject"))
        self.keyword.setToolTip(self.tr("Without it, the record is found by the mail that is answered."))
        self.send_button.setText(self.tr("&Send"))
        self._refresh()

    def _refresh(self) -> None:
        self.send_button.setEnabled(bool(self.text.toPlainText().strip()))
        name_buttons(self)

    def accept(self) -> None:
        self._send(self.text.toPlainText(), self.keyword.isChecked())
        super().accept()
