"""**Incoming and Outgoing Emails**: the mailboxes that are read, and the account that sends (IN-12, IN-15, OUT-01)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu

from trackit_console.console.account_warnings import account_warnings
from trackit_console.console.compiled.ui_incoming_page import Ui_IncomingPage
from trackit_console.console.context import Context
from trackit_console.console.display_text import label
from trackit_console.console.message_boxes import ask
from trackit_console.console.models.table import Table
from trackit_console.console.models.table_model import TableModel
from trackit_console.console.pages.account_dialogs import AccountDialogs
from trackit_console.console.pages.mailbox_columns import MailboxColumns
from trackit_console.console.pages.page import Page
from trackit_console.console.settings_problem import problem_of_settings
from trackit_console.console.widgets.shortcuts import shortcut_in
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.outgoing import AUTHENTICATION_LABELS, Outgoing
from trackit_console.store.row_mapping import Stored

if TYPE_CHECKING:
    from trackit_console.store.snapshot import Snapshot


class IncomingPage(Page):
    """The list of mailboxes with their actions, and the outgoing account below it."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.ui = Ui_IncomingPage()
        self.ui.setupUi(self)
        self._to_select: int | None = None
        self.list_columns = MailboxColumns(lambda: context.watch.snapshot, context.services.clock.now, self)
        model = TableModel(self.list_columns.columns(), self)
        self.table = Table(self.ui.mailboxes, model, context.theme, context.window_settings, remember_sorting=True)
        self.dialogs = AccountDialogs(self)
        self.show_texts()
        self._connect()
        self._refresh_actions()

    def show_texts(self) -> None:
        self.table.retitle(self.list_columns.columns())
        self.ui.empty.show_text(
            self.tr("No incoming mailbox yet"), self.tr("Add the mailbox that your users write to."), self.tr("Add a mailbox")
        )

    def _connect(self) -> None:
        ui = self.ui
        ui.search.textChanged.connect(self.table.search)
        ui.new_button.clicked.connect(self.add)
        ui.empty.pressed.connect(self.add)
        ui.edit_button.clicked.connect(self.edit)
        ui.delete_button.clicked.connect(self.delete)
        ui.poll_button.clicked.connect(self.poll)
        ui.configure_button.clicked.connect(self.configure_outgoing)
        ui.test_outgoing_button.clicked.connect(self.test_outgoing)
        ui.mailboxes.doubleClicked.connect(self.edit)
        self.table.picked.connect(self._refresh_actions)
        self.dialogs.mailbox_saved.connect(self._select_saved)
        ui.mailboxes.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        ui.mailboxes.customContextMenuRequested.connect(self._menu)
        # In the whole window while the page is shown: after it was opened from the menu nothing on it has the focus.
        QShortcut(QKeySequence.StandardKey.New, self, self.add)
        # In the list only: in the search field these keys edit.
        shortcut_in(ui.mailboxes, Qt.Key.Key_Delete, self.delete)
        shortcut_in(ui.mailboxes, Qt.Key.Key_Return, self.edit)

    # ------------------------------------------------------------------ what is shown

    @property
    def snapshot(self) -> Snapshot | None:
        """The latest snapshot of the database."""
        return self.context.watch.snapshot

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self.table.show_rows(snapshot.mailboxes, key=lambda row: row.id)
        self._select_wanted()
        # States are drawn from the snapshot, not from the rows: rows that are the same say nothing of a new state.
        self.ui.mailboxes.viewport().update()
        self.ui.mailboxes.setVisible(bool(snapshot.mailboxes))
        self.ui.empty.setVisible(not snapshot.mailboxes)
        self._show_outgoing(snapshot.outgoing)
        self._refresh_actions()

    def _show_outgoing(self, stored: Stored[Outgoing] | None) -> None:
        if stored is None:
            self.ui.outgoing_account.setText(self.tr("Not configured yet"))
            self.ui.outgoing_detail.setText(self.tr("Configure the account that answers and notifications are sent from."))
            return
        outgoing = stored.value
        self.ui.outgoing_account.setText(outgoing.from_address)
        if stored.findings:
            self.ui.outgoing_detail.setText(self.tr("Settings wrong: {words}").format(words=problem_of_settings(stored)))
        else:
            warnings = account_warnings(outgoing, self.context.services.clock.now())
            said = [label(AUTHENTICATION_LABELS[outgoing.authentication]), outgoing.place, *warnings]
            self.ui.outgoing_detail.setText(" · ".join(said))

    def _refresh_actions(self) -> None:
        chosen = self.table.current is not None
        self.ui.edit_button.setEnabled(chosen)
        self.ui.delete_button.setEnabled(chosen)
        running = self.snapshot is not None and self.snapshot.running is not None
        self.ui.poll_button.setEnabled(chosen and running)
        self.ui.poll_button.setToolTip("" if running else self.tr("Start the monitor first."))
        self.ui.test_outgoing_button.setEnabled(self.snapshot is not None and self.snapshot.outgoing is not None)

    def _menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for button, slot in (
            (self.ui.edit_button, self.edit),
            (self.ui.delete_button, self.delete),
            (self.ui.poll_button, self.poll),
        ):
            action = QAction(button.text(), menu, enabled=button.isEnabled())
            action.triggered.connect(slot)
            menu.addAction(action)
        # Not exec, which would wait here in an event loop of its own.
        menu.popup(self.ui.mailboxes.viewport().mapToGlobal(at))

    # ------------------------------------------------------------------ actions

    def add(self) -> None:
        """**New**: the dialog for a mailbox."""
        self._open_mailbox(None)

    def edit(self) -> None:
        """**Edit** the selected mailbox."""
        if self.table.current is not None:
            self._open_mailbox(self.table.current)

    def _open_mailbox(self, stored: Stored[Mailbox] | None) -> None:
        if self.snapshot is not None:
            self.dialogs.open_mailbox(self.snapshot, stored)

    def _select_saved(self, saved: Stored[Mailbox]) -> None:
        """Selects the mailbox, now or as soon as it is in the list."""
        # A search could hide the mailbox that was just saved.
        self.ui.search.clear()
        self._to_select = saved.id
        self.ui.mailboxes.setFocus()
        self._select_wanted()

    def _select_wanted(self) -> None:
        if self._to_select is not None and self.table.select(lambda row: row.id == self._to_select):
            self._to_select = None

    def delete(self) -> None:
        """**Delete**: asks first, saying what is removed and what is kept."""
        stored = self.table.current
        if stored is None:
            return
        words = self.tr("Delete the mailbox {mailbox}?").format(mailbox=stored.value.title)
        detail = self.tr("Its mail is not read any more. Tickets and the history of its mail stay.")
        if ask(self, self.tr("Delete mailbox"), words, [self.tr("Delete"), self.tr("Cancel")], detail) == 0:
            self.do(partial(self.context.services.settings.delete_mailbox, stored))

    def poll(self) -> None:
        """**Poll Now** the selected mailbox."""
        if self.table.current is not None:
            self.do(partial(self.context.services.monitor.poll_now, self.table.current.id))

    def configure_outgoing(self) -> None:
        """**Configure**: the dialog for the outgoing account."""
        if self.snapshot is not None:
            self.dialogs.open_outgoing(self.snapshot)

    def test_outgoing(self) -> None:
        """**Send Test Email** with the stored account."""
        if self.snapshot is not None:
            self.dialogs.open_outgoing(self.snapshot).test()
