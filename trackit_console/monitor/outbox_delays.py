"""When a mail that could not be sent is tried again, and when it is given up (OUT-06, RFC 5321 section 4.5.4.1)."""

from __future__ import annotations

from datetime import datetime, timedelta

from trackit_console.domain.outgoing_mail import GIVE_UP_AFTER

DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 30, 60, 120))
"""After the first failure, the second, and so on; the last one again and again."""
LEAST_TRIES = len(DELAYS)
"""Tries before anything is given up, however old it is: a monitor that was off for days has not tried."""
JITTER = 0.1


def delay(failures: int, chance: float, retry_after: float | None = None) -> timedelta:
    """The time until the next try after `failures` in a row, at least 1.

    `chance` (0 to 1) spreads the tries of many mails. A server that asked to be left alone for `retry_after` seconds is.
    """
    usual = DELAYS[min(failures, len(DELAYS)) - 1]
    # Bounded: what a server asks for must not keep the mail beyond the time at which it is given up.
    asked = timedelta(seconds=min(retry_after or 0, GIVE_UP_AFTER.total_seconds()))
    return max(usual * (1 - JITTER + 2 * JITTER * chance), asked)


def next_try(begun_at: datetime, now: datetime, wait: timedelta, tries: int) -> datetime | None:
    """When a mail is tried again that waits since `begun_at` and has failed `tries` times; None: not any more.

    The last time is `GIVE_UP_AFTER` later, or the last one of `LEAST_TRIES`.
    """
    end = begun_at + GIVE_UP_AFTER
    if now < end:
        return min(now + wait, end)
    return now + wait if tries < LEAST_TRIES else None


def is_given_up(failing_since: datetime, now: datetime, failures: int) -> bool:
    """Whether an account has failed for so long that the mail which waits for it is given up."""
    return now - failing_since >= GIVE_UP_AFTER and failures >= LEAST_TRIES
