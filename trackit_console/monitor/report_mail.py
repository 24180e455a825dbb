"""The mail that a report is sent as (NOT-02). What it says is in `rendered_report`, when it is sent in `report_runs`."""

from __future__ import annotations

from trackit_console.domain.audit import Audited
from trackit_console.domain.effects import Change, MailKind, SendMail
from trackit_console.helpdesk.notifications.composing import Draft, DraftFile, compose
from trackit_console.helpdesk.notifications.message_ids import message_id_for
from trackit_console.monitor.errors import NoSenderForReports
from trackit_console.monitor.reaction_settings_reader import read_reaction_settings
from trackit_console.monitor.rendered_report import RenderedReport, preview
from trackit_console.settings.reports import Report
from trackit_console.store.database import Database
from trackit_console.store.row_mapping import Stored
from trackit_console.store.transaction import Transaction


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
