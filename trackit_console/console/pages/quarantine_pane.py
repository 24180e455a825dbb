"""The messages that are selected on the Quarantine page: why they were set aside, and what can be done with them (RUN-04)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QFileDialog

from trackit_console.console.dialogs.kept_message import MessageNotKept
from trackit_console.console.dialogs.message import eml_name
from trackit_console.console.display_text import moment, shortened, size_text, tip, translated
from trackit_console.console.message_boxes import ask
from trackit_console.console.pages.quarantine_decisions import QuarantineDecisions
from trackit_console.files import write_file
from trackit_console.helpdesk.reasons import reason_phrase

if TYPE_CHECKING:
    from trackit_console.console.pages.page import Page
    from trackit_console.console.pages.quarantine_batch import QuarantineBatch
    from trackit_console.store.quarantine_list import QuarantineView


class QuarantinePane(QObject):
    """The right side of the form `ui`; `decided`: the list is to be read again."""

    decided = Signal()

    def __init__(self, ui: Any, page: Page, batch: QuarantineBatch) -> None:
        super().__init__(page)
        self._ui = ui
        self._page = page
        self._batch = batch
        self._rows: Sequence[QuarantineView] = ()
        self._decisions = QuarantineDecisions(page)
        self._decisions.decided.connect(self.decided)
        batch.started.connect(self._refresh)
        batch.ended.connect(self._refresh)
        ui.detail_button.toggled.connect(self._show_detail)
        for button, slot in (
            (ui.retry_button, self.retry),
            (ui.route_button, self.route),
            (ui.discard_button, self.discard),
            (ui.message_button, self.show_message),
            (ui.save_button, self.save),
            (ui.time_line_button, self.show_time_line),
        ):
            button.clicked.connect(slot)
        ui.detail_text.hide()
        ui.message_card.hide()

    def follow(self, rows: Sequence[QuarantineView]) -> None:
        """Shows these messages; nothing is offered for none."""
        if rows == self._rows and self._ui.message_card.isHidden() == (not rows):
            return
        self._rows = rows
        self._ui.message_card.setVisible(bool(rows))
        if rows:
            self._show_one(rows[0]) if len(rows) == 1 else self._show_many(rows)
        self._refresh()

    def show_texts(self) -> None:
        """Shows the same messages in the current language."""
        rows, self._rows = self._rows, ()
        self._show_detail(self._ui.detail_button.isChecked())
        self.follow(rows)

    def _show_one(self, row: QuarantineView) -> None:
        subject = row.subject or self.tr("(no subject)")
        self._ui.message_heading.setText(shortened(subject))
        self._ui.message_heading.setToolTip(tip(subject))
        words = self.tr("From {sender} · mailbox {mailbox} · {when} · {size} · tries: {tries}")
        facts = {
            "sender": row.sender or self.tr("nobody"),
            "mailbox": row.mailbox,
            "when": moment(row.at, self._page.context.services.clock.now()),
            "size": size_text(row.size),
            "tries": row.tries,
        }
        self._ui.message_sender.setText(words.format(**facts))
        reasons = [translated(reason_phrase(each)) for each in row.reasons]
        if not row.whole:
            reasons.append(self.tr("Only the headers are kept. Try again asks the mail server for the whole message."))
        self._ui.reason_text.setText("\n".join(reasons))
        self._ui.detail_text.setPlainText(row.detail)
        self._ui.detail_button.setVisible(bool(row.detail))
        self._ui.detail_text.setVisible(bool(row.detail) and self._ui.detail_button.isChecked())

    def _show_many(self, rows: Sequence[QuarantineView]) -> None:
        self._ui.message_heading.setText(QCoreApplication.translate("QuarantinePane", "%Ln messages selected", "", len(rows)))
        self._ui.message_heading.setToolTip("")
        self._ui.message_sender.setText("")
        self._ui.reason_text.setText(self.tr("Try them again, or discard them. To read one, select it alone."))
        self._ui.detail_button.hide()
        self._ui.detail_text.hide()

    def _show_detail(self, shown: bool) -> None:
        self._ui.detail_button.setText(self.tr("Hide details") if shown else self.tr("Show details"))
        self._ui.detail_text.setVisible(shown and not self._ui.detail_button.isHidden())

    def _refresh(self) -> None:
        ui, one = self._ui, len(self._rows) == 1
        free = not self._batch.running
        ui.retry_button.setEnabled(free)
        ui.discard_button.setEnabled(free)
        for button in (ui.message_button, ui.save_button, ui.time_line_button):
            button.setEnabled(one)
        whole = one and self._rows[0].whole
        ui.route_button.setEnabled(free and whole)
        missing = self.tr("The mail server has not handed over the whole message yet. Try it again.")
        ui.route_button.setToolTip(missing if one and not whole else self.tr("Adds it to the record that you name"))

    @property
    def _one(self) -> QuarantineView | None:
        return self._rows[0] if len(self._rows) == 1 else None

    # ------------------------------------------------------------------ actions

    def retry(self) -> None:
        """**Try again**."""
        if self._batch.running:
            return
        if self._one is not None:
            self._decisions.retry(self._one.delivery_id)
        else:
            self._batch.retry([row.delivery_id for row in self._rows])

    def route(self) -> None:
        """**Add to a record…**."""
        if self._one is not None:
            self._decisions.route(self._one.delivery_id)

    def discard(self) -> None:
        """**Discard…**: asks first, and names what is lost."""
        if self._batch.running or not self._rows:
            return
        if self._one is not None:
            self._decisions.discard(self._one.delivery_id, self._one.subject)
            return
        ids = [row.delivery_id for row in self._rows]
        words = QCoreApplication.translate("QuarantinePane", "Discard these %Ln messages?", "", len(ids))
        detail = self.tr("Their text is deleted here. What was done with them on the mail server stays as it is.")
        if ask(self._page, self.tr("Discard"), words, [self.tr("Discard"), self.tr("Cancel")], detail) == 0:
            self._batch.discard(ids)

    def show_message(self) -> None:
        """**Show message**: its text and source."""
        from trackit_console.console.dialogs.kept_message import open_message

        if self._one is not None:
            open_message(self._page, self._page.context, self._one.delivery_id, self._one.subject)

    def show_time_line(self) -> None:
        """**Time line**: on the Activity page."""
        if self._one is not None:
            self._page.context.open_page("activity", self._one.subject or self._one.sender)

    def save(self) -> None:
        """**Save as…**: the message as it came."""
        row = self._one
        if row is None:
            return
        chosen, _ = QFileDialog.getSaveFileName(
            self._page, self.tr("Save message"), eml_name(row.subject), self.tr("Messages (*.eml)")
        )
        if chosen:
            messages = self._page.context.services.messages

            def write() -> None:
                raw = messages.raw(row.delivery_id)
                if raw is None:
                    raise MessageNotKept
                write_file(Path(chosen), raw)

            self._page.do(write)
