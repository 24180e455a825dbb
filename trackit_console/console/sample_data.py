"""Sample settings, a message and reports of connection tests for the screenshots."""

from __future__ import annotations

from datetime import UTC, date, datetime
from email.message import EmailMessage

from pydantic import SecretStr

from trackit_console.client_certificate import ClientCertificate
from trackit_console.monitor.database_check_remedies import REMEDIES as DATABASE_REMEDIES
from trackit_console.settings.business_hours import BusinessHours
from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.database import SqlServerTarget
from trackit_console.settings.default_service_levels import DEFAULT_SERVICE_LEVELS
from trackit_console.settings.exchange_mailbox import EwsOAuth, Microsoft365
from trackit_console.settings.holidays import Holiday
from trackit_console.settings.notification_schedules import NotificationSchedule
from trackit_console.settings.notification_templates import NotificationTemplate
from trackit_console.settings.notifications import Notification
from trackit_console.settings.open_hours import OpenHours
from trackit_console.settings.outgoing import BasicOutgoing
from trackit_console.settings.people import Technician, TicketTemplate
from trackit_console.settings.quiet_hours import QuietHours
from trackit_console.settings.recipients import Recipients
from trackit_console.settings.reports import Report
from trackit_console.settings.rule_actions import AddNoteToRecord, SendNotification, SetField
from trackit_console.settings.rule_conditions import Condition
from trackit_console.settings.rule_delay import Delay
from trackit_console.settings.schedules import Schedule
from trackit_console.settings.server_mailbox import Imap
from trackit_console.transports.certificate import Certificate
from trackit_console.transports.errors import CertificateSelfSigned, CertificateUntrusted, SignInRefused
from trackit_console.transports.step_names import DATABASE_STEPS, StepName
from trackit_console.transports.step_runner import NOT_REACHED
from trackit_console.transports.steps import Step, StepState
from trackit_console.user_messages import Phrase

MAILBOX = Imap(
    name="Support", server="mail.contoso.com", port=993, user_account_name="support@contoso.com", password=SecretStr("secret")
)
OUTGOING = BasicOutgoing(
    smtp_server_name="smtp.contoso.com",
    port=587,
    user_account_name="support@contoso.com",
    password=SecretStr("secret"),
    from_address="support@contoso.com",
)
MICROSOFT365 = Microsoft365(
    application_id="9f1b6c1e-4f0c-4a5e-9a35-0d7f2c8f7c11",
    directory_id="0b0e6f52-7cd4-4a10-a3c0-5c2a1c8f7d22",
    user_id="support@contoso.com",
    certificate_file="C:\\Certificates\\helpdesk.pfx",
    certificate_password=SecretStr("secret"),
    secret_expires=date(2027, 3, 31),
)
CLIENT_CERTIFICATE = ClientCertificate(
    private_key_pem=SecretStr("secret"),
    certificate_pem="",
    sha1="3F9A0C61D5B27E84A1C3F05D6E7B8A9C0D1E2F34",
    sha256="9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08",
    subject="CN=Contoso help desk",
    valid_from=datetime(2026, 3, 31, tzinfo=UTC),
    valid_to=datetime(2027, 3, 31, tzinfo=UTC),
)
EWS = EwsOAuth(
    application_id="9f1b6c1e-4f0c-4a5e-9a35-0d7f2c8f7c11",
    client_secret=SecretStr("secret"),
    directory_id="0b0e6f52-7cd4-4a10-a3c0-5c2a1c8f7d22",
    user_account_name="billing@contoso.com",
    exchange_web_service_url="https://outlook.office365.com/EWS/Exchange.asmx",
    enabled=False,
)
TECHNICIAN = Technician(name="Ada Byrne", email="ada@contoso.com", mapped_addresses=["ada@home.example", "a.byrne@fabrikam.com"])
TEMPLATE = TicketTemplate(name="Email outage", subject="A mailbox is not read any more", priority="High")
NOTIFICATION = Notification(
    name="Printers: tell the workshop",
    enabled=True,
    recipients=Recipients(technician=True, addresses=["workshop@contoso.com"]),
    template="Printer ticket",
)
NOTIFICATION_TEMPLATE = NotificationTemplate(
    name="Printer ticket",
    subject="{keyword} {subject}",
    text="Hello {technician_name},\n\n{record} is about a printer.\n\nSubject: {subject}\nRequestor: {requestor_name}\n"
    "Due: {due}\n\n{note_text}\n\nOpen it here: {response_url}",
)
NOTIFICATION_SCHEDULE = NotificationSchedule(
    name="Nights and weekends",
    enabled=True,
    quiet_hours=QuietHours(begins="20:00", ends="07:00", weekdays=["saturday", "sunday"], time_zone="Europe/Berlin"),
    digest="by_schedule",
    digest_schedule=Schedule(repeat="weekly", weekdays=["monday", "thursday"], time="07:30", time_zone="Europe/Berlin"),
)
BUSINESS_RULE = BusinessRule(
    name="Outage at a customer",
    enabled=True,
    events=["created", "updated"],
    match="any",
    conditions=[
        Condition(field="subject", operator="contains", value="outage"),
        Condition(field="subject", operator="contains", value="printer"),
        Condition(field="sender_role", operator="is", value="unknown"),
    ],
    delay=Delay(amount=4, unit="business_hours", unless="answered"),
    actions=[
        SetField(field="priority", value="Urgent"),
        SendNotification(template="New ticket (to technicians)", recipients=Recipients(all_technicians=True)),
        AddNoteToRecord(text="Please call {requestor_name} about “{subject}”.", private=True),
    ],
    stop_after=True,
)
UNDOING_RULES = tuple(
    BusinessRule(name=name, enabled=True, events=["updated"], actions=[SetField(field="priority", value=value)])
    for name, value in (("Changed tickets are important", "High"), ("Changed tickets can wait", "Low"))
)
REPORTS_BY_MAIL = (
    Report(
        name="Mail of the week",
        enabled=True,
        schedule=Schedule(repeat="weekly", time_zone="Europe/Berlin"),
        recipients=["head.of.it@contoso.com"],
    ),
    Report(
        name="Open tickets",
        enabled=True,
        kind="open_tickets",
        schedule=Schedule(repeat="weekly", weekdays=["monday", "thursday"], time="07:30", time_zone="Europe/Berlin"),
        recipients=["ada@contoso.com", "carl@contoso.com"],
    ),
    Report(
        name="Service levels of the month",
        kind="service_levels",
        schedule=Schedule(repeat="monthly", time="06:00", time_zone="Europe/Berlin"),
        recipients=["head.of.it@contoso.com", "ada@contoso.com"],
    ),
)
SEALED_UNDER = "printers need paper on Mondays"
CONFIGURATION = """version: 1
monitor:
  poll_interval: 10
  emails_to_process: 200
mailboxes:
  - name: Support
    type: imap
    server: mail.contoso.com
    port: 993
    user_account_name: support@contoso.com
    password: typed in clear
    poll_interval: 2
  - name: facilities-new
    type: imap
    server: mail.fabrikam.com
    user_account_name: facilities@fabrikam.com
technicians:
  - name: Carl Okafor
    email: carl@contoso.com
    mapped_addresses: [carl@fabrikam.com]
ticket_templates:
  - name: Email outage
    priority: High
"""
PEOPLE_CSV = (
    "Name,Email Address,Phone\n"
    "Anna Berg-Lund,anna@contoso.com,17\n"
    "Dana Ruiz,dana@contoso.com,18\n"
    "Joe,joe at fabrikam.com,19\n"
    '"=HYPERLINK(""https://x.example"")",eve@contoso.com,20\n'
    "Dana Again,DANA@contoso.com,21\n"
)
CERTIFICATE = Certificate(
    subject="mail.contoso.com, imap.contoso.com",
    issuer="CN=Contoso Mail CA,O=Contoso",
    valid_from=datetime(2026, 3, 4, tzinfo=UTC),
    valid_to=datetime(2027, 3, 4, tzinfo=UTC),
    fingerprint="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
)
_UNTRUSTED = CertificateUntrusted("self-signed certificate in chain", server="mail.contoso.com", certificate=CERTIFICATE)
REFUSED = SignInRefused(
    "NO [AUTHENTICATIONFAILED] Authentication failed.", server="mail.contoso.com", account="support@contoso.com"
)
_GOOD = (
    Step(StepName.RESOLVE, StepState.PASSED, 0.012, Phrase("", "Found at 203.0.113.25.")),
    Step(StepName.CONNECT, StepState.PASSED, 0.021, Phrase("", "Connected to 203.0.113.25, port 993.")),
    Step(
        StepName.TLS,
        StepState.PASSED,
        0.061,
        Phrase("", "TLSv1.3, certificate from CN=R11,O=Let's Encrypt,C=US, valid to 2027-03-04."),
    ),
)
DATABASE = SqlServerTarget(
    server="sql01.contoso.com\\HELPDESK", database="TrackIt", authentication="sql", user_account_name="trackit"
)
_OWN_CERTIFICATE = CertificateSelfSigned("self-signed certificate", server="sql01.contoso.com", certificate=CERTIFICATE)
DATABASE_REPORT = (
    Step(StepName.DRIVER, StepState.PASSED, 0.001, Phrase("", "ODBC Driver 18 for SQL Server is installed.")),
    Step(StepName.RESOLVE, StepState.PASSED, 0.012, Phrase("", "Found at 192.0.2.25.")),
    Step(StepName.CONNECT, StepState.PASSED, 0.004, Phrase("", "Connected to 192.0.2.25, port 50123.")),
    Step(
        StepName.TLS,
        StepState.FAILED,
        0.031,
        _OWN_CERTIFICATE.message,
        Phrase("database_check", DATABASE_REMEDIES["certificate_self_signed"]),
        _OWN_CERTIFICATE.code,
    ),
    *(Step(name, StepState.SKIPPED, detail=NOT_REACHED) for name in DATABASE_STEPS[4:]),
)
REPORTS = {
    "running": (*_GOOD, Step(StepName.SIGN_IN, StepState.RUNNING)),
    "failed": (
        *_GOOD,
        Step(StepName.SIGN_IN, StepState.FAILED, 0.23, REFUSED.message, REFUSED.remedy_message, REFUSED.code),
        Step(StepName.FOLDER, StepState.SKIPPED),
        Step(StepName.SEND, StepState.SKIPPED),
    ),
    "untrusted": (
        *_GOOD[:2],
        Step(
            StepName.TLS,
            StepState.FAILED,
            0.05,
            _UNTRUSTED.message,
            _UNTRUSTED.remedy_message,
            _UNTRUSTED.code,
            certificate=CERTIFICATE,
        ),
        Step(StepName.SIGN_IN, StepState.SKIPPED),
        Step(StepName.FOLDER, StepState.SKIPPED),
        Step(StepName.SEND, StepState.SKIPPED),
    ),
    "passed": (
        *_GOOD,
        Step(StepName.SIGN_IN, StepState.PASSED, 0.08, Phrase("", "Signed in as support@contoso.com.")),
        Step(StepName.FOLDER, StepState.PASSED, 0.03, Phrase("", "INBOX: 3 unread messages.")),
        Step(StepName.SEND, StepState.PASSED, 0.31, Phrase("", "Sent to support@contoso.com through smtp.contoso.com:587.")),
    ),
}


def letter(number: int, sender: str, subject: str, text: str, file: str = "", html: str = "") -> bytes:
    """A message to the sample mailbox, with `file` attached and `html` as alternative if they are given."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "support@contoso.com", subject
    message["Message-ID"] = f"<sample-{number}@contoso.com>"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    if file:
        message.add_attachment(b"x" * 18_000, maintype="application", subtype="octet-stream", filename=file)
    return message.as_bytes()


LETTER = letter(0, "Anna Berg <anna@contoso.com>", "Printer on floor 2", "It prints stripes since this morning.\n\nAnna\n")
SERVICE_LEVELS = tuple(each.model_copy(update={"enabled": each.name in ("High", "Medium")}) for each in DEFAULT_SERVICE_LEVELS)
_MORNING = OpenHours(days=["monday", "tuesday", "wednesday", "thursday", "friday"], opens="08:30", closes="12:00")
_AFTERNOON = OpenHours(days=["monday", "tuesday", "wednesday", "thursday"], opens="12:45", closes="17:00")
BUSINESS_HOURS = BusinessHours(
    time_zone="Europe/Berlin",
    hours=[_MORNING, _AFTERNOON, OpenHours(days=["saturday"], opens="10:00", closes="14:00")],
    holidays=[
        Holiday(date=date(2026, 12, 25), name="Christmas Day", every_year=True),
        Holiday(date=date(2027, 3, 29), name="Easter Monday"),
    ],
)
