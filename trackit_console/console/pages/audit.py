"""**Audit**: who changed which setting, when and from what to what; export, and undoing a change (DB-04)."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLocale, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QComboBox, QFileDialog

from trackit_console.console.audit_words import KINDS, action_words, kind_words, object_words
from trackit_console.console.compiled.ui_audit_page import Ui_AuditPage
from trackit_console.console.context import Context
from trackit_console.console.display_text import label, moment
from trackit_console.console.field_texts import show_item
from trackit_console.console.models.column import Column
from trackit_console.console.models.paged_table_model import PagedTableModel
from trackit_console.console.models.table import Table
from trackit_console.console.pages.activity_search import PERIODS
from trackit_console.console.pages.audit_pane import AuditPane
from trackit_console.console.pages.page import Page
from trackit_console.console.pages.paged_list import PagedList
from trackit_console.console.widgets.shortcuts import shortcut_in
from trackit_console.store.audit_list import AuditQuery

if TYPE_CHECKING:
    from trackit_console.console.operations.audit import AuditPart
    from trackit_console.store.audit import AuditEntry
    from trackit_console.store.snapshot import Snapshot

TYPING_MS = 250


class AuditPage(Page):
    """The list on the left, newest first; the selected change on the right."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.ui = Ui_AuditPage()
        self.ui.setupUi(self)
        self._mark: object = None
        self._read_once = False
        self._model: PagedTableModel[AuditEntry] = PagedTableModel(self._columns(), self)
        self.table = Table(self.ui.entries, self._model, context.theme, context.window_settings)
        self._list: PagedList[AuditEntry, AuditPart] = PagedList(
            self,
            self.table,
            self._model,
            work=lambda limit, offset: partial(context.services.audit.part, self.query, limit, offset),
            shown=self._show_list,
            grown=self._show_state,
            key=lambda row: row.id,
        )
        self.remember(self.ui.splitter, [700, 420])
        self.pane = AuditPane(self.ui, self)
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self.show_texts()
        self._filters[2].setCurrentIndex(len(PERIODS) - 1)
        self._connect()

    @property
    def _filters(self) -> tuple[QComboBox, QComboBox, QComboBox]:
        return self.ui.kind, self.ui.who, self.ui.period

    def _connect(self) -> None:
        ui = self.ui
        self._typing.timeout.connect(self.read)
        ui.search.textChanged.connect(lambda _words: self._typing.start())
        for combo in self._filters:
            # Not currentIndexChanged, which refilling the list emits as well.
            combo.activated.connect(lambda _index: self.read())
        self.table.picked.connect(self._selected)
        self.pane.undone.connect(self.read)
        ui.export_button.clicked.connect(self.export)
        ui.empty.pressed.connect(self._show_all)
        shortcut_in(ui.entries, QKeySequence(QKeySequence.StandardKey.Undo), self.pane.undo)

    def show_texts(self) -> None:
        self.table.retitle(self._columns())
        show_item(self.ui.kind, 0, self.tr("All kinds"), "")
        for at, kind in enumerate(KINDS, 1):
            show_item(self.ui.kind, at, kind_words(kind), str(kind))
        show_item(self.ui.who, 0, self.tr("Everybody"), "")
        for at, (words, days) in enumerate(PERIODS):
            show_item(self.ui.period, at, label(words, "pages"), days)
        self.pane.show_texts()
        self._show_state()

    def _columns(self) -> list[Column[AuditEntry]]:
        return [
            Column(self.tr("Time"), lambda row: moment(row.at, self._now)),
            Column(self.tr("Who"), lambda row: row.actor, tip=lambda row: row.actor, least=70, most=130),
            Column(self.tr("Computer"), lambda row: row.host or "–", tip=lambda row: row.host, least=60, most=100),
            Column(self.tr("What was done"), lambda row: action_words(row.action), least=70, most=170),
            Column(self.tr("Object"), object_words, tip=object_words, stretch=True, least=200),
        ]

    @property
    def _now(self) -> datetime:
        return self.context.services.clock.now()

    def entered(self, target: Any = None) -> None:
        super().entered(target)
        self.read()

    def refresh(self) -> None:
        self.read()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        # The list is read again only when something was changed or done, not with every snapshot.
        if snapshot.audit_mark != self._mark:
            self._mark = snapshot.audit_mark
            self.read()

    # ------------------------------------------------------------------ the list

    @property
    def query(self) -> AuditQuery:
        """The entries that the list shows; a period begins at local midnight."""
        kind, who, period = (combo.currentData() for combo in self._filters)
        midnight = self._now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        since = None if period is None or period < 0 else midnight - timedelta(days=period)
        return AuditQuery(self.ui.search.text().strip(), kind or "", who or "", since)

    def read(self) -> None:
        """Reads the list again, as far as it was read."""
        self._list.read()

    def _show_list(self, part: AuditPart) -> None:
        self._read_once = True
        self._offer_people(part)
        if self.table.current is None and part.rows:
            self.ui.entries.selectRow(0)
        self._show_state()
        self._selected()

    def _offer_people(self, part: AuditPart) -> None:
        combo = self.ui.who
        chosen = combo.currentData()
        for at, name in enumerate(part.actors, 1):
            show_item(combo, at, name, name)
            combo.setItemData(at, name)
        while combo.count() > len(part.actors) + 1:
            combo.removeItem(combo.count() - 1)
        combo.setCurrentIndex(max(combo.findData(chosen), 0))

    def _show_state(self) -> None:
        count = self._model.count
        self.ui.count.setText(self.tr("Changes: {number}").format(number=QLocale().toString(count)))
        self.ui.entries.setVisible(count > 0)
        self.ui.export_button.setEnabled(count > 0)
        self.ui.empty.setVisible(self._read_once and not count)
        if self.query == AuditQuery():
            detail = self.tr("As soon as somebody changes a setting, it stands here: who, when, from what to what.")
            self.ui.empty.show_text(self.tr("Nothing was changed yet"), detail)
        else:
            detail = self.tr("None has these words, this kind, this person and this period.")
            self.ui.empty.show_text(self.tr("No change matches"), detail, self.tr("Show all"))

    def _show_all(self) -> None:
        self.ui.search.clear()
        self._typing.stop()
        for combo, at in zip(self._filters, (0, 0, len(PERIODS) - 1), strict=True):
            combo.setCurrentIndex(at)
        self.read()

    def _selected(self) -> None:
        self.pane.follow(self.table.current)

    def export(self) -> None:
        """**Export CSV…** of everything that matches, also of what was not read yet."""
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Export CSV"), "audit.csv", "CSV (*.csv)")
        if name:
            self.do(partial(self.context.services.audit.export, self.query, Path(name)))
