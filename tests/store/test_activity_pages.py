"""Page by page the list of a search is that of reading everything, however much is indexed, and in whatever order lines came (RUN-08)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from tests.clock import BEGINNING
from trackit_console.domain.deliveries import Outcome
from trackit_console.domain.polling import Lease
from trackit_console.domain.search_words import asked_words, has_all, record_word, words_of
from trackit_console.store import activity_search as rules
from trackit_console.store import activity_words as blocks
from trackit_console.store import statements
from trackit_console.store.activity_views import ActivityQuery
from trackit_console.store.activity_words import index_waiting
from trackit_console.store.column_types import key_of
from trackit_console.store.database import Database
from trackit_console.store.row_inserts import Row, insert_rows
from trackit_console.store.search_conditions import record_number
from trackit_console.store.tables import ActivityRow, DeliveryRow
from trackit_console.store.transaction import Transaction


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds at which few messages fill many blocks and parts."""
    monkeypatch.setattr(blocks, "BLOCK", 2)
    monkeypatch.setattr(blocks, "STEP_MESSAGES", 5)
    monkeypatch.setattr(rules, "READ_AT_ONCE", 1)
    monkeypatch.setattr(rules, "NEWEST_WAITING", 4)
    for module in (rules, statements):
        monkeypatch.setattr(module, "VALUES_IN_A_LIST", 3)


@pytest.mark.covers("RUN-04", "RUN-08")
@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("since", [None, 15])
@pytest.mark.parametrize("steps", [0, 2, 9])
def test_an_old_delivery_with_a_new_line_stands_among_the_newest(
    database: Database, lease: Lease, steps: int, since: int | None
) -> None:
    """As a message that was tried again from quarantine."""
    rows = [_line(lease.mailbox_id, number, "same", 99 if number == 3 else number, Outcome.CREATED) for number in range(1, 31)]
    query = ActivityQuery("same", None if since is None else BEGINNING + timedelta(minutes=since))
    with database.unit_of_work() as work:
        _fill(work.connection, rows)
        for _ in range(steps):
            index_waiting(work.connection)
        newest = [each.delivery_id for each in work.transaction.activity.page(query, 3)]
        assert newest == [3, 30, 29]
        assert _pages(work.transaction, query) == [3, *range(30, (since or 4) - 1, -1), *([] if since else [2, 1])]


@pytest.mark.covers("RUN-08")
@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize(("text", "numbers"), [("oldest", [1]), ("OLD", [1]), ("ldest", []), ("Ticket - 1", [9, 5, 1])])
def test_mail_that_waits_since_an_upgrade_is_found_however_much_it_is(
    database: Database, lease: Lease, text: str, numbers: list[int]
) -> None:
    rows = [_line(lease.mailbox_id, 1, "the oldest", 1, Outcome.CREATED)]
    rows += [_line(lease.mailbox_id, number, "another", number, Outcome.CREATED) for number in range(2, 12)]
    with database.unit_of_work() as work:
        _fill(work.connection, rows)
        assert _pages(work.transaction, ActivityQuery(text)) == numbers


SUBJECTS = st.sampled_from(["a", "Ab", "b", "xa", "a 東京", "b 12", "ab B", "a b"])
LINES = st.lists(
    st.tuples(SUBJECTS, st.integers(0, 9), st.sampled_from([Outcome.NOTED, Outcome.CREATED])), min_size=10, max_size=30
)
TEXTS = st.sampled_from(["a", "ab", "b A", "ab b", "京", "12", "Ticket - 2", "c", "a b ab 東"])


@given(LINES, TEXTS, st.none() | st.integers(0, 9), st.none() | st.just(Outcome.CREATED), st.integers(0, 6))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.usefixtures("small_steps")
def test_page_by_page_the_list_is_that_of_reading_everything(
    database: Database,
    lease: Lease,
    lines: list[tuple[str, int, Outcome]],
    text: str,
    since: int | None,
    outcome: Outcome | None,
    steps: int,
) -> None:
    """Lines are of any age, whatever their ids; up to all of them are indexed."""
    query = ActivityQuery(text, None if since is None else BEGINNING + timedelta(minutes=since), None, outcome)
    rows = [_line(lease.mailbox_id, number, *each) for number, each in enumerate(lines, 1)]
    with database.unit_of_work() as work:  # never committed: each example begins with the same database
        _fill(work.connection, rows)
        for _ in range(steps):
            index_waiting(work.connection)
        assert _pages(work.transaction, query) == _expected(rows, query)


def _line(mailbox_id: int, number: int, subject: str, minute: int, outcome: Outcome) -> Row:
    at = BEGINNING + timedelta(minutes=minute)
    told = {"subject": subject, "sender": "", "outcome": outcome.value, "record_id": number % 4 or None, "reasons": "[]"}
    return {"delivery_id": number, "at": at, "mailbox_id": mailbox_id, **told}


def _fill(connection: Connection, rows: list[Row]) -> None:
    named = {"scope": "1 INBOX", "size": 1, "tries": 1, "seen_at": BEGINNING, "recorded_at": BEGINNING}
    ledger = [
        {
            "id": row["delivery_id"],
            "mailbox_id": row["mailbox_id"],
            "uid": "1",
            "ref_key": key_of(str(row["delivery_id"])),
            **named,
        }
        for row in rows
    ]
    insert_rows(connection, DeliveryRow, ledger)
    insert_rows(connection, ActivityRow, rows)


def _pages(transaction: Transaction, query: ActivityQuery) -> list[int]:
    pages: list[int] = []
    while part := transaction.activity.page(query, 4, len(pages)):
        pages += [each.delivery_id for each in part]
    return pages


def _expected(rows: list[Row], query: ActivityQuery) -> list[int]:
    hits = [
        row
        for row in rows
        if (query.since is None or row["at"] >= query.since)
        and (query.outcome is None or row["outcome"] == query.outcome)
        and _matches(row, query.text)
    ]
    return [row["delivery_id"] for row in sorted(hits, key=lambda row: (row["at"], row["delivery_id"]), reverse=True)]


def _matches(row: Row, text: str) -> bool:
    number = record_number(text)
    words = words_of([row["subject"]], row["record_id"])
    return has_all(asked_words(text), words) or (number is not None and record_word(number) in words)
