"""What a report says now, as HTML, as text and as CSV (NOT-02)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from trackit_console.domain.polling import PollError
from trackit_console.domain.report_data import Period, ReportData
from trackit_console.helpdesk.reports.contents import AGE_BOUNDS, document_of
from trackit_console.helpdesk.reports.csv_file import csv_of
from trackit_console.helpdesk.reports.document import Document
from trackit_console.helpdesk.reports.html import html_of
from trackit_console.helpdesk.reports.period import days_of, period_of
from trackit_console.helpdesk.reports.plain import text_of
from trackit_console.settings.reports import Report, ReportKind
from trackit_console.store.report_data import ReportReader
from trackit_console.store.transaction import Transaction
from trackit_console.user_messages import Phrase, problem_phrases


@dataclass(frozen=True, slots=True)
class RenderedReport:
    """A report as it is sent: the same content as HTML, as text, and its rows as CSV."""

    subject: str
    html: str
    text: str
    csv: str
    document: Document
    period: Period


def preview(transaction: Transaction, report: Report, report_id: int | None = None) -> RenderedReport:
    """The report as it would be sent now. With the id of a kept one, it is about the time since its last run."""
    run = None if report_id is None else transaction.report_runs.of(report_id)
    return render(transaction, report, run.last_run_at if run else None)


def render(transaction: Transaction, report: Report, last_run_at: datetime | None) -> RenderedReport:
    """The report about the time from `last_run_at` up to now; None: it never ran."""
    period = period_of(report.schedule, last_run_at, transaction.now)
    zone = ZoneInfo(report.schedule.time_zone)
    data = _READERS[report.kind](transaction.report_reader, period, zone)
    document = document_of(report.name, data, period, zone, _error_text)
    return RenderedReport(report.name, html_of(document), text_of(document), csv_of(document), document, period)


def _mail_activity(reader: ReportReader, period: Period, zone: ZoneInfo) -> ReportData:
    return reader.mail_activity(period, days_of(period, zone))


def _open_tickets(reader: ReportReader, period: Period, _zone: ZoneInfo) -> ReportData:
    return reader.open_tickets(period.until, AGE_BOUNDS)


def _service_levels(reader: ReportReader, period: Period, _zone: ZoneInfo) -> ReportData:
    return reader.service_levels(period)


_READERS: dict[ReportKind, Callable[[ReportReader, Period, ZoneInfo], ReportData]] = {
    "mail_activity": _mail_activity,
    "open_tickets": _open_tickets,
    "service_levels": _service_levels,
}


def _error_text(error: PollError) -> Phrase:
    return problem_phrases(error.context, error.code, error.facts)[0]
