"""A message of ours that did not arrive is noted on its record: who, why, and which message (MSG-09)."""

from __future__ import annotations

import pytest

from tests.mail.bounce_messages import OUR_ID, REPORTS, Report
from trackit_console.mail import parse
from trackit_console.mail.bounces.senders import sender_sign
from trackit_console.mail.headers import Headers

pytestmark = pytest.mark.covers("MSG-09")


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS.keys())
def test_report_in_words_names_recipients_status_and_our_message(report: Report) -> None:
    message = parse(report.raw())
    assert message.bounce is not None and message.automatic is not None
    assert message.automatic.kind == "bounce"
    told = message.bounce
    ours = OUR_ID if report.returned or OUR_ID in report.text + report.headers else None
    assert (told.recipients, told.status, told.of_message_id) == (report.recipients, report.status, ours)
    assert told.permanent is report.permanent


SYSTEMS = [
    "MAILER-DAEMON@relay.example",
    "MAILER-DAEMON",
    "Mail Delivery Subsystem <mailer-daemon@googlemail.example>",
    "mailerdaemon@relay.example",
    "postmaster@relay.example",
    "Post_Master@relay.example",
    '"Postmaster" <>',
    "MAILER-DAEMON@relay.example (Mail Delivery System)",
    "=?utf-8?b?TWFpbGVyLURhZW1vbg==?= <x1@relay.example>",
    "System Administrator <x@relay.example>",
    "Systemadministrator <x@relay.example>",
    "Administrateur syst\u00e8me <x@relay.example>",
    "Administrador del sistema <x@relay.example>",
    "Amministratore di sistema <x@relay.example>",
    "Systeembeheerder <x@relay.example>",
    "Microsoft Outlook <x@relay.example>",
    "MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@relay.example",
    "Internet Mail Delivery <x@relay.example>",
    "Mail System <x@relay.example>",
    "bounces@relay.example",
    "InterScan <imss@relay.example>",
]
PEOPLE = [
    "Ada Byrne <ada@example.com>",
    "ada@mail.example.com",
    "ada@smtp.postmaster.example",
    "Ada <ada@mailer-daemon.example>",
    "help@example.com",
    "Support Team <support@example.com>",
    "Emil Service <emil@service.example>",
    "Kim Post <post@example.com>",
    "Ada at Microsoft <ada@microsoft.example>",
]


@pytest.mark.parametrize("sender", SYSTEMS)
def test_mail_system_is_known_by_its_name(sender: str) -> None:
    assert sender_sign(Headers({"from": [sender]}), "") >= 2


@pytest.mark.parametrize("sender", PEOPLE)
def test_person_is_not_taken_for_a_mail_system(sender: str) -> None:
    assert sender_sign(Headers({"from": [sender]}), "") == 0


def test_delay_is_a_bounce_that_is_not_permanent() -> None:
    bounce = parse(REPORTS["exim, delayed"].raw()).bounce
    assert bounce is not None and not bounce.permanent


def test_bounce_that_a_list_passes_on_is_read_within() -> None:
    inner = REPORTS["qmail"].raw().decode()
    parts = f"--out\n\nThe attached message was received as a bounce.\n--out\nContent-Type: message/rfc822\n\n{inner}\n--out--\n"
    head = "From: users-bounces@lists.example\nTo: help@desk.example\nSubject: Uncaught bounce notification\n"
    bounce = parse(f'{head}Content-Type: multipart/mixed; boundary="out"\n\n{parts}'.encode()).bounce
    assert bounce is not None and (bounce.recipients, bounce.of_message_id) == (("kim@gone.example",), OUR_ID)
