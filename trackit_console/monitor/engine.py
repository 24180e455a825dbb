"""The email monitor: claims mailboxes as they are due, visits them side by side, obeys Start and Stop (RUN-01 to RUN-06).

Free of Qt. The console runs it on a worker thread, `trackit-console monitor` in the foreground. All hosts meet in the
database alone: what is wanted, who is alive, who owns which mailbox, when each is due.
"""

from __future__ import annotations

import platform
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from trackit_console.clock import Clock, SystemClock
from trackit_console.logs import component
from trackit_console.monitor.backoff import FIRST_RESTART, LONGEST_DATABASE_WAIT, LONGEST_RESTART, RetryDelays
from trackit_console.monitor.cycle import OnRecorded
from trackit_console.monitor.loaded_settings import LoadedSettings, is_refused, load_settings
from trackit_console.monitor.visit import OpenSource, Visit, VisitResult, settings_error
from trackit_console.monitor.visit_thread import VisitThread
from trackit_console.settings.mailbox import Mailbox
from trackit_console.store.database import Database
from trackit_console.store.errors import StoreError
from trackit_console.store.monitoring import CONSOLE, Host, Wanted
from trackit_console.store.row_mapping import Stored
from trackit_console.store.transaction import Transaction
from trackit_console.transports.factory import open_source
from trackit_console.user_messages import Problem

TICK = 0.25
"""Seconds between two looks at what is wanted and due."""
HEARTBEAT = timedelta(seconds=4)
SIDE_BY_SIDE = 8
"""Mailboxes that are visited at the same time."""
GRACE = 0.8
"""Seconds that visits get to end by themselves; then their connections are closed. Together below 2 s (RUN-06)."""
ABANDON = 0.7
END_SECONDS = 1.8
"""Seconds after which a stop is done even if the database does not answer (RUN-06: 2 s)."""
LOOK_AT_STOP = 0.1


class SteppedDown(Exception):
    """Another console hosts the monitor, or a program of its own does: this one ends."""


def ignore(*_arguments: object) -> None:
    """A listener that does nothing."""


class Engine:
    """One host of the monitor. `kind` is `console` or `headless`.

    `on_recorded` hears of each message once it is recorded, `on_error` of every failure of the engine or the database;
    both are called on the engine's threads.
    """

    def __init__(
        self,
        database: Database,
        kind: str,
        *,
        clock: Clock | None = None,
        on_recorded: OnRecorded = ignore,
        on_error: Callable[[Exception], None] = ignore,
        source_factory: OpenSource = open_source,
    ) -> None:
        self.host_id = str(uuid4())
        self._database = database
        self._kind = kind
        self._clock = clock or SystemClock()
        self._on_recorded = on_recorded
        self._on_error = on_error
        self._open_source = source_factory
        self._started_at = self._clock.now()
        self._loaded: LoadedSettings | None = None
        self._running: dict[int, VisitThread] = {}
        self._retry_delays = RetryDelays(self._clock)
        self._share = 0
        self._reported_at: datetime | None = None
        self._wake = threading.Event()
        self._log = component("EmailMonitor")

    # ------------------------------------------------------------------ running

    def run(self, stop: threading.Event) -> None:
        """Works until `stop` is set, then ends within 2 s and leaves nothing half done; ends by itself when it steps down.

        The work is on a thread of its own: one that waits for a database server cannot be interrupted, but left behind.
        """
        worker = threading.Thread(target=self._work, args=(stop,), name="email monitor", daemon=True)
        worker.start()
        while worker.is_alive() and not stop.wait(LOOK_AT_STOP):
            pass
        worker.join(END_SECONDS)
        for running in list(self._running.values()):
            running.visit.abort()

    def _work(self, stop: threading.Event) -> None:
        retry = FIRST_RESTART
        try:
            while not stop.is_set():
                try:
                    self._tick()
                    retry, pause = FIRST_RESTART, TICK
                except SteppedDown:
                    self._log.info("stepped down: the monitor is hosted elsewhere")
                    return
                except Exception as problem:  # the engine: reported, and started again with a growing delay
                    self._recover(problem)
                    longest = LONGEST_DATABASE_WAIT if isinstance(problem, StoreError) else LONGEST_RESTART
                    retry, pause = min(retry * 2, longest), min(retry, longest)
                self._clock.wait(stop, pause)
        finally:
            self._end()

    def _recover(self, problem: Exception) -> None:
        """Trouble with the database passes while the visits go on; after a fault of ours everything starts anew."""
        if isinstance(problem, StoreError):
            self._log.error("%s %s", problem, problem.detail)
        else:
            self._log.exception("the email monitor failed and starts again")
            self._halt()
            self._loaded = None
            self._reported_at = None
        self._on_error(problem)

    def run_once(self, stop: threading.Event) -> list[VisitResult]:
        """Visits every enabled mailbox once, due or not, side by side, and answers how that went (`monitor --once`)."""
        loaded = load_settings(self._database, self._clock, 0)
        results = [
            VisitResult(each.id, each.value.title, error=settings_error(each))
            for each in loaded.mailboxes.values()
            if each.value.enabled and is_refused(each)
        ]
        waiting = list(loaded.enabled.values())
        over: list[VisitThread] = []
        while (waiting or self._running) and not stop.is_set():
            while waiting and len(self._running) < SIDE_BY_SIDE:
                self._launch(waiting.pop(0), loaded, regardless=True)
            self._wait_for_a_visit()
            self._renew()
            over += self._take_ended()
        self._halt()
        self._leave()
        return results + _results(over)

    def _wait_for_a_visit(self) -> None:
        self._clock.wait(self._wake, TICK)
        self._wake.clear()

    def _renew(self) -> None:
        """A visit may wait for the mail server longer than its ownership lasts."""
        now = self._clock.now()
        if self._reported_at is None or now - self._reported_at >= HEARTBEAT:
            with self._database.begin() as transaction:
                transaction.mailbox_states.renew(self.host_id)
            self._reported_at = now

    # ------------------------------------------------------------------ one look

    def _tick(self) -> None:
        self._take_ended()  # before asking what is due: the end of a visit moves that
        loaded = self._loaded
        with self._database.reading() as transaction:
            wanted = transaction.monitoring.wanted()
            due = transaction.mailbox_states.due(self.host_id, loaded.enabled.keys()) if loaded else []
        self._obey(wanted)
        self._report()  # before any visit: nobody may own a mailbox who is not known to be alive
        if loaded and loaded is self._loaded and due:  # not when the settings were just read anew
            self._start(due, loaded)

    def _obey(self, wanted: Wanted) -> None:
        """Starts and stops; either is told to the consoles at once, not with the next heartbeat."""
        if self._loaded and (not wanted.running or wanted.restarts != self._loaded.restarts):
            self._halt()
            self._loaded = None
            self._reported_at = None
            self._log.info("stopped")
        if wanted.running and self._loaded is None:
            self._host_or_step_down()
            self._loaded = load_settings(self._database, self._clock, wanted.restarts)
            self._reported_at = None
            self._log.info("started")

    def _host_or_step_down(self) -> None:
        """Of several consoles one hosts the monitor, and none while a program of its own does; raises `SteppedDown`."""
        if self._kind != CONSOLE:
            return
        with self._database.begin() as transaction:
            hosting = transaction.monitoring.host_in_console(self.host_id)
        if not hosting:
            raise SteppedDown

    def _start(self, due: Sequence[int], loaded: LoadedSettings) -> None:
        """Visits what is due, and claims it as long as this host owns less than its share of the mailboxes."""
        with self._database.reading() as transaction:
            owned = set(transaction.mailbox_states.owned(self.host_id))
        for number in due:
            if len(self._running) >= SIDE_BY_SIDE:
                return
            if number in self._running or self._retry_delays.waits(number):
                continue
            if number not in owned and len(owned) >= self._share:
                continue
            owned.add(number)
            self._launch(loaded.enabled[number], loaded)

    def _launch(self, mailbox: Stored[Mailbox], loaded: LoadedSettings, *, regardless: bool = False) -> None:
        visit = Visit(
            self._database,
            mailbox,
            self.host_id,
            loaded.context,
            self._clock,
            on_recorded=self._on_recorded,
            source_factory=self._open_source,
            regardless=regardless,
        )
        self._running[mailbox.id] = VisitThread(visit, self._wake.set)

    def _take_ended(self) -> list[VisitThread]:
        ended = [running for running in self._running.values() if running.over]
        for running in ended:
            del self._running[running.visit.mailbox_id]
            if running.problem:
                self._retry_delays.failed(running.visit.mailbox_id)
                self._log.error("%s: the visit could not be kept: %s", running.visit.name, _words(running.problem))
                self._on_error(running.problem)
            else:
                self._retry_delays.kept(running.visit.mailbox_id)
        return ended

    # ------------------------------------------------------------------ heartbeat

    def _report(self) -> None:
        now = self._clock.now()
        if self._reported_at and now - self._reported_at < HEARTBEAT:
            return
        state = "running" if self._loaded else "stopped"
        revision = self._loaded.revision if self._loaded else 0
        host = Host(self.host_id, platform.node() or "localhost", self._kind, state, revision, self._started_at, now)
        if self._loaded:
            self._host_or_step_down()
        with self._database.begin() as transaction:
            transaction.monitoring.report(host)
            transaction.mailbox_states.renew(self.host_id)
            self._give_back(transaction)
        with self._database.begin() as transaction:
            transaction.monitoring.forget_dead()
        self._reported_at = now

    def _give_back(self, transaction: Transaction) -> None:
        """Frees what this host owns above its fair share, and what it visits no more: disabled, deleted, or stopped."""
        hosts = [each for each in transaction.monitoring.hosts() if each.state == "running"]
        enabled = self._loaded.enabled if self._loaded else {}
        self._share = -(-len(enabled) // max(1, len(hosts)))
        owned = transaction.mailbox_states.owned(self.host_id)
        wanted = [number for number in owned if number in enabled]
        idle = [number for number in wanted if number not in self._running]
        above = idle[: max(0, len(wanted) - self._share)]
        if free := [number for number in owned if number not in enabled and number not in self._running] + above:
            transaction.mailbox_states.give_back(self.host_id, free)

    # ------------------------------------------------------------------ ending

    def _halt(self) -> None:
        """Lets visits end, then closes their connections, then leaves them behind: their lease fences them off."""
        deadline = self._clock.monotonic() + GRACE
        for running in self._running.values():
            running.visit.stop()
        for running in self._running.values():
            running.join(deadline - self._clock.monotonic())
        for running in self._running.values():
            if not running.over:
                running.visit.abort()
        deadline = self._clock.monotonic() + ABANDON
        for running in self._running.values():
            running.join(deadline - self._clock.monotonic())
        self._running.clear()

    def _end(self) -> None:
        self._halt()
        try:
            self._leave()
        except StoreError as problem:
            self._log.error("%s %s", problem, problem.detail)

    def _leave(self) -> None:
        with self._database.begin() as transaction:
            transaction.mailbox_states.leave(self.host_id)
            transaction.monitoring.leave(self.host_id)


def _words(problem: Exception) -> str:
    return f"{problem} {problem.detail}" if isinstance(problem, Problem) else f"{type(problem).__name__}: {problem}"


def _results(over: Sequence[VisitThread]) -> list[VisitResult]:
    """What the visits answered; raises the trouble of the first that could not be kept."""
    for running in over:
        if running.problem:
            raise running.problem
    return [running.result for running in over if running.result]
