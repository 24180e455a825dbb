"""Messages that were set aside: tried again with today's settings, or discarded (RUN-04).

The post action on the server was done when the message was set aside; here only the database changes.
"""

from __future__ import annotations

from trackit_console.clock import Clock
from trackit_console.helpdesk.intake import Policy, decide, lookup_request
from trackit_console.helpdesk.recording import arrived, entry_of, failed
from trackit_console.mail import parse
from trackit_console.settings.mailbox import Mailbox
from trackit_console.store.database import Database
from trackit_console.store.entries import Entry, Recorded
from trackit_console.store.snapshot import read_snapshot


def retry(database: Database, delivery_id: int, by: str, clock: Clock) -> Recorded:
    """Processes a quarantined message again; it may be set aside again. KeyError when it is not in quarantine any more."""
    mailbox_id, raw = database.deliveries.quarantined(delivery_id)
    with database.reading() as transaction:
        view = read_snapshot(transaction, clock.now())
    policy = Policy.of(view.settings)
    mailbox = next((each.value for each in view.mailboxes if each.id == mailbox_id), None)
    came = arrived("", str(delivery_id), raw, clock.now())
    recorded = database.deliveries.redo(delivery_id, _decided(database, came, policy, mailbox_id, mailbox))
    _note(database, "retried", delivery_id, by)
    return recorded


def discard(database: Database, delivery_id: int, by: str) -> None:
    """Ends the quarantine of a message without processing it. KeyError when it is not in quarantine any more."""
    database.deliveries.discard(delivery_id)
    _note(database, "discarded", delivery_id, by)


def _decided(database: Database, came: Entry, policy: Policy, mailbox_id: int, mailbox: Mailbox | None) -> Entry:
    template = mailbox.ticket_template if mailbox else None
    try:
        message = parse(came.raw)
        asked = lookup_request([message])
        with database.reading() as transaction:
            directory = transaction.people.directory(asked.addresses, asked.keywords, asked.message_ids, (mailbox_id, template))
        return entry_of(decide(message, directory, policy, template, came.seen_at), message, came, policy)
    except Exception as problem:  # this one message: it stays set aside
        return failed(came, problem)


def _note(database: Database, action: str, delivery_id: int, by: str) -> None:
    with database.begin() as transaction:
        transaction.audit.noted(action, f"message {delivery_id}", by)
