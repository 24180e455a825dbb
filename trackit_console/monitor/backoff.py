"""How long to wait before a mailbox is visited again (RUN-05). Pure."""

from __future__ import annotations

from datetime import timedelta

FIRST_RETRY = timedelta(seconds=15)
JITTER = 0.2


def next_delay(interval: timedelta, failures: int, *, sign_in_refused: bool, chance: float) -> timedelta:
    """The time until the next visit after `failures` in a row (0: it went well).

    Doubles from `FIRST_RETRY` up to the poll interval; `chance` (0 to 1) spreads the visits of many mailboxes. A
    refused sign-in waits the whole interval: servers lock accounts that try again and again.
    """
    if failures == 0 or sign_in_refused:
        return interval
    doubled: int = 2 ** min(failures - 1, 20)
    delay = FIRST_RETRY * doubled * (1 - JITTER + 2 * JITTER * chance)
    return min(interval, delay)
