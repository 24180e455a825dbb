"""Opens the dialogs for incoming mailboxes and the outgoing account, and saves what they made (IN-01, OUT-01, DB-04)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from trackit_console.console.pages.dialog_saving import open_to_save, save_from
from trackit_console.console.saved_by_another import with_conflict_author
from trackit_console.domain.audit import Audited

if TYPE_CHECKING:
    from trackit_console.console.dialogs.settings_dialog import SettingsDialog
    from trackit_console.console.pages.page import Page
    from trackit_console.settings.mailbox import Mailbox
    from trackit_console.settings.outgoing import Outgoing
    from trackit_console.store.audit import AuditEntry
    from trackit_console.store.row_mapping import Stored
    from trackit_console.store.snapshot import Snapshot


class AccountDialogs(QObject):
    """The dialogs of `page`; `mailbox_saved` is emitted with the stored mailbox."""

    mailbox_saved = Signal(object)

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._page = page
        self._context = page.context

    def open_mailbox(self, snapshot: Snapshot, stored: Stored[Mailbox] | None) -> None:
        """Opens the dialog for a mailbox; None adds one."""
        from trackit_console.console.dialogs.mailbox import MailboxDialog

        services, mailbox_id = self._context.services, stored.id if stored else None
        dialog = MailboxDialog(
            self._context.tasks,
            self._context.window_settings,
            lambda mailbox, cancel: services.connection_tests.check_mailbox(mailbox, mailbox_id, cancel),
            read_certificate=partial(services.client_certificates.of_mailbox, mailbox_id=mailbox_id),
            discover=partial(services.discoveries.of_mailbox, mailbox_id),
            stored=stored,
            # Mailboxes with wrong settings are left out: there is nothing reliable to compare with.
            others=[each.value for each in snapshot.mailboxes if not each.findings and each.id != mailbox_id],
            templates=[each.name for each in snapshot.ticket_templates],
            parent=self._page,
        )
        open_to_save(dialog, partial(self._save_mailbox, dialog))

    def open_outgoing(self, snapshot: Snapshot) -> SettingsDialog:
        """Opens the dialog for the outgoing account and returns it."""
        from trackit_console.console.dialogs.outgoing import OutgoingDialog

        dialog = OutgoingDialog(
            self._context.tasks,
            self._context.window_settings,
            self._context.services.connection_tests.check_outgoing,
            read_certificate=self._context.services.client_certificates.of_outgoing,
            stored=snapshot.outgoing,
            mailboxes=[each.value for each in snapshot.mailboxes],
            parent=self._page,
        )
        open_to_save(dialog, partial(self._save_outgoing, dialog))
        return dialog

    def _save_mailbox(self, dialog: SettingsDialog, made: Mailbox) -> None:
        settings, before = self._context.services.settings, dialog.stored

        def last_change(saved: Stored[Mailbox] | None) -> AuditEntry | None:
            named = saved or before
            return settings.last_change(Audited.MAILBOX, named.value.title) if named else None

        work = partial(with_conflict_author, partial(settings.save_mailbox, made, before), last_change)
        save_from(dialog, self._page, work, made, self.mailbox_saved.emit)

    def _save_outgoing(self, dialog: SettingsDialog, made: Outgoing) -> None:
        settings = self._context.services.settings
        save = partial(settings.save_outgoing, made, dialog.stored.version if dialog.stored else None)
        work = partial(with_conflict_author, save, lambda _saved: settings.last_change(Audited.OUTGOING_EMAIL))
        save_from(dialog, self._page, work, made)
