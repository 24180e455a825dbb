"""**Mail that the demo's server received**: read as its recipients would, and answered as them (PKG-02). Only the demo offers it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QLocale, QTimer
from PySide6.QtWidgets import QAbstractItemView, QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from trackit_console.console.context import Context
from trackit_console.console.demo_mailbox import DemoMailbox, ReceivedMail
from trackit_console.console.dialogs.demo_reply import ReplyDialog
from trackit_console.console.dialogs.kept_message import open_kept_message
from trackit_console.console.display_text import moment
from trackit_console.console.language import is_language_change, name_buttons
from trackit_console.console.message_boxes import show_problem
from trackit_console.console.models.column import Column
from trackit_console.console.models.table import Table
from trackit_console.console.models.table_model import TableModel
from trackit_console.console.widgets.table_view import TableView

LOOK_MS = 500


class DemoMailboxDialog(QDialog):
    """A window beside the console, which goes on: the list follows what is sent."""

    def __init__(self, mailbox: DemoMailbox, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.resize(820, 480)
        self._mailbox = mailbox
        self._context = context
        self._told = ""
        view = TableView(self)
        view.setObjectName("received")
        view.setShowGrid(False)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setTabKeyNavigation(False)
        self.table = Table(view, TableModel(self._columns(), self), context.theme, context.window_settings)
        self.count = QLabel(self)
        self.count.setProperty("role", "dim")
        self.message_button, self.reply_button = QPushButton(self), QPushButton(self)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self._arrange()
        self._connect()
        self.retranslate()
        self.read()

    def _arrange(self) -> None:
        row = QHBoxLayout()
        for each in (self.message_button, self.reply_button):
            each.setAutoDefault(False)
            row.addWidget(each)
        row.addStretch(1)
        row.addWidget(self.buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.addWidget(self.count)
        column.addWidget(self.table.view)
        column.addLayout(row)

    def _connect(self) -> None:
        self.message_button.clicked.connect(self.show_message)
        self.reply_button.clicked.connect(self.reply)
        self.buttons.rejected.connect(self.reject)
        self.table.picked.connect(self._refresh)
        self.table.view.activated.connect(lambda _index: self.show_message())
        looking = QTimer(self, interval=LOOK_MS)
        looking.timeout.connect(self.read)
        looking.start()

    def changeEvent(self, event: QEvent) -> None:
        if is_language_change(event):
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        """Sets all texts in the current language."""
        self.setWindowTitle(self.tr("Mail that the demo's server received"))
        self.table.view.setAccessibleName(self.windowTitle())
        self.table.retitle(self._columns())
        self.message_button.setText(self.tr("Show &message"))
        self._refresh()

    def _columns(self) -> list[Column[ReceivedMail]]:
        return [
            Column(self.tr("Time"), lambda row: moment(row.at, self._context.services.clock.now())),
            Column(self.tr("To"), lambda row: row.recipient, stretch=True),
            Column(self.tr("Subject"), lambda row: row.subject or self.tr("(no subject)"), stretch=True),
        ]

    def read(self) -> None:
        """Shows what was received by now; the selected mail stays selected."""
        mails = self._mailbox.mails()
        if len(mails) == self.table.shown:
            return
        self.table.show_rows(mails, key=lambda row: row.number)
        if self.table.current is None:
            self.table.view.selectRow(0)
        self._refresh()

    def _refresh(self) -> None:
        chosen = self.table.current
        self.message_button.setEnabled(chosen is not None)
        self.reply_button.setEnabled(chosen is not None)
        self.reply_button.setText(
            self.tr("&Reply as the technician…") if chosen and chosen.by_technician else self.tr("&Reply as the requestor…")
        )
        name_buttons(self)
        number = self.table.shown
        counted = self.tr("Mails: {number}").format(number=QLocale().toString(number))
        nothing = self.tr(
            "Nothing yet. Press Start Now on the page Email Monitor Settings: each new ticket is confirmed by mail."
        )
        self.count.setText(self._told or (counted if number else nothing))

    def show_message(self) -> None:
        """**Show message**: its text, formatted text and source."""
        chosen = self.table.current
        if chosen is not None:
            open_kept_message(self, self._context, lambda: chosen.raw, chosen.subject)

    def reply(self) -> None:
        """**Reply as the requestor…**: asks for the text."""
        chosen = self.table.current
        if chosen is not None:
            dialog = ReplyDialog(chosen, partial(self._send, chosen), self)
            dialog.finished.connect(dialog.deleteLater)
            dialog.open()

    def _send(self, mail: ReceivedMail, text: str, keyword: bool) -> None:
        services = self._context.services

        def send() -> None:
            self._mailbox.reply(mail, text, keyword)
            services.monitor.poll_now()

        self._context.tasks.run(send, owner=self, then=self._sent, failed=partial(show_problem, self))

    def _sent(self, _nothing: object) -> None:
        self._told = self.tr(
            "The reply is in the mailbox of the help desk. A running monitor takes it in at once; see the page Records."
        )
        self._refresh()
