"""**Activity**: a searchable list of messages and the time line of each one (RUN-04, RUN-08)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFileDialog

from trackit_console.console.activity_csv import activity_csv
from trackit_console.console.compiled.ui_activity_page import Ui_ActivityPage
from trackit_console.console.context import Context
from trackit_console.console.display_text import moment, translated
from trackit_console.console.models.column import Column
from trackit_console.console.models.table import Table
from trackit_console.console.models.table_model import TableModel
from trackit_console.console.outcome_text import OUTCOME_TONES, outcome_text
from trackit_console.console.pages.activity_search import ActivitySearch
from trackit_console.console.pages.page import Page
from trackit_console.console.pages.time_line_pane import TimeLinePane
from trackit_console.files import write_file

if TYPE_CHECKING:
    from trackit_console.store.activity_views import ActivityQuery, ActivityView, TimeLine
    from trackit_console.store.snapshot import Snapshot


class ActivityPage(Page):
    """The list on the left, the time line of the selected message on the right."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.ui = Ui_ActivityPage()
        self.ui.setupUi(self)
        self._counts: str | None = None
        self._asked: ActivityQuery | None = None
        self.table = Table(self.ui.messages, TableModel(self._columns(), self), context.theme, context.window_settings)
        self.criteria = ActivitySearch(self.ui, context.services.clock.now, self)
        self.time_line = TimeLinePane(self.ui, self)
        self.remember(self.ui.splitter, [740, 380])
        self.show_texts()
        self._connect()

    def show_texts(self) -> None:
        self.table.retitle(self._columns())
        self.criteria.show_texts()
        self._show_why_empty()
        self.time_line.show_again()

    @property
    def _searches(self) -> bool:
        """Whether more is asked for than a period."""
        query = self.criteria.query
        return bool(query.text.strip()) or query.mailbox_id is not None or query.outcome is not None

    def _show_why_empty(self) -> None:
        if self._searches:
            detail = self.tr("Each word must be, or begin, a word of the sender, the subject or the Message-ID.")
            self.ui.empty.show_text(self.tr("No message matches"), detail, self.tr("Show all"))
        else:
            detail = self.tr("Messages appear here as soon as the monitor takes them in.")
            self.ui.empty.show_text(self.tr("No mail yet"), detail, self.tr("Email Monitor Settings"))

    def _leave_empty_list(self) -> None:
        if self._searches:
            self.criteria.search_for("")
            self.search()
        else:
            self.context.open_page("monitor")

    def _columns(self) -> list[Column[ActivityView]]:
        return [
            Column(self.tr("Time"), lambda row: moment(row.at, self._now), order=lambda row: row.at.isoformat()),
            Column(self.tr("Sender"), lambda row: row.sender, stretch=True),
            Column(self.tr("Subject"), lambda row: row.subject or self.tr("(no subject)"), stretch=True),
            Column(self.tr("Outcome"), outcome_text, tone=lambda row: OUTCOME_TONES[row.outcome], tip=self._reasons),
        ]

    @property
    def _now(self) -> datetime:
        return self.context.services.clock.now()

    def _reasons(self, row: ActivityView) -> str:
        from trackit_console.helpdesk.reasons import reason_phrase

        return "\n".join(translated(reason_phrase(each)) for each in row.reasons)

    def _connect(self) -> None:
        self.criteria.changed.connect(self.search)
        self.table.picked.connect(self._selected)
        self.ui.export_button.clicked.connect(self.export)
        self.time_line.decided.connect(self.search)
        self.ui.empty.pressed.connect(self._leave_empty_list)

    def entered(self, target: Any = None) -> None:
        super().entered(target)
        if isinstance(target, str):
            self.criteria.search_for(target)
        self.search()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self.criteria.show_mailboxes(snapshot)
        # The list is read again only when a number changed, not with every snapshot.
        counts = f"{sorted(snapshot.today.items())}{snapshot.quarantine}"
        if counts != self._counts:
            self._counts = counts
            self.search()

    def search(self) -> None:
        """Reads the list again."""
        query = self._asked = self.criteria.query
        read = partial(self.context.services.messages.page, query)
        self.context.tasks.run(read, owner=self, then=partial(self._show_list, query), failed=self.show_problem)

    def _show_list(self, query: ActivityQuery, rows: Sequence[ActivityView]) -> None:
        # Answers come from several threads: a slow one to an earlier question must not replace a later one.
        if query is not self._asked:
            return
        self._show_why_empty()
        self.table.show_rows(rows, key=lambda row: row.delivery_id)
        self.ui.messages.setVisible(bool(rows))
        self.ui.empty.setVisible(not rows)
        self.ui.export_button.setEnabled(bool(rows))
        if self.table.current is None and rows:
            self.ui.messages.selectRow(0)
        self._selected()

    def _selected(self) -> None:
        row = self.table.current
        if row is None:
            self.time_line.show_line(None)
            return
        read = partial(self.context.services.messages.time_line, row.delivery_id)
        # The message may have been deleted meanwhile: then there is no time line to show, and nothing to report.
        self.context.tasks.run(read, owner=self, then=self._show_timeline, failed=lambda _missing: self.time_line.show_line(None))

    def _show_timeline(self, line: TimeLine) -> None:
        chosen = self.table.current
        # Answers come from several threads: a slow one about a message that was left must not replace what is selected.
        if chosen is not None and chosen.delivery_id == line.activity.delivery_id:
            self.time_line.show_line(line)

    def export(self) -> None:
        """**Export CSV** of the visible list."""
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Export CSV"), "activity.csv", "CSV (*.csv)")
        if name:
            text = activity_csv(self.table.model.rows)
            # With a byte order mark: without it Excel takes UTF-8 for the code page of Windows.
            self.do(lambda: write_file(Path(name), text.encode("utf-8-sig")))
