"""What is known of the mail of the last hour and of who takes part in a record (MSG-02, MSG-08)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.clock import ManualClock
from tests.store.delivery_factory import delivery, take_in, ticket
from trackit_console.domain.deliveries import Outcome
from trackit_console.domain.directory import Directory, LookupRequest
from trackit_console.domain.effects import AddNote, Change
from trackit_console.domain.polling import Lease
from trackit_console.domain.records import Module, Note, NoteKind, RecordRef
from trackit_console.store.database import Database

FIRST = RecordRef(Module.TICKET, 1)


def mail(uid: str, sender: str, text: str = "", record: RecordRef | None = None) -> Change:
    outcome = Outcome.NOTED if record else Outcome.IGNORED
    return Change(delivery=replace(delivery(uid, outcome), sender_key=sender, text_key=text, record=record))


def looked_up(database: Database, lease: Lease, *senders: str, texts: tuple[str, ...] = ()) -> Directory:
    request = LookupRequest(addresses=frozenset(senders), text_keys=frozenset(texts), records=frozenset({FIRST}))
    with database.unit_of_work() as work:
        return work.look_up(request, lease.mailbox_id)


@pytest.mark.covers("MSG-08")
def test_mail_of_the_last_hour_is_counted_by_sender_record_text_and_mailbox(
    database: Database, lease: Lease, clock: ManualClock
) -> None:
    take_in(database, lease, [ticket("0"), mail("1", "ada@x.example", "a"), mail("2", "ada@x.example", "b", FIRST)])
    clock.advance(59 * 60)
    take_in(database, lease, [mail("3", "bo@x.example", "a"), mail("4", "cy@x.example")])
    recent = looked_up(database, lease, "ada@x.example", "bo@x.example", texts=("a", "c")).recent
    assert recent.by_sender == {"ada@x.example": 2, "bo@x.example": 1}
    assert recent.by_record == {("ada@x.example", FIRST): 1}
    assert (recent.by_text, recent.in_mailbox) == ({"a": 2}, 5)
    clock.advance(2 * 60)
    recent = looked_up(database, lease, "ada@x.example", "bo@x.example", texts=("a", "c")).recent
    assert (recent.by_sender, recent.by_record, recent.by_text, recent.in_mailbox) == ({"bo@x.example": 1}, {}, {"a": 1}, 2)
    assert recent.by_text_in_a_day == {"a": 2}
    clock.advance(23 * 60 * 60)
    recent = looked_up(database, lease, texts=("a", "c")).recent
    assert (recent.by_text, recent.by_text_in_a_day) == ({}, {"a": 1})


@pytest.mark.covers("MSG-02")
def test_everybody_on_the_mail_of_a_record_takes_part_in_it(database: Database, lease: Lease) -> None:
    take_in(database, lease, [ticket("1"), ticket("2")])
    notes = [
        Note(NoteKind.EMAIL_RECEIVED, participants=each) for each in (("ada@x.example", "bo@x.example"), ("cy@x.example",), ())
    ]
    with database.unit_of_work() as work:
        work.apply([Change(tuple(AddNote(FIRST, each) for each in notes))])
        work.commit()
    assert looked_up(database, lease).participants == {FIRST: frozenset({"ada@x.example", "bo@x.example", "cy@x.example"})}
