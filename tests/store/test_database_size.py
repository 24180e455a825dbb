"""How large the database is, how it grew, and which host may remove what is old."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from tests.clock import ManualClock
from tests.outbox_factory import mail, put
from tests.store.concurrency import at_once
from trackit_console.paths import DataDir
from trackit_console.store.database import Database
from trackit_console.store.errors import UniqueTaken

HOUR = timedelta(hours=1)


def begin_run(database: Database) -> bool:
    with database.begin() as transaction:
        return transaction.database_sizes.begin_run(HOUR)


@pytest.mark.covers("DB-01")
def test_the_size_grows_with_what_is_kept(database: Database) -> None:
    def used() -> int:
        with database.reading() as transaction:
            size = transaction.database_sizes.measure()
        assert size is not None and size.total >= size.used > 0
        return size.used

    before = used()
    # Nothing that repeats: a server may compress what it keeps.
    put(database, mail(0, text=random.Random(1).randbytes(1_000_000).hex()))
    assert 1_900_000 <= used() - before <= 20_000_000


def test_pages_that_are_free_count_apart(file: DataDir, database: Database) -> None:
    put(database, mail(0, text="x" * 2_000_000))
    with database.begin() as transaction:
        transaction.session.connection().exec_driver_sql("DELETE FROM outbox")
    with database.reading() as transaction:
        size = transaction.database_sizes.measure()
    assert size is not None and size.free >= 1_900_000
    assert size.total >= file.database.stat().st_size


def test_rows_of_the_large_tables_are_counted(database: Database) -> None:
    put(database, mail(0), mail(1))
    with database.reading() as transaction:
        rows = transaction.database_sizes.rows()
    assert rows["outbox"] == 2 and rows["activity"] == 0


def test_one_run_in_an_hour_keeps_the_size_of_each_day(database: Database, clock: ManualClock) -> None:
    assert begin_run(database) and not begin_run(database)
    clock.advance(3600)
    first = clock.now()
    assert begin_run(database)
    clock.advance(24 * 3600)
    assert begin_run(database)
    with database.reading() as transaction:
        kept = transaction.database_sizes.days()
        assert transaction.database_sizes.last_run() == clock.now()
    assert [each.day for each in kept] == [first.date(), clock.now().date()]
    assert all(each.bytes > 0 for each in kept)


@pytest.mark.parametrize("ahead", [2 * HOUR, timedelta(days=3 * 365)], ids=["within the day", "years"])
def test_once_a_clock_that_was_ahead_is_right_again_old_data_is_looked_for_each_hour(
    database: Database, clock: ManualClock, ahead: timedelta
) -> None:
    clock.advance(ahead.total_seconds())
    assert begin_run(database)
    clock.set_back(ahead.total_seconds())
    for _ in range(2):
        assert begin_run(database) and not begin_run(database)
        with database.reading() as transaction:
            assert transaction.database_sizes.last_run() == clock.now()
        clock.advance(3600)


def test_sizes_of_long_ago_are_no_growth_of_the_last_days(database: Database, clock: ManualClock) -> None:
    begin_run(database)
    clock.advance(31 * 24 * 3600)
    with database.reading() as transaction:
        assert transaction.database_sizes.days() == []


@pytest.mark.covers("RUN-02")
@pytest.mark.parametrize("second", [False, True], ids=["first run of a day", "later run"])
def test_of_two_hosts_one_removes(database: Database, clock: ManualClock, second: bool) -> None:
    if second:
        begin_run(database)
        clock.advance(3600)
    results = at_once(lambda: begin_run(database), lambda: begin_run(database))
    won = [each for each in results if each is True]
    lost = [each for each in results if each is False or isinstance(each, UniqueTaken)]
    assert (len(won), len(lost)) == (1, 1)
