"""Sample settings, mail and reports for the screenshots."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage

from pydantic import SecretStr

from trackit_console.console.services import Services
from trackit_console.domain.deliveries import MessageRef
from trackit_console.domain.polling import VisitEnd
from trackit_console.helpdesk.arrivals import arrived
from trackit_console.helpdesk.policy import Policy
from trackit_console.monitor.mailbox_intake import MailboxIntake, read_message
from trackit_console.monitor.visit_result import poll_error
from trackit_console.settings.exchange_mailbox import Microsoft365
from trackit_console.settings.outgoing import BasicOutgoing
from trackit_console.settings.people import Requestor, Technician, TicketTemplate
from trackit_console.settings.server_mailbox import Imap, Pop3
from trackit_console.store.monitoring import Host
from trackit_console.store.snapshot import read_snapshot
from trackit_console.transports.certificate import Certificate
from trackit_console.transports.errors import CertificateUntrusted, SignInRefused
from trackit_console.transports.steps import Step, StepName, StepState
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
CERTIFICATE = Certificate(
    subject="mail.contoso.com, imap.contoso.com",
    issuer="CN=Contoso Mail CA,O=Contoso",
    valid_from=datetime(2026, 3, 4, tzinfo=UTC),
    valid_to=datetime(2027, 3, 4, tzinfo=UTC),
    fingerprint="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
)
_UNTRUSTED = CertificateUntrusted("self-signed certificate in chain", server="mail.contoso.com", certificate=CERTIFICATE)
_REFUSED = SignInRefused(
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
REPORTS = {
    "running": (*_GOOD, Step(StepName.SIGN_IN, StepState.RUNNING)),
    "failed": (
        *_GOOD,
        Step(StepName.SIGN_IN, StepState.FAILED, 0.23, _REFUSED.message, _REFUSED.remedy_message, _REFUSED.code),
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


def _letter(number: int, sender: str, subject: str, text: str, file: str = "") -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "support@contoso.com", subject
    message["Message-ID"] = f"<sample-{number}@contoso.com>"
    message.set_content(text)
    if file:
        message.add_attachment(b"x" * 18_000, maintype="application", subtype="octet-stream", filename=file)
    return message.as_bytes()


LETTER = _letter(0, "Anna Berg <anna@contoso.com>", "Printer on floor 2", "It prints stripes since this morning.\n\nAnna\n")
_MAIL = (
    LETTER,
    _letter(1, "Joe Park <joe@fabrikam.com>", "New laptop for the new colleague", "She starts on Monday.\n", "order.pdf"),
    _letter(
        2,
        "Anna Berg <anna@contoso.com>",
        "RE: Printer on floor 2 [Ticket - 1]",
        "Now it jams as well, see the plan.\n\nOn Monday, Support wrote:\n> Is it still printing?\n",
        "floor-plan.png",
    ),
    _letter(3, "Mail Delivery Subsystem <mailer-daemon@relay.contoso.com>", "Undeliverable: Ticket 1040", "It did not arrive.\n"),
    _letter(4, "Offers <x@spam.example>", "Best prices " * 40, "Buy now.\n"),
    _letter(5, "Carl Okafor <carl@contoso.com>", "[Ticket - 2] approved", "Approved, please order.\n"),
    _letter(6, "Priya Nair <priya@contoso.com>", "Is this update genuine?", "I did not open it.\n", "update.exe"),
)


def fill(services: Services) -> None:
    """Fills the database of `services` with settings and processed mail."""
    with services.database.begin() as transaction:
        transaction.people.save_technician(Technician(name="Carl Okafor", email="carl@contoso.com"), "sample")
        transaction.people.save_requestor(Requestor(name="Anna Berg", email="anna@contoso.com"), "sample")
        transaction.settings.save_ticket_template(TicketTemplate(name="Email outage", priority="High"), "sample")
        support = transaction.mailboxes.add(MAILBOX, "sample")
        second = MAILBOX.model_copy(update={"name": "facilities", "user_account_name": "facilities@contoso.com"})
        failing = transaction.mailboxes.add(second, "sample")
        old = Pop3(name="old-desk", server="pop.contoso.com", port=995, user_account_name="old@contoso.com", enabled=False)
        transaction.mailboxes.add(old, "sample")
        transaction.settings.save_outgoing(OUTGOING, None, "sample")
    _take_in(services, support.id)
    now = services.clock.now()
    with services.database.begin() as transaction:
        for mailbox_id, error, unread in ((support.id, None, 3), (failing.id, poll_error(_REFUSED, "sign_in"), None)):
            lease = transaction.mailbox_leases.begin_visit(mailbox_id, "sample", regardless=True)
            assert lease is not None
            transaction.mailbox_states.end_visit(
                lease, VisitEnd(error, error is not None, unread), lambda _: timedelta(minutes=5)
            )
        transaction.monitoring.want(True, "sample")
        transaction.monitoring.report(
            Host(
                "sample",
                "HELPDESK01",
                "headless",
                "running",
                transaction.audit.revision().number - 1,
                now - timedelta(hours=3),
                now,
            )
        )


def _take_in(services: Services, mailbox_id: int) -> None:
    with services.database.begin() as transaction:
        lease = transaction.mailbox_leases.begin_visit(mailbox_id, "sample", regardless=True)
        settings = read_snapshot(transaction, services.clock.now()).settings
    assert lease is not None
    intake = MailboxIntake(Policy.of(settings), None)
    for number, raw in enumerate(_MAIL):
        message = read_message(arrived(MessageRef("1 INBOX", str(8812 + number)), raw, services.clock.now()))
        batch = services.database.recorder.record(lease, [message], intake)
        services.database.deliveries.mark_settled([each.delivery_id for each in batch.recorded], 2)
