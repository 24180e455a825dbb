"""What the Reports page does: lists reports with their runs, shows what they say now, and sends them at once (NOT-02)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trackit_console.console.operations.kept_definitions import KeptDefinitions
from trackit_console.console.operations.listing import Listing

if TYPE_CHECKING:
    from datetime import datetime

    from trackit_console.console.database_connection import DatabaseConnection
    from trackit_console.console.operations.listed_reports import ListedReport
    from trackit_console.monitor.rendered_report import RenderedReport
    from trackit_console.settings.reports import Report
    from trackit_console.store.report_runs import ReportRun
    from trackit_console.store.row_mapping import Stored


class KeptReports(KeptDefinitions["Report"]):
    """The operations on reports."""

    def __init__(self, connection: DatabaseConnection) -> None:
        super().__init__(connection, "Report", lambda transaction: transaction.reports, "reports")

    def page(self, search: str, limit: int) -> Listing[Stored[Report]]:
        """As for other definitions; the rows are `ListedReport`s."""
        with self._connection.database.reading() as transaction:
            runs, now = transaction.report_runs.all(), transaction.now
            rows = [_listed(each, runs.get(each.id), now) for each in transaction.reports.page(search, limit)]
            return Listing(rows, transaction.reports.count(search))

    def render(self, stored: Stored[Report]) -> RenderedReport:
        """What the report would say now."""
        from trackit_console.monitor.rendered_report import preview

        with self._connection.database.reading() as transaction:
            return preview(transaction, stored.value, stored.id)

    def send_now(self, stored: Stored[Report]) -> RenderedReport:
        """Puts the report into the outbox for all its recipients; raises `NoSenderForReports`."""
        from trackit_console.monitor.report_mail import send_now

        return send_now(self._connection.database, stored, self._connection.actor)


def _listed(stored: Stored[Report], run: ReportRun | None, now: datetime) -> ListedReport:
    from trackit_console.console.operations.listed_reports import ListedReport

    scheduled = stored.value.enabled and not stored.findings
    return ListedReport(
        stored.id,
        stored.version,
        stored.value,
        stored.findings,
        next_run_at=_next_run(stored.value, run, now) if scheduled else None,
        last_run_at=run.last_run_at if run else None,
        error=run.error if run and scheduled else None,
    )


def _next_run(report: Report, run: ReportRun | None, now: datetime) -> datetime:
    from trackit_console.helpdesk.schedule_times import next_run
    from trackit_console.monitor.report_runs import schedule_key

    if run is not None and run.schedule == schedule_key(report):
        return run.next_run_at
    # No host has planned it yet: it will, within seconds, from then on.
    return next_run(report.schedule, now)
