"""The index has the words of every message once, whoever indexes, and none of a message whose activity is gone (RUN-08)."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import Engine, event, select

from tests.clock import ManualClock
from tests.quarantine_factory import set_aside
from tests.store.concurrency import at_once
from tests.store.delivery_factory import aside, ignored, take_in
from tests.store.retention_purge import DAY, number_of, purge
from trackit_console.clock import SystemClock
from trackit_console.domain.polling import Lease
from trackit_console.domain.search_words import words_of
from trackit_console.monitor.quarantine import retry
from trackit_console.store import activity_words as rules
from trackit_console.store.activity_views import ActivityQuery
from trackit_console.store.activity_words import block_of
from trackit_console.store.database import Database
from trackit_console.store.tables import ActivityRow, ActivityWordRow


def index_all(database: Database) -> list[int]:
    """How many messages each step took."""
    steps: list[int] = []
    while number := database.word_index.step():
        steps.append(number)
    return steps


def kept(database: Database) -> dict[int, set[str]]:
    """The words in the index, by delivery."""
    found: dict[int, set[str]] = {}
    with database.reading() as transaction:
        for row in transaction.session.scalars(select(ActivityWordRow)):
            assert row.block == block_of(row.delivery_id)
            found.setdefault(row.delivery_id, set()).add(row.word)
    return found


def expected(database: Database) -> dict[int, set[str]]:
    """The words of all activity."""
    with database.reading() as transaction:
        rows = transaction.session.scalars(select(ActivityRow)).all()
        return {row.delivery_id: set(words_of([row.subject, row.sender, row.message_id or ""], row.record_id)) for row in rows}


@pytest.mark.covers("RUN-08")
def test_two_hosts_at_once_index_every_message_once(database: Database, lease: Lease, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "STEP_MESSAGES", 3)
    take_in(database, lease, [ignored(f"{number}") for number in range(20)])
    taken = at_once(*[partial(index_all, database)] * 2)
    assert [each for each in taken if isinstance(each, Exception)] == []
    index_all(database)  # a host that finds all that is left locked by the other one ends its run
    assert kept(database) == expected(database)
    assert not database.look("host", None).unindexed


@pytest.mark.covers("RUN-08")
def test_the_newest_mail_is_indexed_first_and_a_step_has_few_words(
    database: Database, lease: Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not database.look("host", None).unindexed
    take_in(database, lease, [ignored(f"{number}", subject=f"{number} b c d") for number in range(6)])
    monkeypatch.setattr(rules, "STEP_MESSAGES", 4)
    monkeypatch.setattr(rules, "STEP_WORDS", 20)
    assert database.look("host", None).unindexed
    assert database.word_index.step() == 2
    assert set(kept(database)) == {5, 6}
    monkeypatch.setattr(rules, "STEP_WORDS", 1)
    assert index_all(database) == [1, 1, 1, 1], "a message with more goes alone"


@pytest.mark.covers("RUN-08", "DB-05")
def test_a_step_that_fails_is_done_again(database: Database, lease: Lease) -> None:
    take_in(database, lease, [ignored("1")])

    def breaks(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith("UPDATE activity"):
            raise RuntimeError("the process ends here")

    event.listen(Engine, "before_cursor_execute", breaks)
    try:
        with pytest.raises(RuntimeError):
            database.word_index.step()
    finally:
        event.remove(Engine, "before_cursor_execute", breaks)
    assert kept(database) == {}
    assert index_all(database) == [1]
    assert kept(database) == expected(database)


@pytest.mark.covers("DB-01")
def test_words_go_with_their_activity(
    database: Database, lease: Lease, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "BLOCK", 4)
    monkeypatch.setattr(rules, "_REMOVED_AT_ONCE", 2)
    take_in(database, lease, [*(ignored(f"{number}") for number in range(9)), aside("waits")])
    clock.advance(100 * DAY)
    take_in(database, lease, [ignored("young")])
    index_all(database)
    take_in(database, lease, [ignored("not indexed")])
    assert purge(database, activity=99) == {"activity": 9}
    assert set(kept(database)) == {10, 11}
    index_all(database)
    assert kept(database) == expected(database)


@pytest.mark.covers("RUN-04", "RUN-08")
def test_a_message_that_is_tried_again_is_found_by_its_new_words_alone(database: Database) -> None:
    waiting = set_aside(database)
    index_all(database)
    retry(database, waiting.whole, "ada", SystemClock())
    retry(database, waiting.headers_only, "ada", SystemClock())

    def found(text: str) -> list[int]:
        with database.reading() as transaction:
            return [each.delivery_id for each in transaction.activity.page(ActivityQuery(text))]

    for _ in ("not indexed yet", "indexed"):
        assert (found("whole"), found("Ticket - 2"), found("too large")) == ([], [waiting.whole], [])
        index_all(database)
    assert kept(database) == expected(database)


@pytest.mark.covers("DB-01")
def test_the_words_are_counted_among_the_large_tables(database: Database, lease: Lease) -> None:
    take_in(database, lease, [ignored("1")])
    index_all(database)
    with database.reading() as transaction:
        assert transaction.database_sizes.rows()["activity_words"] == number_of(database, ActivityWordRow) > 0
