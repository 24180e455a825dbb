"""**Records**: the tickets, assignments, requestors and announcements, and what is done with one of them (MSG-02 to MSG-05)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QKeySequence, QShortcut

from trackit_console.console.compiled.ui_records_page import Ui_RecordsPage
from trackit_console.console.context import Context
from trackit_console.console.display_text import moment, translated
from trackit_console.console.due_text import pill_of
from trackit_console.console.models.column import Column
from trackit_console.console.models.paged_table_model import PagedTableModel
from trackit_console.console.models.table import Table
from trackit_console.console.pages.page import Page
from trackit_console.console.pages.paged_list import PagedList
from trackit_console.console.pages.record_filter import RecordFilter
from trackit_console.console.pages.record_pane import RecordPane
from trackit_console.console.widgets.pill import Tone
from trackit_console.domain.records import Module, Priority, Status
from trackit_console.helpdesk.labels import NO_SUBJECT, label_of
from trackit_console.store.record_query import RecordOrder, RecordQuery
from trackit_console.store.record_views import RecordView
from trackit_console.store.saving_errors import RecordDeleted
from trackit_console.store.search_conditions import record_named

if TYPE_CHECKING:
    from trackit_console.console.operations.records import RecordDetail, RecordPart
    from trackit_console.domain.records import RecordRef
    from trackit_console.store.snapshot import Snapshot

SUBJECT_WIDTH = 260
NAME_WIDTHS = (90, 160)
"""Pixels of a column with a name: where there is little room, and at most."""
EMAIL_WIDTH = 280
_ORDERS = (
    RecordOrder.NUMBER,
    RecordOrder.SUBJECT,
    RecordOrder.STATUS,
    RecordOrder.PRIORITY,
    RecordOrder.REQUESTOR,
    RecordOrder.TECHNICIAN,
    RecordOrder.UPDATED,
)
"""What each column sorts by. In a narrow window the last ones are out of sight: what is to be done comes before by whom."""


_PRIORITY_TONES: dict[Priority | None, Tone] = {Priority.URGENT: "bad", Priority.HIGH: "warn"}


class RecordsPage(Page):
    """The list on the left, the selected record on the right."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.ui = Ui_RecordsPage()
        self.ui.setupUi(self)
        self._target: RecordRef | None = None
        self._counts = ""
        self._outbox_mark: object = None
        self._people = False
        self._minute: datetime | None = None
        self._has_levels = False
        self._model: PagedTableModel[RecordView] = PagedTableModel(self._columns(), self)
        self.table = Table(self.ui.records, self._model, context.theme, context.window_settings, remember_sorting=True)
        self._list: PagedList[RecordView, RecordPart] = PagedList(
            self,
            self.table,
            self._model,
            work=lambda limit, offset: partial(context.services.records.part, self.query, limit, offset),
            shown=self._show_list,
            grown=self._show_count,
            key=lambda row: row.ref,
        )
        self.remember(self.ui.splitter, [680, 440])
        self.filter = RecordFilter(self.ui, context.window_settings, self)
        self.record = RecordPane(self.ui, self)
        self.show_texts()
        self._connect()

    def _connect(self) -> None:
        self.filter.changed.connect(self.search)
        self._model.reordered.connect(self.search)
        self.table.picked.connect(self._selected)
        self.record.changed.connect(self.search)
        self.record.link_followed.connect(self._follow)
        self.ui.empty.pressed.connect(self.filter.show_all)
        self.ui.records.activated.connect(lambda _index: self.ui.notes_scroll.setFocus())
        # On the list alone: elsewhere the key deletes letters. PySide6 ignores the context as an argument of the constructor.
        delete = QShortcut(QKeySequence(Qt.Key.Key_Delete), self.ui.records, self.record.delete)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)

    def show_texts(self) -> None:
        self.table.retitle(self._columns())
        self.filter.show_texts()
        self.record.show_texts()
        self._show_count()

    def _columns(self) -> list[Column[RecordView]]:
        return [
            Column(self.tr("No."), lambda row: str(row.id), right=True),
            Column(
                self.tr("Name") if self._people else self.tr("Subject"),
                lambda row: row.subject or translated(NO_SUBJECT),
                tip=lambda row: row.subject,
                stretch=True,
                least=SUBJECT_WIDTH,
            ),
            Column(self.tr("Status"), lambda row: self._status(row)[1], tone=lambda row: self._status(row)[0]),
            Column(
                self.tr("Priority"),
                lambda row: translated(label_of(row.priority)) if row.priority else "–",
                tone=lambda row: _PRIORITY_TONES.get(row.priority, "dim"),
            ),
            Column(
                self.tr("Email address") if self._people else self.tr("Requestor"),
                lambda row: (row.requestor_email if row.module is Module.REQUESTOR else row.requestor) or "–",
                tip=lambda row: row.requestor_email,
                least=NAME_WIDTHS[0],
                most=EMAIL_WIDTH if self._people else NAME_WIDTHS[1],
            ),
            Column(self.tr("Technician"), lambda row: row.technician or "–", least=NAME_WIDTHS[0], most=NAME_WIDTHS[1]),
            Column(self.tr("Created") if self._people else self.tr("Updated"), lambda row: moment(row.updated_at, self._now)),
        ]

    def _status(self, row: RecordView) -> tuple[Tone, str]:
        """Of a record that is worked on, how soon it is due; otherwise its status."""
        tone, due = pill_of(row, self._now)
        if row.status is Status.OPEN and due:
            return tone, due
        return "ok" if row.status is Status.OPEN else "dim", translated(label_of(row.status))

    @property
    def _now(self) -> datetime:
        return self.context.services.clock.now()

    @property
    def unsaved(self) -> bool:
        return self.record.unsaved

    def discard(self) -> None:
        """Forgets notes that were not added."""
        self.record.discard()

    def entered(self, target: Any = None) -> None:
        super().entered(target)
        self._target = record_named(target) if isinstance(target, str) else None
        if self._target is not None:
            self.filter.admit(self._target)
        self.search()

    def refresh(self) -> None:
        self.search()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        # The list is read again only when a number changed, not with every snapshot.
        self._tick()
        counts = str(sorted(snapshot.today.items()))
        if counts != self._counts:
            self._counts = counts
            self.search()
        elif snapshot.outbox_mark != self._outbox_mark and self.record.awaits_mail:
            self._selected()
        self._outbox_mark = snapshot.outbox_mark

    def _tick(self) -> None:
        minute = self._now.replace(second=0, microsecond=0)
        if minute != self._minute:
            self._minute = minute
            self.ui.records.viewport().update()
            self.record.tick()

    # ------------------------------------------------------------------ the list

    @property
    def query(self) -> RecordQuery:
        """The records that the list shows, in its order."""
        order = self._model.order
        if order is None:
            return self.filter.query
        column, descending = order
        by = RecordOrder.DUE if _ORDERS[column] is RecordOrder.STATUS and self._has_levels else _ORDERS[column]
        return replace(self.filter.query, order=by, descending=descending)

    def search(self) -> None:
        """Reads the list again, as far as it was read."""
        self._list.read()

    def _show_list(self, part: RecordPart) -> None:
        self._hide_columns()
        self.filter.show_technicians(part.technicians)
        self.record.show_technicians(part.technicians)
        self.ui.records.setVisible(bool(part.rows))
        self.ui.empty.setVisible(not part.rows)
        self._show_count()
        self._select_target()
        self._selected()

    def _hide_columns(self) -> None:
        """What all rows have in common needs no column."""
        query = self.query
        people = query.module is Module.REQUESTOR
        self._has_levels = any(row.service_level.name for row in self._model.rows)
        if people != self._people:
            self._people = people
            self.table.retitle(self._columns())
        hidden = {
            RecordOrder.TECHNICIAN: people or query.technician_id is not None,
            RecordOrder.STATUS: people or (query.status is not None and not self._has_levels),
            RecordOrder.PRIORITY: people,
        }
        self.table.hide_columns([_ORDERS.index(order) for order, hide in hidden.items() if hide])

    def _select_target(self) -> None:
        # Once only: with the next reading the selection is the user's again.
        target, self._target = self._target, None
        if target is not None:
            if not self.table.select(lambda row: row.ref == target) and self._model.count > len(self._model.rows):
                self._target = target
                self.filter.search_for(target)
        elif self.table.current is None and self._model.rows:
            self.ui.records.selectRow(0)

    def _show_count(self) -> None:
        words = {
            Module.TICKET: self.tr("Tickets: {number}"),
            Module.ASSIGNMENT: self.tr("Assignments: {number}"),
            Module.REQUESTOR: self.tr("Requestors: {number}"),
            Module.ANNOUNCEMENT: self.tr("Announcements: {number}"),
        }
        self.ui.count.setText(words[self.filter.module].format(number=QLocale().toString(self._model.count)))
        if self.filter.query == RecordQuery(self.filter.module):
            title, detail = self.tr("No record yet"), self.tr("Records appear here as soon as mail has been taken in.")
            self.ui.empty.show_text(title, detail)
        elif self.filter.query == RecordQuery(self.filter.module, status=Status.OPEN):
            title, detail = self.tr("No open record"), self.tr("Records appear here as soon as mail has been taken in.")
            self.ui.empty.show_text(title, detail, self.tr("Show all"))
        elif self.filter.query == RecordQuery(self.filter.module, overdue=True):
            title, detail = self.tr("Nothing is overdue"), self.tr("No record is late by its service level.")
            self.ui.empty.show_text(title, detail, self.tr("Show all"))
        else:
            detail = self.tr("Nothing here has this status, this technician and these words.")
            self.ui.empty.show_text(self.tr("No record matches"), detail, self.tr("Show all"))

    # ------------------------------------------------------------------ the selected record

    def _follow(self, ref: RecordRef) -> None:
        self.entered(str(ref))

    def _selected(self) -> None:
        row = self.table.current
        if row is None:
            self.record.hide()
            return
        read = partial(self.context.services.records.get, row.ref)
        self.context.tasks.run(read, owner=self, then=self._show_record, failed=partial(self._not_read, row.ref))

    def _show_record(self, found: RecordDetail) -> None:
        chosen = self.table.current
        # A slow answer about a record that was left must not replace what is selected.
        if chosen is not None and chosen.ref == found.record.ref:
            self.record.show_record(found)

    def _not_read(self, ref: RecordRef, problem: Exception) -> None:
        chosen = self.table.current
        if not isinstance(problem, RecordDeleted):
            self.show_problem(problem)
        elif chosen is not None and chosen.ref == ref and not self.record.has_draft(ref):
            # Somebody deleted it a moment ago: the list is read again without it.
            self.search()
