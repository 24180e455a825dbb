"""Indexes the words of mail beside the visits, so that taking mail in does not wait for it (RUN-08): in small steps, with pauses.

Every host may do it, several at the same time: each step takes messages that no other has in hand.
"""

from __future__ import annotations

import threading

from trackit_console.clock import Clock
from trackit_console.logs import component
from trackit_console.store.database import Database
from trackit_console.store.errors import StoreError
from trackit_console.user_messages import Problem

INTERVAL_SECONDS = 30.0
"""Seconds from the start of a host, or from one run, to the next: mail comes first, and that of half a minute is one step."""
LEAST_PAUSE_SECONDS = 0.5
PAUSES = 10
"""How many times as long as a step the pause after it is: however slow the database, it serves others nine tenths of the time."""
ONCE_STEPS = 20
"""Steps without a host, where somebody waits for the end: up to 5,000 messages, within a second."""
END_SECONDS = 0.5


def index_once(database: Database, stop: threading.Event) -> None:
    """A run of few steps (`monitor --once`). Raises `StoreError`."""
    for _ in range(ONCE_STEPS):
        if stop.is_set() or not _step(database):
            return


def _step(database: Database) -> int:
    return database.retrying(database.word_index.step)


class IndexRunner:
    """The runs of one host, each on a thread of its own. Used by one thread."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._next_run = clock.monotonic() + INTERVAL_SECONDS
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._told: str | None = None

    def attend(self, unindexed: bool) -> None:
        """Starts a run if mail is `unindexed` and it is time. To be called often; it asks nothing of the database."""
        if not unindexed or self._clock.monotonic() < self._next_run or (self._thread is not None and self._thread.is_alive()):
            return
        self._next_run = self._clock.monotonic() + INTERVAL_SECONDS
        self._stop = threading.Event()
        # A daemon: a database server that never answers must not keep the program alive.
        self._thread = threading.Thread(target=self._work, args=(self._stop,), name="word index", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends a run after the step in hand; does not wait for that."""
        self._stop.set()

    def halt(self) -> None:
        """Waits for the step in hand, then leaves the thread behind: its transaction is kept as a whole or not at all."""
        self.stop()
        if self._thread is not None:
            self._thread.join(END_SECONDS)
            self._thread = None

    def _work(self, stop: threading.Event) -> None:
        try:
            begun = self._clock.monotonic()
            while _step(self._database):
                took = self._clock.monotonic() - begun
                if self._clock.wait(stop, max(took * PAUSES, LEAST_PAUSE_SECONDS)):
                    break
                begun = self._clock.monotonic()
            self._told = None
        except Exception as problem:  # the thread of a run: told, and the next one begins anew
            self._tell(problem)

    def _tell(self, problem: Exception) -> None:
        """One line in the log for each kind of trouble until it has passed; the engine tells of a database that is away."""
        code = problem.code if isinstance(problem, Problem) else type(problem).__name__
        if code != self._told:
            detail = problem.detail if isinstance(problem, Problem) else ""
            fault = None if isinstance(problem, StoreError) else problem
            component("EmailMonitor").error("mail could not be indexed for the search: %s %s", problem, detail, exc_info=fault)
        self._told = code
