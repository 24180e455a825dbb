"""Outgoing mail and completed actions go by their ages, but for what a reply or an open record needs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from tests.clock import ManualClock
from tests.outbox_factory import add_record, mail, put
from tests.store.retention_purge import DAY, execute, number_of, purge
from trackit_console.domain.directory import LookupRequest
from trackit_console.domain.effects import AddNote
from trackit_console.domain.records import Note, NoteKind
from trackit_console.settings.retention import Retention
from trackit_console.store.database import Database
from trackit_console.store.tables import OutboxRow, OutboxTryRow, RecordRow, ScheduledActionRow


def state(database: Database, number: int, **values: Any) -> None:
    execute(database, update(OutboxRow).where(OutboxRow.id == number).values(**values))


def mails(database: Database) -> set[int]:
    with database.reading() as transaction:
        return set(transaction.session.scalars(select(OutboxRow.id)))


@pytest.mark.covers("MSG-03", "OUT-06")
def test_outgoing_mail_goes_with_its_tries_unless_a_reply_needs_it(database: Database, clock: ManualClock) -> None:
    record = add_record(database)
    put(database, *(mail(number, record=record) for number in range(4)), mail(4), mail(5))
    for number, name in ((1, "sent"), (2, "sent"), (3, "failed"), (4, "waiting"), (5, "discarded"), (6, "sent")):
        state(database, number, state=name, sent_at=clock.now() if name == "sent" else None)
    execute(database, insert(OutboxTryRow).values(outbox_id=1, at=clock.now(), what="sent", actor="here"))
    noted = Note(NoteKind.EMAIL_SENT, message_id="letter-0@example.com")
    put(database, AddNote(record, noted))
    clock.advance(80 * DAY)
    state(database, 6, sent_at=clock.now())
    assert purge(database, outgoing_mail=79) == {"outgoing_mail": 3}
    assert mails(database) == {2, 4, 6}, "a reply finds its record by 2, 4 waits, 6 was sent today"
    assert number_of(database, OutboxTryRow) == 0
    with database.unit_of_work() as work:
        asked = LookupRequest(message_ids=frozenset({"letter-0@example.com", "letter-1@example.com"}))
        assert {each.ref for each in work.look_up(asked).by_message_id.values()} == {record}


def test_a_digest_goes_after_its_parts_and_they_not_while_it_waits(database: Database, clock: ManualClock) -> None:
    put(database, mail(0), mail(1), mail(2))
    for number in (1, 2):
        state(database, number, state="sent", digest_id=3)
    clock.advance(80 * DAY)
    assert purge(database, outgoing_mail=79) == {}, "the digest waits"
    state(database, 3, state="sent", sent_at=clock.now() - timedelta(days=80))
    assert purge(database, outgoing_mail=79) == {"outgoing_mail": 3}
    assert mails(database) == set()


def test_what_was_done_for_an_open_record_stays_so_that_it_is_not_done_twice(database: Database, clock: ManualClock) -> None:
    records = [add_record(database).id for _ in range(3)]
    execute(database, update(RecordRow).where(RecordRow.id == records[1]).values(closed_at=clock.now(), status="closed"))
    moments: dict[str, Any] = {"due_at": clock.now(), "created_at": clock.now(), "done_at": clock.now()}
    rows: list[dict[str, Any]] = [
        {"state": "done", "record_id": records[0], **moments},
        {"state": "done", "record_id": records[1], **moments},
        {"state": "cancelled", "record_id": None, **moments},
        {"state": "waiting", "record_id": records[2], **moments, "done_at": None},
    ]
    common = {"kind": "rule", "source": "rule", "payload": "{}"}
    for number, row in enumerate(rows):
        execute(database, insert(ScheduledActionRow).values(unique_key=f"{number}", **common, **row))
    clock.advance(80 * DAY)
    assert purge(database, scheduled_actions=79) == {"scheduled_actions": 2}
    with database.reading() as transaction:
        left = transaction.session.scalars(select(ScheduledActionRow.unique_key).order_by(ScheduledActionRow.id))
        assert list(left) == ["0", "3"]


def test_what_changed_between_finding_and_removing_stays(database: Database, clock: ManualClock) -> None:
    put(database, mail(0), mail(1))
    execute(database, update(OutboxRow).values(state="failed"))
    clock.advance(80 * DAY)
    kept = Retention(outgoing_mail=79)
    with database.reading() as transaction:
        batch = transaction.retention.find(kept, "outgoing_mail")
    state(database, 2, state="waiting")
    with database.begin() as transaction:
        assert transaction.retention.remove(kept, "outgoing_mail", batch.ids) == 1
    assert mails(database) == {2}
