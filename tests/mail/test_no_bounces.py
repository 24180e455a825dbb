"""What is no bounce although it looks like one: else a person's mail would be filed as a machine's, or an answer be lost."""

from __future__ import annotations

import pytest

from tests.mail.bounce_messages import OUR_MESSAGE, REPORTS
from trackit_console.mail import parse

pytestmark = pytest.mark.covers("MSG-08", "MSG-09")

ADA = "Ada Byrne <ada@mail.example.com>"
QUOTED = "".join(f"> {line}\n" for line in REPORTS["qmail"].text.splitlines() + OUR_MESSAGE.splitlines())


def letter(sender: str, subject: str, text: str, headers: str = "") -> bytes:
    return f"From: {sender}\nTo: help@desk.example\nSubject: {subject}\n{headers}\n{text}\n".encode()


BY_PEOPLE = {
    "asks about a bounce": letter(
        ADA, "Undeliverable?", "I got 'Undelivered Mail Returned to Sender', 550 5.1.1 <kim@gone.example>. Why?"
    ),
    "forwards a bounce": letter(ADA, "Fwd: failure notice", f"Please see below.\n\n{QUOTED}"),
    "forwards a bounce with its subject": letter(ADA, "Undelivered Mail Returned to Sender", f"What is this?\n\n{QUOTED}"),
    "has an address at a host named smtp": letter("bo@smtp.example.com", "Returned mail: see transcript", QUOTED),
    "has an address at a host named mailer-daemon": letter("bo@mailer-daemon.example.com", "Returned mail", QUOTED),
    "is an administrator who forwards": letter("Admin <admin@example.com>", "WG: Unzustellbar: Toner", QUOTED),
    "is an administrator who quotes": letter(
        "Admin <admin@example.com>", "Mail delivery failed, why?", f"Since Monday:\n{QUOTED}"
    ),
    "answers the postmaster's question": letter("Postmaster <postmaster@example.com>", "Re: mail delivery failed", QUOTED),
    "writes as postmaster": letter(
        "Postmaster <postmaster@example.com>", "New quota", "Mailboxes may have 5 GB from Monday. Ask help@desk.example."
    ),
    "works in a shared mailbox": letter("Support <support@example.com>", "Delivery failed", f"Our customer gets this:\n{QUOTED}"),
    "is the post office": letter(
        "Post Office <kim@example.com>", "Parcel could not be delivered", "It was returned to sender: kim@example.com."
    ),
}


@pytest.mark.parametrize("raw", BY_PEOPLE.values(), ids=BY_PEOPLE.keys())
def test_person_who_writes_of_bounces_does_not_bounce(raw: bytes) -> None:
    message = parse(raw)
    assert (message.bounce, message.automatic) == (None, None)


@pytest.mark.parametrize(
    ("sender", "subject"),
    [
        (ADA, "Undelivered Mail Returned to Sender"),
        ("Admin <admin@example.com>", "Undelivered Mail Returned to Sender"),
        ("Postmaster <postmaster@example.com>", "Fwd: Undelivered Mail Returned to Sender"),
    ],
)
def test_bounce_that_a_person_attaches_is_no_bounce(sender: str, subject: str) -> None:
    parts = (
        b"--out\n\nIt could not be delivered, why?\n--out\nContent-Type: message/rfc822\n\n"
        + REPORTS["qmail"].raw()
        + b"\n--out--\n"
    )
    head = f"From: {sender}\nSubject: {subject}\nContent-Type: multipart/mixed; boundary=out\n\n"
    message = parse(head.encode() + parts)
    assert (message.bounce, message.automatic) == (None, None)


def test_report_that_a_person_attaches_is_no_bounce() -> None:
    report = b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; kim@gone.example\nAction: failed\n"
    parts = b"--cut\n\nWhy does this happen?\n--cut\n" + report + b"--cut--\n"
    message = parse(b"From: ada@example.com\nSubject: Bounce\nContent-Type: multipart/mixed; boundary=cut\n\n" + parts)
    assert (message.bounce, message.automatic) == (None, None)


NULL = "Return-Path: <>\n"
ANSWER = f"{NULL}In-Reply-To: <out-7@desk.example>\n"
AUTOMATIC = {
    "out of office without a sender": (
        letter(ADA, "Automatic reply: Toner", "I do not read mail; it will not be delivered to Kim.", NULL),
        "reply",
    ),
    "out of office about a bounce": (
        letter(ADA, "Automatic reply: Undeliverable: Toner", "I am away, ask kim@example.com.", ANSWER),
        "reply",
    ),
    "absence in another language": (letter(ADA, "Jsem na dovolené", "Vrátím se v pondělí. kim@example.com", ANSWER), "reply"),
    "autoresponder of an address that is closed": (
        letter("noreply@example.com", "Address closed", "kim@example.com is no longer in use. Write to lee@example.com.", ANSWER),
        "reply",
    ),
    "challenge": (
        letter(
            "noreply@guard.example",
            "Your message could not be delivered yet",
            "To have your message delivered to kim@gone.example, confirm that you are a person: https://guard.example/c",
            NULL,
        ),
        "notification",
    ),
    "moderation": (
        letter(
            "users-bounces@lists.example",
            "Your message to Users awaits moderator approval",
            "Your mail to 'Users' is being held until the list moderator can review it. users@lists.example\nMessage rejected: 550",
            f"{NULL}Auto-Submitted: auto-replied\n",
        ),
        "reply",
    ),
    "receipt": (
        letter(
            "noreply@example.com",
            "Your message was received",
            "Message to kim@example.com has been received. Failure to answer? Call.",
            NULL,
        ),
        "notification",
    ),
    "monitoring": (
        letter("Backup <backup@example.com>", "Backup failed", "Job 5 failed with error: 550 files could not be sent.", NULL),
        "notification",
    ),
    "monitoring of mail": (
        letter("nagios@example.com", "CRITICAL: mail queue", "12 messages could not be delivered.", NULL),
        "notification",
    ),
    "quarantine": (
        letter(
            "Quarantine <postmaster@example.com>",
            "Messages blocked",
            "3 messages are in quarantine, from kim@gone.example.",
            NULL,
        ),
        "notification",
    ),
}


@pytest.mark.parametrize(("raw", "kind"), AUTOMATIC.values(), ids=AUTOMATIC.keys())
def test_other_automatic_mail_is_no_bounce(raw: bytes, kind: str) -> None:
    message = parse(raw)
    assert message.bounce is None
    assert message.automatic is not None and message.automatic.kind == kind


def report(
    fields: str,
    report_type: str = "delivery-status",
    content_type: str = "message/delivery-status",
    subject: str = "Delivery report",
) -> bytes:
    parts = f"--cut\n\nSee below.\n--cut\nContent-Type: {content_type}\n\n{fields}\n--cut--\n"
    head = f"Return-Path: <>\nFrom: MAILER-DAEMON@relay.example\nSubject: {subject}\n"
    return f'{head}Content-Type: multipart/report; report-type={report_type}; boundary="cut"\n\n{parts}'.encode()


ARRIVED = {
    action: report(
        f"Reporting-MTA: dns; relay.example\n\nFinal-Recipient: rfc822; kim@gone.example\nAction: {action}\nStatus: 2.0.0\n"
    )
    for action in ("delivered", "relayed", "expanded", "Delivered (to mailbox)")
}
RECEIPTS = {
    "read": report("Final-Recipient: rfc822; kim@gone.example\nDisposition: manual-action; displayed\n", "disposition-notification",
                   "message/disposition-notification"),
    "deleted unread": report("Final-Recipient: rfc822; kim@gone.example\nDisposition: manual-action; deleted\n", "disposition-notification",
                             "message/disposition-notification", "Not read: Toner"),
    "complaint": report("Feedback-Type: abuse\nOriginal-Rcpt-To: kim@gone.example\n", "feedback-report", "message/feedback-report"),
    "success without a status": report("Final-Recipient: rfc822; kim@gone.example\nStatus: 2.1.5\n"),
}  # fmt: skip


@pytest.mark.parametrize("raw", [*ARRIVED.values(), *RECEIPTS.values()], ids=[*ARRIVED, *RECEIPTS])
def test_report_of_success_and_receipt_are_notifications(raw: bytes) -> None:
    message = parse(raw)
    assert message.bounce is None
    assert message.automatic is not None and message.automatic.kind == "notification"


def test_confirmation_in_words_is_a_notification() -> None:
    text = "Your message was successfully delivered to:\n\n<kim@gone.example>: 250 2.0.0 Saved"
    message = parse(letter("MAILER-DAEMON@relay.example", "Successful Mail Delivery Report", text, NULL))
    assert message.bounce is None
    assert message.automatic is not None and message.automatic.kind == "notification"


def test_notice_that_our_own_mailbox_is_full_is_no_bounce() -> None:
    text = "The mailbox help@desk.example is full. New messages could not be delivered."
    assert parse(letter("Postmaster <postmaster@desk.example>", "Mailbox full", text)).bounce is None
    assert (
        parse(letter("Postmaster <postmaster@desk.example>", "Mailbox full", f"Your mailbox is full. {text}", NULL)).bounce
        is None
    )
