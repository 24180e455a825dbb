"""What an admin decides about a message in quarantine: **Try again**, **Add to a record**, **Discard** (RUN-04)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from trackit_console.console.message_boxes import ask
from trackit_console.console.timeline_text import decided_text
from trackit_console.domain.records import RecordRef

if TYPE_CHECKING:
    from trackit_console.console.pages.page import Page
    from trackit_console.domain.deliveries import Recorded
    from trackit_console.monitor.quarantine import Retried
    from trackit_console.store.activity import TimeLine


class QuarantineDecisions(QObject):
    """The three buttons of the form `ui` for the message that `page` shows; `decided` says that its time line has changed."""

    decided = Signal()

    def __init__(self, ui: Any, page: Page) -> None:
        super().__init__(page)
        self._ui = ui
        self._page = page
        self._quarantine = page.context.services.quarantine
        self._line: TimeLine | None = None
        ui.retry_button.clicked.connect(self.retry)
        ui.route_button.clicked.connect(self.route)
        ui.discard_button.clicked.connect(self.discard)

    def follow(self, line: TimeLine) -> None:
        """Offers what can be decided about this message."""
        self._line = line
        ui, waits = self._ui, line.quarantine == "open"
        whole = line.raw_kept and not line.headers_only
        for button in (ui.retry_button, ui.route_button, ui.discard_button):
            button.setVisible(waits)
        ui.route_button.setEnabled(whole)
        ui.route_button.setToolTip(
            "" if whole else self.tr("The mail server has not handed over the whole message yet. Try it again.")
        )

    def retry(self) -> None:
        """**Try again**: processes the message with the current settings, or asks the mail server for it once more."""
        if self._line is not None:
            self._do(partial(self._quarantine.retry, self._line.activity.delivery_id), self._retried)

    def route(self) -> None:
        """**Add to a record…**: asks which, then adds the message to it."""
        from trackit_console.console.dialogs.route import RouteDialog

        if self._line is None:
            return
        dialog = RouteDialog(self._page.context, self._page)
        # With the id of now: another message may be selected when the dialog is answered.
        dialog.chosen.connect(partial(self._route_to, self._line.activity.delivery_id))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _route_to(self, delivery_id: int, ref: RecordRef) -> None:
        self._do(partial(self._quarantine.route, delivery_id, ref), self._show_outcome)

    def discard(self) -> None:
        """**Discard**: asks first, because the content of the message is deleted."""
        if self._line is None:
            return
        delivery_id = self._line.activity.delivery_id
        words = self.tr("Discard this message?")
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
