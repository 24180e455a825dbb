"""The marks of addresses from which mail came back, as people see and clear them (MSG-09)."""

from __future__ import annotations

import pytest

from tests.clock import BEGINNING, ManualClock
from trackit_console.domain.audit import Audited
from trackit_console.domain.effects import Change, CreateRecord, DeleteRecord, MarkUndeliverable
from trackit_console.domain.records import Module, Placeholder, Priority, RecordRef, TicketSource
from trackit_console.store.database import Database
from trackit_console.store.undeliverable_addresses import UndeliverableMark

TICKET = Placeholder("ticket")
REASON = "550 5.1.1 There is nobody of this name."
pytestmark = pytest.mark.covers("MSG-09")


def mark(database: Database, *addresses: str) -> RecordRef:
    """A ticket about which mail to these addresses came back."""
    create = CreateRecord(TICKET, Module.TICKET, "Printer", Priority.HIGH, TicketSource.EMAIL)
    with database.unit_of_work() as work:
        [applied] = work.apply([Change((create, *(MarkUndeliverable(each, REASON, TICKET) for each in addresses)))])
        work.commit()
    return applied.created[TICKET]


def marks(database: Database, *addresses: str) -> dict[str, UndeliverableMark]:
    with database.reading() as transaction:
        return transaction.undeliverable_addresses.of(addresses)


def test_a_mark_is_found_by_any_spelling_of_the_address(database: Database, clock: ManualClock) -> None:
    ref = mark(database, "Bo@Example.com", "cy@example.com")
    assert marks(database, "bo@example.COM", "nobody@example.com") == {
        "bo@example.com": UndeliverableMark("bo@example.com", BEGINNING, REASON, ref)
    }
    assert marks(database) == {}


def test_clearing_is_audited_and_clears_nothing_else(database: Database) -> None:
    mark(database, "bo@example.com", "cy@example.com")
    with database.begin() as transaction:
        for address in ("BO@example.com", "nobody@example.com"):
            transaction.undeliverable_addresses.clear(address, Audited.REQUESTOR, "ada")
        noted = [(each.action, each.kind, each.name, each.actor) for each in transaction.audit.latest()]
    assert noted == [("mark_cleared", "requestor", "BO@example.com", "ada")]
    assert set(marks(database, "bo@example.com", "cy@example.com")) == {"cy@example.com"}


def test_a_mark_outlives_its_record(database: Database) -> None:
    ref = mark(database, "bo@example.com")
    with database.unit_of_work() as work:
        work.records([ref])
        work.apply([Change((DeleteRecord(ref, "ada"),))])
        work.commit()
    assert marks(database, "bo@example.com")["bo@example.com"].record is None
