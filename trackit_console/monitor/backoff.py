"""How long to wait before a mailbox is visited again, and before the engine starts again after a failure (RUN-05)."""

from __future__ import annotations

import math
from datetime import timedelta

from trackit_console.clock import Clock

FIRST_RETRY = timedelta(seconds=15)
JITTER = 0.2
FIRST_RESTART = 5.0
LONGEST_RESTART = 300.0
"""Seconds until the engine starts again after a failure of its own: doubled each time, up to this."""
LONGEST_DATABASE_WAIT = 20.0
"""The same while the database is away: once it is back, a Start or Stop from a console must not wait for minutes."""


def next_delay(
    interval: timedelta, failures: int, *, sign_in_refused: bool, chance: float, retry_after: float | None = None
) -> timedelta:
    """The time until the next visit after `failures` in a row (0: it went well).

    Doubles from `FIRST_RETRY` up to the poll interval; `chance` (0 to 1) spreads the visits of many mailboxes. A
    refused sign-in waits the whole interval: servers lock accounts that try again and again. A server that asked to be
    left alone for `retry_after` seconds is.
    """
    asked = timedelta(seconds=retry_after or 0)
    if failures == 0 or sign_in_refused:
        return max(interval, asked)
    # Bounded before it is multiplied: a timedelta overflows.
    doubled: int = 2 ** min(failures - 1, 20)
    delay = FIRST_RETRY * doubled * (1 - JITTER + 2 * JITTER * chance)
    return max(min(interval, delay), asked)


class RetryDelays:
    """When mailboxes may be visited again whose last visits could not be kept.

    The database has them still due then: without this they would be visited at every look, and an account whose password
    is refused would be locked.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._delays: dict[int, float] = {}
        self._until: dict[int, float] = {}

    def failed(self, mailbox_id: int) -> None:
        """Puts the next visit off, each time for twice as long."""
        delay = self._delays.get(mailbox_id, FIRST_RESTART)
        self._delays[mailbox_id] = min(delay * 2, LONGEST_RESTART)
        self._until[mailbox_id] = self._clock.monotonic() + delay

    def kept(self, mailbox_id: int) -> None:
        """From now on the database says again when the mailbox is due."""
        self._delays.pop(mailbox_id, None)
        self._until.pop(mailbox_id, None)

    def waits(self, mailbox_id: int) -> bool:
        """Whether it is too early for another visit."""
        return self._clock.monotonic() < self._until.get(mailbox_id, -math.inf)
