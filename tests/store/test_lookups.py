"""What is asked of people, records and activity: by address, keyword and message id, by search and page."""

from __future__ import annotations

from collections.abc import Collection

import pytest
from sqlalchemy import text

from tests.clock import ManualClock
from tests.store.delivery_factory import SCOPE, aside, filtered, ignored, note, raw_of, reply, take_in, ticket
from trackit_console.domain.addresses import address_key
from trackit_console.domain.deliveries import Outcome
from trackit_console.domain.directory import Directory, LookupRequest, name_key
from trackit_console.domain.effects import AddNote, Change, DeleteRecord, MailKind, SendMail
from trackit_console.domain.polling import Lease
from trackit_console.domain.records import AppliedReason, Module, Note, NoteKind, RecordRef, Status
from trackit_console.settings.configuration_reading import read_configuration
from trackit_console.settings.configuration_writing import write_configuration
from trackit_console.settings.people import Requestor, Technician
from trackit_console.store.activity_views import ActivityQuery
from trackit_console.store.config_export import export_configuration
from trackit_console.store.database import Database
from trackit_console.store.errors import NotStorable


def looked_up(
    database: Database,
    *addresses: str,
    records: Collection[tuple[Module, int]] = (),
    message_ids: Collection[str] = (),
    copy_keys: Collection[str] = (),
) -> Directory:
    """What the directory answers."""
    request = LookupRequest(
        addresses=frozenset(address_key(each) for each in addresses),
        records=frozenset(RecordRef(*each) for each in records),
        message_ids=frozenset(message_ids),
        copy_keys=frozenset(copy_keys),
    )
    with database.unit_of_work() as work:
        return work.look_up(request)


# ---------------------------------------------------------------- the directory


@pytest.mark.covers("MSG-03", "MSG-05")
def test_people_are_found_by_address_letter_case_aside(database: Database) -> None:
    with database.begin() as transaction:
        ada = transaction.people.save_technician(
            Technician(name="Ada", email="Ada@Example.com", mapped_addresses=["Straße@example.com"]), "t"
        )
        bo = transaction.people.save_requestor(Requestor(name="Bo", email="BÖ@example.com"), "t")
    found = looked_up(database, "ADA@example.COM", "STRASSE@example.com", "bö@EXAMPLE.com", "bo@example.com", "")
    assert {address: person.id for address, person in found.technicians.items()} == {
        "ada@example.com": ada,
        "strasse@example.com": ada,
    }
    assert {address: person.id for address, person in found.requestors.items()} == {"bö@example.com": bo}
    assert found.technicians["strasse@example.com"].name == "Ada"


@pytest.mark.covers("MSG-06")
def test_technicians_are_found_by_name_letter_case_and_blanks_aside(database: Database) -> None:
    with database.begin() as transaction:
        people = [("Ada Byrne", "ada"), ("ADA  BYRNE", "ada.b"), ("Jörg Straße", "jörg"), ("Eve", "eve")]
        for name, address in people:
            transaction.people.save_technician(Technician(name=name, email=f"{address}@example.com"), "t")
    request = LookupRequest(technician_names=frozenset(name_key(each) for each in ("ada byrne", "JÖRG STRASSE", "nobody")))
    with database.unit_of_work() as work:
        found = work.look_up(request).technicians_by_name
    assert {name: [each.email for each in people] for name, people in found.items()} == {
        "ada byrne": ["ada@example.com", "ada.b@example.com"],
        "jörg strasse": ["jörg@example.com"],
    }


@pytest.mark.covers("MSG-05", "MSG-06", "NOT-03")
def test_nothing_can_be_assigned_to_a_deleted_technician(database: Database) -> None:
    """Neither by a command, nor in the console, nor by a rule. The one who came after has the same name."""
    with database.begin() as transaction:
        left = transaction.technicians.add(Technician(name="Ada Byrne", email="ada@example.com"), "t")
        here = transaction.technicians.add(Technician(name="Ada Byrne", email="ada.b@example.com"), "t")
        transaction.technicians.delete(left, "t")
        listed = transaction.record_list.technicians()
    with database.unit_of_work() as work:
        named = work.look_up(LookupRequest(technician_names=frozenset({"ada byrne"}))).technicians_by_name
        for_rules = work.reader.technicians()
    assert [[each.id for each in found] for found in (named["ada byrne"], listed, for_rules)] == [[here.id]] * 3


@pytest.mark.covers("MSG-02")
def test_records_are_found_by_module_and_number(database: Database, lease: Lease) -> None:
    with database.begin() as transaction:
        bo = transaction.people.save_requestor(Requestor(name="Bo", email="bo@example.com"), "t")
    take_in(database, lease, [ticket("1"), ticket("2", template="Mail")])
    ticket_1, ticket_2, person = (Module.TICKET, 1), (Module.TICKET, 2), (Module.REQUESTOR, bo)
    asked = (ticket_1, ticket_2, (Module.TICKET, 3), (Module.ASSIGNMENT, 1), person, (Module.REQUESTOR, 99))
    found = looked_up(database, records=asked)
    assert set(found.records) == {RecordRef(*each) for each in (ticket_1, ticket_2, person)}
    second = found.records[RecordRef(*ticket_2)]
    assert (second.status, second.template, str(second.ref)) == (Status.OPEN, "Mail", "Ticket - 2")


@pytest.mark.covers("MSG-03")
def test_records_are_found_by_the_messages_they_took_and_sent(database: Database, lease: Lease) -> None:
    take_in(database, lease, [ticket("1"), ticket("2"), ignored("3")])
    take_in(database, lease, [reply("4", 1)])
    sent = "<sent@example.com>"
    with database.unit_of_work() as work:
        mail = SendMail(MailKind.REPLY, ("bo@example.com",), "s", sent, b"", "key", RecordRef(Module.TICKET, 2))
        work.apply([Change((mail,))])
        work.commit()
    asked = ("<1@example.com>", "<4@example.com>", "<3@example.com>", sent, "<nobody@example.com>", "<1@EXAMPLE.com>")
    found = looked_up(database, message_ids=asked)
    numbers = {message_id: record.ref.id for message_id, record in found.by_message_id.items()}
    assert numbers == {"<1@example.com>": 1, "<4@example.com>": 1, sent: 2}


@pytest.mark.covers("MSG-03")
def test_requestors_are_found_by_the_messages_about_them(database: Database) -> None:
    with database.begin() as transaction:
        bo, cy = (
            RecordRef(Module.REQUESTOR, transaction.people.save_requestor(Requestor(name=name, email=f"{name}@example.com"), "t"))
            for name in ("bo", "cy")
        )
    taken, sent, of_deleted = "<taken@example.com>", "<sent@example.com>", "<deleted@example.com>"
    with database.unit_of_work() as work:
        mails = [SendMail(MailKind.REPLY, ("bo@example.com",), "s", each, b"", each, bo) for each in (sent, "<x@example.com>")]
        notes = [AddNote(bo, Note(NoteKind.EMAIL_RECEIVED, message_id=taken))]
        notes += [AddNote(cy, Note(NoteKind.EMAIL_RECEIVED, message_id=of_deleted))]
        work.apply([Change((*mails, *notes)), Change((DeleteRecord(cy, "ada"),))])
        work.commit()
    found = looked_up(database, message_ids=[taken, sent, of_deleted]).by_message_id
    assert {message_id: (record.ref, record.requestor_id) for message_id, record in found.items()} == {
        taken: (bo, bo.id),
        sent: (bo, bo.id),
    }


@pytest.mark.covers("RUN-03")
def test_a_copy_is_found_by_its_key_alone(database: Database, lease: Lease) -> None:
    take_in(database, lease, [ticket("1", copy_key="a" * 64), ticket("2")])
    found = looked_up(database, copy_keys=["a" * 64, "b" * 64])
    assert found.copies == {"a" * 64: RecordRef(Module.TICKET, 1)}


@pytest.mark.covers("RUN-03", "MSG-06")
def test_a_copy_whose_record_was_deleted_is_found_without_one(database: Database, lease: Lease) -> None:
    take_in(database, lease, [ticket("1", copy_key="a" * 64), ticket("2", copy_key="b" * 64)])
    with database.unit_of_work() as work:
        work.apply([Change((DeleteRecord(RecordRef(Module.TICKET, 1), "ada"),))])
        work.commit()
    assert looked_up(database, copy_keys=["a" * 64, "b" * 64]).copies == {"a" * 64: None, "b" * 64: RecordRef(Module.TICKET, 2)}


def test_more_addresses_are_asked_at_once_than_one_statement_takes(database: Database, lease: Lease) -> None:
    take_in(database, lease, [ticket(str(number), f"r{number}@example.com") for number in range(700)])
    many = [f"R{number}@example.com" for number in range(2500)]
    records = [(Module.TICKET, number) for number in range(1, 2500)]
    found = looked_up(database, *many, records=records, message_ids=[f"<{number}@example.com>" for number in range(2500)])
    assert (len(found.requestors), len(found.records), len(found.by_message_id)) == (700, 700, 700)


@pytest.mark.covers("MSG-05")
def test_an_address_belongs_to_one_technician(database: Database) -> None:
    with database.begin() as transaction:
        transaction.people.save_technician(
            Technician(name="Ada", email="ada@example.com", mapped_addresses=["x@example.com"]), "t"
        )
    with pytest.raises(NotStorable), database.begin() as transaction:
        transaction.people.save_technician(Technician(name="Bo", email="bo@example.com", mapped_addresses=["X@example.com"]), "t")
    with database.reading() as transaction:
        assert [each.name for each in transaction.people.technicians()] == ["Ada"]


@pytest.mark.covers("DB-06")
@pytest.mark.parametrize("sender", ["root@", "postmaster", "a b@example.com", "x" * 300 + "@example.com"])
def test_a_sender_whom_no_admin_could_type_spoils_no_export(database: Database, lease: Lease, sender: str) -> None:
    take_in(database, lease, [ticket("1", sender), ticket("2", "bo@example.com")])
    with database.reading() as transaction:
        assert len(transaction.people.requestors()) == 2
        written = write_configuration(export_configuration(transaction))
    from pathlib import Path

    again = read_configuration(written, Path.cwd()).configuration
    assert again.requestors == [Requestor(name="Bo", email="bo@example.com")]


# ---------------------------------------------------------------- records


@pytest.fixture
def records(database: Database, lease: Lease) -> Database:
    """Four tickets: 1 and 4 of Bo, with signs that searches are sensitive to."""
    people = ["bo@example.com", None, None, "bo@example.com"]
    subjects = ["Printer 100% broken", "print_server", "a [Ticket - 7] b", "C:/temp is \\full"]
    batch = [ticket(str(at), person, subject=words) for at, (person, words) in enumerate(zip(people, subjects, strict=True), 1)]
    take_in(database, lease, batch)
    return database


@pytest.mark.parametrize(
    ("search", "numbers"),
    [
        ("", [4, 3, 2, 1]),
        ("  ", [4, 3, 2, 1]),
        ("PRINT", [2, 1]),
        ("%", [1]),
        ("100%", [1]),
        ("_", [2]),
        ("print_", [2]),
        ("/", [4]),
        ("\\", [4]),
        ("[", [3]),
        ("[ticket", [3]),
        ("bo@example.com", [4, 1]),
        ("2", [2]),
        ("Ticket - 2", [2]),
        ("[Ticket - 2]", [2]),
        ("Ticket-2", [2]),
        ("ref#Ticket-2", [2]),
        ("Ticket 2", [2]),
        ("²", []),
        ("٢", [2]),
        ("99999999999999999999", []),
        ("nothing", []),
    ],
)
def test_records_are_searched_by_plain_words_or_number(records: Database, search: str, numbers: list[int]) -> None:
    with records.reading() as transaction:
        assert [each.id for each in transaction.records.page(search)] == numbers
        assert transaction.records.count(search) == len(numbers)


def test_records_come_in_pages(records: Database) -> None:
    with records.reading() as transaction:
        pages = [[each.id for each in transaction.records.page(limit=2, offset=offset)] for offset in (0, 2, 4)]
    assert pages == [[4, 3], [2, 1], []]


def test_a_record_is_found_by_module_and_number_alone(records: Database) -> None:
    with records.reading() as transaction:
        assert str(transaction.records.get(RecordRef(Module.TICKET, 1)).ref) == "Ticket - 1"
        for missing in (RecordRef(Module.ASSIGNMENT, 1), RecordRef(Module.TICKET, 5)):
            with pytest.raises(KeyError):
                transaction.records.get(missing)
        assert {number: len(notes) for number, notes in transaction.records.notes([1, 5]).items()} == {1: 1, 5: 0}


@pytest.mark.covers("MSG-05")
def test_a_note_tells_in_whose_context_it_was_made(database: Database, lease: Lease) -> None:
    with database.begin() as transaction:
        ada = transaction.people.save_technician(Technician(name="Ada", email="ada@example.com"), "t")
    take_in(database, lease, [ticket("1", note=note(technician_id=ada))])
    take_in(database, lease, [reply("2", 1)])
    with database.reading() as transaction:
        assert [each.technician for each in transaction.records.notes([1])[1]] == ["Ada", ""]


# ---------------------------------------------------------------- activity


@pytest.fixture
def activity(database: Database, lease: Lease, clock: ManualClock) -> Database:
    """Four messages, a minute apart."""
    for each in (
        ticket("1", sender="Bo@example.com", subject="100% broken"),
        filtered("2", "sender", "x"),
        aside("3"),
        ticket("4", reasons=(AppliedReason("new_requestor", {"name": "Bö"}), AppliedReason("plain"))),
    ):
        take_in(database, lease, [each])
        clock.advance(60)
    return database


def found(database: Database, query: ActivityQuery) -> list[int]:
    with database.reading() as transaction:
        return [each.delivery_id for each in transaction.activity.page(query)]


@pytest.mark.covers("RUN-08")
def test_activity_is_narrowed_by_outcome_time_and_mailbox(activity: Database, lease: Lease, clock: ManualClock) -> None:
    begun = clock.now().replace(minute=2)
    assert found(activity, ActivityQuery(outcome=Outcome.CREATED)) == [4, 1]
    assert found(activity, ActivityQuery(since=begun)) == [4, 3]
    assert found(activity, ActivityQuery(mailbox_id=lease.mailbox_id + 1)) == []
    assert found(activity, ActivityQuery("subject", begun, lease.mailbox_id, Outcome.QUARANTINED)) == [3]
    with activity.reading() as transaction:
        pages = [[each.delivery_id for each in transaction.activity.page(ActivityQuery(), 3, offset)] for offset in (0, 3)]
    assert pages == [[4, 3, 2], [1]]


@pytest.mark.covers("RUN-08", "LOG-01")
def test_a_time_line_tells_everything_of_one_message(activity: Database, clock: ManualClock) -> None:
    clock.advance(5)
    activity.deliveries.mark_settled([4], 2)
    with activity.reading() as transaction:
        line = transaction.activity.time_line(4)
        away = transaction.activity.time_line(3)
        with pytest.raises(KeyError):
            transaction.activity.time_line(5)
    assert (line.scope, line.uid, line.size, line.raw_kept) == (SCOPE, "4", len(raw_of(ticket("4"))), True)
    assert (line.activity.mailbox, line.activity.record, line.activity.message_id) == (
        "support@example.com",
        RecordRef(Module.TICKET, 2),
        "<4@example.com>",
    )
    assert line.activity.reasons == (AppliedReason("new_requestor", {"name": "Bö"}), AppliedReason("plain"))
    assert (line.post_action, line.settled_at, line.quarantine) == (2, clock.now(), None)
    assert (away.quarantine, away.quarantine_detail, away.tries, away.settled_at) == ("open", "what was wrong", 1, None)


@pytest.mark.covers("IN-12")
def test_the_history_of_a_deleted_mailbox_stays(activity: Database, lease: Lease) -> None:
    with activity.begin() as transaction:
        transaction.mailboxes.delete(transaction.mailboxes.get(lease.mailbox_id), "ada")
    assert len(found(activity, ActivityQuery())) == 4
    with activity.reading() as transaction:
        assert transaction.records.count() == 2


@pytest.mark.covers("FIL-05")
def test_a_rule_counts_what_it_stopped_and_when_last(database: Database, lease: Lease, clock: ManualClock) -> None:
    take_in(database, lease, [filtered("1", "subject", "Returned Mail")])
    clock.advance(60)
    take_in(database, lease, [filtered("2", "subject", "Returned Mail"), filtered("3", "subject", "gone since"), ticket("4")])
    with database.reading() as transaction:
        rows = transaction.session.execute(text("SELECT text, stopped FROM filter_rules WHERE stopped > 0")).all()
    assert [tuple(row) for row in rows] == [("Returned Mail", 2)]
