"""**Email Commands**: which commands by mail are carried out, and which server tells whether a sender is genuine (MSG-06)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from PySide6.QtGui import QFontDatabase, QGuiApplication

from trackit_console.console.compiled.ui_email_commands_page import Ui_EmailCommandsPage
from trackit_console.console.context import Context
from trackit_console.console.form_binding import Binding
from trackit_console.console.pages.editing_page import EditingPage
from trackit_console.domain.audit import Audited
from trackit_console.settings.email_commands import EmailCommands
from trackit_console.settings.validation import Finding, findings

if TYPE_CHECKING:
    from trackit_console.store.snapshot import Snapshot

COMMANDS = "#priority: High\n#assign Ada Byrne\n#due: 2026-12-31"
"""The lines of the example. They are the same in every language."""


class EmailCommandsPage(EditingPage[EmailCommands]):
    """Switches and the trusted server on the left, an example on the right."""

    audited = Audited.EMAIL_COMMANDS

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.ui = Ui_EmailCommandsPage()
        self.ui.setupUi(self)
        self.ui.example.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.binding = Binding(self.ui, EmailCommands.model_fields, self)
        self.binding.describe(EmailCommands)
        self.show_texts()
        self._connect()

    def show_texts(self) -> None:
        self.binding.retranslate()
        subject = self.tr("Subject: {words}").format(words=f"{self.tr('Printer on floor 2')} [Ticket - 12]")
        self.ui.example_subject.setText(subject)
        self.ui.example.setPlainText(f"{COMMANDS}\n\n{self.tr('The whole floor waits for it.')}")
        self.ui.copied_label.setText("")
        self._show_warning()

    def _connect(self) -> None:
        self.binding.edited.connect(self.refresh_actions)
        self.binding.left.connect(self._check_field)
        self.ui.save_button.clicked.connect(self.save)
        self.ui.discard_button.clicked.connect(self.discard)
        self.ui.copy_button.clicked.connect(self.copy_example)

    def values(self) -> dict[str, Any]:
        return self.binding.values(EmailCommands)

    def take_over(self, fields: Mapping[str, Any]) -> None:
        self.binding.fill(fields)

    def _read(self) -> tuple[EmailCommands | None, list[Finding]]:
        try:
            return EmailCommands.model_validate(self.values()), []
        except ValidationError as error:
            return None, findings(error)

    def _check_field(self, name: str) -> None:
        self.binding.show(self._read()[1], [name])

    def save(self) -> None:
        """**Save**: takes effect when the monitor is started again."""
        made, found = self._read()
        self.binding.show(found)
        self.binding.focus_first(found)
        if made is not None:
            # A second click before the answer would run into a conflict with the first.
            self.ui.save_button.setEnabled(False)
            self.keep(self.context.services.settings.save_email_commands, made)

    def copy_example(self) -> None:
        """**Copy example**: the text of the message, to paste into a mail."""
        QGuiApplication.clipboard().setText(self.ui.example.toPlainText())
        self.ui.copied_label.setText(self.tr("Copied."))

    def fill(self, commands: EmailCommands) -> None:
        self.binding.fill(dict(commands))

    def show_findings(self, found: Sequence[Finding]) -> None:
        self.binding.show(found)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self.follow(snapshot.email_commands)

    def refresh_actions(self, _edited: str = "") -> None:
        self.ui.save_button.setEnabled(self.unsaved)
        self.ui.discard_button.setEnabled(self.unsaved)
        self._show_warning()

    def _show_warning(self) -> None:
        """Warns of what is typed, saved or not: a switch that has no effect should be seen before anybody relies on it."""
        refused = EmailCommands.model_construct(**self.values()).lacks_trusted_server
        words = self.tr(
            "No trusted server is named, so deleting and whatever technicians change is refused: nobody could tell whether the "
            "sender is genuine. What requestors may do is done without."
        )
        self.ui.check_banner.show_text(words if refused else "")
