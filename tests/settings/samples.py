"""One valid example of every model of settings, every field filled with something other than its default."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr

from trackit_console.settings.backups import Backups
from trackit_console.settings.business_hours import BusinessHours
from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.database import SqliteTarget, SqlServerTarget
from trackit_console.settings.email_commands import CommandSwitches, EmailCommands
from trackit_console.settings.exchange_mailbox import EwsBasic, EwsOAuth, Microsoft365
from trackit_console.settings.field_types import is_secret
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.settings.filters import Filters
from trackit_console.settings.holidays import Holiday
from trackit_console.settings.linked_record_actions import CreateLinkedRecord, UpdateLinkedRecords
from trackit_console.settings.monitor import MonitorSettings
from trackit_console.settings.notification_schedules import NotificationSchedule
from trackit_console.settings.notification_templates import NotificationTemplate
from trackit_console.settings.notifications import Notification
from trackit_console.settings.open_hours import OpenHours
from trackit_console.settings.outgoing import BasicOutgoing, Microsoft365Outgoing
from trackit_console.settings.people import Requestor, Technician, TicketTemplate
from trackit_console.settings.post_action import PostAction
from trackit_console.settings.quiet_hours import QuietHours
from trackit_console.settings.recipients import Recipients
from trackit_console.settings.reminders import Reminder
from trackit_console.settings.reports import Report
from trackit_console.settings.retention import Retention
from trackit_console.settings.rule_actions import AddNoteToRecord, AssignTo, SendNotification, SetField
from trackit_console.settings.rule_conditions import Condition
from trackit_console.settings.rule_delay import Delay
from trackit_console.settings.schedules import Schedule
from trackit_console.settings.server_mailbox import Imap, Pop3
from trackit_console.settings.service_levels import ServiceLevel

CANARY = "c4n4ry-Pa$$wörd"
GUID = "9f1b6c1e-4f0c-4a5e-9a35-0d7f2c8f7c11"
OTHER_GUID = "0b0e6f52-7cd4-4a10-a3c0-5c2a1c8f7d22"
FINGERPRINT = "ab" * 32
SECRET = SecretStr(CANARY)

_ANY: dict[str, Any] = {
    "name": "Support ☎",
    "enabled": False,
    "log_events": True,
    "email_address": "Support@example.com",
    "folder": "Posteingang/Hilfe",
    "poll_interval": 17,
    "ticket_template": "Mail",
}
_CHECKED: dict[str, Any] = {
    "validate_server_certificate": False,
    "ca_file": str(Path("/certificates/ca.pem").absolute()),
    "pinned_certificate": FINGERPRINT,
}
_SERVER: dict[str, Any] = {
    **_ANY,
    **_CHECKED,
    "server": "mail.example.com",
    "port": 1143,
    "use_ssl": False,
    "starttls": True,
    "user_account_name": "EXAMPLE\\support",
    "password": SECRET,
}
_APPLICATION: dict[str, Any] = {
    "application_id": GUID,
    "directory_id": OTHER_GUID,
    "cloud": "other",
    "sign_in_url": "https://login.example.net",
    "graph_url": "https://graph.example.net/v1.0",
    "secret_expires": date(2027, 3, 31),
}
_BY_SECRET: dict[str, Any] = {**_APPLICATION, "client_secret": SECRET}
_BY_CERTIFICATE: dict[str, Any] = {
    **_APPLICATION,
    "certificate_file": str(Path("/certificates/application.pem").absolute()),
    "certificate_password": SECRET,
}
_RECIPIENTS = Recipients(
    requestor=True, technician=True, all_technicians=True, participants=True, addresses=["team@example.com", "boss@example.com"]
)
_SCHEDULE = Schedule(repeat="weekly", weekdays=["tuesday", "sunday"], day_of_month=31, time="17:05", time_zone="America/New_York")
_QUIET_HOURS = QuietHours(begins="20:00", ends="07:00", weekdays=["saturday", "sunday"], time_zone="Asia/Kathmandu")
_REMINDER = Reminder(limit="first_response", when="after", minutes=0, recipients=_RECIPIENTS, template="Due soon")
_EWS: dict[str, Any] = {
    **_ANY,
    **_CHECKED,
    "user_account_name": "support@example.com",
    "exchange_web_service_url": "https://mail.example.com/EWS/Exchange.asmx",
}

SAMPLES: dict[str, BaseModel] = {
    "imap": Imap(**_SERVER),
    "imap-microsoft365": Imap(
        **(_SERVER | {"user_account_name": "shared@example.com", "password": None}), **_BY_SECRET, authentication="microsoft365"
    ),
    "pop3": Pop3(**_SERVER),
    "microsoft365-secret": Microsoft365(**_ANY, **_BY_SECRET, user_id="support@example.com"),
    "microsoft365-certificate": Microsoft365(**_ANY, **_BY_CERTIFICATE, user_id=GUID),
    "ews_oauth-secret": EwsOAuth(**_EWS, **_BY_SECRET),
    "ews_oauth-certificate": EwsOAuth(**_EWS, **_BY_CERTIFICATE),
    "ews_basic": EwsBasic(**_EWS, password=SECRET),
    "outgoing-basic": BasicOutgoing(
        **_CHECKED,
        smtp_server_name="smtp.example.com",
        port=2525,
        security="ssl",
        smtp_requires_authentication=False,
        user_account_name="sender",
        password=SECRET,
        from_address="support@example.com",
    ),
    "outgoing-microsoft365-secret": Microsoft365Outgoing(**_BY_SECRET, from_address="support@example.com"),
    "outgoing-microsoft365-certificate": Microsoft365Outgoing(**_BY_CERTIFICATE, from_address="support@example.com"),
    "monitor": MonitorSettings(
        poll_interval=1,
        emails_to_process=9999,
        message_size_limit=25,
        post_action=PostAction.DELETE,
        unknown_senders="refuse",
        reopen_days=0,
        response_url="http://helpdesk.example.com:80/TrackIt",
        self_service_response_url="http://helpdesk.example.com:80/TrackIt/SelfService",
        email_event_logging=True,
        create_ticket_on_authentication_failure=True,
        ticket_template="Mail",
    ),
    "filter-rule": FilterRule(text="Newsletter", enabled=False, applies_to="requestors", direction="sending"),
    "filters": Filters(
        accept_from="technicians",
        sender=[FilterRule(text="ads@example.com, spam@example.com")],
        subject=[FilterRule(text="50 % off", enabled=False), FilterRule(text="a_b", applies_to="technicians")],
    ),
    "email-commands": EmailCommands(**dict.fromkeys(CommandSwitches.model_fields, True), trusted_server="mx.example.com"),
    "technician": Technician(name="Ada Byrne", email="Ada@example.com", mapped_addresses=["ada@home.example.org"]),
    "requestor": Requestor(name="Bo Lund", email="Bo@example.com"),
    "ticket-template": TicketTemplate(name="Mail", subject="From mail", priority="Urgent"),
    "open-hours": OpenHours(days=["saturday", "sunday"], opens="22:00", closes="24:00"),
    "holiday": Holiday(date=date(2026, 12, 25), name="Christmas Day", every_year=True),
    "business-hours": BusinessHours(
        time_zone="Europe/Berlin",
        hours=[
            OpenHours(days=["monday", "friday"], opens="08:30", closes="12:00"),
            OpenHours(days=["monday"], opens="13:00", closes="17:30"),
        ],
        holidays=[Holiday(date=date(2027, 3, 26), name="Good Friday")],
    ),
    "backups": Backups(enabled=False, time="23:30", kept_days=30, folder=r"\\server\share\backups"),
    "schedule": _SCHEDULE,
    "quiet-hours": _QUIET_HOURS,
    "recipients": _RECIPIENTS,
    "notification-template": NotificationTemplate(
        name="Due soon",
        subject="{keyword} Due soon: {subject}",
        text='Hello {technician_name},\n\n  {record} is due at {due}: "soon".\n# {{not a token}}\n\n- {help_desk} ☎',
        html="<p>{record}: due&nbsp;{due}</p>\n<hr>",
    ),
    "notification": Notification(
        name="Tell who asked: news",
        enabled=True,
        event="note_added",
        modules=["Ticket", "Assignment"],
        caused_by="technician",
        recipients=_RECIPIENTS,
        template="Due soon",
    ),
    "notification-schedule": NotificationSchedule(
        name="Nights",
        enabled=True,
        whose="addresses",
        addresses=["ada@example.com"],
        quiet_hours=_QUIET_HOURS,
        digest="by_schedule",
        digest_schedule=_SCHEDULE,
        urgent_at_once=False,
    ),
    "condition": Condition(field="sender_role", operator="is_not", value="technician"),
    "reminder": _REMINDER,
    "business-rule": BusinessRule(
        name="Chase: [urgent]",
        enabled=True,
        events=["created", "note_added", "processing_stopped"],
        modules=["Ticket", "Announcement"],
        match="any",
        conditions=[
            Condition(field="priority", operator="is", value="Urgent"),
            Condition(field="subject", operator="contains", value="yes"),
            Condition(field="category", operator="is_empty"),
        ],
        delay=Delay(amount=30, unit="minutes", unless="closed"),
        actions=[
            SendNotification(template="Due soon", recipients=_RECIPIENTS),
            SetField(field="category", value="1e3"),
            AssignTo(technician="ada@example.com"),
            AddNoteToRecord(text="Overdue since {due}.\nSee {response_url}", private=False),
            CreateLinkedRecord(
                module="Announcement", subject="About {record}", text="off", priority="Low", technician="ada@example.com"
            ),
            UpdateLinkedRecords(module="Assignment", field="priority", value="High"),
        ],
        stop_after=True,
    ),
    "service-level": ServiceLevel(
        name="Gold",
        enabled=True,
        modules=["Assignment"],
        priorities=["Urgent", "High"],
        first_response_minutes=60,
        closing_minutes=480,
        around_the_clock=True,
        pause_while_waiting=False,
        reminders=[_REMINDER],
    ),
    "report": Report(
        name="Every Tuesday",
        enabled=True,
        kind="open_tickets",
        schedule=_SCHEDULE,
        recipients=["boss@example.com"],
        attach_csv=False,
    ),
    "retention": Retention(
        activity=100,
        messages=1,
        attachments=2,
        archive=3,
        outgoing_mail=101,
        audit=102,
        scheduled_actions=103,
        quarantine=4,
    ),
    "database-sqlite": SqliteTarget(file="/data/trackit.sqlite3"),
    "database-sqlserver": SqlServerTarget(
        server="sql.example.com\\HELP",
        port=1433,
        database="TrackIt",
        authentication="sql",
        user_account_name="trackit",
        password=SECRET,
        driver="ODBC Driver 17 for SQL Server",
        validate_server_certificate=False,
    ),
}
MODELS: list[type[BaseModel]] = list(dict.fromkeys(type(each) for each in SAMPLES.values()))
MAILBOXES = {name: each for name, each in SAMPLES.items() if "type" in type(each).model_fields}
OUTGOINGS = {name: each for name, each in SAMPLES.items() if isinstance(each, BasicOutgoing | Microsoft365Outgoing)}


def fields_of(model: BaseModel) -> dict[str, Any]:
    """The fields of `model` as a form or a file would give them: secrets in clear, nested models as dicts."""
    return model.model_dump() | {
        name: getattr(model, name).get_secret_value()
        for name, field in type(model).model_fields.items()
        if is_secret(field) and getattr(model, name)
    }


def imap(**changes: object) -> Imap:
    """A plain IMAP mailbox of `support@example.com`."""
    return Imap.model_validate({"server": "mail.example.com", "user_account_name": "support@example.com", **changes})


def microsoft365(**changes: object) -> Microsoft365:
    """A plain Microsoft 365 mailbox of `cloud@example.com`."""
    return Microsoft365.model_validate(
        {"application_id": GUID, "directory_id": OTHER_GUID, "user_id": "cloud@example.com", **changes}
    )
