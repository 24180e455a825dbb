"""Opens the database of a monitor that may be started before its database server: with the computer, as a service (DB-05)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from trackit_console.cancel import Cancel, cancellable
from trackit_console.clock import Clock, SystemClock
from trackit_console.logs import component
from trackit_console.monitor.backoff import FIRST_RESTART, LONGEST_DATABASE_WAIT
from trackit_console.store.errors import Cancelled, DatabaseUnavailable

T = TypeVar("T")
STOP_CHECK_SECONDS = 0.1


def once_available(
    opening: Callable[[], T],
    stop: threading.Event,
    on_error: Callable[[DatabaseUnavailable], None],
    *,
    waits_for: type[DatabaseUnavailable] = DatabaseUnavailable,
    clock: Clock | None = None,
) -> T | None:
    """What `opening` answers, tried again while it raises `waits_for`; None once `stop` is set.

    `on_error` hears of each try that failed, but not again of the same error. Raises what else `opening` raises: an admin has to mend
    that.
    """
    clock = clock or SystemClock()
    pause, told = FIRST_RESTART, ""
    while not stop.is_set():
        try:
            return unless_stopped(opening, stop)
        except waits_for as problem:
            if problem.code != told:
                component("EmailMonitor").error("%s %s", problem, problem.detail)
                on_error(problem)
            told = problem.code
        clock.wait(stop, pause)
        pause = min(pause * 2, LONGEST_DATABASE_WAIT)
    return None


def unless_stopped(opening: Callable[[], T], stop: threading.Event) -> T | None:
    """What `opening` answers; None if `stop` is set first. A server that does not answer is waited for no longer than a second then."""
    with _cancelled_by(stop):
        try:
            return opening()
        except (Cancelled, DatabaseUnavailable):
            if stop.is_set():
                return None
            raise


@contextmanager
def _cancelled_by(stop: threading.Event) -> Iterator[None]:
    cancel, over = Cancel(), threading.Event()

    def watch() -> None:
        while not over.is_set():
            if stop.wait(STOP_CHECK_SECONDS):
                cancel.set()
                return

    watching = threading.Thread(target=watch, name="stop while opening", daemon=True)
    watching.start()
    try:
        with cancellable(cancel):
            yield
    finally:
        over.set()  # not joined: it would be waited for longer than a database takes to open
