"""The list of the Records page: what it finds, in which order, and that a large one stays quick (RUN-08, T-06)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text, update

from tests.clock import BEGINNING
from tests.store.delivery_factory import take_in, ticket
from tests.store.record_rows import many_records
from trackit_console.domain.effects import AddNote, Change, CreateRecord, LinkRecords
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
from trackit_console.store.database import Database
from trackit_console.store.record_query import NOBODY, RecordOrder, RecordQuery
from trackit_console.store.tables import RecordRow

PART = 200
OPEN = RecordQuery(status=Status.OPEN)


@pytest.fixture
def technicians(database: Database) -> list[int]:
    return many_records(database, 30)


def ids(database: Database, query: RecordQuery, limit: int = PART, offset: int = 0) -> list[int]:
    with database.reading() as transaction:
        return [each.id for each in transaction.record_list.page(query, limit, offset)]


def counted(database: Database, query: RecordQuery) -> int:
    with database.reading() as transaction:
        return transaction.record_list.count(query)


@pytest.mark.covers("RUN-08")
def test_a_list_has_one_module_and_is_narrowed_by_status_and_technician(database: Database, technicians: list[int]) -> None:
    assert ids(database, RecordQuery()) == list(range(30, 0, -1))
    assert ids(database, RecordQuery(Module.ASSIGNMENT)) == [31]
    assert ids(database, RecordQuery(Module.ANNOUNCEMENT)) == []
    assert ids(database, OPEN) == [30, 20, 10]
    first = RecordQuery(technician_id=technicians[0], descending=False)
    assert ids(database, first) == list(range(3, 31, 3))
    assert ids(database, RecordQuery(status=Status.OPEN, technician_id=NOBODY)) == [20]
    for query in (RecordQuery(), OPEN, first, RecordQuery(text="Requestor 05")):
        assert counted(database, query) == len(ids(database, query))


@pytest.mark.covers("RUN-08")
def test_requestors_are_listed_and_searched_by_name_address_and_number(database: Database, technicians: list[int]) -> None:
    people = RecordQuery(Module.REQUESTOR)
    assert counted(database, people) == 50
    assert ids(database, people, limit=2) == [50, 49]
    for words, found in (("requestor 07", [7]), ("R07", []), ("r7@", [7]), ("12", [12]), ("Requestor - 12", [12])):
        assert ids(database, RecordQuery(Module.REQUESTOR, text=words)) == found
    with database.reading() as transaction:
        person = transaction.records.get(RecordRef(Module.REQUESTOR, 7))
    assert (person.subject, person.requestor_email, person.priority, person.status) == (
        "Requestor 07",
        "r7@example.com",
        None,
        Status.OPEN,
    )


@pytest.mark.covers("T-08")
def test_every_order_has_every_record_once_whatever_parts_it_is_read_in(database: Database, technicians: list[int]) -> None:
    for order in RecordOrder:
        for descending in (False, True):
            query = RecordQuery(order=order, descending=descending)
            parts = [each for offset in range(0, 30, 7) for each in ids(database, query, 7, offset)]
            assert sorted(parts) == list(range(1, 31))
            assert parts == ids(database, query)
    with database.reading() as transaction:
        urgent = transaction.record_list.page(RecordQuery(order=RecordOrder.PRIORITY), 8)
    assert [each.priority for each in urgent] == [Priority.URGENT] * 7 + [Priority.HIGH]


@pytest.fixture
def statements(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """What was asked of the database, with its parameters."""
    asked: list[tuple[str, Any]] = []

    def keep(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        asked.append((statement, parameters))

    event.listen(database._engine, "before_cursor_execute", keep)
    yield asked
    event.remove(database._engine, "before_cursor_execute", keep)


def plan(database: Database, statement: str, parameters: Any) -> list[str]:
    with database.reading() as transaction:
        rows = transaction.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return [row[3] for row in rows]


@pytest.mark.covers("T-06")
def test_a_large_list_is_read_by_an_index(database: Database, statements: list[tuple[str, Any]], file: object) -> None:
    [first, _] = many_records(database, 10_000)
    statements.clear()
    queries = (RecordQuery(), OPEN, RecordQuery(technician_id=first), RecordQuery(status=Status.OPEN, technician_id=NOBODY))
    for query in queries:
        ids(database, query)
        counted(database, query)
    asked = [(statement, parameters) for statement, parameters in statements if "FROM records" in statement]
    assert len(asked) == 2 * len(queries)
    for statement, parameters in asked:
        steps = plan(database, statement, parameters)
        on_records = [step for step in steps if " records" in step]
        # Backwards by the key from the newest on is no scan of all: it ends with the part.
        assert all("USING" in step or "LIMIT" in statement for step in on_records), steps
        if "LIMIT" in statement:
            assert not any("TEMP B-TREE" in step for step in steps), steps


LATE, SOON = BEGINNING - timedelta(hours=1), BEGINNING + timedelta(hours=1)


@pytest.fixture
def due(database: Database, technicians: list[int]) -> None:
    """Records with due times, by their number."""
    made: dict[int, dict[str, Any]] = {
        1: {"status": "open", "close_due_at": LATE},
        2: {"status": "open", "close_due_at": SOON, "first_response_due_at": LATE - timedelta(hours=1)},
        3: {"status": "open", "close_due_at": SOON, "first_response_due_at": LATE, "responded_at": LATE},
        4: {"status": "waiting", "close_due_at": LATE, "waiting_since": LATE - timedelta(hours=1)},
        5: {"status": "waiting", "close_due_at": LATE - timedelta(hours=2), "waiting_since": LATE},
        6: {"status": "waiting", "close_due_at": LATE},
        7: {"status": "closed", "close_due_at": LATE, "closed_at": BEGINNING},
    }
    with database.begin() as transaction:
        for number, values in made.items():
            transaction.session.execute(update(RecordRow).where(RecordRow.id == number).values(**values))


@pytest.mark.covers("NOT-04")
def test_overdue_is_what_is_late_and_not_closed(database: Database, due: None) -> None:
    late = RecordQuery(overdue=True)
    assert ids(database, late) == [6, 5, 2, 1], "one that is paused in time is not late, one that is answered waits for no answer"
    assert counted(database, late) == 4


@pytest.mark.covers("NOT-04", "T-08")
@pytest.mark.parametrize(("descending", "expected"), [(False, [5, 2, 1, 4, 6, 3]), (True, [3, 6, 4, 1, 2, 5])])
def test_what_has_no_due_time_comes_last_either_way(database: Database, due: None, descending: bool, expected: list[int]) -> None:
    listed = ids(database, RecordQuery(order=RecordOrder.DUE, descending=descending))
    assert listed[:6] == expected
    assert 7 in listed[6:], "what is closed is due no more"


@pytest.mark.covers("T-06", "NOT-04")
def test_what_is_overdue_is_picked_and_counted_by_the_database(
    database: Database, statements: list[tuple[str, Any]], file: object
) -> None:
    many_records(database, 1000)
    statements.clear()
    ids(database, RecordQuery(overdue=True))
    counted(database, RecordQuery(overdue=True))
    page, count = [each for each in statements if "FROM records" in each[0]]
    assert "LIMIT" in page[0] and "count(" in count[0]
    for each in (page, count):
        assert "close_due_at" in each[0] and "first_response_due_at" in each[0]
        assert "USING INDEX" in plan(database, *each)[0]


@pytest.mark.covers("MSG-03")
def test_a_requestors_notes_are_found_by_an_index(database: Database, statements: list[tuple[str, Any]], file: object) -> None:
    many_records(database, 1)
    person = RecordRef(Module.REQUESTOR, 3)
    with database.unit_of_work() as work:
        work.apply([Change((AddNote(person, Note(NoteKind.NOTE, "ada", "Prefers the phone", private=True)),))])
        work.commit()
    statements.clear()
    with database.reading() as transaction:
        [note] = transaction.records.history(person)
    assert (note.text, note.private, note.kind) == ("Prefers the phone", True, NoteKind.NOTE)
    [asked] = [each for each in statements if "FROM notes" in each[0]]
    assert any("ix_notes_requestor_id" in step for step in plan(database, *asked))


@pytest.mark.covers("NOT-03")
def test_linked_records_are_seen_from_both_ends(database: Database, lease: Lease) -> None:
    task = Placeholder("task")
    made = RecordRef(Module.TICKET, 1)
    take_in(database, lease, [ticket("1", "bo@example.com")])
    with database.unit_of_work() as work:
        create = CreateRecord(task, Module.ASSIGNMENT, "Order a part", Priority.LOW, TicketSource.EMAIL)
        work.apply([Change((create, LinkRecords(task, made, LinkKind.FOLLOWS)))])
        work.commit()
    with database.reading() as transaction:
        [seen] = transaction.records.links(made)
        [back] = transaction.records.links(seen.ref)
    assert (str(seen.ref), seen.subject, seen.status, seen.kind) == (
        "Assignment - 2",
        "Order a part",
        Status.OPEN,
        LinkKind.FOLLOWS,
    )
    assert back.ref == made


def test_the_database_is_asked_nothing_that_only_sqlite_knows(database: Database, technicians: list[int]) -> None:
    """The same orders and filters on whichever database the tests run on."""
    with database.reading() as transaction:
        assert transaction.session.execute(text("SELECT COUNT(*) FROM records")).scalar_one() == 31
        assert [each.name for each in transaction.record_list.technicians()] == ["Ada", "Bob"]
