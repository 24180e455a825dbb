"""The whole state at one glance: what the tiles, the lists and the header of a console show (T-02, T-03, IN-15).

A console asks for it once a second on a worker thread, so a change made anywhere is soon seen everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from trackit_console.domain.deliveries import Outcome
from trackit_console.domain.polling import MailboxState
from trackit_console.settings.backups import Backups
from trackit_console.settings.business_hours import BusinessHours
from trackit_console.settings.email_commands import EmailCommands
from trackit_console.settings.file_types import FileTypes
from trackit_console.settings.filters import Filters
from trackit_console.settings.loop_protection import LoopProtection
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.monitor import MonitorSettings
from trackit_console.settings.outgoing import Outgoing
from trackit_console.settings.people import TicketTemplate
from trackit_console.settings.retention import Retention
from trackit_console.settings.tiles import EmailSettings
from trackit_console.store.audit import Revision
from trackit_console.store.backup_status import BackupStatus
from trackit_console.store.glance import Glance
from trackit_console.store.monitoring import Host, Wanted
from trackit_console.store.row_mapping import Stored, stored_secrets

if TYPE_CHECKING:
    from trackit_console.store.transaction import Transaction


CONSISTENT_TRIES = 3
"""How often settings are read again that somebody saves at the same time."""
NOT_WANTED = Wanted(False, 0, datetime.fromtimestamp(0, UTC))


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All settings with their versions, and how the monitor and each mailbox are doing.

    People are too many to be in it: `audit_mark` moves when an admin changes one, `today` when mail adds one. `marks` are those
    of the glance before it was read, None without one. `recovery_key_wanted`: the database keeps a secret that would be lost with
    the key, and nobody has stored the recovery key.
    """

    mailboxes: Sequence[Stored[Mailbox]]
    outgoing: Stored[Outgoing] | None
    monitor: Stored[MonitorSettings]
    filters: Stored[Filters]
    loop_protection: Stored[LoopProtection]
    email_commands: Stored[EmailCommands]
    file_types: Stored[FileTypes]
    ticket_templates: Sequence[TicketTemplate]
    business_hours: Stored[BusinessHours]
    backups: Stored[Backups]
    retention: Stored[Retention]
    revision: Revision
    wanted: Wanted = NOT_WANTED
    hosts: Sequence[Host] = ()
    states: Mapping[int, MailboxState] = field(default_factory=dict)
    today: Mapping[tuple[int, Outcome], int] = field(default_factory=dict)
    quarantine: int = 0
    recovery_key_wanted: bool = False
    backup_status: BackupStatus = field(default_factory=BackupStatus)
    mark: int = 0
    audit_mark: int = 0
    outbox_mark: tuple[int, int] = (0, 0)
    midnight: datetime | None = None
    marks: tuple[object, ...] | None = None

    @property
    def settings(self) -> EmailSettings:
        """The settings alone, as `missing` judges them."""
        return EmailSettings(
            mailboxes=[each.value for each in self.mailboxes],
            outgoing=self.outgoing.value if self.outgoing else None,
            monitor=self.monitor.value,
            filters=self.filters.value,
            loop_protection=self.loop_protection.value,
            email_commands=self.email_commands.value,
            restricted_file_types=self.file_types.value.restricted_file_types,
            ticket_templates=self.ticket_templates,
        )

    @property
    def running(self) -> Host | None:
        """The host that polls, None while nobody does."""
        return next((host for host in self.hosts if host.state == "running"), None)

    @property
    def restart_needed(self) -> bool:
        """Whether a running host still works with older settings (MON-05)."""
        return any(host.state == "running" and host.revision < self.revision.number for host in self.hosts)


def unchanged(before: Snapshot | None, seen: Glance, midnight: datetime) -> Snapshot | None:
    """`before` with what the glance saw of the monitor; None where it must be read again."""
    if before is None or (before.marks, before.midnight) != (seen.marks, midnight):
        return None
    return replace(before, wanted=seen.wanted, hosts=seen.hosts)


def read_snapshot(transaction: Transaction, midnight: datetime, before: Snapshot | None = None) -> Snapshot:
    """The present state; `midnight` is when today began where the admin sits. It opens no secret.

    What `before` holds is taken from it as long as its counters have not moved: settings by their revision, the numbers of
    today by the last message.
    """
    settings = _settings(transaction, before, secrets=False)
    mark, quarantine = transaction.activity.mark(), transaction.activity.quarantine_size()
    same_day = before is not None and (before.mark, before.quarantine, before.midnight) == (mark, quarantine, midnight)
    return replace(
        settings,
        wanted=transaction.monitoring.wanted(),
        hosts=transaction.monitoring.hosts(),
        states=transaction.mailbox_states.states(),
        today=before.today if before is not None and same_day else transaction.activity.outcomes(midnight),
        quarantine=quarantine,
        recovery_key_wanted=_keeps_secrets(settings) and transaction.recovery_key.stored() is None,
        backup_status=transaction.backup_status.read(),
        mark=mark,
        audit_mark=transaction.audit.mark(),
        outbox_mark=transaction.outbox_list.mark(),
        midnight=midnight,
    )


def _keeps_secrets(settings: Snapshot) -> bool:
    accounts = [each.value for each in (*settings.mailboxes, settings.outgoing) if each is not None]
    return any(stored_secrets(each) for each in accounts)


def read_settings(transaction: Transaction, *, secrets: bool = False) -> Snapshot:
    """The settings alone, as of one revision.

    It opens no secret, unless `secrets` asks for those of the mailboxes and the outgoing account: the monitor signs in.
    """
    return _settings(transaction, None, secrets=secrets)


def _settings(transaction: Transaction, before: Snapshot | None, *, secrets: bool) -> Snapshot:
    """The settings with the revision that they belong to.

    SQLite shows one state for the whole transaction. SQL Server shows each statement what is committed by then: when the
    revision moved while they were read, they are read again.
    """
    revision = transaction.audit.revision()
    if before is not None and _counters(before.revision) == _counters(revision):
        return before
    for _ in range(CONSISTENT_TRIES):
        read = _read_settings(transaction, revision, secrets)
        # Every save counts the revision in its own transaction, so an unmoved one means that nothing was saved meanwhile.
        again = transaction.audit.revision()
        if _counters(again) == _counters(revision):
            break
        revision = again
    return read


def _counters(revision: Revision) -> tuple[int, int]:
    return revision.number, revision.immediate


def _read_settings(transaction: Transaction, revision: Revision, secrets: bool) -> Snapshot:
    settings = transaction.settings
    settings.read_together()
    return Snapshot(
        mailboxes=transaction.mailboxes.all(secrets=secrets),
        outgoing=settings.outgoing(secrets=secrets),
        monitor=settings.monitor(),
        filters=settings.filters(),
        loop_protection=settings.loop_protection(),
        email_commands=settings.email_commands(),
        file_types=settings.file_types(),
        ticket_templates=settings.ticket_templates(),
        business_hours=settings.business_hours(),
        backups=settings.backups(),
        retention=settings.retention(),
        revision=revision,
    )
