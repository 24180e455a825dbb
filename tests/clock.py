"""Time that passes only when a test says so, or when somebody waits."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

BEGINNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class ManualClock:
    """A `trackit_console.clock.Clock`. Safe for several threads; `wait` returns at once, its seconds having passed."""

    def __init__(self, now: datetime = BEGINNING) -> None:
        self._begun = now
        self._passed = 0.0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return self._begun + timedelta(seconds=self._passed)

    def monotonic(self) -> float:
        return self._passed

    def advance(self, seconds: float) -> None:
        """Lets `seconds` pass."""
        with self._lock:
            self._passed += seconds

    def set_back(self, seconds: float) -> None:
        """Somebody sets the clock on the wall back; `monotonic` goes on."""
        self._begun -= timedelta(seconds=seconds)

    def wait(self, event: threading.Event, seconds: float) -> bool:
        if not event.is_set():
            self.advance(max(0.0, seconds))
        return event.is_set()
