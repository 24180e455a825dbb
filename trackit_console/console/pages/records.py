"""**Records**: tickets with their notes, attachments and messages, to be read (MSG-02 to MSG-05)."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer

from trackit_console.console.compiled.ui_records_page import Ui_RecordsPage
from trackit_console.console.context import Context
from trackit_console.console.display_text import moment, translated
from trackit_console.console.models.column import Column
from trackit_console.console.models.table import Table
from trackit_console.console.models.table_model import TableModel
from trackit_console.console.operations.listing import Listing
from trackit_console.console.pages.page import Page
from trackit_console.console.pages.record_pane import RecordPane
from trackit_console.domain.records import Status
from trackit_console.helpdesk.labels import NO_SUBJECT, label_of
from trackit_console.store.records import NoteView, RecordView

if TYPE_CHECKING:
    from trackit_console.store.snapshot import Snapshot

TYPING_MS = 250


class RecordsPage(Page):
    """The list on the left, the history of the selected record on the right."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.ui = Ui_RecordsPage()
        self.ui.setupUi(self)
        self._target: str | None = None
        self._counts = ""
        self.table = Table(self.ui.records, TableModel(self._columns(), self), context.theme, context.window_settings)
        self.remember(self.ui.splitter, [660, 460])
        self.record = RecordPane(self.ui, self)
        self.show_texts()
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self.search)
        self.ui.search.textChanged.connect(self._typed)
        self.table.picked.connect(self._selected)

    def show_texts(self) -> None:
        self.table.retitle(self._columns())
        self.ui.empty.show_text(self.tr("No record yet"), self.tr("Tickets appear here as soon as mail has been taken in."))
        self.record.show_again()

    def _columns(self) -> list[Column[RecordView]]:
        return [
            Column(self.tr("Record"), lambda row: f"{row.module.value} {row.id}", order=lambda row: row.id),
            Column(self.tr("Subject"), lambda row: row.subject or translated(NO_SUBJECT), stretch=True),
            Column(self.tr("Requestor"), lambda row: row.requestor or "–", tip=lambda row: row.requestor_email),
            Column(
                self.tr("Status"),
                lambda row: translated(label_of(row.status)),
                tone=lambda row: "ok" if row.status is Status.OPEN else "dim",
            ),
            Column(
                self.tr("Updated"), lambda row: moment(row.updated_at, self._now), order=lambda row: row.updated_at.isoformat()
            ),
        ]

    @property
    def _now(self) -> datetime:
        return self.context.services.clock.now()

    def _typed(self) -> None:
        self._typing.start()

    def entered(self, target: Any = None) -> None:
        super().entered(target)
        if isinstance(target, str):
            self._target = target
            # An old search could hide the record that is asked for.
            self.ui.search.setText("")
        self.search()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        # The list is read again only when a number changed, not with every snapshot.
        counts = str(sorted(snapshot.today.items()))
        if counts != self._counts:
            self._counts = counts
            self.search()

    def search(self) -> None:
        """Reads the list again."""
        words = self.ui.search.text()
        self.context.tasks.run(
            lambda: self.context.services.records.page(words), owner=self, then=self._show_list, failed=self.show_problem
        )

    def _show_list(self, listing: Listing[RecordView]) -> None:
        self.table.show_rows(listing.rows, key=lambda row: row.ref)
        self.ui.records.setVisible(bool(listing.rows))
        self.ui.empty.setVisible(not listing.rows)
        # Once only: with the next reading the selection is the user's again.
        target, self._target = self._target, None
        if target:
            self.table.select(lambda row: str(row.ref) == target)
        elif self.table.current is None and listing.rows:
            self.ui.records.selectRow(0)
        self._selected()

    def _selected(self) -> None:
        row = self.table.current
        if row is None:
            self.record.hide()
            return
        read = partial(self.context.services.records.get, row.ref)
        self.context.tasks.run(read, owner=self, then=self._show_record, failed=self.show_problem)

    def _show_record(self, found: tuple[RecordView, list[NoteView]]) -> None:
        record, notes = found
        chosen = self.table.current
        # Answers come from several threads: a slow one about a record that was left must not replace what is selected.
        if chosen is not None and chosen.ref == record.ref:
            self.record.show_record(record, notes)
