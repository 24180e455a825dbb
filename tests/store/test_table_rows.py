"""Rows are read in parts that fit in memory, and their hash tells every difference but that of order (DB-01)."""

from __future__ import annotations

import tracemalloc
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.outbox_factory import mail, put
from trackit_console.store.database import Database
from trackit_console.store.engine import make_engine
from trackit_console.store.row_hashes import RowHasher, TableHash
from trackit_console.store.table_rows import PART_BYTES, PART_ROWS, in_parts_of
from trackit_console.store.tables import OutboxRow

MOMENT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MIB = 1024 * 1024
VALUES = st.one_of(st.none(), st.integers(0, 2**40), st.text(max_size=4), st.binary(max_size=4), st.datetimes())
ROWS = st.lists(st.tuples(VALUES, VALUES), max_size=6)


def summed(rows: Sequence[Sequence[Any]]) -> TableHash:
    hasher = RowHasher()
    hasher.add([{str(place): value for place, value in enumerate(each)} for each in rows])
    return hasher.result()


@pytest.mark.covers("DB-01")
@given(ROWS, st.randoms())
def test_the_order_of_rows_does_not_matter(rows: list[Any], random: Any) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert summed(shuffled) == summed(rows)


@pytest.mark.covers("DB-01")
@given(ROWS, ROWS)
def test_other_rows_have_another_hash(rows: list[Any], others: list[Any]) -> None:
    assert (summed(rows) == summed(others)) == (sorted(rows, key=repr) == sorted(others, key=repr))


@pytest.mark.covers("DB-01")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([(None,)], [("",)]),
        ([("",)], [(b"",)]),
        ([("1",)], [(1,)]),
        ([("a", "bc")], [("ab", "c")]),
        ([("a",)], [("A",)]),
        ([("a",)], [("a ",)]),
        ([(MOMENT,)], [(MOMENT + timedelta(microseconds=1),)]),
        ([("a",)], [("a",), ("a",)]),
        ([("a", "b")], [("b", "a")]),
        ([], [(None,)]),
    ],
    ids=repr,
)
def test_small_differences_are_differences(one: list[Any], other: list[Any]) -> None:
    assert summed(one) != summed(other)


@pytest.mark.covers("DB-01")
def test_a_truth_value_is_the_number_that_the_other_database_keeps() -> None:
    assert summed([(True, False)]) == summed([(1, 0)])


@pytest.mark.covers("DB-01")
def test_a_part_ends_by_rows_or_by_bytes_and_memory_holds_one_at_a_time(database: Database, url: str) -> None:
    small, large = PART_ROWS + 10, 30
    put(database, *(mail(number) for number in range(small)))
    for number in range(small, small + large):  # each in a transaction of its own, to begin with empty memory
        put(database, mail(number, text="x" * (PART_BYTES // 2)))
    engine = make_engine(url)
    tracemalloc.start()
    with engine.connect() as connection:
        sizes = [len(part) for part in in_parts_of(connection, select(OutboxRow.__table__).order_by(OutboxRow.id))]
        _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    engine.dispose()
    assert sizes[0] == PART_ROWS
    assert sum(sizes) == small + large
    assert max(sizes[2:]) <= 2
    assert peak < 5 * PART_BYTES  # all of them would be 15
