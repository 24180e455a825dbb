"""When each report is sent next, and how it went last (NOT-02). Of several hosts, one gets each run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from trackit_console.store.column_types import cut
from trackit_console.store.tables import ReportRunRow


@dataclass(frozen=True, slots=True)
class ReportRun:
    """The next run of a report. `schedule` is what `next_run_at` was computed from, empty while the report is not sent.

    `last_run_at` is up to when the last one reported; `error` the code of why the last try failed, None after a success.
    """

    report_id: int
    schedule: str
    next_run_at: datetime
    last_run_at: datetime | None = None
    error: str | None = None


class ReportRuns:
    """Keeps the runs of reports. It never commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> dict[int, ReportRun]:
        """The runs by the id of the report."""
        columns = (
            ReportRunRow.report_id,
            ReportRunRow.schedule,
            ReportRunRow.next_run_at,
            ReportRunRow.last_run_at,
            ReportRunRow.error,
        )
        return {row.report_id: ReportRun(*row) for row in self._session.execute(select(*columns))}

    def of(self, report_id: int) -> ReportRun | None:
        """The run of one report, None if it was never scheduled."""
        return self.all().get(report_id)

    def plan(self, report_id: int, schedule: str, next_run_at: datetime) -> None:
        """The report has this schedule from now on. Raises `UniqueTaken` if another host was the first to plan it."""
        planned = {"schedule": schedule, "next_run_at": next_run_at, "error": None}
        changed = update(ReportRunRow).where(ReportRunRow.report_id == report_id, ReportRunRow.schedule != schedule)
        # No row changes either where the report has this schedule already.
        if self._session.connection().execute(changed.values(**planned)).rowcount == 0 and self.of(report_id) is None:
            self._session.add(ReportRunRow(report_id=report_id, **planned))
            self._session.flush()

    def put_off(self, report_id: int) -> None:
        """The report is not sent by schedule any more. When it last was is kept."""
        same = update(ReportRunRow).where(ReportRunRow.report_id == report_id)
        self._session.execute(same.values(schedule="", error=None), execution_options={"synchronize_session": False})

    def take(self, run: ReportRun, next_run_at: datetime, at: datetime) -> bool:
        """Whether this transaction is the one that sends `run`; its report is then up to `at`."""
        return self._swap(run, next_run_at=next_run_at, last_run_at=at, error=None)

    def fail(self, run: ReportRun, next_run_at: datetime, error: str) -> None:
        """`run` could not be sent. What it would have reported is in the next one."""
        self._swap(run, next_run_at=next_run_at, error=cut(error, 4000))

    def _swap(self, run: ReportRun, **values: object) -> bool:
        same = (
            ReportRunRow.report_id == run.report_id,
            ReportRunRow.next_run_at == run.next_run_at,
            ReportRunRow.schedule == run.schedule,
        )
        return self._session.connection().execute(update(ReportRunRow).where(*same).values(**values)).rowcount == 1
