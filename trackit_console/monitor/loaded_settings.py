"""The settings that a running monitor works with: read when it starts, changed by a restart alone (MON-05)."""

from __future__ import annotations

from dataclasses import dataclass

from trackit_console.helpdesk.policy import Policy
from trackit_console.logs import component
from trackit_console.monitor.visit_settings import VisitContext, VisitSettings
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.outgoing import Outgoing
from trackit_console.settings.people_checks import by_template_key
from trackit_console.store.database import Database
from trackit_console.store.row_mapping import Stored
from trackit_console.store.snapshot import Snapshot
from trackit_console.store.snapshot_reader import read_settings


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """The settings as they were when the monitor was started; `restarts` counts how often **Restart** had been pressed by then.

    `outgoing` is None where there is no outgoing account that could be used: outgoing mail waits.
    """

    mailboxes: dict[int, Stored[Mailbox]]
    context: VisitContext
    revision: int
    restarts: int
    outgoing: Stored[Outgoing] | None = None

    @property
    def enabled(self) -> dict[int, Stored[Mailbox]]:
        """The mailboxes that are visited: enabled, and with settings that can be used.

        So is one of which only a secret cannot be opened: that shows here alone, and its visit keeps it as the error.
        """
        return {number: each for number, each in self.mailboxes.items() if each.value.enabled and not is_refused(each)}


def load_settings(database: Database, restarts: int) -> LoadedSettings:
    """The settings as they are now. A mailbox whose settings cannot be used is logged and left out. Raises `StoreError`."""
    with database.reading() as transaction:
        return loaded_from(read_settings(transaction, secrets=True), restarts)


def loaded_from(snapshot: Snapshot, restarts: int) -> LoadedSettings:
    """The settings of `snapshot`, which was read with its secrets."""
    settings, monitor = snapshot.settings, snapshot.monitor.value
    visit_settings = VisitSettings(
        Policy.of(settings), monitor.emails_to_process, monitor.post_action, monitor.message_size_limit
    )
    context = VisitContext(visit_settings, monitor, by_template_key(settings.ticket_templates))
    mailboxes = {each.id: each for each in snapshot.mailboxes}
    for each in mailboxes.values():
        if each.value.enabled and is_refused(each):
            component("EmailMonitor").error("mailbox %s is left out: %s", each.value.title, each.findings[0])
    return LoadedSettings(mailboxes, context, snapshot.revision.number, restarts, _usable(snapshot.outgoing))


def _usable(outgoing: Stored[Outgoing] | None) -> Stored[Outgoing] | None:
    if outgoing is None or not is_refused(outgoing):
        return outgoing
    component("EmailMonitor").error("outgoing mail waits, the outgoing account cannot be used: %s", outgoing.findings[0])
    return None


def is_refused(account: Stored[Mailbox] | Stored[Outgoing]) -> bool:
    """Whether today's rules refuse the stored settings, apart from a secret that cannot be opened."""
    return any(each.rule != "secret_unreadable" for each in account.findings)
