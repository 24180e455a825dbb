"""A transaction that lost a deadlock or a lock is run again, with growing pauses, and not for ever (DB-05)."""

from __future__ import annotations

import sqlite3

import pytest

from tests.clock import ManualClock
from tests.settings.samples import imap
from tests.store.concurrency import ClockThatUnlocks
from trackit_console.paths import DataDir
from trackit_console.store import engine as store_engine
from trackit_console.store.database import Database, open_database
from trackit_console.store.errors import (
    DatabaseBusy,
    DatabaseLocked,
    DatabaseOffline,
    DatabaseReadOnly,
    DatabaseUnavailable,
    StoreError,
    UniqueTaken,
)
from trackit_console.store.retry import GIVE_UP_AFTER, MAX_TRIES, pauses, retrying


def test_pauses_grow_and_are_spread_by_chance() -> None:
    shortest, longest = list(pauses(lambda: 0.0)), list(pauses(lambda: 1.0))
    assert longest == sorted(longest) and longest[0] < longest[-1]
    assert shortest == [pause / 2 for pause in longest]
    assert len(longest) == MAX_TRIES - 1
    assert sum(longest) < GIVE_UP_AFTER


@pytest.mark.covers("DB-05")
@pytest.mark.parametrize("problem", [DatabaseBusy, DatabaseOffline], ids=["a deadlock", "a database that moves"])
def test_work_is_run_again_until_it_succeeds_and_no_longer_than_it_may(problem: type[StoreError]) -> None:
    clock = ManualClock()
    tries: list[float] = []

    def fails(times: int) -> str:
        tries.append(clock.monotonic())
        if len(tries) <= times:
            raise problem(str(len(tries)))
        return "done"

    assert retrying(lambda: fails(2), clock) == "done"
    assert len(tries) == len(set(tries)) == 3
    tries.clear()
    with pytest.raises(problem) as caught:
        retrying(lambda: fails(99), clock)
    assert (caught.value.detail, len(tries)) == (str(MAX_TRIES), MAX_TRIES)


def test_work_that_waited_long_for_its_lock_is_not_begun_again_and_again() -> None:
    clock = ManualClock()
    tries: list[float] = []

    def waits_for_its_lock() -> None:
        tries.append(clock.monotonic())
        clock.advance(store_engine.BUSY_SECONDS)
        raise DatabaseLocked

    with pytest.raises(DatabaseLocked):
        retrying(waits_for_its_lock, clock)
    assert len(tries) == 2


@pytest.mark.parametrize("problem", [DatabaseUnavailable, DatabaseReadOnly, UniqueTaken, ZeroDivisionError])
def test_what_is_not_for_a_retry_is_raised_at_once(problem: type[Exception]) -> None:
    tries: list[int] = []

    def fails() -> None:
        tries.append(1)
        raise problem

    with pytest.raises(problem):
        retrying(fails, ManualClock())
    assert len(tries) == 1


@pytest.mark.covers("DB-05")
def test_a_transaction_that_met_a_lock_is_kept_when_the_lock_is_gone(
    file: DataDir, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_engine, "BUSY_SECONDS", 0.05)
    other = sqlite3.connect(file.database, isolation_level=None)
    clock = ClockThatUnlocks(other)
    hasty = open_database(file.database_url, file, clock)
    other.execute("BEGIN IMMEDIATE")

    def add() -> None:
        with hasty.begin() as transaction:
            transaction.mailboxes.add(imap(), "ada")

    hasty.retrying(add)
    assert clock.waits == 2
    with database.reading() as transaction:
        assert len(transaction.mailboxes.all()) == 1
    hasty.close()
    other.close()
