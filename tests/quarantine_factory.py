"""A database with a ticket and with messages in quarantine: one that is kept whole, and one of which only headers are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from tests.message_factory import raw_message
from tests.settings.samples import imap
from tests.store.delivery_factory import delivery, take_in, ticket
from trackit_console.domain.deliveries import Outcome
from trackit_console.domain.effects import Change
from trackit_console.domain.records import AppliedReason
from trackit_console.store.database import Database

WHOLE = raw_message(7)
HEADERS = b"From: Carl <carl@example.com>\r\nSubject: Too large\r\n\r\n"


@dataclass(frozen=True, slots=True)
class SetAside:
    """The ids of the deliveries that wait."""

    whole: int
    headers_only: int


def set_aside(database: Database) -> SetAside:
    """Adds a mailbox, **Ticket 1** of Bo, and the two messages that wait for an admin."""
    with database.begin() as transaction:
        mailbox = transaction.mailboxes.add(imap(name="Support"), "test")
        lease = transaction.mailbox_leases.begin_visit(mailbox.id, "test", regardless=True)
    assert lease is not None
    refused, too_large = (AppliedReason("unknown_sender"),), (AppliedReason("too_large", {"size": 200, "limit": 100}),)
    changes = [
        ticket("1", "bo@example.com", subject="Printer on floor 2"),
        _waiting("2", WHOLE, subject="Whole", reasons=refused),
        _waiting("3", HEADERS, subject="Too large", reasons=too_large, headers_only=True),
    ]
    _, whole, headers_only = take_in(database, lease, changes)
    with database.begin() as transaction:
        transaction.mailbox_leases.leave("test")
    return SetAside(whole.delivery_id, headers_only.delivery_id)


def set_aside_many(database: Database, number: int) -> list[int]:
    """Adds a mailbox with so many messages that wait, and answers their ids."""
    with database.begin() as transaction:
        mailbox = transaction.mailboxes.add(imap(name="Support"), "test")
        lease = transaction.mailbox_leases.begin_visit(mailbox.id, "test", regardless=True)
    assert lease is not None
    refused = (AppliedReason("unknown_sender"),)
    changes = [
        _waiting(str(each), raw_message(each), subject=f"Message {each}", reasons=refused, detail=f"detail {each}")
        for each in range(1, number + 1)
    ]
    made = [each.delivery_id for each in take_in(database, lease, changes)]
    with database.begin() as transaction:
        transaction.mailbox_leases.leave("test")
    return made


def _waiting(uid: str, raw: bytes, **fields: Any) -> Change:
    return Change(delivery=replace(delivery(uid, Outcome.QUARANTINED, **fields), raw=raw, size=len(raw)))
