"""What an admin decides about a message in quarantine: **Try again**, **Add to a record**, **Discard** (RUN-04)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from trackit_console.console.display_text import shortened
from trackit_console.console.message_boxes import ask
from trackit_console.console.outcome_text import decided_text
from trackit_console.domain.records import RecordRef

if TYPE_CHECKING:
    from trackit_console.console.pages.page import Page
    from trackit_console.domain.deliveries import Recorded
    from trackit_console.monitor.quarantine import Retried


class QuarantineDecisions(QObject):
    """Decides about one message for `page`; `decided` says that its time line, and the list of those that wait, have changed."""

    decided = Signal()

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._page = page
        self._quarantine = page.context.services.quarantine

    def retry(self, delivery_id: int) -> None:
        """**Try again**: processes the message with the current settings, or asks the mail server for it once more."""
        self._do(partial(self._quarantine.retry, delivery_id), self._retried)

    def route(self, delivery_id: int) -> None:
        """**Add to a record…**: asks which, then adds the message to it."""
        from trackit_console.console.dialogs.route import RouteDialog

        dialog = RouteDialog(self._page.context, self._page)
        # With the id of now: another message may be selected when the dialog is answered.
        dialog.chosen.connect(partial(self._route_to, delivery_id))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _route_to(self, delivery_id: int, ref: RecordRef) -> None:
        self._do(partial(self._quarantine.route, delivery_id, ref), self._show_outcome)

    def discard(self, delivery_id: int, subject: str) -> None:
        """**Discard**: asks first and names the message, because its content is deleted."""
        words = self.tr("Discard the message “{subject}”?").replace("{subject}", shortened(subject or self.tr("(no subject)")))
        detail = self.tr("Its text is deleted here. What was done with it on the mail server stays as it is.")
        if ask(self._page, self.tr("Discard"), words, [self.tr("Discard"), self.tr("Cancel")], detail) == 0:
            self._do(partial(self._quarantine.discard, delivery_id), lambda _none: self.decided.emit())

    def _do(self, work: partial[Any], then: Any) -> None:
        self._page.do(work, then=then, failed=self._failed)

    def _failed(self, problem: Exception) -> None:
        # Whatever failed, another admin may have decided: the time line is read again.
        self._page.show_problem(problem)
        self.decided.emit()

    def _retried(self, retried: Retried) -> None:
        if retried.recorded is not None:
            self._show_outcome(retried.recorded)
            return
        # Before the box, which waits for an answer: the list behind it is up to date by then.
        self.decided.emit()
        words = self.tr("The mail server is asked for this message again with the next check of the mailbox.")
        detail = self.tr("It is not in the list until then.")
        ask(self._page, self.tr("Try again"), words, [self.tr("Close")], detail)

    def _show_outcome(self, recorded: Recorded) -> None:
        self.decided.emit()
        record = recorded.record
        buttons = [self.tr("Open record"), self.tr("Close")] if record else [self.tr("Close")]
        pressed = ask(self._page, self.tr("Set aside before"), decided_text(recorded.outcome, record), buttons)
        if record and pressed == 0:
            self._page.context.open_page("records", str(record))
