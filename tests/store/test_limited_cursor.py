"""A cursor of a server fetches rows ahead, to change threads less often, but never more of them than fit in memory (DB-01, DB-05)."""

from __future__ import annotations

import sqlite3
import tracemalloc
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

from trackit_console.store.limited_cursor import BYTES_AT_ONCE, ROWS_AT_ONCE, LimitedCursor, Session

pytestmark = pytest.mark.covers("DB-01", "DB-05")
NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) SELECT {} FROM n"


class Counting:
    """A connection to SQLite that counts how often its thread would be asked."""

    def __init__(self) -> None:
        self.session = Session(sqlite3.connect(":memory:"))
        self.asked = 0

    @property
    def driver(self) -> ModuleType:
        return sqlite3

    def ask(self, work: Callable[[Session], Any]) -> Any:
        self.asked += 1
        return work(self.session)

    def post(self, work: Callable[[Session], Any]) -> None:
        work(self.session)


@pytest.fixture
def connection() -> Iterator[Counting]:
    made = Counting()
    yield made
    made.session.close()


def test_of_large_rows_one_at_a_time_is_in_memory(connection: Counting) -> None:
    cursor = LimitedCursor(connection, 1)
    tracemalloc.start()
    cursor.execute(NUMBERS.format(30, f"zeroblob({BYTES_AT_ONCE})"))
    number = 0
    while cursor.fetchone():
        number += 1
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert number == 30
    assert peak < 4 * BYTES_AT_ONCE


def test_small_rows_come_together(connection: Counting) -> None:
    cursor = LimitedCursor(connection, 1)
    cursor.execute(NUMBERS.format(ROWS_AT_ONCE - 1, "i"))
    assert [cursor.fetchone() for _ in range(ROWS_AT_ONCE)] == [*((number,) for number in range(1, ROWS_AT_ONCE)), None]
    assert connection.asked == 1


@pytest.mark.parametrize("size", [1, 10, ROWS_AT_ONCE, 100])
def test_as_many_rows_as_are_asked_for_come_until_the_end(connection: Counting, size: int) -> None:
    cursor = LimitedCursor(connection, 1)
    cursor.execute(NUMBERS.format(250, f"i, zeroblob({BYTES_AT_ONCE // 8})"))
    parts = []
    while part := cursor.fetchmany(size):
        parts.append([number for number, _ in part])
    assert [number for part in parts for number in part] == list(range(1, 251))
    assert all(len(part) == size for part in parts[:-1])
