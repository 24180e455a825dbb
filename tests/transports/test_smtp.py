"""Sending through a real SMTP server, and what a person hears when it will not (OUT-02)."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest
from pydantic import SecretStr

from tests.servers.certificates import Certificates
from tests.servers.faults import Script, SmtpScript, Talk, scripted
from tests.servers.smtp import SmtpServer
from tests.servers.strict_mail import faults_of
from trackit_console.settings.outgoing import BasicOutgoing
from trackit_console.transports.connection_phases import Timeouts
from trackit_console.transports.errors import TransportError
from trackit_console.transports.smtp import SmtpSender
from trackit_console.transports.step_names import StepName

Start = Callable[..., SmtpServer]
OutgoingOf = Callable[..., BasicOutgoing]
TO = "bo@example.com"
GONE = "gone@example.com"


def raw_message(text: str = "hello\n", subject: str = "Grüße") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "support@example.com", TO, subject
    message["Date"], message["Message-ID"] = "Thu, 26 Nov 2026 04:42:56 +0000", "<1@example.com>"
    message.set_content(text)
    return message


def problem(outgoing: BasicOutgoing, *recipients: str) -> TransportError:
    with pytest.raises(TransportError) as raised, SmtpSender(outgoing, Timeouts(1, 1)) as sender:
        sender.send(raw_message(), recipients or [TO])
    return raised.value


@pytest.mark.covers("OUT-02")
@pytest.mark.parametrize("sign_in", [True, False], ids=["signed in", "without sign-in"])
@pytest.mark.parametrize("security", ["ssl_tls", "ssl", "none"])
def test_a_message_arrives_with_its_envelope(smtp_server: Start, outgoing_of: OutgoingOf, security: str, sign_in: bool) -> None:
    server = smtp_server(security, sign_in=sign_in)
    account = {} if sign_in else {"smtp_requires_authentication": False, "user_account_name": None, "password": None}
    with SmtpSender(outgoing_of(server, security, **account)) as sender:
        assert sender.send(raw_message(), [TO, "hidden@example.com"]) == []
    (accepted,) = server.accepted
    assert (accepted.sender, accepted.recipients) == ("support@example.com", (TO, "hidden@example.com"))
    assert accepted.signed_in == (server.name if sign_in else None)
    assert b"hidden@example.com" not in accepted.raw
    assert faults_of(accepted.raw) == []


@pytest.mark.covers("OUT-02")
@pytest.mark.parametrize("hidden", [(), ("PLAIN",)], ids=["AUTH PLAIN", "AUTH LOGIN"])
def test_sign_in_by_either_mechanism_with_letters_outside_of_ascii(
    smtp_server: Start, outgoing_of: OutgoingOf, hidden: tuple[str, ...]
) -> None:
    server = smtp_server("ssl_tls", mechanisms_hidden=hidden)
    with SmtpSender(outgoing_of(server)) as sender:
        sender.send(raw_message(), [TO])
    assert [each.signed_in for each in server.accepted] == [server.name]


def test_several_messages_go_over_one_connection(smtp_server: Start, outgoing_of: OutgoingOf) -> None:
    server = smtp_server()
    with SmtpSender(outgoing_of(server)) as sender:
        for number in range(3):
            sender.send(raw_message(f"{number}\n"), [TO])
    assert len(server.accepted) == 3


def test_what_is_sent_is_seven_bit_and_survives_lines_that_begin_with_a_dot(smtp_server: Start, outgoing_of: OutgoingOf) -> None:
    server = smtp_server()
    with SmtpSender(outgoing_of(server)) as sender:
        sender.send(raw_message(".\n..grün\n"), [TO])
        sender.send(b"Subject: raw\r\n\r\n.\r\n.x\r\n", [TO])
    built, raw = (each.raw for each in server.accepted)
    assert built.isascii()
    assert raw == b"Subject: raw\r\n\r\n.\r\n.x\r\n"


def test_recipients_that_are_refused_do_not_keep_the_others(smtp_server: Start, outgoing_of: OutgoingOf) -> None:
    server = smtp_server()
    server.inbox.refused_recipients = {"gone@example.com": "550 5.1.1 no such user"}
    with SmtpSender(outgoing_of(server)) as sender:
        [refused] = sender.send(raw_message(), [GONE, TO])
    assert (refused.recipient, refused.words, refused.permanent) == (GONE, "550 5.1.1 no such user", True)
    assert server.accepted[0].recipients == (TO,)


@pytest.mark.parametrize(
    "recipient", ["", "bo", "bo@example.com>\r\nRCPT TO:<x@y.z", "a b@example.com", "<bo@example.com>", "bo,eve@example.com"]
)
def test_no_recipient_becomes_a_command_of_its_own(smtp_server: Start, outgoing_of: OutgoingOf, recipient: str) -> None:
    server = smtp_server()
    assert problem(outgoing_of(server), recipient).code == "recipient_refused"
    assert server.accepted == []


@pytest.mark.covers("SEC-01")
def test_bare_line_ends_cannot_end_the_message_early(smtp_server: Start, outgoing_of: OutgoingOf) -> None:
    server = smtp_server()
    with SmtpSender(outgoing_of(server)) as sender:
        sender.send(b"Subject: x\n\nbody\n.\nMAIL FROM:<evil@example.com>\r.\r\n", [TO])
    assert [each.raw for each in server.accepted] == [b"Subject: x\r\n\r\nbody\r\n.\r\nMAIL FROM:<evil@example.com>\r\n.\r\n"]


def test_sign_in_at_a_server_that_knows_only_cram_md5(outgoing_of: OutgoingOf) -> None:
    # The example of RFC 2195.
    challenge, answer = (
        b"PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+",
        "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw",
    )
    account = {"user_account_name": "tim", "password": SecretStr("tanstaaftanstaaf")}
    answers = {"AUTH": b"334 " + challenge + b"\r\n", answer.upper(): b"235 welcome\r\n"}
    with (
        scripted(SmtpScript(answers, extensions=(b"AUTH CRAM-MD5",))) as server,
        SmtpSender(outgoing_of(server, "none", **account)),
    ):
        assert server.heard[-1] == answer.encode()


class TestRefusals:
    @pytest.mark.parametrize(
        ("refusal", "code"),
        [
            ({"refused_recipients": {TO: "550 no such user"}}, "recipient_refused"),
            ({"refused_recipients": {TO: "451 4.3.0 later"}}, "server_busy"),
            ({"refused_senders": {"support@example.com": "550 not yours"}}, "sender_refused"),
            ({"refuse_data": "554 smells of spam"}, "message_refused"),
            ({"refuse_data": "452 disk full"}, "server_busy"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_each_refusal_says_whose_fault_it_is(
        self, smtp_server: Start, outgoing_of: OutgoingOf, refusal: dict[str, Any], code: str
    ) -> None:
        server = smtp_server()
        for name, value in refusal.items():
            setattr(server.inbox, name, value)
        found = problem(outgoing_of(server))
        assert (found.step, found.code) == (StepName.SEND, code)

    @pytest.mark.covers("OUT-02")
    def test_a_wrong_password(self, smtp_server: Start, outgoing_of: OutgoingOf) -> None:
        found = problem(outgoing_of(smtp_server(), password=SecretStr("wrong")))
        assert (found.code, found.authentication) == ("wrong_password", True)

    def test_a_password_that_is_missing(self, smtp_server: Start, outgoing_of: OutgoingOf) -> None:
        assert problem(outgoing_of(smtp_server(), password=None)).code == "password_missing"

    def test_a_sender_is_closed_again_after_a_sign_in_that_failed(self, smtp_server: Start, outgoing_of: OutgoingOf) -> None:
        """Whoever opened it closes it, although it closed itself."""
        sender = SmtpSender(outgoing_of(smtp_server(), password=SecretStr("wrong")), Timeouts(1, 1))
        with pytest.raises(TransportError):
            sender.__enter__()
        sender.close()
        sender.close()

    def test_sign_in_at_a_server_that_knows_none(self, smtp_server: Start, outgoing_of: OutgoingOf) -> None:
        server = smtp_server(mechanisms_hidden=("PLAIN", "LOGIN"))
        assert problem(outgoing_of(server)).code == "sign_in_not_allowed"

    def test_no_sign_in_at_a_server_that_wants_one(self, smtp_server: Start, outgoing_of: OutgoingOf) -> None:
        assert problem(outgoing_of(smtp_server(), smtp_requires_authentication=False)).code == "sign_in_required"

    @pytest.mark.covers("SEC-01")
    @pytest.mark.parametrize("security", ["ssl", "ssl_tls"])
    @pytest.mark.parametrize(
        ("name", "code"), [("expired", "certificate_expired"), ("wrong_name", "certificate_wrong_name")], ids=str
    )
    def test_a_bad_certificate(
        self, smtp_server: Start, outgoing_of: OutgoingOf, certificates: Certificates, security: str, name: str, code: str
    ) -> None:
        shown = getattr(certificates, name)
        found = problem(outgoing_of(smtp_server(security, certificate=shown), security))
        assert (found.step, found.code) == (StepName.TLS, code)
        assert shown.fingerprint in str(found.message)


def _greeting(words: bytes) -> Script:
    def script(talk: Talk) -> None:
        talk.show_text(words)
        talk.wait()

    return script


def _without_starttls(talk: Talk) -> None:
    talk.show_text(b"220 ready\r\n")
    talk.line()
    talk.show_text(b"250-mail\r\n250 AUTH PLAIN\r\n")
    talk.line()


FAULTS: dict[str, tuple[Script, str, str, str]] = {
    "no STARTTLS, and no password in clear": (_without_starttls, "ssl_tls", "tls", "starttls_missing"),
    "busy": (_greeting(b"421 later\r\n"), "ssl_tls", "tls", "server_busy"),
    "busy in clear": (_greeting(b"421 later\r\n"), "none", "connect", "server_busy"),
    "blocked": (_greeting(b"554 blocked\r\n"), "none", "connect", "server_refused"),
    "blocked before TLS": (_greeting(b"554 blocked\r\n"), "ssl_tls", "tls", "server_refused"),
    "IMAP in clear": (_greeting(b"* OK IMAP\r\n"), "none", "connect", "wrong_protocol"),
    "IMAP": (_greeting(b"* OK IMAP\r\n"), "ssl_tls", "tls", "wrong_protocol"),
    "silent": (_greeting(b""), "none", "connect", "timed_out"),
    "silent before TLS": (_greeting(b""), "ssl_tls", "tls", "timed_out"),
    "no TLS on the SSL port": (_greeting(b"220 ready\r\n"), "ssl", "tls", "tls_not_spoken"),
    "a greeting that goes on": (_greeting(b"220-ready\r\n" * 300), "none", "connect", "protocol_broken"),
    "a greeting that goes on before TLS": (_greeting(b"220-ready\r\n" * 300), "ssl_tls", "tls", "protocol_broken"),
    "reset": (Talk.reset, "none", "connect", "connection_lost"),
}


@pytest.mark.faults
@pytest.mark.covers("SEC-01")
@pytest.mark.parametrize(("script", "security", "step", "code"), FAULTS.values(), ids=FAULTS)
def test_faults_of_servers(script: Script, security: str, step: str, code: str, outgoing_of: OutgoingOf) -> None:
    with scripted(script) as server:
        found = problem(outgoing_of(server, security))
    assert (found.step.value, found.code) == (step, code)
    assert not any(word in line for line in server.heard for word in (b"AUTH", b"MAIL"))
