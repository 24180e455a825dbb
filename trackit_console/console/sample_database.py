"""A database as a help desk has it after some weeks of mail, for the screenshots."""

from __future__ import annotations

from datetime import timedelta

from trackit_console.console.sample_data import (
    BUSINESS_HOURS,
    BUSINESS_RULE,
    EWS,
    LETTER,
    MAILBOX,
    MICROSOFT365,
    NOTIFICATION,
    NOTIFICATION_SCHEDULE,
    OUTGOING,
    REFUSED,
    REPORTS_BY_MAIL,
    SERVICE_LEVELS,
    TECHNICIAN,
    letter,
)
from trackit_console.console.sample_logs import write_logs
from trackit_console.console.services import Services
from trackit_console.domain.deliveries import MessageRef
from trackit_console.domain.effects import (
    Change,
    ChangeFields,
    CreateRecord,
    LinkRecords,
    MailKind,
    MarkUndeliverable,
    SendMail,
    SetServiceLevel,
)
from trackit_console.domain.polling import VisitEnd
from trackit_console.domain.records import LinkKind, Module, Placeholder, Priority, RecordRef, ServiceLevelState, TicketSource
from trackit_console.helpdesk.arrivals import arrived
from trackit_console.helpdesk.notifications.composing import Draft, compose
from trackit_console.helpdesk.policy import Policy
from trackit_console.helpdesk.schedule_times import next_run
from trackit_console.monitor.errors import NoSenderForReports
from trackit_console.monitor.mailbox_intake import MailboxIntake
from trackit_console.monitor.report_runs import schedule_key
from trackit_console.monitor.visit_result import poll_error
from trackit_console.settings.default_notification_templates import DUE_SOON, OVERDUE
from trackit_console.settings.email_commands import EmailCommands
from trackit_console.settings.notification_schedules import NotificationSchedule
from trackit_console.settings.people import Requestor, Technician, TicketTemplate
from trackit_console.settings.server_mailbox import Pop3
from trackit_console.store.database_size import DaySize
from trackit_console.store.monitoring_views import Host
from trackit_console.store.outbox_views import OutboxQuery
from trackit_console.store.record_query import RecordQuery
from trackit_console.store.row_mapping import Stored
from trackit_console.store.snapshot_reader import read_snapshot

_NAMES = ("Bea", "Chen", "Deniz", "Émile")
_MAIL = (
    LETTER,
    letter(1, "Joe Park <joe@fabrikam.com>", "New laptop for the new colleague", "She starts on Monday.\n", "order.pdf"),
    letter(
        2,
        "Anna Berg <anna@contoso.com>",
        "RE: Printer on floor 2 [Ticket - 1]",
        "Now it jams as well, see the plan.\n\nOn Monday, Support wrote:\n> Is it still printing?\n",
        "floor-plan.png",
        "<p>Now it <b>jams</b> as well, see the plan.</p><p>On Monday, Support wrote:</p><blockquote>Is it still printing?</blockquote>",
    ),
    letter(3, "Mail Delivery Subsystem <mailer-daemon@relay.contoso.com>", "Undeliverable: Ticket 1040", "It did not arrive.\n"),
    letter(4, "Offers <x@spam.example>", "Best prices " * 40, "Buy now.\n"),
    letter(5, "Carl Okafor <carl@contoso.com>", "[Ticket - 2] approved", "Approved, please order.\n"),
    letter(6, "Priya Nair <priya@contoso.com>", "Is this update genuine?", "I did not open it.\n", "update.exe"),
)


def fill(services: Services, requestors: int = 10_000) -> None:
    """Fills the database of `services` with settings, processed mail and so many requestors, and the folder of the log files."""
    write_logs(services.logs.folder, services.clock.now())
    with services.database.begin() as transaction:
        transaction.recovery_key.confirm(transaction.recovery_key.key(), "sample")
        transaction.people.save_technician(TECHNICIAN, "sample")
        transaction.people.save_technician(Technician(name="Carl Okafor", email="carl@contoso.com"), "sample")
        transaction.people.save_requestor(Requestor(name="Anna Berg", email="anna@contoso.com"), "sample")
        transaction.requestors.add_all(
            [
                Requestor(name=f"{name} {number:03}", email=f"{name.casefold()}{number}@contoso.com")
                for number in range(requestors // len(_NAMES))
                for name in _NAMES
            ],
            "sample",
        )
        transaction.settings.save_ticket_template(TicketTemplate(name="Email outage", priority="High"), "sample")
        support = transaction.mailboxes.add(MAILBOX, "sample")
        second = MAILBOX.model_copy(update={"name": "facilities", "user_account_name": "facilities@contoso.com"})
        failing = transaction.mailboxes.add(second, "sample")
        old = Pop3(name="old-desk", server="pop.contoso.com", port=995, user_account_name="old@contoso.com", enabled=False)
        transaction.mailboxes.add(old, "sample")
        soon = services.clock.now().date() + timedelta(days=12)
        expiring = MICROSOFT365.model_copy(update={"name": "billing", "user_id": "billing@contoso.com", "secret_expires": soon})
        transaction.mailboxes.add(expiring, "sample")
        legal = {"name": "legal", "user_account_name": "legal@contoso.com", "enabled": True}
        transaction.mailboxes.add(EWS.model_copy(update=legal), "sample")
        transaction.settings.save_outgoing(OUTGOING, None, "sample")
        commands = EmailCommands(create_ticket=True, update_ticket=True, create_assignment=True, trusted_server="mx.contoso.com")
        transaction.settings.save_email_commands(Stored(1, 1, commands), "sample")
        transaction.notification_templates.add_all([DUE_SOON, OVERDUE], "sample")
        transaction.service_levels.add_all(SERVICE_LEVELS, "sample")
        transaction.settings.save_business_hours(Stored(1, 1, BUSINESS_HOURS), "sample")
    _add_notifications(services)
    _add_reports(services)
    _take_in(services, support.id)
    _work_on_records(services)
    _send(services)
    _add_business_rules(services)
    with services.database.begin() as transaction:
        for mailbox_id, error, unread in ((support.id, None, 3), (failing.id, poll_error(REFUSED, "sign_in"), None)):
            lease = transaction.mailbox_leases.begin_visit(mailbox_id, "sample", regardless=True)
            assert lease is not None
            transaction.mailbox_states.end_visit(
                lease, VisitEnd(error, error is not None, unread), lambda _: timedelta(minutes=5)
            )
        transaction.monitoring.want(True, "sample")
    report_host(services)
    _keep_sizes(services)


def _keep_sizes(services: Services) -> None:
    """The database grew for three weeks, and old data was looked for a while ago."""
    with services.database.begin() as transaction:
        size, now = transaction.database_sizes.measure(), services.clock.now()
        assert size is not None
        for days in range(21):
            at = now - timedelta(days=days, minutes=12)
            transaction.database_sizes.keep(DaySize(at.date(), size.used - days * 150_000), at)


def _add_notifications(services: Services) -> None:
    """Some are on, the template of one was deleted, and a schedule names one address."""
    services.notifications.add_defaults()
    with services.database.begin() as transaction:
        for each in transaction.notifications.all()[:3]:
            on = each.value.model_copy(update={"enabled": True})
            transaction.notifications.save(Stored(each.id, each.version, on), "sample")
        transaction.notifications.add(NOTIFICATION, "sample")
        transaction.notification_schedules.add(NOTIFICATION_SCHEDULE, "sample")
        hourly = NotificationSchedule(name="Ada", whose="addresses", addresses=["ada@contoso.com"], digest="hourly")
        transaction.notification_schedules.add(hourly, "sample")


def _add_business_rules(services: Services) -> None:
    """One of them is on. Last: it acted on none of the records."""
    services.business_rules.add_defaults()
    with services.database.begin() as transaction:
        transaction.business_rules.add(BUSINESS_RULE, "sample")


def _add_reports(services: Services) -> None:
    """One was sent, one could not be, and one is off."""
    now = services.clock.now()
    with services.database.begin() as transaction:
        transaction.reports.add_all(REPORTS_BY_MAIL, "sample")
        weekly, tickets, _monthly = transaction.reports.all()
        for each, due in ((weekly, now - timedelta(days=2)), (tickets, now - timedelta(hours=3))):
            transaction.report_runs.plan(each.id, schedule_key(each.value), due)
        runs = transaction.report_runs.all()
        transaction.report_runs.take(runs[weekly.id], next_run(weekly.value.schedule, now), now - timedelta(days=2))
        transaction.report_runs.fail(runs[tickets.id], runs[tickets.id].next_run_at, NoSenderForReports.code)


def report_host(services: Services) -> None:
    """Lets the sample host live for half a minute more; when it is dead, the console takes its monitor over."""
    now = services.clock.now()
    with services.database.begin() as transaction:
        transaction.monitoring.report(
            Host(
                "sample",
                "HELPDESK01",
                "headless",
                "running",
                # One behind, so that the pictures show **Restart needed**.
                transaction.audit.revision().number - 1,
                now - timedelta(hours=3),
                now,
            )
        )


def _work_on_records(services: Services) -> None:
    """What technicians did with the first ticket."""
    records, ref, task = services.records, RecordRef(Module.TICKET, 1), Placeholder("task")
    now = services.clock.now()
    due = now + timedelta(days=2, hours=1)
    create = CreateRecord(task, Module.ASSIGNMENT, "Order a new drum", Priority.LOW, TicketSource.EMAIL, due_at=due)
    fields = ChangeFields(ref, category="Hardware", due_at=due)
    late = ServiceLevelState("High", now - timedelta(minutes=35), now + timedelta(hours=2, minutes=10))
    soon = ServiceLevelState("Medium", now + timedelta(minutes=41), due)
    laptop = RecordRef(Module.TICKET, 2)
    levels = (SetServiceLevel(ref, late), SetServiceLevel(laptop, soon))
    came_back = MarkUndeliverable("joe@fabrikam.com", "550 5.1.1 <joe@fabrikam.com>: there is nobody of this name", laptop)
    with services.database.unit_of_work() as work:
        work.apply([Change((create, LinkRecords(task, ref, LinkKind.FOLLOWS), fields, *levels, came_back))])
        work.commit()
    carl = next(each for each in records.part(RecordQuery(), 1).technicians if each.name == "Carl Okafor")
    records.set_priority(records.assign(records.get(ref).record, carl), Priority.HIGH)
    records.add_note(ref, "The drum is worn. A new one is ordered.", private=True)


def _send(services: Services) -> None:
    """Mail about the first tickets, one of which an admin discarded."""
    now = services.clock.now()
    told = (
        (1, "Ticket received", "Anna Berg", "anna@contoso.com", "We have your request: Printer on floor 2"),
        (2, "Ticket received", "Joe Park", "joe@fabrikam.com", "We have your request: New laptop for the new colleague"),
        (1, "Assigned to you", "Carl Okafor", "carl@contoso.com", "Assigned to you: Printer on floor 2"),
    )
    mails = []
    for number, by, name, address, subject in told:
        ref = RecordRef(Module.TICKET, number)
        draft = Draft(
            MailKind.NOTIFICATION,
            "Support",
            "support@contoso.com",
            ((name, address),),
            f"{subject} [{ref}]",
            f"Hello {name},\n\nwe look after it.\n",
            f"{by.replace(' ', '-')}.{number}@contoso.com",
            now,
        )
        mail = compose(draft)
        key = f"{by} {number}"
        mails.append(SendMail(draft.kind, (address,), mail.subject, mail.message_id, mail.content, key, ref, by=by))
    with services.database.unit_of_work() as work:
        work.apply([Change(tuple(mails))])
        work.commit()
    newest = services.outgoing_mail.part(OutboxQuery(), 1, 0).rows[0]
    services.outgoing_mail.discard([newest.id])


def _take_in(services: Services, mailbox_id: int) -> None:
    with services.database.begin() as transaction:
        lease = transaction.mailbox_leases.begin_visit(mailbox_id, "sample", regardless=True)
        settings = read_snapshot(transaction, services.clock.now()).settings
    assert lease is not None
    intake = MailboxIntake(Policy.of(settings), None)
    for number, raw in enumerate(_MAIL):
        message = intake.read(arrived(MessageRef("1 INBOX", str(8812 + number)), raw, services.clock.now()))
        batch = services.database.recorder.record(lease, [message], intake)
        services.database.deliveries.mark_settled([each.delivery_id for each in batch.recorded], 2)
