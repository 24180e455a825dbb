"""Sample mail of mail servers and mail programs about a message: bounces, and a receipt (MSG-08, MSG-09)."""

from __future__ import annotations

from datetime import datetime

from trackit_console.demo.message_builder import DOMAIN, PLAIN_TEXT, MessageSpec, by_hand, lines
from trackit_console.demo.sample_people import JONAS, written


def bounce(name: str, at: datetime, keyword: str) -> bytes:
    """What a mail server sends when it cannot deliver a message (RFC 3464)."""
    text = lines(
        "--report",
        PLAIN_TEXT.format("us-ascii"),
        "",
        "The address nobody@partner.example does not exist.",
        "--report",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mail.partner.example",
        "",
        "Final-Recipient: rfc822; nobody@partner.example",
        "Action: failed",
        "Status: 5.1.1",
        "--report--",
    )
    spec = MessageSpec(name, "Mail Delivery Subsystem <postmaster@partner.example>", "Your message could not be delivered", at)
    kind = 'Content-Type: multipart/report; report-type="delivery-status"; boundary="report"'
    return by_hand(spec, "us-ascii", text.encode(), "Auto-Submitted: auto-replied", "Return-Path: <>", kind)


def bounce_in_words(name: str, at: datetime, keyword: str) -> bytes:
    """A bounce without a report for programs, about a message that is not ours."""
    text = lines(
        "Your message was not delivered to the following recipient:",
        "",
        "<sales@partner.example>:",
        "550 5.1.1 There is no mailbox of this name",
    )
    spec = MessageSpec(name, "Mail Delivery System <MAILER-DAEMON@relay.example>", "Your message came back", at)
    return by_hand(spec, "us-ascii", text.encode(), "Return-Path: <>")


def bounce_of_ours(name: str, at: datetime, keyword: str) -> bytes:
    """A bounce of a message that is on a ticket: noted there, although a filter rule would stop it."""
    text = lines(
        "--report",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mail.partner.example",
        "",
        "Final-Recipient: rfc822; sam@contractor.example",
        "Action: failed",
        "Status: 5.2.2",
        "",
        "--report",
        "Content-Type: text/rfc822-headers",
        "",
        f"Message-ID: <opening@{DOMAIN}>",
        "--report--",
    )
    spec = MessageSpec(name, "Mail Delivery Subsystem <postmaster@partner.example>", "Undeliverable: printer", at)
    kind = 'Content-Type: multipart/report; report-type="delivery-status"; boundary="report"'
    return by_hand(spec, "us-ascii", text.encode(), "Return-Path: <>", kind)


def read_receipt(name: str, at: datetime, keyword: str) -> bytes:
    """A receipt that a message was read."""
    text = lines(
        "--receipt",
        "Content-Type: text/plain",
        "",
        "Your message was displayed.",
        "--receipt",
        "Content-Type: message/disposition-notification",
        "",
        f"Final-Recipient: rfc822; {JONAS.email}",
        "Disposition: manual-action/MDN-sent-manually; displayed",
        "--receipt--",
    )
    spec = MessageSpec(name, written(JONAS), "Read: your question", at)
    kind = 'Content-Type: multipart/report; report-type="disposition-notification"; boundary="receipt"'
    return by_hand(spec, "us-ascii", text.encode(), kind)
