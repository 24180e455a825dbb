"""Mail of the activity is found by the beginnings of its words, by record and by the other fields, indexed or not (RUN-08)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, event

from tests.clock import BEGINNING, ManualClock
from tests.store.delivery_factory import aside, filtered, take_in, ticket
from trackit_console.domain.deliveries import Outcome
from trackit_console.domain.polling import Lease
from trackit_console.domain.records import AppliedReason
from trackit_console.paths import DataDir
from trackit_console.store.activity_views import ActivityQuery
from trackit_console.store.database import Database


def found(database: Database, query: ActivityQuery) -> list[int]:
    with database.reading() as transaction:
        return [each.delivery_id for each in transaction.activity.page(query)]


@pytest.fixture(params=[False, True], ids=["not indexed yet", "indexed"])
def activity(request: pytest.FixtureRequest, database: Database, lease: Lease, clock: ManualClock) -> Database:
    """Four messages, a minute apart."""
    for each in (
        ticket("1", sender="Bo@example.com", subject="Müller: 100% broken"),
        filtered("2", "sender", "x"),
        aside("3"),
        ticket("4", subject="Straße gesperrt, ПРИНТЕР 東京都", reasons=(AppliedReason("plain"),)),
    ):
        take_in(database, lease, [each])
        clock.advance(60)
    if request.param:
        assert database.word_index.step() == 4
        assert database.word_index.step() == 0
    return database


@pytest.mark.covers("RUN-08")
@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("", [4, 3, 2, 1]),
        ("BO@EXAMPLE", [4, 3, 2, 1]),
        ("example bo", [4, 3, 2, 1]),
        ("xample", []),
        ("subject 3", [3]),
        ("sub 3", [3]),
        ("3 mail", []),
        ("muller", [1]),
        ("MÜLL broken", [1]),
        ("100%", [1]),
        ("%", [4, 3, 2, 1]),
        ("STRASSE", [4]),
        ("принтер", [4]),
        ("京都", [4]),
        ("京都 muller", []),
        ("<4@example.com>", [4]),
        ("Ticket - 2", [4]),
        ("[Ticket - 1]", [1]),
        ("Ticket-2", [4]),
        ("2", [4, 2]),
        ("99999999999", []),
    ],
)
def test_activity_is_searched_by_words_in_any_order_or_by_record(activity: Database, words: str, numbers: list[int]) -> None:
    assert found(activity, ActivityQuery(words)) == numbers


@pytest.mark.covers("RUN-08")
def test_words_are_searched_together_with_outcome_time_and_mailbox(activity: Database, lease: Lease, clock: ManualClock) -> None:
    begun = clock.now().replace(minute=2)
    assert found(activity, ActivityQuery("bo", since=begun)) == [4, 3]
    assert found(activity, ActivityQuery("bo", since=clock.now())) == []
    assert found(activity, ActivityQuery("bo", outcome=Outcome.CREATED)) == [4, 1]
    assert found(activity, ActivityQuery("bo", mailbox_id=lease.mailbox_id + 1)) == []
    assert found(activity, ActivityQuery("subject", begun, lease.mailbox_id, Outcome.QUARANTINED)) == [3]
    with activity.reading() as transaction:
        pages = [[each.delivery_id for each in transaction.activity.page(ActivityQuery("bo"), 3, offset)] for offset in (0, 3)]
    assert pages == [[4, 3, 2], [1]]


@pytest.mark.covers("RUN-08")
def test_no_search_reads_the_whole_of_a_table(file: DataDir, database: Database, lease: Lease) -> None:
    """As SQLite plans the statements: but for what waits to be indexed, each goes by a key."""
    take_in(database, lease, [ticket(f"{number}") for number in range(5)])
    database.word_index.step()
    asked: dict[str, Any] = {}

    def keep(_connection: object, _cursor: object, statement: str, parameters: Any, *_more: object) -> None:
        asked[statement] = parameters

    event.listen(Engine, "before_cursor_execute", keep)
    try:
        for more in ({}, {"since": BEGINNING}, {"outcome": Outcome.CREATED}, {"mailbox_id": 1}):
            with database.reading() as transaction:
                assert transaction.activity.page(ActivityQuery("example 1", **more), 1)
                assert transaction.activity.page(ActivityQuery("Ticket - 2", **more), 1)
    finally:
        event.remove(Engine, "before_cursor_execute", keep)
    plans = {line for statement, parameters in asked.items() for line in _plan(database, statement, parameters)}
    assert {line for line in plans if line.startswith("SCAN")} == {"SCAN activity USING INDEX ix_activity_delivery_id"}
    assert "SEARCH activity_words USING PRIMARY KEY (block=? AND word>? AND word<?)" in plans


def _plan(database: Database, statement: str, parameters: Any) -> list[str]:
    if not statement.startswith("SELECT"):
        return []
    with database.reading() as transaction:
        plan = transaction.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return [row.detail for row in plan]
