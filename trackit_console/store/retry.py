"""Runs a transaction again that the database gave up for another one: a deadlock, a lock, a throttled server (DB-05).

Only the whole transaction can be repeated: the database has rolled it back, and what was read in it may have changed.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from typing import TypeVar

from trackit_console.clock import Clock
from trackit_console.store.errors import DatabaseBusy

T = TypeVar("T")

MAX_TRIES = 5
FIRST_PAUSE = 0.1
LONGEST_PAUSE = 2.0
GIVE_UP_AFTER = 10.0
"""Seconds since the first try after which no other begins: a lock that is held so long is not let go in a moment."""


def pauses(chance: Callable[[], float] = random.random) -> Iterator[float]:
    """Seconds to wait between the tries: growing, and spread by `chance` (0 to 1) so that two victims do not meet again."""
    for number in range(MAX_TRIES - 1):
        longest = min(LONGEST_PAUSE, FIRST_PAUSE * 3**number)
        yield longest * (0.5 + chance() / 2)


def retrying(work: Callable[[], T], clock: Clock) -> T:
    """What `work`, a whole transaction, answers; it is run again while it raises `DatabaseBusy`, the last of which is raised."""
    begun = clock.monotonic()
    for pause in pauses():
        try:
            return work()
        except DatabaseBusy:
            if clock.monotonic() - begun >= GIVE_UP_AFTER:
                raise
        clock.wait(threading.Event(), pause)
    return work()
