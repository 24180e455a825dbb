"""Runs the removal of what is older than its age (`retention_removal`) beside the visits: once an hour, on one host.

The embedded file does not become smaller: its free pages are used again, and a VACUUM would keep the monitor from writing for as
long as it copies the whole file.
"""

from __future__ import annotations

import threading
from datetime import timedelta

from trackit_console.clock import Clock
from trackit_console.logs import component
from trackit_console.monitor.background_run import BackgroundRun
from trackit_console.monitor.retention_removal import removal_steps
from trackit_console.settings.retention import Retention
from trackit_console.store.database import Database
from trackit_console.store.errors import UniqueTaken

FIRST_SECONDS = 300.0
"""Seconds after the start of a host: mail that waited comes first."""
CHECK_SECONDS = 600.0
"""Seconds between two questions whether a run is due. They are few: each is a transaction."""
INTERVAL = timedelta(hours=1)
"""From the beginning of one run to that of the next, of all hosts together."""
PAUSE_SECONDS = 5.0
"""Seconds between two steps, in which everybody else may write."""
MAX_STEPS = 100
"""Steps in one run, which then ends before the next one is due: up to 50,000 rows an hour."""
ONCE_STEPS = 10
"""The same without a host, where somebody waits for the end."""


def begin_run(database: Database) -> Retention | None:
    """The ages by which this host is to remove now; None while no run is due, or another host has begun it. Raises `StoreError`.

    None as well in the first days after the monitor was away for a week, or its clock jumped ahead: then a run only keeps the size.
    """
    try:
        with database.begin() as transaction:
            stored = transaction.settings.retention()
            steady = transaction.database_sizes.is_clock_steady()
            begun = transaction.database_sizes.begin_run(INTERVAL)
    except UniqueTaken:
        return None
    return stored.value if begun and steady and not stored.findings else None


def remove_once(database: Database, stop: threading.Event) -> None:
    """A run of few steps, if one is due (`monitor --once`). Raises `StoreError`."""
    if retention := begin_run(database):
        _run(database, retention, stop, ONCE_STEPS)


def _run(database: Database, retention: Retention, stop: threading.Event, steps: int, clock: Clock | None = None) -> None:
    """Up to so many steps; with a `clock`, it pauses after each."""
    removed: dict[str, int] = {}
    for number, each in enumerate(removal_steps(database, retention), 1):
        removed[each.kind] = removed.get(each.kind, 0) + each.rows
        if stop.is_set() or number == steps or (clock is not None and clock.wait(stop, PAUSE_SECONDS)):
            break
    if removed:
        told = ", ".join(f"{rows} of {kind}" for kind, rows in removed.items())
        component("EmailMonitor").info("data retention: removed %s", told)


class RetentionRunner:
    """The runs of one host. Used by one thread."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.run = BackgroundRun("data retention", "old data could not be removed")
        self._database = database
        self._clock = clock
        self._next_check = clock.monotonic() + FIRST_SECONDS

    def attend(self) -> None:
        """Starts a thread when it is time to ask whether a run is due. To be called often; it asks nothing of the database."""
        if self._clock.monotonic() >= self._next_check and not self.run.running:
            self._next_check = self._clock.monotonic() + CHECK_SECONDS
            self.run.begin(self._work)

    def _work(self, stop: threading.Event) -> None:
        if retention := begin_run(self._database):
            _run(self._database, retention, stop, MAX_STEPS, self._clock)
