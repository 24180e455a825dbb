"""Saving settings (DB-04)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trackit_console.domain.audit import Audited

if TYPE_CHECKING:
    from trackit_console.console.database_connection import DatabaseConnection
    from trackit_console.settings.backups import Backups
    from trackit_console.settings.business_hours import BusinessHours
    from trackit_console.settings.email_commands import EmailCommands
    from trackit_console.settings.file_types import FileTypes
    from trackit_console.settings.filters import Filters
    from trackit_console.settings.loop_protection import LoopProtection
    from trackit_console.settings.mailbox import Mailbox
    from trackit_console.settings.monitor import MonitorSettings
    from trackit_console.settings.outgoing import Outgoing
    from trackit_console.settings.retention import Retention
    from trackit_console.store.audit import AuditEntry
    from trackit_console.store.row_mapping import Stored


class SettingsOperations:
    """Each saves in one transaction, as the user of this console."""

    def __init__(self, connection: DatabaseConnection) -> None:
        self._connection = connection

    def save_mailbox(self, mailbox: Mailbox, stored: Stored[Mailbox] | None) -> Stored[Mailbox]:
        """Adds a mailbox or replaces `stored`, and returns the stored version; raises `Conflict`, `AccountTaken`."""
        from trackit_console.store.errors import UniqueTaken
        from trackit_console.store.saving_errors import AccountTaken

        try:
            return self._save_mailbox(mailbox, stored)
        except UniqueTaken as error:
            raise AccountTaken from error

    def _save_mailbox(self, mailbox: Mailbox, stored: Stored[Mailbox] | None) -> Stored[Mailbox]:
        from trackit_console.store.row_mapping import Stored

        with self._connection.database.begin() as transaction:
            if stored is None:
                return transaction.mailboxes.add(mailbox, self._connection.actor)
            # With the version that was read: the store compares it with the one in the database.
            return transaction.mailboxes.save(Stored(stored.id, stored.version, mailbox), self._connection.actor)

    def delete_mailbox(self, stored: Stored[Mailbox]) -> None:
        """Deletes a mailbox and keeps its history; raises `Conflict`."""
        with self._connection.database.begin() as transaction:
            transaction.mailboxes.delete(stored, self._connection.actor)

    def save_outgoing(self, outgoing: Outgoing, version: int | None) -> None:
        """Replaces the outgoing account; raises `Conflict`."""
        with self._connection.database.begin() as transaction:
            transaction.settings.save_outgoing(outgoing, version, self._connection.actor)

    def save_monitor(self, monitor: Stored[MonitorSettings]) -> None:
        """Replaces Email Monitor Settings; raises `Conflict`."""
        with self._connection.database.begin() as transaction:
            transaction.settings.save_monitor(monitor, self._connection.actor)

    def save_filters(self, filters: Stored[Filters]) -> None:
        """Replaces the filters; raises `Conflict`."""
        with self._connection.database.begin() as transaction:
            transaction.settings.save_filters(filters, self._connection.actor)

    def save_email_commands(self, commands: Stored[EmailCommands]) -> None:
        """Replaces the switches of Email Commands and the trusted server; raises `Conflict`."""
        with self._connection.database.begin() as transaction:
            transaction.settings.save_email_commands(commands, self._connection.actor)

    def save_loop_protection(self, protection: Stored[LoopProtection]) -> None:
        """Replaces the loop protection; raises `Conflict`."""
        with self._connection.database.begin() as transaction:
            transaction.settings.save_loop_protection(protection, self._connection.actor)

    def save_business_hours(self, hours: Stored[BusinessHours]) -> None:
        """Replaces the business hours; raises `Conflict`."""
        with self._connection.database.begin() as transaction:
            transaction.settings.save_business_hours(hours, self._connection.actor)

    def save_backups(self, backups: Stored[Backups]) -> None:
        """Replaces the schedule of backups; raises `Conflict`."""
        with self._connection.database.begin() as transaction:
            transaction.settings.save_backups(backups, self._connection.actor)

    def save_retention(self, retention: Stored[Retention]) -> None:
        """Replaces the ages of data; raises `Conflict`."""
        with self._connection.database.begin() as transaction:
            transaction.settings.save_retention(retention, self._connection.actor)

    def save_file_types(self, types: Stored[FileTypes]) -> None:
        """Replaces the restricted file types; raises `Conflict`."""
        with self._connection.database.begin() as transaction:
            transaction.settings.save_file_types(types, self._connection.actor)

    def last_change(self, kind: Audited, name: str = "") -> AuditEntry | None:
        """Who changed this last, and when; None when nobody did (DB-04)."""
        with self._connection.database.reading() as transaction:
            return transaction.audit_list.last_change(kind, name)

    def last_reordering(self, kind: Audited) -> AuditEntry | None:
        """Who changed the order of these last, and when; None when nobody did (DB-04)."""
        with self._connection.database.reading() as transaction:
            return transaction.audit_list.last_reordering(kind)
