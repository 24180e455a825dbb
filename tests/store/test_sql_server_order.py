"""What statements say to SQL Server where SQLite needs nothing said: what is locked, and in which order (DB-05, RUN-03).

SQLite has one writer, and numbers rows as they come. On SQL Server two batches that lock the same rows crosswise are a deadlock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Insert, event
from sqlalchemy.dialects.mssql import pyodbc
from sqlalchemy.engine import Engine
from sqlalchemy.sql import ClauseElement

from tests.clock import BEGINNING, ManualClock
from tests.outbox_factory import mail, put
from tests.store.delivery_factory import filtered, note, take_in, ticket
from trackit_console.domain.directory import LookupRequest
from trackit_console.domain.effects import AddNote, Change
from trackit_console.domain.polling import Lease, VisitEnd
from trackit_console.domain.records import Module, RecordRef
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.store import row_inserts
from trackit_console.store.database import Database
from trackit_console.store.outbox_results import OutboxResults
from trackit_console.store.row_inserts import Row, insert_returning_ids
from trackit_console.store.row_mapping import Stored
from trackit_console.store.tables import RecordRow
from trackit_console.store.unit_of_work import UnitOfWork


@pytest.fixture
def sent() -> Iterator[list[tuple[ClauseElement, Any]]]:
    """Every statement that is executed, with the parameters that came beside it."""
    seen: list[tuple[ClauseElement, Any]] = []

    def keep(_connection: object, statement: object, rows: Any, row: Any, _options: object) -> None:
        if isinstance(statement, ClauseElement):
            seen.append((statement, rows or row))

    event.listen(Engine, "before_execute", keep)
    yield seen
    event.remove(Engine, "before_execute", keep)


def sql(statement: ClauseElement, **options: Any) -> str:
    """How `statement` is written for SQL Server, its values included."""
    return str(statement.compile(dialect=pyodbc.dialect(), **options))


def of_rows(statement: Insert, rows: list[Row]) -> str:
    """The same for an INSERT of many rows."""
    return sql(statement, for_executemany=True, column_keys=list(rows[0]))


@pytest.mark.covers("RUN-03", "DB-01")
def test_ids_come_back_in_the_order_of_their_rows(
    database: Database, sent: list[tuple[ClauseElement, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQL Server hands them out in any order: each ticket would get the notes of another."""
    monkeypatch.setattr(row_inserts, "numbers_in_sequence", lambda _connection: False)
    usual = {"module": "Ticket", "status": "open", "priority": "medium", "source": "email", "version": 1}
    rows: list[Row] = [{**usual, "subject": each, "created_at": BEGINNING, "updated_at": BEGINNING} for each in ("one", "two")]
    with database.unit_of_work() as work:
        sent.clear()
        insert_returning_ids(work.connection, RecordRow, rows)
    [(statement, given)] = sent
    assert isinstance(statement, Insert)
    assert of_rows(statement, given).endswith("ORDER BY sen_counter")


@pytest.mark.covers("MSG-03", "NOT-01", "DB-01")
def test_the_notes_of_a_batch_are_told_in_the_order_of_its_messages(
    database: Database, lease: Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that fill the same columns are one INSERT, so the second note has a higher number than the last."""
    monkeypatch.setattr(row_inserts, "numbers_in_sequence", lambda _connection: False)
    take_in(database, lease, [ticket("1")])
    asked, in_order = RecordRef(Module.TICKET, 1), ["text 1", "text 2", "text 3", "text 4"]
    notes = [note("text 2"), note("text 3", quoted_text="text 2"), note("text 4")]
    with database.unit_of_work() as work:
        work.apply([Change((AddNote(asked, each),)) for each in notes])
        assert [each.text for each in work.transaction.records.history(asked)] == in_order
        assert [each.note.text for each in work.reader.history(asked, 9)] == in_order[::-1]
        assert [each.note.text for each in work.reader.history(asked, 2)] == in_order[:1:-1]


@pytest.mark.covers("DB-05", "RUN-03")
@pytest.mark.parametrize(
    "read",
    [
        lambda work, refs: work.look_up(LookupRequest(records=frozenset(refs))),
        lambda work, refs: work.records(refs),
    ],
    ids=["for a decision", "for a change"],
)
def test_records_are_locked_by_one_read_in_the_order_of_their_ids(
    database: Database,
    lease: Lease,
    sent: list[tuple[ClauseElement, Any]],
    read: Callable[[UnitOfWork, list[RecordRef]], Any],
) -> None:
    """Without the lock a record could be closed between the decision and the write."""
    take_in(database, lease, [ticket("1"), ticket("2")])
    with database.unit_of_work() as work:
        sent.clear()
        read(work, [RecordRef(Module.TICKET, number) for number in (2, 1)])
    [locking] = [made for statement, _ in sent if "FROM records " in (made := sql(statement)) + " "]
    assert "FROM records WITH (UPDLOCK, ROWLOCK)" in locking
    assert locking.endswith("ORDER BY records.id")


@pytest.mark.covers("DB-05", "OUT-06")
def test_mail_is_locked_before_it_is_given_up(
    database: Database, clock: ManualClock, sent: list[tuple[ClauseElement, Any]]
) -> None:
    """Without the lock another host could claim one in between: it would be sent, and its time line would say that it failed."""
    put(database, mail(1))
    clock.advance(60)
    with database.unit_of_work() as work:
        sent.clear()
        assert OutboxResults(work, "here").expire(clock.now(), None) == 1
    locking, *changing = [sql(statement) for statement, _ in sent]
    assert "FROM outbox WITH (UPDLOCK, ROWLOCK)" in locking
    assert locking.endswith("ORDER BY outbox.id")
    assert changing[0].startswith("UPDATE outbox")


@pytest.mark.covers("DB-05", "FIL-05")
@pytest.mark.parametrize("texts", [("one", "two"), ("two", "one")])
def test_rules_that_stopped_mail_are_counted_in_one_order(
    database: Database, lease: Lease, sent: list[tuple[ClauseElement, Any]], texts: tuple[str, str]
) -> None:
    """All mailboxes count in the same rows: two batches that met them in another order would wait for each other."""
    with database.begin() as transaction:
        filters = transaction.settings.filters()
        value = filters.value.model_copy(update={"subject": [FilterRule(text="one"), FilterRule(text="two")]})
        transaction.settings.save_filters(Stored(filters.id, filters.version, value), "ada")
    sent.clear()
    take_in(database, lease, [filtered(str(number), "subject", text) for number, text in enumerate(texts)])
    counting = [statement.compile().params for statement, _ in sent if sql(statement).startswith("UPDATE filter_rules")]
    assert [values["text_1"] for values in counting] == ["one", "two"]


@pytest.mark.covers("MON-04", "RUN-02")
@pytest.mark.parametrize("what", ["a batch", "the end of a visit"])
def test_the_lease_is_held_before_anything_is_read_that_depends_on_it(
    database: Database, lease: Lease, sent: list[tuple[ClauseElement, Any]], what: str
) -> None:
    """Of two hosts that count the third failure, the second must not have read the count before the first one wrote it."""
    if what == "a batch":
        sent.clear()
        take_in(database, lease, [ticket("1")], "after")
    else:
        with database.begin() as transaction:
            sent.clear()
            transaction.mailbox_states.end_visit(lease, VisitEnd(None, False, 0), lambda _: timedelta(minutes=1))
    assert sql(sent[0][0]).startswith("UPDATE mailbox_leases")


@pytest.mark.covers("DB-05", "RUN-02")
@pytest.mark.parametrize("what", ["a claim", "the end of a visit", "the end of a host"])
def test_leases_are_locked_before_the_states_of_their_mailboxes(
    database: Database, lease: Lease, sent: list[tuple[ClauseElement, Any]], what: str
) -> None:
    """Two transactions that lock the two rows of a mailbox crosswise would wait for each other."""
    with database.begin() as transaction:
        sent.clear()
        if what == "a claim":
            transaction.mailbox_leases.begin_visit(lease.mailbox_id, "here", regardless=True)
        elif what == "the end of a visit":
            transaction.mailbox_states.break_off(lease)
        else:
            transaction.mailbox_leases.leave("here")
    changing = [made.split()[1] for statement, _ in sent if (made := sql(statement)).startswith("UPDATE")]
    assert changing == ["mailbox_leases", "mailbox_state"]
