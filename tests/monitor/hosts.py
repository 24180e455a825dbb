"""Hosts of the monitor on one database, in a time that passes in steps: whole minutes of several engines in a moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from tests.clock import BEGINNING
from tests.new_database import place_new_database
from trackit_console.monitor.engine import TICK, Engine
from trackit_console.monitor.visit import OpenSource
from trackit_console.paths import DataDir
from trackit_console.store.database import Database, open_database
from trackit_console.store.monitoring_views import HEADLESS

PATIENCE = 30.0
"""Real seconds after which a host that does not come to rest is a failure of the test."""
BESIDE = ("outgoing mail", "scheduled actions", "reports")
"""Threads of a host beside its visits that end by themselves."""
GLANCE = 0.005
"""Real seconds between two looks at an event that is set from outside."""


class SteppedClock:
    """A `trackit_console.clock.Clock` whose waiters stay asleep until `step` has let their seconds pass."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self._condition = threading.Condition()
        self._asleep: dict[threading.Thread, float] = {}

    def now(self) -> datetime:
        return BEGINNING + timedelta(seconds=self._seconds)

    def monotonic(self) -> float:
        return self._seconds

    def wait(self, event: threading.Event, seconds: float) -> bool:
        me = threading.current_thread()
        with self._condition:
            until = self._seconds + seconds
            self._asleep[me] = until
            while self._seconds < until and not event.is_set():
                self._condition.wait(GLANCE)
            del self._asleep[me]
        return event.is_set()

    def step(self, seconds: float) -> None:
        """Lets `seconds` pass at once and wakes whoever waited for them."""
        with self._condition:
            self._seconds += seconds
            self._condition.notify_all()

    def asleep(self, thread: threading.Thread) -> bool:
        """Whether `thread` waits for time that has not passed yet."""
        with self._condition:
            return self._asleep.get(thread, self._seconds) > self._seconds


class Host:
    """An engine with a database connection of its own, as on another computer."""

    def __init__(self, database: Database, clock: SteppedClock, kind: str, source_factory: OpenSource) -> None:
        self.errors: list[Exception] = []
        self._frozen = threading.Event()
        self._stop = threading.Event()
        self.engine = Engine(
            database,
            kind,
            clock=_HostClock(clock, self._frozen, self._stop),
            source_factory=source_factory,
            on_error=self.errors.append,
        )
        self.id = self.engine.host_id
        self.thread = threading.Thread(target=self.engine.run, args=(self._stop,), name="host")
        self.thread.start()

    @property
    def ended(self) -> bool:
        return not self.thread.is_alive()

    @property
    def frozen(self) -> bool:
        return self._frozen.is_set()

    def die(self) -> None:
        """From now on it does nothing any more, as a process that was killed: it does not say goodbye either."""
        self._frozen.set()

    def close(self) -> None:
        """Ends in good order."""
        self._stop.set()
        self.thread.join(PATIENCE)


class _HostClock:
    """The time of all, but it does not pass for a host that is dead."""

    def __init__(self, clock: SteppedClock, frozen: threading.Event, stop: threading.Event) -> None:
        self._clock = clock
        self._frozen = frozen
        self._stop = stop
        self.now = clock.now
        self.monotonic = clock.monotonic

    def wait(self, event: threading.Event, seconds: float) -> bool:
        self._clock.wait(event, seconds)
        while self._frozen.is_set() and not self._stop.is_set():
            self._clock.wait(self._stop, 3600)
        return event.is_set()


class Hosts:
    """Starts hosts and lets time pass for them; a context manager that ends them all."""

    def __init__(self, data_dir: DataDir) -> None:
        self.clock = SteppedClock()
        self._data_dir = data_dir
        self._closing = ExitStack()
        self._hosts: list[Host] = []
        place_new_database(data_dir)
        self.database = self.open_database()

    def open_database(self) -> Database:
        """Another connection to the same database, in the same time."""
        database = open_database(self._data_dir.database_url, self._data_dir, self.clock)
        self._closing.callback(database.close)
        return database

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        for host in self._hosts:
            host.close()
        self._closing.close()

    def start(self, source_factory: OpenSource, kind: str = HEADLESS, number: int = 1) -> list[Host]:
        """Starts so many hosts at once, and waits until each has had its first look or has ended."""
        made = [Host(self.open_database(), self.clock, kind, source_factory) for _ in range(number)]
        self._hosts += made
        self.wait_until(self._at_rest)
        return made

    def pass_seconds(self, seconds: float, until: Callable[[], bool] = lambda: False) -> float:
        """Lets time pass, look by look, for as long or until something has come true; answers how long that was."""
        begun = self.clock.monotonic()
        while self.clock.monotonic() - begun < seconds and not until():
            self.clock.step(TICK)
            self.wait_until(self._at_rest)
        return self.clock.monotonic() - begun

    def _at_rest(self) -> bool:
        """Every host that lives waits for its next look, no visit is under way, no mail is being sent, and nothing that is due is being done."""
        threads = threading.enumerate()
        looking = [each for each in threads if each.name == "email monitor"]
        alive = [each for each in self._hosts if not each.ended]
        visits = [each for each in threads if each.name.startswith("visit ") or each.name in BESIDE]
        return len(looking) == len(alive) and all(self.clock.asleep(each) for each in looking + visits)

    def wait_until(self, true: Callable[[], bool]) -> None:
        """Waits in real time; fails the test when it takes too long."""
        glance = threading.Event()
        for _ in range(int(PATIENCE / GLANCE)):
            if true():
                return
            glance.wait(GLANCE / 5)
        raise AssertionError("the hosts do not come to rest")
