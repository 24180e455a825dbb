"""Two who do something at the same time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

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
