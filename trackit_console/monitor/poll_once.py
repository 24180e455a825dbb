"""Visits every enabled mailbox once, due or not, does and sends what is due, removes what is too old, backs up the embedded database
once a day, and indexes what earlier rounds took in (`monitor --once`).

Others do not see it as a host.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from uuid import uuid4

from trackit_console.clock import Clock, SystemClock, has_passed
from trackit_console.monitor.backup_runs import BackupRunner
from trackit_console.monitor.cycle import OnRecorded
from trackit_console.monitor.heartbeat import HEARTBEAT
from trackit_console.monitor.loaded_settings import is_refused
from trackit_console.monitor.reactions import Reactions, handlers
from trackit_console.monitor.report_runs import ReportRunner
from trackit_console.monitor.retention_runs import remove_once
from trackit_console.monitor.round_start import RoundStart, start_round
from trackit_console.monitor.running_visits import RunningVisits, ignore
from trackit_console.monitor.scheduled_actions import run_due
from trackit_console.monitor.visit import OpenSource
from trackit_console.monitor.visit_result import VisitResult, settings_error
from trackit_console.monitor.visit_thread import VisitThread
from trackit_console.monitor.word_indexing import index_once
from trackit_console.store.database import Database
from trackit_console.transports.factory import open_source

WAIT_SECONDS = 0.25
"""Seconds to wait for the end of a visit before the leases are looked at again."""


def poll_once(
    database: Database,
    stop: threading.Event,
    *,
    start: RoundStart | None = None,
    on_recorded: OnRecorded = ignore,
    source_factory: OpenSource = open_source,
) -> list[VisitResult]:
    """Visits the mailboxes side by side and returns how that went; raises the error of a visit that could not be kept.

    Without a `start`, the settings are read first.
    """
    start = start or start_round(database)
    loaded = start.loaded
    if start.due.unindexed:
        # What this round takes in waits for the next one: it is found without the index as well.
        index_once(database, stop)
    host_id, clock = str(uuid4()), SystemClock()
    results = [
        VisitResult(each.id, each.value.title, error=settings_error(each))
        for each in loaded.mailboxes.values()
        if each.value.enabled and is_refused(each)
    ]
    visits = RunningVisits(database, host_id, clock, on_recorded=on_recorded, on_error=ignore, source_factory=source_factory)
    waiting = list(loaded.enabled.values())
    ended: list[VisitThread] = []
    begun = 0
    renewed_at = clock.now()
    while (waiting or visits.mailbox_ids) and not stop.is_set():
        while waiting and not visits.full:
            visits.start(waiting.pop(0), loaded.context, regardless=True)
            begun += 1
        visits.wait_for_one(WAIT_SECONDS)
        # A visit may wait for the mail server longer than its lease lasts.
        if has_passed(HEARTBEAT, renewed_at, clock.now()):
            # Lost leases are noticed by the visit itself, which then writes nothing.
            with database.begin() as transaction:
                transaction.mailbox_leases.renew(host_id)
            renewed_at = clock.now()
        ended += visits.take_ended()
    visits.halt()
    kept = [each.result for each in ended if each.result]
    if len(kept) < begun:
        # A visit gives its mailbox back itself, unless it could not be kept or was left behind.
        with database.begin() as transaction:
            transaction.mailbox_leases.leave(host_id)
    _do_what_is_due(database, start.after(database, kept), clock, stop)
    return results + _results(ended)


def _do_what_is_due(database: Database, start: RoundStart, clock: Clock, stop: threading.Event) -> None:
    due = start.due
    if due.actions:
        run_due(database, Reactions(handlers), stop=stop)
    if due.reports:
        ReportRunner(database, clock).send_due(stop)
    if due.retention:
        remove_once(database, stop)
    if start.backup:
        # Last, as a large database takes its time.
        BackupRunner(database, clock).make_due(stop)


def _results(ended: Sequence[VisitThread]) -> list[VisitResult]:
    for each in ended:
        if each.problem:
            raise each.problem
    return [each.result for each in ended if each.result]
