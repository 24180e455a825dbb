"""When a mail that could not be sent is tried again, and when it is given up (OUT-06, RFC 5321 section 4.5.4.1)."""

from __future__ import annotations

from datetime import datetime, timedelta

DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 30, 60, 120))
"""After the first failure, the second, and so on; the last one again and again."""
GIVE_UP_AFTER = timedelta(days=3)
JITTER = 0.1


def delay(failures: int, chance: float, retry_after: float | None = None) -> timedelta:
    """The time until the next try after `failures` in a row, at least 1.

    `chance` (0 to 1) spreads the tries of many mails. A server that asked to be left alone for `retry_after` seconds is.
    """
    usual = DELAYS[min(failures, len(DELAYS)) - 1]
    asked = timedelta(seconds=min(retry_after or 0, GIVE_UP_AFTER.total_seconds()))
    return max(usual * (1 - JITTER + 2 * JITTER * chance), asked)


def next_try(begun_at: datetime, now: datetime, wait: timedelta) -> datetime | None:
    """When a mail that is tried since `begun_at` is tried again; the last time `GIVE_UP_AFTER` later. None: not any more."""
    end = begun_at + GIVE_UP_AFTER
    return min(now + wait, end) if now < end else None
