"""Repeats a transaction that failed because of a deadlock, a lock, a throttled server, or a database that moves (DB-05).

Only the whole transaction can be repeated: it was rolled back, and what it read may have changed.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from typing import TypeVar

from trackit_console.clock import Clock
from trackit_console.store.errors import DatabaseBusy, DatabaseOffline, DatabaseReadOnly, UniqueTaken

T = TypeVar("T")

MAX_TRIES = 5
FIRST_PAUSE = 0.1
LONGEST_PAUSE = 2.0
GIVE_UP_AFTER = 10.0
"""Seconds after the first try during which another one may start. A lock that is held longer will not be free in a moment."""


def pauses(chance: Callable[[], float] = random.random) -> Iterator[float]:
    """Seconds to wait between tries: exponential back-off, with jitter from `chance` (0 to 1) so that two victims do not collide again."""
    for number in range(MAX_TRIES - 1):
        longest = min(LONGEST_PAUSE, FIRST_PAUSE * 3**number)
        yield longest * (0.5 + chance() / 2)


def retrying(work: Callable[[], T], clock: Clock) -> T:
    """Runs `work`, a whole transaction, until it raises nothing that passes in a moment, and returns its result.

    Raises what it raised last. A database that moves (Azure, an availability group) is looked for anew each time: the connections to where
    it was are closed by then (`lost_connections`).
    """
    begun = clock.monotonic()
    for pause in pauses():
        try:
            return work()
        except DatabaseReadOnly:  # until its administrator allows it: a replica is left with the next connection
            raise
        except (DatabaseBusy, DatabaseOffline):
            # The time counts as well as the tries: each try may itself wait for a lock until it times out.
            if clock.monotonic() - begun >= GIVE_UP_AFTER:
                raise
        clock.wait(threading.Event(), pause)
    return work()


def deciding_anew(work: Callable[[], T]) -> T:
    """Runs `work`, a whole transaction, once more where another one took a key first: what that one wrote is seen then."""
    try:
        return work()
    except UniqueTaken:
        return work()
