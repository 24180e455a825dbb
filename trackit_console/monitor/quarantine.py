"""Messages that were set aside: tried again with today's settings, added to a record by hand, or discarded (RUN-04).

The post action on the server was done when the message was set aside; here only the database changes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from trackit_console.clock import Clock
from trackit_console.domain.audit import Audited
from trackit_console.domain.deliveries import Outcome, Recorded
from trackit_console.domain.effects import Change
from trackit_console.domain.records import RecordRef
from trackit_console.helpdesk.arrivals import arrived
from trackit_console.helpdesk.intake import route
from trackit_console.helpdesk.policy import Policy
from trackit_console.mail import parse
from trackit_console.monitor.errors import AccountChanged, MailboxGone, NotDownloadedYet
from trackit_console.monitor.mailbox_intake import MailboxIntake
from trackit_console.store.database import Database
from trackit_console.store.errors import RecordMissing
from trackit_console.store.snapshot_reader import read_settings
from trackit_console.store.visit_backlog import is_read_today


@dataclass(frozen=True, slots=True)
class Retried:
    """What a retry did: what the message became, or None when the monitor asks the server for it at the next poll."""

    recorded: Recorded | None


def retry(database: Database, delivery_id: int, by: str, clock: Clock) -> Retried:
    """Processes a quarantined message again. KeyError when it is not in quarantine any more.

    One that today's rules keep out is set aside again, for the reason of today: here is the last copy of it. One that was never
    downloaded as a whole is asked for again: decided about as it is, it would make an empty ticket. Raises `MailboxGone` and
    `AccountChanged` when nobody would ask.
    """
    with database.unit_of_work() as work:
        message = work.quarantine.get(delivery_id)
        snapshot = read_settings(work.transaction)
        stored = next((each for each in snapshot.mailboxes if each.id == message.mailbox_id), None)
        mailbox = stored.value if stored else None
        if message.raw is None:
            if stored is None:
                raise MailboxGone
            if not is_read_today(work.transaction.session, stored, message.ref):
                raise AccountChanged
            work.quarantine.download_again(message)
            recorded = None
        else:
            # Today's settings; a mailbox that was deleted since has no ticket template of its own.
            intake = MailboxIntake(Policy.of(snapshot.settings), mailbox.ticket_template if mailbox else None)
            reads = [intake.read(arrived(message.ref, message.raw, clock.now()))]
            directory = work.look_up(intake.lookup(reads), message.mailbox_id)
            recorded = work.quarantine.decide(message, kept(intake.decide(reads, directory)[0]))
        # In the transaction of the decision: nobody decides without a trace.
        work.transaction.audit.noted("retried", Audited.MESSAGE, by, str(delivery_id))
        work.commit()
    return Retried(recorded)


def kept(change: Change) -> Change:
    """The decision about a message in quarantine, of which nothing is lost: what comes to no record waits on."""
    delivery = change.delivery
    if delivery is None or delivery.processed or delivery.record is not None:
        return change
    return replace(change, delivery=replace(delivery, outcome=Outcome.QUARANTINED, matched_rule=None))


def route_to_record(database: Database, delivery_id: int, ref: RecordRef, by: str, clock: Clock) -> Recorded:
    """Adds a quarantined message to the record `ref`, whatever the rules say of it.

    KeyError when it is not in quarantine any more; raises `RecordMissing` and `NotDownloadedYet`.
    """
    with database.unit_of_work() as work:
        message = work.quarantine.get(delivery_id)
        if message.raw is None:
            raise NotDownloadedYet
        record = work.records([ref]).get(ref)
        if record is None:
            raise RecordMissing(record=str(ref))
        policy = Policy.of(read_settings(work.transaction).settings)
        change = route(parse(message.raw), arrived(message.ref, message.raw, clock.now()), record, policy, by)
        recorded = work.quarantine.decide(message, change)
        work.transaction.audit.noted("routed", Audited.MESSAGE, by, f"{delivery_id} {ref}")
        work.commit()
    return recorded


def discard(database: Database, delivery_id: int, by: str) -> None:
    """Ends the quarantine of a message without processing it. KeyError when it is not in quarantine any more."""
    # The activity and the ledger stay, so the message is not taken in again.
    with database.unit_of_work() as work:
        work.quarantine.discard(delivery_id)
        work.transaction.audit.noted("discarded", Audited.MESSAGE, by, str(delivery_id))
        work.commit()
