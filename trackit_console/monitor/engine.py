"""The email monitor: visits mailboxes as they are due, sends what waits, obeys Start and Stop (RUN-01 to RUN-06, OUT-06).

Free of Qt. The console runs it on a worker thread, `trackit-console monitor` in the foreground. All hosts meet in the
database alone: what is wanted, who is alive, who owns which mailbox, when each is due.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from uuid import uuid4

from trackit_console.clock import Clock, SystemClock
from trackit_console.logs import component
from trackit_console.monitor.backoff import FIRST_RESTART, LONGEST_DATABASE_WAIT, LONGEST_RESTART
from trackit_console.monitor.backup_runs import BackupRunner
from trackit_console.monitor.cycle import OnRecorded
from trackit_console.monitor.heartbeat import Heartbeat, SteppedDown
from trackit_console.monitor.loaded_settings import LoadedSettings, load_settings
from trackit_console.monitor.outbox_delivery import OpenSender
from trackit_console.monitor.outbox_sender import OutboxSender
from trackit_console.monitor.reactions import Reactions, handlers
from trackit_console.monitor.report_runs import ReportRunner
from trackit_console.monitor.retention_runs import RetentionRunner
from trackit_console.monitor.running_visits import RunningVisits, ignore
from trackit_console.monitor.scheduled_actions import ActionRunner
from trackit_console.monitor.visit import OpenSource
from trackit_console.monitor.word_indexing import IndexRunner
from trackit_console.store.database import Database
from trackit_console.store.errors import StoreError
from trackit_console.store.monitoring_views import Wanted
from trackit_console.transports.factory import open_sender, open_source

TICK = 0.25
"""Seconds between two queries for what is wanted and due."""
SERVER_TICK = 1.0
"""The same for a database server, where each is a round trip."""
END_SECONDS = 1.8
"""Seconds after which a stop is done even if the database does not answer (RUN-06: 2 s)."""
STOP_CHECK_SECONDS = 0.1  # with END_SECONDS below the 2 s of RUN-06


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
        sender_factory: OpenSender = open_sender,
    ) -> None:
        self.host_id = str(uuid4())
        self._database = database
        self._clock = clock or SystemClock()
        self._on_error = on_error
        self._loaded: LoadedSettings | None = None
        self._tick_seconds = TICK if database.kind == "sqlite" else SERVER_TICK
        self._heartbeat = Heartbeat(database, self.host_id, kind, self._clock)
        self._reports = ReportRunner(database, self._clock)
        self._backups = BackupRunner(database, self._clock)
        self._retention = RetentionRunner(database, self._clock)
        self._indexing = IndexRunner(database, self._clock)
        self._actions = ActionRunner(database, self._clock, Reactions(handlers))
        self._runs = [each.run for each in (self._reports, self._retention, self._indexing, self._actions)]
        self._visits = RunningVisits(
            database,
            self.host_id,
            self._clock,
            on_recorded=on_recorded,
            on_error=on_error,
            source_factory=source_factory,
        )
        self._sending = OutboxSender(database, self._clock, on_error=on_error, sender_factory=sender_factory)
        self._log = component("EmailMonitor")

    # ------------------------------------------------------------------ running

    def run(self, stop: threading.Event) -> None:
        """Works until `stop` is set, then ends within 2 s and leaves nothing half done; ends by itself when it steps down.

        The work is on a thread of its own: one that waits for a database server cannot be interrupted, but left behind.
        """
        worker = threading.Thread(target=self._work, args=(stop,), name="email monitor", daemon=True)
        worker.start()
        while worker.is_alive() and not stop.wait(STOP_CHECK_SECONDS):
            pass
        worker.join(END_SECONDS)
        # For a worker that was left behind: only its own end would have closed the connections.
        self._visits.abort()
        self._sending.abort()

    def _work(self, stop: threading.Event) -> None:
        retry = FIRST_RESTART
        try:
            while not stop.is_set():
                try:
                    self._tick()
                    retry, pause = FIRST_RESTART, self._tick_seconds
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
        """Trouble with the database passes while the visits go on; after a bug everything starts over."""
        if isinstance(problem, StoreError):
            self._log.error("%s %s", problem, problem.detail)
        else:
            self._log.exception("the email monitor failed and starts again")
            self._halt()
            self._loaded = None
            self._heartbeat.hurry()
        self._on_error(problem)

    # ------------------------------------------------------------------ one tick

    def _tick(self) -> None:
        self._visits.take_ended()  # before asking what is due: the end of a visit moves that
        self._sending.attend()
        loaded = self._loaded
        look = self._database.look(self.host_id, self._sending.account_version(loaded))
        self._obey(look.wanted)
        self._report()  # before any visit: nobody may own a mailbox who is not known to be alive
        if loaded and loaded is self._loaded:  # not when the settings were just read anew
            if due := [number for number in look.mailboxes if number in loaded.enabled]:
                self._start(due, loaded)
            if look.mail:
                self._sending.start(loaded)
        if self._loaded:
            self._actions.attend(look.actions)
            self._backups.begin_due()
            self._retention.attend()
            self._indexing.attend(look.unindexed)
            self._reports.attend()

    def _obey(self, wanted: Wanted) -> None:
        """Starts and stops; either is told to the consoles at once, not with the next heartbeat."""
        if self._loaded and (not wanted.running or wanted.restarts != self._loaded.restarts):
            self._halt()
            self._loaded = None
            self._heartbeat.hurry()
            self._log.info("stopped")
        if wanted.running and self._loaded is None:
            with self._database.begin() as transaction:
                self._heartbeat.host_or_step_down(transaction)
            self._loaded = load_settings(self._database, wanted.restarts)
            self._heartbeat.hurry()
            self._log.info("started")

    def _start(self, due: Sequence[int], loaded: LoadedSettings) -> None:
        """Visits what is due, and claims it as long as this host owns less than its share of the mailboxes."""
        with self._database.reading() as transaction:
            owned = set(transaction.mailbox_leases.owned(self.host_id))
        # `due` is sorted by waiting time, so a busy host does not starve the last mailboxes.
        for number in due:
            if self._visits.full:
                return
            if not self._visits.may_start(number):
                continue
            if number not in owned and len(owned) >= self._heartbeat.share:
                continue
            owned.add(number)
            self._visits.start(loaded.enabled[number], loaded.context)

    def _report(self) -> None:
        if self._heartbeat.due:
            self._heartbeat.beat(self._loaded, self._visits.mailbox_ids)

    # ------------------------------------------------------------------ ending

    def _halt(self) -> None:
        """Ends visits and sending side by side: together they may take no longer than one of them."""
        # The others are asked before the visits are waited for: they end meanwhile.
        self._sending.stop()
        self._backups.stop()
        for run in self._runs:
            run.stop()
        self._visits.halt()
        self._sending.halt()
        self._backups.wait()
        for run in self._runs:
            run.halt()

    def _end(self) -> None:
        self._halt()
        try:
            with self._database.begin() as transaction:
                transaction.mailbox_leases.leave(self.host_id)
                transaction.monitoring.leave(self.host_id)
        except StoreError as problem:  # the leases run out by themselves
            self._log.error("%s %s", problem, problem.detail)
