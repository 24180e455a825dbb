"""The whole state at one glance: what the tiles, the lists and the header of a console show (T-02, T-03, IN-15).

A console asks for it once a second on a worker thread, so a change made anywhere is soon seen everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

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
from trackit_console.store.monitoring_views import Host, Wanted
from trackit_console.store.row_mapping import Stored

NOT_WANTED = Wanted(False, 0, datetime.fromtimestamp(0, UTC))


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All settings with their versions, and how the monitor and each mailbox are doing.

    People are too many to be in it: `audit_mark` moves when an admin changes one, `today` when mail adds one. `marks` are those
    of the glance with which it was read; settings that were read alone have none. `recovery_key_wanted`: the database keeps a secret that would be lost with
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


def settings_moved(before: Snapshot, seen: Glance) -> bool:
    """Whether the glance saw other settings than `before` has."""
    return seen.revision != (before.revision.number, before.revision.immediate)


def unchanged(before: Snapshot | None, seen: Glance, midnight: datetime) -> Snapshot | None:
    """`before` with what the glance saw of the monitor; None where it must be read again."""
    if before is None or (before.marks, before.midnight) != (seen.marks, midnight):
        return None
    return replace(before, wanted=seen.wanted, hosts=seen.hosts)
