"""Reads a `Snapshot`: all of it, or the settings alone as of one revision. What has not changed is not read again (T-03)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from trackit_console.domain.deliveries import Outcome
from trackit_console.store.activity import ACTIVITY_MARK, QUARANTINE_SIZE, outcomes
from trackit_console.store.audit import AUDIT_MARK, REVISION, Revision
from trackit_console.store.backup_status import WRITTEN_STATUS
from trackit_console.store.glance import glance, glance_in
from trackit_console.store.mailbox_states import ALL_STATES
from trackit_console.store.mailboxes import ALL_MAILBOXES
from trackit_console.store.outbox_list import OUTBOX_MARK
from trackit_console.store.reading_session import Rows
from trackit_console.store.recovery_key_record import KEY_STORED
from trackit_console.store.row_mapping import stored_secrets
from trackit_console.store.single_rows import ALL_SINGLE_ROWS
from trackit_console.store.singleton_settings import FILTER_RULES, RESTRICTED_FILE_TYPES
from trackit_console.store.snapshot import Snapshot
from trackit_console.store.ticket_templates import ALL_TEMPLATES

if TYPE_CHECKING:
    from trackit_console.store.transaction import Transaction

SETTINGS = (REVISION, ALL_SINGLE_ROWS, ALL_MAILBOXES, FILTER_RULES, RESTRICTED_FILE_TYPES, ALL_TEMPLATES, REVISION)
"""What `read_settings` asks, in its order: the revision stands before and after what belongs to it."""
STATE = (ACTIVITY_MARK, QUARANTINE_SIZE, ALL_STATES, KEY_STORED, WRITTEN_STATUS, AUDIT_MARK, OUTBOX_MARK)
"""What a `Snapshot` holds beside the settings, the glance and the numbers of today."""
CONSISTENT_TRIES = 3
"""How often settings are read again that somebody saves at the same time."""


def read_snapshot(transaction: Transaction, midnight: datetime, before: Snapshot | None = None) -> Snapshot:
    """The present state; `midnight` is when today began where the admin sits. It opens no secret.

    What `before` holds is taken from it as long as its counters have not moved: settings by their revision, the numbers of
    today by the last message. From SQL Server all of it comes in one round trip, and one more if the settings have moved
    since `before`.
    """
    of_settings = SETTINGS if before is None else (REVISION,)
    # The glance is the first: what changes between the statements is seen by the next one.
    glanced, of_today = glance(transaction.moment), outcomes(midnight)
    transaction.session.read_ahead(glanced, *of_settings, *STATE, of_today)
    seen = glance_in(transaction.session.rows(glanced))
    settings = _settings(transaction, before, secrets=False)
    mark, quarantine = transaction.activity.mark(), transaction.activity.quarantine_size()
    same_day = before is not None and (before.mark, before.quarantine, before.midnight) == (mark, quarantine, midnight)
    return replace(
        settings,
        wanted=seen.wanted,
        hosts=seen.hosts,
        states=transaction.mailbox_states.states(),
        today=before.today if before is not None and same_day else _by_mailbox(transaction.session.rows(of_today)),
        quarantine=quarantine,
        recovery_key_wanted=transaction.recovery_key.stored() is None and _keeps_secrets(settings),
        backup_status=transaction.backup_status.read(),
        mark=mark,
        audit_mark=transaction.audit.mark(),
        outbox_mark=transaction.outbox_list.mark(),
        midnight=midnight,
        marks=seen.marks,
    )


def _by_mailbox(rows: Rows) -> dict[tuple[int, Outcome], int]:
    return {(mailbox_id, Outcome(outcome)): number for mailbox_id, outcome, number in rows}


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
    if before is not None and _counters(before.revision) == _counters(transaction.audit.revision()):
        return before
    for _ in range(CONSISTENT_TRIES):
        transaction.session.read_ahead(*SETTINGS)
        read = _read_settings(transaction, transaction.audit.revision(), secrets)
        # Every save counts the revision in its own transaction, so an unmoved one means that nothing was saved meanwhile.
        if _counters(transaction.audit.revision()) == _counters(read.revision):
            break
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
