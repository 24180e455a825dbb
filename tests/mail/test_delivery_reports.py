"""The part of a bounce that is written for machines, as systems really write it (MSG-09, RFC 3464)."""

from __future__ import annotations

import pytest

from tests.mail.bounce_messages import OUR_ID, OUR_MESSAGE
from trackit_console.mail import Bounce, parse
from trackit_console.mail.limits import RECIPIENTS_LIMIT

pytestmark = pytest.mark.covers("MSG-09")


def reported(fields: str, *, text: str = "It failed.", returned: str = OUR_MESSAGE, kind: str = "message/rfc822") -> Bounce:
    parts = f"--cut\n\n{text}\n--cut\nContent-Type: message/delivery-status\n\n{fields}\n--cut\nContent-Type: {kind}\n\n{returned}\n--cut--\n"
    head = "From: MAILER-DAEMON@relay.example\nTo: help@desk.example\nSubject: Delivery report\n"
    bounce = parse(
        f'{head}Content-Type: multipart/report; report-type=delivery-status; boundary="cut"\n\n{parts}'.encode()
    ).bounce
    assert bounce is not None
    return bounce


FIELDS = {
    "plain": "Final-Recipient: rfc822; kim@gone.example\nAction: failed\nStatus: 5.1.1\n",
    "per-message group first": "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; kim@gone.example\nAction: failed\nStatus: 5.1.1\n",
    "no blank line between the groups": "Reporting-MTA: dns; x\nFinal-Recipient: rfc822; kim@gone.example\nAction: failed\nStatus: 5.1.1\n",
    "blank line below each field": "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; kim@gone.example\n\nAction: failed\nStatus: 5.1.1\n",
    "a line that is no field": "Diagnostic-Code: smtp; 550\nnot a field\nFinal-Recipient: rfc822; kim@gone.example\nAction: failed\nStatus: 5.1.1\n",
    "comments": "Final-Recipient: rfc822; kim@gone.example\nAction: failed (no mailbox)\nStatus: 5.1.1 (bad mailbox)\n",
    "brackets": "Final-Recipient: rfc822; <kim@gone.example>\nAction: Failed\nStatus: 5.1.1\n",
    "no type": "Final-Recipient: kim@gone.example\nAction: failed\nStatus: 5.1.1\n",
    "sent to an alias": "Original-Recipient: rfc822;kim@gone.example\nFinal-Recipient: rfc822;kim2@inner.example\nAction: failed\nStatus: 5.1.1\n",
    "original is no address": "Original-Recipient: x400; /S=kim/\nFinal-Recipient: rfc822;kim@gone.example\nAction: failed\nStatus: 5.1.1\n",
    "final is a path": "Original-Recipient: rfc822;kim@gone.example\nFinal-Recipient: unix; |/usr/bin/vacation kim\nAction: failed\nStatus: 5.1.1\n",
    "smtp in front": "Final-Recipient: SMTP:kim@gone.example\nAction: failed\nStatus: 5.1.1\n",
    "status in the diagnostic only": "Final-Recipient: rfc822; kim@gone.example\nAction: failed\nDiagnostic-Code: smtp; 550 5.1.1 unknown\n",
    "status says less than the diagnostic": "Final-Recipient: rfc822; kim@gone.example\nAction: failed\nStatus: 5.0.0\n"
    "Diagnostic-Code: smtp;\n 550 5.1.1 unknown\n",
    "without action": "Final-Recipient: rfc822; kim@gone.example\nStatus: 5.1.1\n",
    "one arrived": "Final-Recipient: rfc822; lee@gone.example\nAction: delivered\nStatus: 2.0.0\n\n"
    "Final-Recipient: rfc822; kim@gone.example\nAction: failed\nStatus: 5.1.1\n",
    "one is late": "Final-Recipient: rfc822; lee@gone.example\nAction: delayed\nStatus: 4.4.1\n\n"
    "Final-Recipient: rfc822; kim@gone.example\nAction: failed\nStatus: 5.1.1\n",
}  # fmt: skip


@pytest.mark.parametrize("fields", FIELDS.values(), ids=FIELDS.keys())
def test_failed_recipient_is_read_from_a_report(fields: str) -> None:
    assert reported(fields) == Bounce(("kim@gone.example",), "5.1.1", OUR_ID, permanent=True)


@pytest.mark.parametrize(
    ("fields", "permanent"),
    [
        ("Action: failed\nStatus: 4.4.7\n", True),
        ("Action: failed\nStatus: 5.0.0\n", True),
        ("Action: delayed\nStatus: 5.1.1\n", False),
        ("Action: delayed\nStatus: 4.4.1\n", False),
        ("Status: 5.2.1\n", True),
        ("Status: 4.2.2\n", False),
    ],
)
def test_action_says_whether_a_failure_is_permanent_else_the_class_of_the_status(fields: str, permanent: bool) -> None:
    assert reported(f"Final-Recipient: rfc822; kim@gone.example\n{fields}").permanent is permanent


def test_every_failed_recipient_is_named_up_to_a_limit() -> None:
    groups = (
        f"Final-Recipient: rfc822; p{i}@gone.example\nAction: failed\nStatus: 5.1.1\n\n" for i in range(RECIPIENTS_LIMIT + 5)
    )
    assert len(reported("".join(groups)).recipients) == RECIPIENTS_LIMIT


def test_report_without_recipients_takes_them_from_what_it_says_in_words() -> None:
    assert reported("Reporting-MTA: dns; x\n", text="<kim@gone.example>: 552 5.2.2 full") == Bounce(
        ("kim@gone.example",), "5.2.2", OUR_ID, permanent=True
    )


def test_report_that_names_nobody_takes_the_one_recipient_of_the_returned_message() -> None:
    assert reported("Reporting-MTA: dns; x\n").recipients == ("kim@gone.example",)


def test_recipient_is_not_guessed_from_several() -> None:
    several = OUR_MESSAGE.replace("To: kim@gone.example", "To: kim@gone.example, lee@gone.example")
    assert reported("Reporting-MTA: dns; x\n", returned=several).recipients == ()


HEADERS = OUR_MESSAGE.partition("\n\n")[0] + "\n"


@pytest.mark.parametrize(
    "kind", ["message/rfc822", "text/rfc822-headers", "message/global", "text/rfc822-headers; charset=us-ascii"]
)
@pytest.mark.parametrize("returned", [HEADERS, f"\n{HEADERS}", f"From help@desk.example Tue Nov  3\n{HEADERS}", HEADERS.upper()])
def test_our_message_is_known_by_its_id_in_what_came_back(kind: str, returned: str) -> None:
    found = reported(FIELDS["plain"], returned=returned, kind=kind).of_message_id
    assert found is not None and found.lower() == OUR_ID


def test_our_message_is_known_by_what_the_report_answers() -> None:
    raw = b"Return-Path: <>\nFrom: postmaster@gone.example\nIn-Reply-To: <out-7@desk.example>\nSubject: Undeliverable: Toner\n\n"
    message = parse(raw + b"Your message could not be delivered to kim@gone.example\n550 5.1.1 unknown")
    assert message.bounce is not None and message.bounce.of_message_id == OUR_ID


def test_values_of_a_report_are_single_lines_without_control_characters() -> None:
    bounce = reported(
        "Final-Recipient: rfc822; ki\x07m@gone.example\nAction: failed\nStatus: 5.1.1\x1b\n", returned="Message-ID: <a\x00b@c>\n"
    )
    assert all(
        letter.isprintable() for value in (*bounce.recipients, bounce.status, bounce.of_message_id or "") for letter in value
    )


def test_status_field_decides_over_the_words() -> None:
    assert (
        reported(
            "Final-Recipient: rfc822; kim@gone.example\nAction: failed\nStatus: 5.7.1\n", text="User unknown 550 5.1.1"
        ).status
        == "5.7.1"
    )
