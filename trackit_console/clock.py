"""The clock as an object, so that tests of schedules, leases and back-off do not sleep."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """The time functions that the program uses."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""

    def monotonic(self) -> float:
        """Seconds from an arbitrary start, never going back."""

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Waits until `event` is set or `seconds` have passed; returns whether it is set."""


class SystemClock:
    """The computer's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def wait(self, event: threading.Event, seconds: float) -> bool:
        return event.wait(max(0.0, seconds))


def has_passed(duration: timedelta, since: datetime, now: datetime) -> bool:
    """Whether `duration` has passed, by the clock on the wall: `monotonic` may stand still while a computer sleeps.

    Once that clock was set back, nobody knows how long it was: then it has.
    """
    return not timedelta() <= now - since < duration
