"""The one way in which records change: nothing is kept unless committed, listeners answer in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from sqlalchemy import text

from tests.clock import ManualClock
from tests.store.concurrency import at_once
from tests.store.delivery_factory import TICKET, aside, filtered, note, reply, take_in, ticket
from trackit_console.domain.effects import (
    AddNote,
    Announce,
    Assign,
    Change,
    ChangeFields,
    Close,
    CreateRecord,
    CreateRequestor,
    Effect,
    LinkRecords,
    MailKind,
    Reopen,
    SendMail,
)
from trackit_console.domain.events import Event, EventKind
from trackit_console.domain.listeners import Listener, Reader
from trackit_console.domain.polling import Lease
from trackit_console.domain.records import (
    LinkKind,
    Module,
    Note,
    NoteKind,
    Placeholder,
    Priority,
    RecordRef,
    Status,
    TicketSource,
)
from trackit_console.settings.people import Technician
from trackit_console.store.database import Database
from trackit_console.store.errors import RecordMissing
from trackit_console.store.record_views import NoteView, RecordView
from trackit_console.store.unit_of_work import MAX_ROUNDS

FIRST = RecordRef(Module.TICKET, 1)
NEW = Placeholder("new")


def create(subject: str = "Printer", module: Module = Module.TICKET, handle: Placeholder = NEW) -> CreateRecord:
    return CreateRecord(handle, module, subject, Priority.HIGH, TicketSource.EMAIL)


def apply(database: Database, *effects: Effect) -> None:
    with database.unit_of_work() as work:
        work.apply([Change(effects)])
        work.commit()


def records(database: Database) -> list[RecordView]:
    with database.reading() as transaction:
        return transaction.records.page()


def notes(database: Database, number: int = 1) -> list[NoteView]:
    with database.reading() as transaction:
        return transaction.records.notes([number])[number]


def outbox(database: Database) -> list[tuple[str, int | None]]:
    with database.reading() as transaction:
        rows = transaction.session.execute(text("SELECT subject, record_id FROM outbox ORDER BY id")).all()
    return [(row.subject, row.record_id) for row in rows]


# ---------------------------------------------------------------- kept or not


def test_what_is_committed_is_kept(database: Database) -> None:
    apply(database, create())
    assert [each.subject for each in records(database)] == ["Printer"]


def test_without_a_commit_nothing_is_kept(database: Database) -> None:
    with database.unit_of_work() as work:
        work.apply([Change((create(),))])
    assert records(database) == []


def test_an_exception_keeps_nothing_even_after_commit_was_called(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.unit_of_work() as work:
        work.apply([Change((create(),))])
        work.commit()
        raise ZeroDivisionError
    assert records(database) == []


def test_of_two_who_close_a_record_at_once_one_makes_the_event(database: Database) -> None:
    apply(database, create())
    heard: list[Event] = []

    def listen(events: Sequence[Event], read: Reader) -> Sequence[Change]:
        heard.extend(events)
        return ()

    database.listeners.append(lambda _: [listen])
    at_once(*[lambda: apply(database, Close(FIRST))] * 4)
    assert [each.kind for each in heard] == [EventKind.CLOSED]
    assert records(database)[0].status is Status.CLOSED


# ---------------------------------------------------------------- effects


def test_effects_on_one_record_count_in_their_order(database: Database, clock: ManualClock) -> None:
    with database.begin() as transaction:
        ada = transaction.people.save_technician(Technician(name="Ada", email="ada@example.com"), "t")
    apply(database, create(), AddNote(NEW, note("one")), Close(NEW), Assign(NEW, ada), Reopen(NEW), AddNote(NEW, note("two")))
    [record] = records(database)
    assert (record.status, record.technician, record.priority) == (Status.OPEN, "Ada", Priority.HIGH)
    clock.advance(60)
    apply(database, Reopen(FIRST), Close(FIRST), ChangeFields(FIRST, subject="Scanner", priority=Priority.LOW))
    [record] = records(database)
    assert (record.status, record.subject, record.priority) == (Status.CLOSED, "Scanner", Priority.LOW)
    assert (record.updated_at, record.created_at != record.updated_at) == (clock.now(), True)
    assert [each.text for each in notes(database)] == ["one", "two"]


@pytest.mark.covers("MSG-06")
@pytest.mark.parametrize("module", [Module.TICKET, Module.ASSIGNMENT, Module.ANNOUNCEMENT])
def test_a_record_of_any_module_can_be_created_and_linked(database: Database, module: Module) -> None:
    apply(database, create())
    other = Placeholder("other")
    for _ in range(2):
        apply(database, create(module=module, handle=other), LinkRecords(other, FIRST, LinkKind.FOLLOWS))
    link = LinkRecords(RecordRef(module, 2), FIRST, LinkKind.FOLLOWS)
    apply(database, link)
    with database.reading() as transaction:
        links = transaction.session.execute(text("SELECT record_id, other_id FROM record_links ORDER BY id")).all()
    assert [tuple(each) for each in links] == [(2, 1), (3, 1)], "the same link twice is one"
    assert records(database)[0].ref == RecordRef(module, 3)


def test_a_new_requestor_can_be_named_by_later_effects(database: Database) -> None:
    person = Placeholder("person")
    made = CreateRecord(NEW, Module.TICKET, "x", Priority.LOW, TicketSource.EMAIL, requestor=person)
    apply(database, CreateRequestor(person, "Bo", "bo@example.com"), made, AddNote(person, note("on the person")))
    assert records(database)[0].requestor == "Bo"


def test_a_record_that_does_not_exist_is_told_and_nothing_is_changed(database: Database) -> None:
    with pytest.raises(RecordMissing) as missing:
        apply(database, create(), Close(RecordRef(Module.ASSIGNMENT, 99)))
    assert str(missing.value.message) == "There is no Assignment - 99."
    assert records(database) == []


@pytest.mark.covers("OUT-06")
def test_a_mail_about_one_thing_goes_into_the_outbox_once(database: Database) -> None:
    def mail(key: str, subject: str) -> SendMail:
        return SendMail(MailKind.NOTIFICATION, ("bo@example.com",), subject, f"<{subject}@x>", b"raw", key, FIRST)

    apply(database, create(), mail("created 1", "first"), mail("created 1", "again"), mail("updated 1", "other"))
    apply(database, mail("created 1", "later"))
    assert outbox(database) == [("first", 1), ("other", 1)]


# ---------------------------------------------------------------- events


@pytest.fixture
def heard(database: Database) -> list[Event]:
    """Every event that listeners hear."""
    kept: list[Event] = []

    def listen(events: Sequence[Event], read: Reader) -> Sequence[Change]:
        kept.extend(events)
        return ()

    database.listeners.append(lambda _: [listen])
    return kept


@pytest.mark.covers("NOT-01")
def test_every_effect_that_changes_something_is_an_event(database: Database, heard: list[Event]) -> None:
    with database.begin() as transaction:
        ada = transaction.people.save_technician(Technician(name="Ada", email="ada@example.com"), "t")
    apply(database, create(), Assign(NEW, ada), Close(NEW))
    apply(database, Close(FIRST), Assign(FIRST, ada), Reopen(FIRST), ChangeFields(FIRST, priority=Priority.LOW))
    apply(database, Announce(Event(EventKind.PROCESSING_STOPPED, mailbox_id=7)))
    assert [each.kind.value for each in heard] == [
        "record_created",
        "assigned",
        "closed",
        "reopened",
        "record_updated",
        "processing_stopped",
    ]
    assert (heard[4].fields, heard[5].mailbox_id) == (("priority",), 7)


@pytest.mark.covers("NOT-01")
def test_values_that_a_record_has_already_are_no_change(database: Database, heard: list[Event], clock: ManualClock) -> None:
    due = clock.now().replace(microsecond=250_000)
    first = ChangeFields(FIRST, category="Printers", due_at=due, expires_at=due)
    same = ChangeFields(FIRST, "Printer", Priority.HIGH, "Printers", due, due)
    apply(database, create(), create(handle=Placeholder("second")))
    apply(database, first)
    heard.clear()
    [_, before] = records(database)
    clock.advance(60)
    apply(database, same, Reopen(FIRST))
    assert (heard, records(database)[1]) == ([], before), "neither an event nor a new version"
    apply(database, replace(same, priority=Priority.LOW), ChangeFields(RecordRef(Module.TICKET, 2), priority=Priority.HIGH))
    apply(database, replace(same, priority=Priority.LOW), replace(same, subject="Scanner"))
    assert [(each.record, each.fields) for each in heard] == [(FIRST, ("priority",)), (FIRST, ("subject", "priority"))]
    apply(database, create(), ChangeFields(NEW, subject="Printer"))
    assert [each.kind for each in heard[2:]] == [EventKind.RECORD_CREATED]
    assert (records(database)[-1].subject, records(database)[-1].version) == ("Scanner", before.version + 2)


@pytest.mark.covers("NOT-01")
def test_mail_that_was_taken_in_is_an_event_with_its_record_and_note(
    database: Database, lease: Lease, heard: list[Event]
) -> None:
    take_in(database, lease, [ticket("1"), filtered("2", "sender", "x"), aside("3"), reply("4", 1)])
    received = [each for each in heard if each.kind is EventKind.EMAIL_RECEIVED]
    assert [(each.record, each.delivery_id) for each in received] == [(FIRST, 1), (FIRST, 4)]
    added = [each for each in heard if each.kind is EventKind.NOTE_ADDED]
    assert [each.note_id for each in added] == [1, 2]


def test_a_listener_answers_within_the_transaction_that_it_heard_of(database: Database, lease: Lease) -> None:
    """It reads what was just written, and what it answers is kept or lost together with that."""

    def assign_all(events: Sequence[Event], read: Reader) -> Sequence[Change]:
        new = [each.record for each in events if each.kind is EventKind.RECORD_CREATED and each.record]
        assert set(read.records(new)) == set(new)
        return [Change((AddNote(ref, Note(NoteKind.SYSTEM, text="seen")),)) for ref in new]

    database.listeners.append(lambda _: [assign_all])
    take_in(database, lease, [ticket("1"), ticket("2")])
    assert [[each.text for each in notes(database, number)] for number in (1, 2)] == [["text 1", "seen"], ["text 2", "seen"]]
    with database.unit_of_work() as work:
        work.apply([Change((create(),))])
    assert len(records(database)) == 2


@pytest.mark.covers("RUN-04")
def test_a_listener_that_fails_is_reported_and_keeps_no_mail_back(
    database: Database, lease: Lease, expect_log: Callable[[str], None]
) -> None:
    def fail(events: Sequence[Event], read: Reader) -> Sequence[Change]:
        raise ZeroDivisionError

    expect_log("a listener failed over")
    database.listeners.append(lambda _: [fail])
    take_in(database, lease, [ticket("1")])
    assert len(records(database)) == 1


@pytest.mark.covers("RUN-04")
def test_listeners_that_cannot_be_made_keep_no_mail_back(
    database: Database, lease: Lease, expect_log: Callable[[str], None]
) -> None:
    def broken(_transaction: object) -> Sequence[Listener]:
        raise ValueError("settings that nobody foresaw")

    expect_log("rules and notifications cannot be used")
    database.listeners.append(broken)
    take_in(database, lease, [ticket("1")])
    assert len(records(database)) == 1


@pytest.mark.covers("NOT-03")
def test_two_listeners_that_chase_each_other_are_stopped_and_the_record_tells_so(
    database: Database, expect_log: Callable[[str], None]
) -> None:
    expect_log("rules answered each other")
    rounds = 0

    def close_what_is_open(events: Sequence[Event], read: Reader) -> Sequence[Change]:
        nonlocal rounds
        rounds += 1
        return [Change((Close(each),)) for each, record in read.records([FIRST]).items() if not record.closed]

    def open_what_is_closed(events: Sequence[Event], read: Reader) -> Sequence[Change]:
        return [Change((Reopen(each),)) for each, record in read.records([FIRST]).items() if record.closed]

    database.listeners.append(lambda _: [close_what_is_open, open_what_is_closed])
    apply(database, create())
    assert rounds == MAX_ROUNDS + 1
    [told] = notes(database)
    assert (told.kind, told.reasons[0].code) == (NoteKind.SYSTEM, "too_many_rounds")


def test_a_chain_of_answers_that_ends_by_itself_is_no_chase(database: Database) -> None:
    def count_down(events: Sequence[Event], read: Reader) -> Sequence[Change]:
        number = sum(each.kind is EventKind.NOTE_ADDED for each in events)
        created = any(each.kind is EventKind.RECORD_CREATED for each in events)
        left = MAX_ROUNDS if created else number - 1
        return [Change(tuple(AddNote(FIRST, note(str(at))) for at in range(left)))] if left > 0 else ()

    database.listeners.append(lambda _: [count_down])
    apply(database, create())
    assert len(notes(database)) == sum(range(MAX_ROUNDS + 1))


def test_the_order_of_notes_of_one_transaction_is_that_of_their_effects(database: Database) -> None:
    """They are written statement by statement, grouped by their columns."""
    mixed = [note("a", quoted_text="q"), note("b"), note("c", quoted_text="q"), note("d")]
    apply(database, create(handle=TICKET), *(AddNote(TICKET, each) for each in mixed))
    assert [each.text for each in notes(database)] == ["a", "b", "c", "d"]


def test_what_follows_from_a_note_stands_behind_it(database: Database) -> None:
    def answer(events: Sequence[Event], read: Reader) -> Sequence[Change]:
        created = any(each.kind is EventKind.RECORD_CREATED for each in events)
        return [Change((AddNote(FIRST, note("answer")),))] if created else ()

    database.listeners.append(lambda _: [answer])
    apply(database, create(), AddNote(NEW, note("one")), AddNote(NEW, note("two")))
    assert [each.text for each in notes(database)] == ["one", "two", "answer"]


@pytest.mark.covers("NOT-03")
def test_linked_records_are_found_from_both_ends(database: Database) -> None:
    other, alone = Placeholder("other"), Placeholder("alone")
    apply(
        database,
        create(),
        create(handle=other, module=Module.ASSIGNMENT),
        create(handle=alone),
        LinkRecords(other, NEW, LinkKind.RELATED),
    )
    with database.reading() as transaction:
        assert transaction.reader.linked(FIRST) == [RecordRef(Module.ASSIGNMENT, 2)]
        assert transaction.reader.linked(RecordRef(Module.ASSIGNMENT, 2)) == [FIRST]
        assert transaction.reader.linked(RecordRef(Module.TICKET, 3)) == []
