"""**Activity**: a searchable list of messages and the time line of each one (RUN-04, RUN-08)."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFileDialog, QGridLayout, QLabel, QWidget

from trackit_console.console.compiled.ui_activity_page import Ui_ActivityPage
from trackit_console.console.context import Context
from trackit_console.console.display_text import label, moment, shortened, tip, translated
from trackit_console.console.field_texts import show_item
from trackit_console.console.files import write_file
from trackit_console.console.models.column import Column
from trackit_console.console.models.table import Table
from trackit_console.console.models.table_model import TableModel
from trackit_console.console.pages.page import Page
from trackit_console.console.pages.quarantine_decisions import QuarantineDecisions
from trackit_console.console.services import Listing, activity_csv
from trackit_console.console.timeline_text import OUTCOME_TONES, Event, events, outcome_words
from trackit_console.domain.deliveries import Outcome
from trackit_console.store.activity import ActivityQuery, ActivityView, TimeLine
from trackit_console.user_messages import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from trackit_console.store.snapshot import Snapshot

PERIODS = (
    (QT_TRANSLATE_NOOP("pages", "Today"), 0),
    (QT_TRANSLATE_NOOP("pages", "Last 7 days"), 7),
    (QT_TRANSLATE_NOOP("pages", "Last 30 days"), 30),
    (QT_TRANSLATE_NOOP("pages", "All"), -1),
)
TYPING_MS = 250


class ActivityPage(Page):
    """The list on the left, the time line of the selected message on the right."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.ui = Ui_ActivityPage()
        self.ui.setupUi(self)
        self._line: TimeLine | None = None
        self._wanted: str | None = None
        self.table = Table(self.ui.messages, TableModel(self._columns(), self), context.theme, context.window_settings)
        self.decisions = QuarantineDecisions(self.ui, self)
        self.remember(self.ui.splitter, [740, 380])
        self.show_texts()
        self.ui.period.setCurrentIndex(1)
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._connect()

    def show_texts(self) -> None:
        self.table.retitle(self._columns())
        self.ui.empty.show_text(
            self.tr("No mail yet"),
            self.tr("Messages appear here as soon as the monitor takes them in."),
            self.tr("Email Monitor Settings"),
        )
        self._show_choices()
        line, self._line = self._line, None
        self._show_timeline(line)

    def _columns(self) -> list[Column[ActivityView]]:
        return [
            Column(self.tr("Time"), lambda row: moment(row.at, self._now), order=lambda row: row.at.isoformat()),
            Column(self.tr("Sender"), lambda row: row.sender, stretch=True),
            Column(self.tr("Subject"), lambda row: row.subject or self.tr("(no subject)"), stretch=True),
            Column(self.tr("Outcome"), outcome_words, tone=lambda row: OUTCOME_TONES[row.outcome], tip=self._why),
        ]

    @property
    def _now(self) -> datetime:
        return self.context.services.clock.now()

    def _why(self, row: ActivityView) -> str:
        from trackit_console.monitor.kept_sentences import reason_phrase

        return "\n".join(translated(reason_phrase(each)) for each in row.reasons)

    def _show_choices(self) -> None:
        for at, (words, days) in enumerate(PERIODS):
            show_item(self.ui.period, at, label(words, "pages"), days)
        show_item(self.ui.mailbox, 0, self.tr("All mailboxes"), None)
        show_item(self.ui.outcome, 0, self.tr("All outcomes"), None)
        outcomes = [each for each in Outcome if each is not Outcome.COMMANDED]
        for at, outcome in enumerate(outcomes, 1):
            show_item(self.ui.outcome, at, outcome_words(outcome), outcome.value)

    def _connect(self) -> None:
        self._typing.timeout.connect(self.search)
        self.ui.search.textChanged.connect(self._typed)
        for combo in (self.ui.period, self.ui.mailbox, self.ui.outcome):
            combo.activated.connect(self.search)
        self.table.picked.connect(self._selected)
        self.ui.export_button.clicked.connect(self.export)
        self.ui.message_button.clicked.connect(self.show_message)
        self.ui.record_button.clicked.connect(self.open_record)
        self.decisions.decided.connect(self._decided)
        self.ui.empty.pressed.connect(partial(self.context.open_page, "monitor"))

    def _typed(self) -> None:
        self._typing.start()

    # ------------------------------------------------------------------ the list

    def entered(self, target: Any = None) -> None:
        super().entered(target)
        if isinstance(target, str):
            self.ui.search.setText(target)
        self.search()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        if self.ui.mailbox.count() - 1 != len(snapshot.mailboxes):
            while self.ui.mailbox.count() > 1:
                self.ui.mailbox.removeItem(1)
            for each in snapshot.mailboxes:
                self.ui.mailbox.addItem(each.value.title, each.id)
        mark = f"{sorted(snapshot.today.items())}{snapshot.quarantine}"
        if mark != self._wanted:
            self._wanted = mark
            self.search()

    @property
    def query(self) -> ActivityQuery:
        """The search as the page shows it."""
        days = self.ui.period.currentData()
        midnight = self._now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        outcome = self.ui.outcome.currentData()
        return ActivityQuery(
            text=self.ui.search.text(),
            since=None if days < 0 else midnight - timedelta(days=days),
            mailbox_id=self.ui.mailbox.currentData(),
            outcome=Outcome(outcome) if outcome else None,
        )

    def search(self) -> None:
        """Reads the list again."""
        query = self.query
        self.context.tasks.run(
            lambda: self.context.services.activity(query), owner=self, then=self._show_list, failed=self.show_problem
        )

    def _show_list(self, listing: Listing[ActivityView]) -> None:
        self.table.show_rows(listing.rows, key=lambda row: row.delivery_id)
        self.ui.messages.setVisible(bool(listing.rows))
        self.ui.empty.setVisible(not listing.rows)
        self.ui.export_button.setEnabled(bool(listing.rows))
        if self.table.current is None and listing.rows:
            self.ui.messages.selectRow(0)
        self._selected()

    def _selected(self) -> None:
        row = self.table.current
        if row is None:
            self._show_timeline(None)
            return
        read = partial(self.context.services.time_line, row.delivery_id)
        self.context.tasks.run(read, owner=self, then=self._show_timeline, failed=lambda _gone: self._show_timeline(None))

    # ------------------------------------------------------------------ the time line

    def _show_timeline(self, line: TimeLine | None) -> None:
        chosen = self.table.current
        # Answers come from several threads: a slow one about a message that was left must not replace what is selected.
        if line is not None and (self._line == line or chosen is None or chosen.delivery_id != line.activity.delivery_id):
            return
        self._line = line
        self.ui.story_card.setVisible(line is not None)
        if line is None:
            return
        subject = line.activity.subject or self.tr("(no subject)")
        self.ui.story_heading.setText(shortened(subject))
        self.ui.story_heading.setToolTip(tip(subject))
        self.ui.story_sender.setText(line.activity.sender)
        self._show_events(line)
        self.decisions.follow(line)
        self.ui.message_button.setEnabled(line.raw_kept)
        self.ui.message_button.setToolTip(
            "" if line.raw_kept else self.tr("Only the fact is kept of this message, not its text.")
        )
        self.ui.record_button.setEnabled(line.activity.record is not None)

    def _show_events(self, line: TimeLine) -> None:
        layout = self.ui.story_layout
        while taken := layout.takeAt(0):
            if (old := taken.widget()) is not None:
                old.deleteLater()
        for event in events(line):
            layout.addWidget(_event(event))
        layout.addStretch(1)

    # ------------------------------------------------------------------ actions

    def show_message(self) -> None:
        """**Show message**: its text and source."""
        if self._line is not None:
            from trackit_console.console.dialogs.message import open_message

            open_message(self, self.context, self._line.activity.delivery_id, self._line.activity.subject)

    def open_record(self) -> None:
        """**Open record**: on the Records page."""
        if self._line is not None and self._line.activity.record:
            self.context.open_page("records", str(self._line.activity.record))

    def _decided(self) -> None:
        self._line = None
        self.search()

    def export(self) -> None:
        """**Export CSV** of the visible list."""
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Export CSV"), "activity.csv", "CSV (*.csv)")
        if name:
            text = activity_csv(self.table.model.rows)
            self.do(lambda: write_file(Path(name), text.encode("utf-8-sig")))


def _event(event: Event) -> QWidget:
    """One line of the time line: sign, event, and the detail below."""
    line = QWidget()
    grid = QGridLayout(line)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setVerticalSpacing(0)
    grid.setColumnStretch(1, 1)
    sign = QLabel(event.sign)
    sign.setProperty("role", "success" if event.sign == "●" else "dim")
    words = QLabel(event.words, wordWrap=True)
    words.setTextFormat(Qt.TextFormat.PlainText)
    words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    grid.addWidget(sign, 0, 0, Qt.AlignmentFlag.AlignTop)
    grid.addWidget(words, 0, 1)
    if event.detail:
        detail = QLabel(event.detail, wordWrap=True)
        detail.setTextFormat(Qt.TextFormat.PlainText)
        detail.setProperty("role", "caption")
        grid.addWidget(detail, 1, 1)
    return line
