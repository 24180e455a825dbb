"""**Email Commands**: which commands by mail are carried out, and which server tells whether a sender is genuine (MSG-06)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QFontDatabase, QGuiApplication

from trackit_console.console.compiled.ui_email_commands_page import Ui_EmailCommandsPage
from trackit_console.console.context import Context
from trackit_console.console.pages.form_page import FormPage
from trackit_console.domain.audit import Audited
from trackit_console.settings.email_commands import EmailCommands
from trackit_console.store.row_mapping import Stored

if TYPE_CHECKING:
    from trackit_console.store.snapshot import Snapshot

COMMANDS = "#priority: High\n#assign Ada Byrne\n#due: 2026-12-31"
"""The lines of the example. They are the same in every language."""


class EmailCommandsPage(FormPage[EmailCommands]):
    """Switches and the trusted server on the left, an example on the right."""

    audited = Audited.EMAIL_COMMANDS
    model = EmailCommands

    def __init__(self, context: Context) -> None:
        super().__init__(context, Ui_EmailCommandsPage())
        self.ui.example.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.ui.copy_button.clicked.connect(self.copy_example)
        self.show_texts()

    @property
    def save_operation(self) -> Callable[[Stored[EmailCommands]], None]:
        return self.context.services.settings.save_email_commands

    def show_texts(self) -> None:
        super().show_texts()
        subject = self.tr("Subject: {words}").format(words=f"{self.tr('Printer on floor 2')} [Ticket - 12]")
        self.ui.example_subject.setText(subject)
        self.ui.example.setPlainText(f"{COMMANDS}\n\n{self.tr('The whole floor waits for it.')}")
        self.ui.copied_label.setText("")
        self._show_warning()

    def copy_example(self) -> None:
        """**Copy example**: the text of the message, to paste into a mail."""
        QGuiApplication.clipboard().setText(self.ui.example.toPlainText())
        self.ui.copied_label.setText(self.tr("Copied."))

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self.follow(snapshot.email_commands)

    def refresh_actions(self, _edited: str = "") -> None:
        super().refresh_actions()
        self._show_warning()

    def _show_warning(self) -> None:
        """Warns of what is typed, saved or not: a switch that has no effect should be seen before anybody relies on it."""
        refused = EmailCommands.model_construct(**self.values()).lacks_trusted_server
        words = self.tr(
            "No trusted server is named, so deleting and whatever technicians change is refused: nobody could tell whether the "
            "sender is genuine. What requestors may do is done without."
        )
        self.ui.check_banner.show_text(words if refused else "")
