"""**Quarantine**: the messages that were set aside, one by one or many at once (RUN-04)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLocale, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut

from trackit_console.console.compiled.ui_quarantine_page import Ui_QuarantinePage
from trackit_console.console.context import Context
from trackit_console.console.display_text import moment, translated
from trackit_console.console.models.column import Column
from trackit_console.console.models.table import Table
from trackit_console.console.models.table_model import TableModel
from trackit_console.console.pages.page import Page
from trackit_console.console.pages.quarantine_batch import QuarantineBatch
from trackit_console.console.pages.quarantine_pane import QuarantinePane
from trackit_console.helpdesk.reasons import reason_phrase
from trackit_console.store.quarantine_list import QuarantineView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trackit_console.store.snapshot import Snapshot

TYPING_MS = 150


class QuarantinePage(Page):
    """The list on the left, the selected message on the right. Nothing here keeps mail behind a message from being processed."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.ui = Ui_QuarantinePage()
        self.ui.setupUi(self)
        self._count = -1
        self._reading = 0
        self._target: int | None = None
        self._read = False
        model: TableModel[QuarantineView] = TableModel(self._columns(), self)
        self.table = Table(self.ui.messages, model, context.theme, context.window_settings, remember_sorting=True)
        self.remember(self.ui.splitter, [760, 360])
        self.batch = QuarantineBatch(self.ui, self)
        self.pane = QuarantinePane(self.ui, self, self.batch)
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self.show_texts()
        self._connect()

    def _connect(self) -> None:
        ui = self.ui
        self._typing.timeout.connect(self._search)
        ui.search.textChanged.connect(lambda _words: self._typing.start())
        self.table.picked.connect(self._selected)
        self.pane.decided.connect(self.read)
        self.batch.ended.connect(self.read)
        ui.retry_all_button.clicked.connect(self.retry_all)
        ui.empty.pressed.connect(self._clear_search)
        ui.messages.activated.connect(lambda _index: self.pane.show_message())
        QShortcut(QKeySequence("Ctrl+R"), self, self.pane.retry)
        # On the list alone: elsewhere the key deletes letters.
        discard = QShortcut(QKeySequence(Qt.Key.Key_Delete), ui.messages, self.pane.discard)
        discard.setContext(Qt.ShortcutContext.WidgetShortcut)

    def show_texts(self) -> None:
        self.table.retitle(self._columns())
        self.batch.show_texts()
        self.pane.show_texts()
        self._show_state()

    def _columns(self) -> list[Column[QuarantineView]]:
        return [
            Column(self.tr("Set aside"), lambda row: moment(row.at, self._now), order=lambda row: row.at.isoformat()),
            Column(self.tr("Mailbox"), lambda row: row.mailbox),
            Column(self.tr("Sender"), lambda row: row.sender, stretch=True),
            Column(self.tr("Subject"), lambda row: row.subject or self.tr("(no subject)"), stretch=True),
            Column(self.tr("Reason"), reason_in_words, stretch=True),
        ]

    @property
    def _now(self) -> datetime:
        return self.context.services.clock.now()

    def entered(self, target: Any = None) -> None:
        super().entered(target)
        self._target = target if isinstance(target, int) else None
        self.read()

    def refresh(self) -> None:
        self.read()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        # The list is read again only when the number changed, not with every snapshot.
        if snapshot.quarantine != self._count:
            self._count = snapshot.quarantine
            self.read()

    # ------------------------------------------------------------------ the list

    def read(self) -> None:
        """Reads the list again."""
        # Answers come from several threads: only the one that was asked for last counts.
        self._reading += 1
        number = self._reading
        self.context.tasks.run(
            self.context.services.quarantine.waiting,
            owner=self,
            then=lambda rows: self._show_list(rows) if number == self._reading else None,
            failed=self.show_problem,
        )

    def _show_list(self, rows: Sequence[QuarantineView]) -> None:
        self._read = True
        self.table.show_rows(rows, key=lambda row: row.delivery_id)
        target, self._target = self._target, None
        if not (target is not None and self.table.select(lambda row: row.delivery_id == target)) and (
            self.table.current is None and self.table.shown
        ):
            self.ui.messages.selectRow(0)
        self._show_state()
        self._selected()

    def _search(self) -> None:
        self.table.search(self.ui.search.text())
        self._show_state()

    def _clear_search(self) -> None:
        self.ui.search.clear()
        self._typing.stop()
        self._search()

    def _show_state(self) -> None:
        total, shown = self.table.total, self.table.shown
        self.ui.count.setText(self.tr("Messages: {number}").format(number=QLocale().toString(shown)))
        self.ui.retry_all_button.setEnabled(total > 0 and not self.batch.running)
        self.ui.messages.setVisible(shown > 0)
        self.ui.empty.setVisible(self._read and not shown)
        if total:
            self.ui.empty.show_text(self.tr("No message matches"), self.tr("None has these words."), self.tr("Clear the search"))
        else:
            detail = self.tr(
                "No message waits for you: every one was processed. If one cannot be processed, it is set aside here, "
                "and those behind it are taken all the same."
            )
            self.ui.empty.show_text(self.tr("All is well"), detail)

    def _selected(self) -> None:
        self.pane.follow(self.table.selection)

    def retry_all(self) -> None:
        """**Try all again**: every message that waits, those that the search hides as well."""
        self.batch.retry([row.delivery_id for row in self.table.every_row])
        self._show_state()


def reason_in_words(row: QuarantineView) -> str:
    """The reasons in one line."""
    return " ".join(translated(reason_phrase(each)) for each in row.reasons)
