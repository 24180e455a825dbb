"""**Outgoing mail**: what is sent, what waits and what failed, with the reason; trying again and discarding (OUT-06)."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLocale, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut

from trackit_console.console.compiled.ui_outgoing_mail_page import Ui_OutgoingMailPage
from trackit_console.console.context import Context
from trackit_console.console.display_text import moment, translated
from trackit_console.console.models.column import Column
from trackit_console.console.models.paged_table_model import PagedTableModel
from trackit_console.console.models.table import Table
from trackit_console.console.outgoing_mail_text import STATE_TONES, error_text, kind_text, state_text
from trackit_console.console.pages.outgoing_mail_pane import OutgoingMailPane
from trackit_console.console.pages.page import Page
from trackit_console.console.pages.paged_list import PagedList
from trackit_console.domain.outgoing_mail import MailState
from trackit_console.helpdesk.reasons import reason_phrase
from trackit_console.store.outbox_views import OutboxQuery, OutboxView

if TYPE_CHECKING:
    from trackit_console.console.operations.outgoing_mail import MailPart
    from trackit_console.store.snapshot import Snapshot

TYPING_MS = 250
_SHOWN_RECIPIENTS = 3


class OutgoingMailPage(Page):
    """The list on the left, newest first; the selected mail on the right."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.ui = Ui_OutgoingMailPage()
        self.ui.setupUi(self)
        self._mark: object = None
        self._read_once = False
        self._model: PagedTableModel[OutboxView] = PagedTableModel(self._columns(), self)
        self.table = Table(self.ui.mails, self._model, context.theme, context.window_settings)
        self._list: PagedList[OutboxView, MailPart] = PagedList(
            self,
            self.table,
            self._model,
            work=lambda limit, offset: partial(context.services.outgoing_mail.part, self.query, limit, offset),
            shown=self._show_list,
            grown=self._show_state,
            key=lambda row: row.id,
        )
        self.remember(self.ui.splitter, [760, 360])
        self.pane = OutgoingMailPane(self.ui, self)
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self.show_texts()
        self._connect()

    def _connect(self) -> None:
        ui = self.ui
        self._typing.timeout.connect(self.read)
        ui.search.textChanged.connect(lambda _words: self._typing.start())
        ui.state.currentIndexChanged.connect(lambda _index: self.read())
        self.table.picked.connect(self._selected)
        self.pane.decided.connect(self.read)
        ui.retry_failed_button.clicked.connect(self.retry_failed)
        ui.empty.pressed.connect(self._show_all)
        ui.result.pressed.connect(lambda: self.context.open_page("incoming"))
        ui.mails.activated.connect(lambda _index: self.pane.show_message())
        QShortcut(QKeySequence("Ctrl+R"), self, self.pane.retry)
        # On the list alone: elsewhere the key deletes letters.
        discard = QShortcut(QKeySequence(Qt.Key.Key_Delete), ui.mails, self.pane.discard)
        discard.setContext(Qt.ShortcutContext.WidgetShortcut)

    def show_texts(self) -> None:
        self.table.retitle(self._columns())
        self._fill_states()
        self.pane.show_texts()
        self._show_state()

    def _fill_states(self) -> None:
        combo = self.ui.state
        combo.blockSignals(True)
        chosen = combo.currentData()
        combo.clear()
        combo.addItem(self.tr("All states"), "")
        for state in MailState:
            combo.addItem(state_text(state), state.value)
        combo.setCurrentIndex(max(0, combo.findData(chosen)))
        combo.blockSignals(False)

    def _columns(self) -> list[Column[OutboxView]]:
        return [
            Column(self.tr("Time"), lambda row: moment(row.at, self._now)),
            Column(self.tr("State"), lambda row: state_text(row.state), tone=lambda row: STATE_TONES[row.state], tip=error_text),
            Column(self.tr("To"), _recipients, tip=lambda row: "\n".join(row.recipients), stretch=True),
            Column(self.tr("Subject"), lambda row: row.subject, stretch=True),
            Column(self.tr("Sent by"), kind_text, stretch=True),
            Column(self.tr("Record"), lambda row: str(row.record) if row.record else "–"),
        ]

    @property
    def _now(self) -> datetime:
        return self.context.services.clock.now()

    def entered(self, target: Any = None) -> None:
        super().entered(target)
        if isinstance(target, str):
            self.ui.search.setText(target)
            self._typing.stop()
        self.read()

    def refresh(self) -> None:
        self.read()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        # The list is read again only when something happened to a mail, not with every snapshot.
        if snapshot.outbox_mark != self._mark:
            self._mark = snapshot.outbox_mark
            self.read()

    # ------------------------------------------------------------------ the list

    @property
    def query(self) -> OutboxQuery:
        """The mails that the list shows."""
        state = self.ui.state.currentData()
        return OutboxQuery(self.ui.search.text().strip(), MailState(state) if state else None)

    def read(self) -> None:
        """Reads the list again, as far as it was read."""
        self._list.read()

    def _show_list(self, part: MailPart) -> None:
        self._read_once = True
        self.ui.retry_failed_button.setEnabled(part.failed > 0)
        if self.table.current is None and part.rows:
            self.ui.mails.selectRow(0)
        self._show_trouble(part)
        self._show_state()
        self._selected()

    def _show_trouble(self, part: MailPart) -> None:
        if part.trouble is None:
            self.ui.result.show_text("")
            return
        why = " ".join(translated(reason_phrase(each)) for each in part.trouble.error)
        words = self.tr("No mail can be sent since {since}. Nothing is lost: it is tried again. {why}")
        since = moment(part.trouble.since, self._now)
        self.ui.result.show_text(words.format(since=since, why=why), self.tr("Outgoing Email"))

    def _show_state(self) -> None:
        count = self._model.count
        self.ui.count.setText(self.tr("Mails: {number}").format(number=QLocale().toString(count)))
        self.ui.mails.setVisible(count > 0)
        self.ui.empty.setVisible(self._read_once and not count)
        if self.query == OutboxQuery():
            detail = self.tr("Mail appears here as soon as the help desk sends some: notifications, replies, reports.")
            self.ui.empty.show_text(self.tr("No outgoing mail yet"), detail)
        else:
            detail = self.tr("None has this state and these words.")
            self.ui.empty.show_text(self.tr("No mail matches"), detail, self.tr("Show all"))

    def _show_all(self) -> None:
        self.ui.search.clear()
        self._typing.stop()
        self.ui.state.setCurrentIndex(0)
        self.read()

    def _selected(self) -> None:
        self.pane.follow(self.table.selection)

    def retry_failed(self) -> None:
        """**Try all failed again**."""
        self.do(self.context.services.outgoing_mail.retry_failed, then=lambda _number: self.read())


def _recipients(row: OutboxView) -> str:
    shown = ", ".join(row.recipients[:_SHOWN_RECIPIENTS])
    more = len(row.recipients) - _SHOWN_RECIPIENTS
    return f"{shown} +{more}" if more > 0 else shown
