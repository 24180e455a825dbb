"""Two who do something at the same time."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from tests.clock import ManualClock

T = TypeVar("T")


def at_once(*calls: Callable[[], T]) -> Sequence[T | Exception]:
    """What each of `calls` answered or raised, all of them begun together on threads."""
    start = threading.Barrier(len(calls))
    results: list[T | Exception] = [RuntimeError("not run")] * len(calls)

    def run(number: int, call: Callable[[], T]) -> None:
        start.wait()
        try:
            results[number] = call()
        except Exception as problem:
            results[number] = problem

    threads = [threading.Thread(target=run, args=each) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


class ClockThatUnlocks(ManualClock):
    """Ends the other program's transaction the second time that somebody waits."""

    def __init__(self, other: sqlite3.Connection) -> None:
        super().__init__()
        self._other = other
        self.waits = 0

    def wait(self, event: threading.Event, seconds: float) -> bool:
        self.waits += 1
        if self.waits == 2:
            self._other.rollback()
        return super().wait(event, seconds)
