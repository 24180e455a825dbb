"""What is too old is removed, a little at a time, and nothing else: not what is younger, not the ledger, nothing that is still needed."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from tests.clock import ManualClock
from tests.store.delivery_factory import aside, note, ref, take_in, ticket
from tests.store.retention_purge import DAY, execute, number_of, purge
from trackit_console.domain.audit import Audited
from trackit_console.domain.deliveries import Outcome
from trackit_console.domain.directory import LookupRequest
from trackit_console.domain.effects import Change
from trackit_console.domain.polling import Lease
from trackit_console.domain.records import AttachedFile
from trackit_console.settings.retention import Retention
from trackit_console.store import retention as rules
from trackit_console.store.database import Database
from trackit_console.store.quarantine import Quarantine
from trackit_console.store.tables import (
    DeliveryRow,
    MailboxRow,
    RawMessageRow,
)


def with_a_file(uid: str, *, stored: bool = True) -> Change:
    """A message that became a ticket with a file."""
    return ticket(uid, note=note(files=(AttachedFile("plan.pdf", "application/pdf", 3, "a" * 64, stored),)))


def settle(database: Database, numbers: list[int], post_action: int = 0) -> None:
    database.deliveries.mark_settled(numbers, post_action)


@pytest.fixture
def taken(database: Database, lease: Lease, clock: ManualClock) -> dict[str, int]:
    """The deliveries of messages that were taken 100 days ago and are settled, by what they became."""
    changes = [ticket("plain"), with_a_file("file"), with_a_file("restricted", stored=False), aside("aside"), ticket("unsettled")]
    numbers = [each.delivery_id for each in take_in(database, lease, changes)]
    clock.advance(100 * DAY)
    settle(database, numbers[:-1])
    return dict(zip(("plain", "file", "restricted", "aside", "unsettled"), numbers, strict=True))


def originals(database: Database) -> set[int]:
    with database.reading() as transaction:
        return set(transaction.session.scalars(select(RawMessageRow.delivery_id)))


@pytest.mark.covers("DB-01")
def test_by_default_nothing_is_removed_that_anybody_sees(database: Database, taken: dict[str, int]) -> None:
    with database.reading() as transaction:
        due = transaction.retention.count(transaction.settings.retention().value)
    assert {kind: each.rows for kind, each in due.items()} == {"scheduled_actions": 0}


def test_originals_with_attachments_of_records_have_an_age_of_their_own(database: Database, taken: dict[str, int]) -> None:
    assert purge(database, messages=100) == {}, "a day too young"
    assert purge(database, messages=99) == {"messages": 2}
    assert originals(database) == {taken["file"], taken["aside"], taken["unsettled"]}
    assert purge(database, attachments=99) == {"attachments": 1}
    assert originals(database) == {taken["aside"], taken["unsettled"]}, "one waits in quarantine, one for its post action"
    assert number_of(database, DeliveryRow) == 5


def test_an_unsettled_original_is_free_once_its_mailbox_was_deleted(database: Database, taken: dict[str, int]) -> None:
    with database.begin() as transaction:
        [mailbox] = transaction.mailboxes.all()
        transaction.mailboxes.delete(mailbox, "ada")
    assert purge(database, messages=99) == {"messages": 3}


@pytest.mark.covers("MON-06")
def test_the_archive_of_pop3_keeps_what_it_has_as_long_as_is_set_for_it(database: Database, taken: dict[str, int]) -> None:
    settle(database, [taken["plain"], taken["file"]], post_action=2)
    execute(database, update(MailboxRow).values(type="pop3"))
    assert purge(database, messages=99, attachments=99) == {"messages": 1}, "the one whose file is restricted"
    assert purge(database, archive=99) == {"archive": 1}
    assert purge(database, archive=101, attachments=99) == {}
    assert purge(database, archive=99, attachments=99) == {"attachments": 1}


def test_the_activity_goes_but_for_what_waits_in_quarantine(database: Database, taken: dict[str, int]) -> None:
    assert purge(database, activity=99) == {"activity": 4}
    with database.reading() as transaction:
        assert [each.delivery_id for each in transaction.waiting_messages] == [taken["aside"]]


@pytest.mark.covers("RUN-03")
def test_a_message_without_activity_is_still_known_and_its_copy_still_finds_its_record(
    database: Database, lease: Lease, clock: ManualClock
) -> None:
    [made] = take_in(database, lease, [ticket("one", copy_key="c" * 64)])
    clock.advance(100 * DAY)
    purge(database, activity=99)
    assert database.deliveries.known(lease.mailbox_id, [ref("one")]) == {ref("one")}
    recorded = database.deliveries.recorded(lease.mailbox_id, ref("one"))
    assert recorded is not None and recorded.outcome is Outcome.CREATED
    with database.unit_of_work() as work:
        assert work.look_up(LookupRequest(copy_keys=frozenset({"c" * 64}))).copies == {"c" * 64: made.record}


def test_decided_quarantine_goes_by_its_age_and_what_waits_stays(database: Database, taken: dict[str, int]) -> None:
    assert purge(database, quarantine=99) == {}
    with database.unit_of_work() as work:
        Quarantine(work).discard(taken["aside"])
        work.commit()
    assert purge(database, quarantine=101) == {}
    assert purge(database, quarantine=99) == {"quarantine": 1}


def test_the_audit_goes_by_its_age(database: Database, clock: ManualClock) -> None:
    for number in range(3):
        with database.begin() as transaction:
            transaction.audit.noted("started", Audited.MONITOR, f"admin {number}")
        clock.advance(40 * DAY)
    assert purge(database, audit=79) == {"audit": 2}
    with database.reading() as transaction:
        assert [each.actor for each in transaction.audit.latest()] == ["admin 2"]


# ---------------------------------------------------------------------- steps


def test_a_step_is_small_in_rows_and_in_bytes(
    database: Database, lease: Lease, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [each.delivery_id for each in take_in(database, lease, [ticket(f"{each}") for each in range(7)])]
    settle(database, numbers)
    clock.advance(2 * DAY)
    kept = Retention(messages=1)
    monkeypatch.setattr(rules, "MAX_ROWS", 3)
    with database.reading() as transaction:
        assert transaction.retention.find(kept, "messages").ids == numbers[:3]
        assert transaction.retention.find(kept, "messages", numbers[2]).ids == numbers[3:6]
    monkeypatch.setattr(rules, "MAX_BYTES", 30)
    with database.reading() as transaction:
        assert transaction.retention.find(kept, "messages").ids == numbers[:1], "a message that is larger goes alone"
