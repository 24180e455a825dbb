"""**Incoming and Outgoing Emails**: the mailboxes that are read, and the account that sends (IN-12, IN-15, OUT-01)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu

from trackit_console.console.compiled.ui_incoming_page import Ui_IncomingPage
from trackit_console.console.conflicts import SavedByAnother, with_conflict_author
from trackit_console.console.context import Context
from trackit_console.console.display_text import label, moment
from trackit_console.console.message_boxes import ask, show_problem
from trackit_console.console.models.column import Column
from trackit_console.console.models.table import Table
from trackit_console.console.models.table_model import TableModel
from trackit_console.console.pages.page import Page
from trackit_console.console.status_pills import mailbox_pill, mailbox_problem, problem_of_settings
from trackit_console.console.widgets.pill import Tone
from trackit_console.domain.audit import Audited
from trackit_console.settings.mailbox import TYPE_LABELS, Mailbox, MailboxType
from trackit_console.settings.outgoing import AUTHENTICATION_LABELS, Outgoing
from trackit_console.store.row_mapping import Stored

if TYPE_CHECKING:
    from trackit_console.console.dialogs.settings_dialog import SettingsDialog
    from trackit_console.store.snapshot import Snapshot


class IncomingPage(Page):
    """The list of mailboxes with their actions, and the outgoing account below it."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.ui = Ui_IncomingPage()
        self.ui.setupUi(self)
        self._to_select: int | None = None
        self.table = Table(self.ui.mailboxes, TableModel(self._columns(), self), context.theme, context.window_settings)
        self.show_texts()
        self._connect()
        self._refresh_actions()

    def show_texts(self) -> None:
        self.table.retitle(self._columns())
        self.ui.empty.show_text(
            self.tr("No incoming mailbox yet"), self.tr("Add the mailbox that your users write to."), self.tr("Add a mailbox")
        )

    def _columns(self) -> list[Column[Stored[Mailbox]]]:
        return [
            Column(self.tr("Mailbox"), lambda row: row.value.title, stretch=True, tip=lambda row: row.value.place),
            Column(self.tr("Type"), lambda row: _type_words(row.value.type)),
            Column(self.tr("Status"), lambda row: self._pill(row)[1], tone=lambda row: self._pill(row)[0], tip=self._error),
            Column(self.tr("Last check"), lambda row: self._at(row, "last_poll_at")),
            Column(self.tr("Last success"), lambda row: self._at(row, "last_success_at")),
            Column(self.tr("Unread"), self._unread, right=True),
            Column(self.tr("Today"), lambda row: str(self._today(row)), order=self._today, right=True),
        ]

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
        ui.mailboxes.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        ui.mailboxes.customContextMenuRequested.connect(self._menu)
        here = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence.StandardKey.New, self, self.add, context=here)
        QShortcut(QKeySequence(Qt.Key.Key_Delete), ui.mailboxes, self.delete, context=here)
        QShortcut(QKeySequence(Qt.Key.Key_Return), ui.mailboxes, self.edit, context=here)

    # ------------------------------------------------------------------ what the list says

    @property
    def snapshot(self) -> Snapshot | None:
        """The latest snapshot of the database."""
        return self.context.watch.snapshot

    def _pill(self, row: Stored[Mailbox]) -> tuple[Tone, str]:
        state = self.snapshot.states.get(row.id) if self.snapshot else None
        return mailbox_pill(row, state, self.context.services.clock.now())

    def _error(self, row: Stored[Mailbox]) -> str:
        state = self.snapshot.states.get(row.id) if self.snapshot else None
        return mailbox_problem(row, state)

    def _at(self, row: Stored[Mailbox], field: str) -> str:
        state = self.snapshot.states.get(row.id) if self.snapshot else None
        at = getattr(state, field) if state else None
        return moment(at, self.context.services.clock.now()) or self.tr("Never")

    def _unread(self, row: Stored[Mailbox]) -> str:
        state = self.snapshot.states.get(row.id) if self.snapshot else None
        return str(state.unread) if state and state.unread is not None else "–"

    def _today(self, row: Stored[Mailbox]) -> int:
        today = self.snapshot.today if self.snapshot else {}
        return sum(number for (mailbox_id, _), number in today.items() if mailbox_id == row.id)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self.table.show_rows(snapshot.mailboxes, key=lambda row: row.id)
        self._select_wanted()
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
            self.ui.outgoing_detail.setText(f"{label(AUTHENTICATION_LABELS[outgoing.authentication])} · {outgoing.place}")

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
        for button, slot in (
            (self.ui.edit_button, self.edit),
            (self.ui.delete_button, self.delete),
            (self.ui.poll_button, self.poll),
        ):
            action = QAction(button.text(), menu, enabled=button.isEnabled())
            action.triggered.connect(slot)
            menu.addAction(action)
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
        from trackit_console.console.dialogs.mailbox import MailboxDialog

        snapshot = self.snapshot
        if snapshot is None:
            return
        check, mailbox_id = self.context.services.check_mailbox, stored.id if stored else None
        dialog = MailboxDialog(
            self.context.tasks,
            self.context.window_settings,
            lambda mailbox, cancel: check(mailbox, mailbox_id, cancel),
            stored=stored,
            others=[each.value for each in snapshot.mailboxes if not each.findings and each.id != mailbox_id],
            templates=[each.name for each in snapshot.ticket_templates],
            parent=self,
        )
        dialog.saved.connect(partial(self._save_mailbox, dialog))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _save_mailbox(self, dialog: SettingsDialog, made: Mailbox) -> None:
        services, before = self.context.services, dialog.stored

        def who(saved: Stored[Mailbox] | None) -> str:
            named = saved or before
            return services.changed_by(Audited.MAILBOX, named.value.title) if named else ""

        self._save(
            dialog, made, partial(with_conflict_author, partial(services.save_mailbox, made, before), who), self._select_saved
        )

    def _save(
        self,
        dialog: SettingsDialog,
        made: Mailbox | Outgoing,
        work: partial[Any],
        then: Callable[[Any], None] = lambda _answer: None,
    ) -> None:
        def done(answer: Any) -> None:
            dialog.done_for_good()
            then(answer)

        def failed(problem: Exception) -> None:
            if isinstance(problem, SavedByAnother):
                dialog.overtaken(problem, made)
            else:
                dialog.keep_open()
                show_problem(dialog, problem)

        dialog.saving(self.do(work, then=done, failed=failed))

    def _select_saved(self, saved: Stored[Mailbox]) -> None:
        """Selects the mailbox, now or as soon as it is in the list."""
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
            self.do(partial(self.context.services.delete_mailbox, stored))

    def poll(self) -> None:
        """**Poll Now** the selected mailbox."""
        if self.table.current is not None:
            self.do(partial(self.context.services.poll_now, self.table.current.id))

    def configure_outgoing(self) -> None:
        """**Configure**: the dialog for the outgoing account."""
        self._open_outgoing()

    def test_outgoing(self) -> None:
        """**Send Test Email** with the stored account."""
        if dialog := self._open_outgoing():
            dialog.test()

    def _open_outgoing(self) -> SettingsDialog | None:
        from trackit_console.console.dialogs.outgoing import OutgoingDialog

        snapshot = self.snapshot
        if snapshot is None:
            return None
        dialog = OutgoingDialog(
            self.context.tasks,
            self.context.window_settings,
            self.context.services.check_outgoing,
            stored=snapshot.outgoing,
            mailboxes=[each.value for each in snapshot.mailboxes],
            parent=self,
        )
        dialog.saved.connect(partial(self._save_outgoing, dialog))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def _save_outgoing(self, dialog: SettingsDialog, made: Outgoing) -> None:
        services = self.context.services
        save = partial(services.save_outgoing, made, dialog.stored.version if dialog.stored else None)
        self._save(dialog, made, partial(with_conflict_author, save, lambda _saved: services.changed_by(Audited.OUTGOING_EMAIL)))


def _type_words(kind: str) -> str:
    """The type of a mailbox; one that this version does not know is shown as it stands in the database."""
    return label(TYPE_LABELS[MailboxType(kind)]) if kind in TYPE_LABELS else kind
