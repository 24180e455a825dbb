"""The time line of the message that is selected on the Activity page, and what can be done with it (RUN-04, RUN-08)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from trackit_console.console.display_text import shortened, tip
from trackit_console.console.pages.quarantine_decisions import QuarantineDecisions
from trackit_console.console.timeline_text import events
from trackit_console.console.widgets.event_widget import EventWidget
from trackit_console.console.widgets.layouts import clear

if TYPE_CHECKING:
    from trackit_console.console.pages.page import Page
    from trackit_console.store.activity_views import TimeLine


class TimeLinePane(QObject):
    """The right side of the form `ui`; `decided` is emitted when the time line has changed by a decision."""

    decided = Signal()

    def __init__(self, ui: Any, page: Page) -> None:
        super().__init__(page)
        self._ui = ui
        self._page = page
        self.line: TimeLine | None = None
        """What is shown, if anything."""
        self._decisions = QuarantineDecisions(page)
        self._decisions.decided.connect(self._decided)
        ui.retry_button.clicked.connect(self.retry)
        ui.route_button.clicked.connect(self.route)
        ui.discard_button.clicked.connect(self.discard)
        ui.message_button.clicked.connect(self.show_message)
        ui.record_button.clicked.connect(self.open_record)

    def show_line(self, line: TimeLine | None) -> None:
        """Shows `line`, or hides the time line if it is None."""
        if line is not None and line == self.line:
            return
        self.line = line
        self._ui.time_line_card.setVisible(line is not None)
        if line is None:
            return
        subject = line.activity.subject or self.tr("(no subject)")
        self._ui.time_line_heading.setText(shortened(subject))
        self._ui.time_line_heading.setToolTip(tip(subject))
        self._ui.time_line_sender.setText(line.activity.sender)
        self._show_events(line)
        self._offer_decisions(line)
        self._ui.message_button.setEnabled(line.raw_kept)
        self._ui.message_button.setToolTip(
            "" if line.raw_kept else self.tr("Only the fact is kept of this message, not its text.")
        )
        self._ui.record_button.setEnabled(line.activity.record is not None)

    def show_again(self) -> None:
        """Shows the same line in the current language."""
        line, self.line = self.line, None
        self.show_line(line)

    def _show_events(self, line: TimeLine) -> None:
        layout = self._ui.time_line_layout
        clear(layout)
        for event in events(line):
            layout.addWidget(EventWidget(event))
        layout.addStretch(1)

    def _offer_decisions(self, line: TimeLine) -> None:
        ui, waits = self._ui, line.quarantine == "open"
        whole = line.raw_kept and not line.headers_only
        for button in (ui.retry_button, ui.route_button, ui.discard_button):
            button.setVisible(waits)
        ui.route_button.setEnabled(whole)
        ui.route_button.setToolTip(
            "" if whole else self.tr("The mail server has not handed over the whole message yet. Try it again.")
        )

    def retry(self) -> None:
        """**Try again**."""
        if self.line is not None:
            self._decisions.retry(self.line.activity.delivery_id)

    def route(self) -> None:
        """**Add to a record…**."""
        if self.line is not None:
            self._decisions.route(self.line.activity.delivery_id)

    def discard(self) -> None:
        """**Discard**."""
        if self.line is not None:
            self._decisions.discard(self.line.activity.delivery_id, self.line.activity.subject)

    def show_message(self) -> None:
        """**Show message**: its text and source."""
        if self.line is not None:
            from trackit_console.console.dialogs.kept_message import open_message

            activity = self.line.activity
            open_message(self._page, self._page.context, activity.delivery_id, activity.subject)

    def open_record(self) -> None:
        """**Open record**: on the Records page."""
        if self.line is not None and self.line.activity.record:
            self._page.context.open_page("records", str(self.line.activity.record))

    def _decided(self) -> None:
        self.line = None
        self.decided.emit()
