"""Indexes the words of mail beside the visits, so that taking mail in does not wait for it (RUN-08): in small steps, with pauses.

Every host may do it, several at the same time: each step takes messages that no other has in hand.
"""

from __future__ import annotations

import threading

from trackit_console.clock import Clock
from trackit_console.monitor.background_run import BackgroundRun
from trackit_console.store.database import Database

INTERVAL_SECONDS = 30.0
"""Seconds from the start of a host, or from one run, to the next: mail comes first, and that of half a minute is one step."""
LEAST_PAUSE_SECONDS = 0.5
PAUSES = 10
"""How many times as long as a step the pause after it is: however slow the database, it serves others nine tenths of the time."""
ONCE_STEPS = 20
"""Steps without a host, where somebody waits for the end: up to 5,000 messages, within a second."""


def index_once(database: Database, stop: threading.Event) -> None:
    """A run of few steps (`monitor --once`). Raises `StoreError`."""
    for _ in range(ONCE_STEPS):
        if stop.is_set() or not _step(database):
            return


def _step(database: Database) -> int:
    return database.retrying(database.word_index.step)


class IndexRunner:
    """The runs of one host. Used by one thread."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.run = BackgroundRun("word index", "mail could not be indexed for the search")
        self._database = database
        self._clock = clock
        self._next_run = clock.monotonic() + INTERVAL_SECONDS

    def attend(self, unindexed: bool) -> None:
        """Starts a run if mail is `unindexed` and it is time. To be called often; it asks nothing of the database."""
        if unindexed and self._clock.monotonic() >= self._next_run and not self.run.running:
            self._next_run = self._clock.monotonic() + INTERVAL_SECONDS
            self.run.begin(self._work)

    def _work(self, stop: threading.Event) -> None:
        begun = self._clock.monotonic()
        while _step(self._database):
            took = self._clock.monotonic() - begun
            if self._clock.wait(stop, max(took * PAUSES, LEAST_PAUSE_SECONDS)):
                break
            begun = self._clock.monotonic()
