"""The email monitor: decides when each mailbox is visited, side by side, and obeys Start and Stop from anywhere (RUN-01 to RUN-06).

Free of Qt. The console runs it on a worker thread, `trackit-console monitor` in the foreground. All hosts meet in the
database alone: what is wanted, who is alive, who may visit which mailbox.
"""

from __future__ import annotations

import platform
import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from trackit_console.clock import Clock, SystemClock
from trackit_console.helpdesk.intake import Policy
from trackit_console.logs import component
from trackit_console.monitor.backoff import next_delay
from trackit_console.monitor.cycle import Tell, VisitSettings
from trackit_console.monitor.visit import OpenSource, Visit, Visited
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.monitor import MonitorSettings
from trackit_console.store.database import Database
from trackit_console.store.errors import StoreError
from trackit_console.store.monitoring import Host, Wanted
from trackit_console.store.row_mapping import Stored
from trackit_console.store.snapshot import read_snapshot
from trackit_console.transports.factory import open_source

TICK = 0.25
"""Seconds between two looks at what is wanted."""
HEARTBEAT = timedelta(seconds=4)
SIDE_BY_SIDE = 8
"""Mailboxes that are visited at the same time."""
GRACE = 0.8
"""Seconds that visits get to end by themselves; then their connections are closed. Together below 2 s (RUN-06)."""
ABANDON = 0.7
DATABASE_RETRY = 5.0


@dataclass(frozen=True, slots=True)
class InForce:
    """The settings as they were when the monitor was started; changes wait for the next start (MON-05)."""

    mailboxes: dict[int, Stored[Mailbox]]
    monitor: MonitorSettings
    visit_settings: VisitSettings
    revision: int
    restarts: int


@dataclass(slots=True)
class Turn:
    """When a mailbox is due, in the clock's monotonic seconds, and how many failures in a row it had."""

    due: float = 0.0
    failures: int = 0
    poll_requests: int = 0


class Running:
    """A visit on its thread. The thread is a daemon: a call that never returns must not keep the program alive."""

    def __init__(self, visit: Visit, report: Callable[[], None]) -> None:
        self.visit = visit
        self.visited: Visited | None = None
        self.problem: StoreError | None = None
        self._report = report
        self._thread = threading.Thread(target=self._run, name=f"visit {visit.name}", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.visited = self.visit.run()
        except StoreError as problem:
            self.problem = problem
        finally:
            self._report()

    @property
    def over(self) -> bool:
        return not self._thread.is_alive()

    def join(self, seconds: float) -> None:
        self._thread.join(max(0.0, seconds))


def nobody_listens(*_told: object) -> None:
    """What is told to nobody."""


class Engine:
    """One host of the monitor. `kind` is `console` or `headless`.

    `tell` hears of each message once it is recorded, `trouble` of the database failing; both are called on the
    engine's threads.
    """

    def __init__(
        self,
        database: Database,
        kind: str,
        *,
        clock: Clock | None = None,
        tell: Tell = nobody_listens,
        trouble: Callable[[StoreError], None] = nobody_listens,
        opener: OpenSource = open_source,
    ) -> None:
        self.host_id = str(uuid4())
        self._database = database
        self._kind = kind
        self._clock = clock or SystemClock()
        self._tell = tell
        self._trouble = trouble
        self._opener = opener
        self._started_at = self._clock.now()
        self._in_force: InForce | None = None
        self._turns: dict[int, Turn] = {}
        self._running: dict[int, Running] = {}
        self._reported_at: datetime | None = None
        self._wake = threading.Event()
        self._log = component("EmailMonitor")

    def run(self, stop: threading.Event) -> None:
        """Works until `stop` is set; then ends within 2 s and leaves nothing half done."""
        pause = TICK
        while not stop.is_set():
            try:
                self._tick()
                pause = TICK
            except StoreError as problem:
                self._log.error("%s %s", problem, problem.detail)
                self._trouble(problem)
                pause = DATABASE_RETRY
            self._clock.wait(stop, pause)
        self._end()

    def run_once(self, stop: threading.Event) -> list[Visited]:
        """Visits every enabled mailbox once, side by side, and answers how that went (`monitor --once`)."""
        in_force = self._load(0)
        waiting = [each for each in in_force.mailboxes.values() if each.value.enabled]
        over: list[Running] = []
        while (waiting or self._running) and not stop.is_set():
            while waiting and len(self._running) < SIDE_BY_SIDE:
                self._launch(waiting.pop(0), in_force)
            self._wait_for_a_visit()
            over += self._take_ended()
        self._halt()
        self._leave()
        return _results(over)

    def _wait_for_a_visit(self) -> None:
        self._clock.wait(self._wake, TICK)
        self._wake.clear()

    def _tick(self) -> None:
        with self._database.reading() as transaction:
            wanted = transaction.monitoring.wanted()
            requests = transaction.monitoring.poll_requests()
        self._obey(wanted)
        self._report()  # before any visit: a lease must not have a holder that nobody knows
        self._plan(self._take_ended())
        if self._in_force:
            self._start_due(self._in_force, requests)

    def _obey(self, wanted: Wanted) -> None:
        """Starts and stops; either is told to the consoles at once, not with the next heartbeat."""
        if self._in_force and (not wanted.running or wanted.restarts != self._in_force.restarts):
            self._halt()
            self._in_force = None
            self._reported_at = None
            self._log.info("stopped")
        if wanted.running and self._in_force is None:
            self._in_force = self._load(wanted.restarts)
            self._turns = {}
            self._reported_at = None
            self._log.info("started")

    def _load(self, restarts: int) -> InForce:
        with self._database.reading() as transaction:
            view = read_snapshot(transaction, self._clock.now())
        settings = view.settings
        visit_settings = VisitSettings(Policy.of(settings), settings.monitor.emails_to_process, settings.monitor.post_action)
        return InForce(
            {each.id: each for each in view.mailboxes}, settings.monitor, visit_settings, view.revision.number, restarts
        )

    def _start_due(self, in_force: InForce, requests: dict[int, int]) -> None:
        now = self._clock.monotonic()
        for mailbox in in_force.mailboxes.values():
            wished = requests.get(mailbox.id, 0)
            turn = self._turns.setdefault(mailbox.id, Turn(now, poll_requests=wished))
            if wished != turn.poll_requests:
                turn.due, turn.poll_requests = now, wished
            free = mailbox.id not in self._running and len(self._running) < SIDE_BY_SIDE
            if mailbox.value.enabled and turn.due <= now and free:
                self._launch(mailbox, in_force)

    def _launch(self, mailbox: Stored[Mailbox], in_force: InForce) -> None:
        visit = Visit(
            self._database,
            mailbox,
            self.host_id,
            in_force.visit_settings,
            self._clock,
            log_events=in_force.monitor.email_event_logging,
            tell=self._tell,
            opener=self._opener,
        )
        self._running[mailbox.id] = Running(visit, self._wake.set)

    def _take_ended(self) -> list[Running]:
        ended = [running for running in self._running.values() if running.over]
        for running in ended:
            del self._running[running.visit.mailbox_id]
        return ended

    def _plan(self, ended: Sequence[Running]) -> None:
        for running in ended:
            turn = self._turns.get(running.visit.mailbox_id)
            if turn is None or self._in_force is None:
                continue
            delay = self._delay(running, turn, self._in_force)
            turn.due = self._clock.monotonic() + delay.total_seconds()
            with self._database.begin() as transaction:
                transaction.monitoring.plan(running.visit.mailbox_id, self._clock.now() + delay)

    def _delay(self, running: Running, turn: Turn, in_force: InForce) -> timedelta:
        mailbox = in_force.mailboxes[running.visit.mailbox_id].value
        interval = timedelta(minutes=mailbox.poll_interval or in_force.monitor.poll_interval)
        visited = running.visited
        if visited and visited.skipped:
            return min(interval, HEARTBEAT * 2)
        went_well = visited is not None and visited.error is None
        turn.failures = 0 if went_well else turn.failures + 1
        refused = visited is not None and visited.sign_in_refused
        return next_delay(interval, turn.failures, sign_in_refused=refused, chance=random.random())  # noqa: S311 - spreads visits

    def _report(self) -> None:
        now = self._clock.now()
        if self._reported_at and now - self._reported_at < HEARTBEAT:
            return
        state = "running" if self._in_force else "stopped"
        revision = self._in_force.revision if self._in_force else 0
        host = Host(self.host_id, platform.node() or "localhost", self._kind, state, revision, self._started_at, now)
        with self._database.begin() as transaction:
            transaction.monitoring.report(host)
            transaction.monitoring.renew(self.host_id, list(self._running))
        self._reported_at = now

    def _halt(self) -> None:
        """Lets visits end, then closes their connections, then leaves them behind: the lease fences them off."""
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
            transaction.monitoring.leave(self.host_id)


def _results(over: Sequence[Running]) -> list[Visited]:
    """What the visits answered; raises the database's trouble, if there was any."""
    for running in over:
        if running.problem:
            raise running.problem
    return [running.visited for running in over if running.visited]
