"""What a report says now, and the mail that it is sent as (NOT-02). When it is sent is in `report_runs`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from trackit_console.domain.audit import Audited
from trackit_console.domain.effects import Change, MailKind, SendMail
from trackit_console.domain.polling import PollError
from trackit_console.domain.report_data import Period, ReportData
from trackit_console.helpdesk.notifications.composing import Draft, DraftFile, compose
from trackit_console.helpdesk.notifications.message_ids import message_id_for
from trackit_console.helpdesk.reports.contents import AGE_BOUNDS, document_of
from trackit_console.helpdesk.reports.csv_file import csv_of
from trackit_console.helpdesk.reports.document import Document
from trackit_console.helpdesk.reports.html import html_of
from trackit_console.helpdesk.reports.period import days_of, period_of
from trackit_console.helpdesk.reports.plain import text_of
from trackit_console.monitor.errors import NoSenderForReports
from trackit_console.monitor.kept_sentences import problem_phrases
from trackit_console.monitor.reactions import read_reaction_settings
from trackit_console.settings.reports import Report, ReportKind
from trackit_console.store.database import Database
from trackit_console.store.report_data import ReportReader
from trackit_console.store.row_mapping import Stored
from trackit_console.store.transaction import Transaction
from trackit_console.user_messages import Phrase


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


def report_mails(transaction: Transaction, report: Report, rendered: RenderedReport, key: str) -> Change:
    """A mail to each recipient; `key` is what makes this sending of the report one that is not done twice.

    Raises `NoSenderForReports`.
    """
    settings = read_reaction_settings(transaction)
    sender = settings.from_address
    if sender is None:
        raise NoSenderForReports
    file_name = f"{report.kind}-{rendered.period.until.astimezone(rendered.document.zone):%Y-%m-%d}.csv"
    files = (DraftFile(file_name, "text/csv", rendered.csv.encode()),) if report.attach_csv else ()

    def mail(recipient: str) -> SendMail:
        unique_key = f"report {key} {recipient}"
        draft = Draft(
            kind=MailKind.REPORT,
            from_name=settings.from_name,
            from_address=sender,
            to=(("", recipient),),
            subject=rendered.subject,
            text=rendered.text,
            message_id=message_id_for(unique_key, sender),
            date=rendered.period.until,
            html=rendered.html,
            files=files,
        )
        made = compose(draft)
        recipients = (recipient,)
        return SendMail(MailKind.REPORT, recipients, made.subject, made.message_id, made.content, unique_key, by=report.name)

    return Change(tuple(mail(each) for each in dict.fromkeys(report.recipients)))


def check_sender(transaction: Transaction) -> None:
    """Raises `NoSenderForReports` where no report can be sent, before one is made: that takes seconds in a large database."""
    if transaction.settings.outgoing() is None:
        raise NoSenderForReports


def send_now(database: Database, stored: Stored[Report], by: str) -> RenderedReport:
    """Puts the report into the outbox for all its recipients, whatever its schedule says; the schedule stays as it is.

    Raises `NoSenderForReports` and `StoreError`.
    """
    # Made before anything is written: nobody else waits to write for so long.
    with database.reading() as transaction:
        check_sender(transaction)
        rendered = preview(transaction, stored.value, stored.id)
    with database.unit_of_work() as work:
        transaction = work.transaction
        work.apply([report_mails(transaction, stored.value, rendered, f"{stored.id} now {transaction.now.isoformat()}")])
        transaction.audit.noted("sent", Audited.REPORT, by, stored.value.name)
        work.commit()
    return rendered


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
