"""Sends reports when they are due by their schedules (NOT-02). Every host asks; the database decides who sends."""

from __future__ import annotations

import threading
from datetime import datetime

from trackit_console.clock import Clock
from trackit_console.helpdesk.schedule_times import next_run
from trackit_console.logs import component
from trackit_console.monitor.background_run import BackgroundRun
from trackit_console.monitor.errors import NoSenderForReports, ReportFailed
from trackit_console.monitor.rendered_report import render
from trackit_console.monitor.report_mail import check_sender, report_mails
from trackit_console.settings.reports import Report
from trackit_console.store.database import Database
from trackit_console.store.errors import NotStorable, StoreError, UniqueTaken
from trackit_console.store.report_runs import ReportRun
from trackit_console.store.retry import deciding_anew
from trackit_console.store.row_mapping import Stored

CHECK_SECONDS = 20.0
"""Seconds between two queries for what is due: schedules name minutes."""


class ReportRunner:
    """Plans and sends reports for one host. Used by one thread, beside which its runs are on another."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.run = BackgroundRun("reports", "reports could not be sent")
        self._database = database
        self._clock = clock
        self._checked_at: float | None = None
        self._log = component("EmailMonitor")

    def attend(self) -> None:
        """Starts a run when it is time to ask what is due. To be called often; it asks nothing of the database.

        Making reports takes its time, and the host must say meanwhile that it is alive.
        """
        if self._is_time and not self.run.running:
            self.run.begin(self.send_due)

    @property
    def _is_time(self) -> bool:
        return self._checked_at is None or self._clock.monotonic() - self._checked_at >= CHECK_SECONDS

    def send_due(self, stop: threading.Event | None = None) -> None:
        """Sends what is due, if the last query is long enough ago; `stop` ends it after the report in hand.

        Raises `StoreError` when the database cannot be used.
        """
        if not self._is_time:
            return
        self._checked_at = self._clock.monotonic()
        with self._database.reading() as transaction:
            reports, runs, now = transaction.reports.all(), transaction.report_runs.all(), transaction.now
        for stored in reports:
            if stop is not None and stop.is_set():
                break
            run = runs.get(stored.id)
            if stored.findings or not stored.value.enabled:
                self._put_off(run)
            elif run is None or run.schedule != schedule_key(stored.value):
                self._plan(stored, now)
            elif run.next_run_at <= now:
                self._send(stored, run)

    def _put_off(self, run: ReportRun | None) -> None:
        if run is not None and run.schedule:
            with self._database.begin() as transaction:
                transaction.report_runs.put_off(run.report_id)

    def _plan(self, stored: Stored[Report], now: datetime) -> None:
        """A report that was turned on, or has another schedule: its next run lies ahead, nothing is sent for the past."""
        try:
            with self._database.begin() as transaction:
                transaction.report_runs.plan(stored.id, schedule_key(stored.value), next_run(stored.value.schedule, now))
        except UniqueTaken:  # another host has just planned it
            return
        except NotStorable:  # it was deleted meanwhile
            self._log.info("report %s is not there any more", stored.value.name)

    def _send(self, stored: Stored[Report], run: ReportRun) -> None:
        try:
            self._database.retrying(lambda: deciding_anew(lambda: self._send_once(stored, run)))
        except NoSenderForReports as problem:
            # It stays due: it is sent as soon as there is an outgoing account.
            if run.error != problem.code:
                self._keep_error(stored, run, problem.code, stays_due=True)
        except Exception as problem:  # one report: the others are sent, and this one again by its schedule
            if isinstance(problem, StoreError) and not isinstance(problem, NotStorable):
                raise
            self._log.exception("report %s could not be sent", stored.value.name)
            self._keep_error(stored, run, ReportFailed.code, stays_due=False)

    def _send_once(self, stored: Stored[Report], run: ReportRun) -> None:
        """The run and the mails are one transaction: a host that dies before its end has sent nothing."""
        # Made before anything is written: nobody else waits to write for so long.
        with self._database.reading() as transaction:
            check_sender(transaction)
            rendered = render(transaction, stored.value, run.last_run_at)
        with self._database.unit_of_work() as work:
            transaction = work.transaction
            # One run for all that were missed: the next one is after now, however long nobody was there.
            following = next_run(stored.value.schedule, transaction.now)
            # Compare and swap: making the report took its time, and another host may have sent it, or an admin put it off.
            if not transaction.report_runs.take(run, following, rendered.period.until):
                return
            work.apply([report_mails(transaction, stored.value, rendered, f"{stored.id} {run.next_run_at.isoformat()}")])
            work.commit()
        self._log.info("report %s: %s mails are in the outbox", stored.value.name, len(stored.value.recipients))

    def _keep_error(self, stored: Stored[Report], run: ReportRun, code: str, *, stays_due: bool) -> None:
        with self._database.begin() as transaction:
            following = run.next_run_at if stays_due else next_run(stored.value.schedule, transaction.now)
            transaction.report_runs.fail(run, following, code)


def schedule_key(report: Report) -> str:
    """The schedule as `ReportRun` keeps it: a run with another one is planned anew."""
    return report.schedule.model_dump_json()
