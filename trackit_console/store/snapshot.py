"""The whole state at one glance: what the tiles, the lists and the header of a console show (T-02, T-03, IN-15).

A console asks for it once a second on a worker thread, so a change made anywhere is soon seen everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from trackit_console.settings.filters import Filters
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.monitor import MonitorSettings
from trackit_console.settings.outgoing import Outgoing
from trackit_console.settings.people import TicketTemplate
from trackit_console.settings.tiles import EmailSettings
from trackit_console.store.audit import Revision
from trackit_console.store.entries import Outcome
from trackit_console.store.monitoring import Host, MailboxState, Wanted
from trackit_console.store.row_mapping import Stored

if TYPE_CHECKING:
    from trackit_console.store.database import Transaction


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All settings with their versions, and how the monitor and each mailbox are doing."""

    mailboxes: Sequence[Stored[Mailbox]]
    outgoing: Stored[Outgoing] | None
    monitor: Stored[MonitorSettings]
    filters: Stored[Filters]
    restricted_file_types: Sequence[str]
    ticket_templates: Sequence[TicketTemplate]
    revision: Revision
    wanted: Wanted
    hosts: Sequence[Host]
    states: Mapping[int, MailboxState]
    today: Mapping[tuple[int, Outcome], int]
    quarantine: int

    @property
    def settings(self) -> EmailSettings:
        """The settings alone, as `missing` judges them."""
        return EmailSettings(
            mailboxes=[each.value for each in self.mailboxes],
            outgoing=self.outgoing.value if self.outgoing else None,
            monitor=self.monitor.value,
            filters=self.filters.value,
            restricted_file_types=self.restricted_file_types,
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


def read_snapshot(transaction: Transaction, midnight: datetime) -> Snapshot:
    """The present state; `midnight` is when today began where the admin sits."""
    settings = transaction.settings
    return Snapshot(
        mailboxes=transaction.mailboxes.all(),
        outgoing=settings.outgoing(),
        monitor=settings.monitor(),
        filters=settings.filters(),
        restricted_file_types=settings.restricted_file_types(),
        ticket_templates=settings.ticket_templates(),
        revision=transaction.audit.revision(),
        wanted=transaction.monitoring.wanted(),
        hosts=transaction.monitoring.hosts(),
        states=transaction.monitoring.states(),
        today=transaction.activity.outcomes(midnight),
        quarantine=transaction.activity.quarantine_size(),
    )
