"""The mails that are selected on the Outgoing mail page: what happened to them, and what can be done with them (OUT-06)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QFileDialog

from trackit_console.console.dialogs.kept_message import MessageNotKept, open_kept_message
from trackit_console.console.dialogs.message import eml_name
from trackit_console.console.display_text import shortened, tip
from trackit_console.console.message_boxes import ask
from trackit_console.console.outgoing_mail_text import error_text, events
from trackit_console.console.widgets.event_widget import EventWidget
from trackit_console.console.widgets.layouts import clear
from trackit_console.domain.outgoing_mail import MailState
from trackit_console.files import write_file

if TYPE_CHECKING:
    from trackit_console.console.pages.page import Page
    from trackit_console.store.outbox_views import OutboxEntry, OutboxView

_UNDECIDED = (MailState.WAITING, MailState.FAILED)


class OutgoingMailPane(QObject):
    """The right side of the form `ui`; `decided`: the list is to be read again."""

    decided = Signal()

    def __init__(self, ui: Any, page: Page) -> None:
        super().__init__(page)
        self._ui = ui
        self._page = page
        self._rows: Sequence[OutboxView] = ()
        self._entry: OutboxEntry | None = None
        for button, slot in (
            (ui.retry_button, self.retry),
            (ui.discard_button, self.discard),
            (ui.message_button, self.show_message),
            (ui.save_button, self.save),
            (ui.record_button, self.open_record),
        ):
            button.clicked.connect(slot)
        ui.mail_card.hide()

    def follow(self, rows: Sequence[OutboxView]) -> None:
        """Shows these mails; nothing is offered for none."""
        if rows == self._rows and self._ui.mail_card.isHidden() == (not rows):
            return
        self._rows, self._entry = rows, None
        self._ui.mail_card.setVisible(bool(rows))
        self._show()
        if (one := self._one) is not None:
            read = partial(self._page.context.services.outgoing_mail.entry, one.id)
            self._page.context.tasks.run(read, owner=self, then=self._show_entry, failed=self._page.show_problem)

    def show_texts(self) -> None:
        """Shows the same mails in the current language."""
        self._show()

    def _show(self) -> None:
        if (row := self._one) is not None:
            recipients = self.tr("To {recipients}").format(recipients=", ".join(row.recipients))
            self._show_heading(row.subject, recipients, error_text(row))
        elif self._rows:
            words = QCoreApplication.translate("OutgoingMailPane", "%Ln mails selected", "", len(self._rows))
            self._show_heading(words, "", self.tr("Try them again, or discard them. To read one, select it alone."))
        self._show_events()
        self._refresh()

    def _show_heading(self, heading: str, recipients: str, reason: str) -> None:
        self._ui.mail_heading.setText(shortened(heading))
        self._ui.mail_heading.setToolTip(tip(heading))
        self._ui.mail_recipients.setText(shortened(recipients))
        self._ui.mail_recipients.setToolTip(tip(recipients))
        self._ui.reason_text.setText(reason)
        self._ui.reason_text.setVisible(bool(reason))

    def _show_entry(self, entry: OutboxEntry | None) -> None:
        # A slow answer about a mail that was left must not replace what is selected.
        if entry is not None and self._one is not None and entry.view.id == self._one.id:
            self._entry = entry
            self._show_events()

    def _show_events(self) -> None:
        layout = self._ui.time_line_layout
        clear(layout)
        if self._entry is not None:
            for event in events(self._entry, self._page.context.services.clock.now()):
                layout.addWidget(EventWidget(event))
            layout.addStretch(1)

    def _refresh(self) -> None:
        ui, one = self._ui, self._one
        undecided = bool(self._undecided)
        ui.retry_button.setEnabled(undecided)
        ui.discard_button.setEnabled(undecided)
        ui.message_button.setEnabled(one is not None)
        ui.save_button.setEnabled(one is not None)
        ui.record_button.setEnabled(one is not None and one.record is not None)

    @property
    def _one(self) -> OutboxView | None:
        return self._rows[0] if len(self._rows) == 1 else None

    # ------------------------------------------------------------------ actions

    @property
    def _undecided(self) -> list[OutboxView]:
        return [row for row in self._rows if row.state in _UNDECIDED]

    def retry(self) -> None:
        """**Try again**."""
        if ids := [row.id for row in self._undecided]:
            self._page.do(partial(self._page.context.services.outgoing_mail.retry, ids), then=lambda _number: self.decided.emit())

    def discard(self) -> None:
        """**Discard…**: asks first; a single mail is named, since the list may have moved under the mouse."""
        rows = self._undecided
        if not rows:
            return
        if len(rows) == 1:
            words = self.tr("Discard the mail “{subject}”?").replace(
                "{subject}", shortened(rows[0].subject or self.tr("(no subject)"))
            )
            detail = self.tr("It is not sent. It stays in this list.")
        else:
            words = QCoreApplication.translate("OutgoingMailPane", "Discard these %Ln mails?", "", len(rows))
            detail = self.tr("They are not sent. They stay in this list.")
        if ask(self._page, self.tr("Discard"), words, [self.tr("Discard"), self.tr("Cancel")], detail) == 0:
            discard = partial(self._page.context.services.outgoing_mail.discard, [row.id for row in rows])
            self._page.do(discard, then=lambda _number: self.decided.emit())

    def show_message(self) -> None:
        """**Show message**: its text and source."""
        if self._one is not None:
            open_kept_message(self._page, self._page.context, self._content(self._one.id), self._one.subject)

    def save(self) -> None:
        """**Save as…**: the message as it is sent."""
        row = self._one
        if row is None:
            return
        name, _ = QFileDialog.getSaveFileName(
            self._page, self.tr("Save message"), eml_name(row.subject), self.tr("Messages (*.eml)")
        )
        if name:
            read = self._content(row.id)

            def write() -> None:
                content = read()
                if content is None:
                    raise MessageNotKept
                write_file(Path(name), content)

            self._page.do(write)

    def open_record(self) -> None:
        """**Open record**: on the Records page."""
        if self._one is not None and self._one.record is not None:
            self._page.context.open_page("records", str(self._one.record))

    def _content(self, number: int) -> Callable[[], bytes | None]:
        operations = self._page.context.services.outgoing_mail

        def read() -> bytes | None:
            entry = operations.entry(number)
            return entry.content if entry else None

        return read
