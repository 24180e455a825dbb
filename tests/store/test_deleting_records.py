"""Records and requestors that are changed or deleted by a command (MSG-06)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from tests.store.delivery_factory import reply, take_in, ticket
from tests.store.test_unit_of_work import FIRST, NEW, apply, create, records
from trackit_console.domain.effects import (
    AddNote,
    Change,
    ChangeFields,
    ChangeRequestor,
    DeleteRecord,
    LinkRecords,
    MailKind,
    SendMail,
)
from trackit_console.domain.events import Event, EventKind
from trackit_console.domain.listeners import Reader
from trackit_console.domain.polling import Lease
from trackit_console.domain.records import LinkKind, Module, Note, NoteKind, RecordRef
from trackit_console.settings.people import Requestor
from trackit_console.store.database import Database
from trackit_console.store.errors import NotStorable, RecordMissing

DUE = datetime(2026, 12, 1, 17, tzinfo=UTC)


@pytest.mark.covers("MSG-06")
def test_a_deleted_record_goes_with_its_notes_and_its_number_is_not_given_again(database: Database, lease: Lease) -> None:
    take_in(database, lease, [ticket("1"), ticket("2"), reply("3", 1)])
    second = RecordRef(Module.TICKET, 2)
    mail = SendMail(MailKind.NOTIFICATION, ("bo@x.example",), "x", "m@x.example", b"x", "k", FIRST)
    apply(database, LinkRecords(FIRST, second, LinkKind.RELATED), mail)
    apply(database, DeleteRecord(FIRST, "ada"), DeleteRecord(second, "ada"))
    assert records(database) == []
    with database.reading() as transaction:
        count = {
            table: transaction.session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in ("notes", "attachments", "record_links", "activity", "raw_messages", "outbox")
        }
        audited = [(each.actor, each.action, each.kind, each.name) for each in transaction.audit.latest(2)]
    assert (count["notes"], count["attachments"], count["record_links"]) == (0, 0, 0)
    assert (count["activity"], count["raw_messages"], count["outbox"]) == (3, 3, 1)
    assert audited == [("ada", "deleted", "record", "Ticket - 2"), ("ada", "deleted", "record", "Ticket - 1")]
    apply(database, create())
    assert [each.ref.id for each in records(database)] == [3]


@pytest.mark.covers("MSG-06")
@pytest.mark.parametrize(
    "ref", [RecordRef(Module.TICKET, 9), RecordRef(Module.ASSIGNMENT, 1), RecordRef(Module.REQUESTOR, 9)], ids=str
)
def test_what_does_not_exist_cannot_be_deleted(database: Database, lease: Lease, ref: RecordRef) -> None:
    take_in(database, lease, [ticket("1")])
    with pytest.raises(RecordMissing):
        apply(database, DeleteRecord(ref, "ada"))
    assert len(records(database)) == 1


@pytest.mark.covers("MSG-06")
def test_the_tickets_of_a_deleted_requestor_stay_without_one(database: Database) -> None:
    with database.begin() as transaction:
        bo = RecordRef(Module.REQUESTOR, transaction.people.save_requestor(Requestor(name="Bo", email="bo@x.example"), "t"))
    apply(database, AddNote(bo, Note(NoteKind.EMAIL_RECEIVED, text="moved")))
    with database.unit_of_work() as work:
        work.apply([Change((DeleteRecord(bo, "ada"),))])
        work.commit()
    with database.reading() as transaction:
        assert transaction.people.requestors() == []


@pytest.mark.covers("MSG-06")
def test_a_requestor_gets_another_name_and_address_but_not_that_of_another(database: Database) -> None:
    with database.begin() as transaction:
        bo = RecordRef(Module.REQUESTOR, transaction.people.save_requestor(Requestor(name="Bo", email="bo@x.example"), "t"))
        transaction.people.save_requestor(Requestor(name="Cy", email="cy@x.example"), "t")
    apply(database, ChangeRequestor(bo, name="Bo Lund", email="Lund@x.example"))
    with database.reading() as transaction:
        assert [(each.name, each.email) for each in transaction.people.requestors()] == [
            ("Bo Lund", "Lund@x.example"),
            ("Cy", "cy@x.example"),
        ]
    with pytest.raises(NotStorable):
        apply(database, ChangeRequestor(bo, email="CY@x.example"))
    with pytest.raises(RecordMissing):
        apply(database, ChangeRequestor(RecordRef(Module.REQUESTOR, 77), name="x"))


@pytest.mark.covers("MSG-06")
def test_fields_of_a_record_are_changed_and_those_not_named_stay(database: Database) -> None:
    apply(database, create(), ChangeFields(NEW, category="Printers", due_at=DUE))
    apply(database, ChangeFields(FIRST, expires_at=DUE))
    with database.reading() as transaction:
        row = transaction.session.execute(text("SELECT subject, category, due_at, expires_at FROM records")).one()
    assert (row.subject, row.category, row.due_at, row.expires_at) == ("Printer", "Printers", row.expires_at, row.due_at)


@pytest.mark.covers("MSG-08")
def test_events_of_a_quiet_change_say_so(database: Database, lease: Lease) -> None:
    heard: list[tuple[EventKind, bool]] = []

    def hear(events: Sequence[Event], read: Reader) -> Sequence[Change]:
        heard.extend((each.kind, each.quiet) for each in events)
        return ()

    database.listeners.append(lambda _: [hear])
    with database.unit_of_work() as work:
        work.apply([Change((create(),), quiet=True), Change((create(),))])
    assert heard == [(EventKind.RECORD_CREATED, True), (EventKind.RECORD_CREATED, False)]
