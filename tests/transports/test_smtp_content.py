"""Addresses and content outside of ASCII, by what the server takes (RFC 6152, RFC 6531)."""

from __future__ import annotations

from email.policy import SMTP

import pytest

from tests.servers.faults import SmtpScript, scripted
from tests.servers.strict_mail import faults_of
from tests.transports.test_smtp import TO, OutgoingOf, Start, raw_message
from trackit_console.transports.errors import TransportError
from trackit_console.transports.smtp import SmtpSender


class TestInternationalAddresses:
    @pytest.mark.parametrize(
        ("address", "sent"),
        [
            ("bo@bücher.example", "bo@xn--bcher-kva.example"),
            ("bo@BÜCHER.example", "bo@xn--bcher-kva.example"),
            ("bo@straße.example", "bo@xn--strae-oqa.example"),
            ("bo@例え。example", "bo@xn--r8jz45g.example"),
            ("bo@[192.0.2.1]", "bo@[192.0.2.1]"),
        ],
    )
    def test_domains_are_sent_in_their_ascii_form(
        self, smtp_server: Start, outgoing_of: OutgoingOf, address: str, sent: str
    ) -> None:
        server = smtp_server()
        with SmtpSender(outgoing_of(server)) as sender:
            assert sender.send(raw_message(), [address]) == []
        assert (server.accepted[0].recipients, "SMTPUTF8" in server.accepted[0].options) == ((sent,), False)

    def test_names_outside_of_ascii_are_sent_where_the_server_takes_them(
        self, smtp_server: Start, outgoing_of: OutgoingOf
    ) -> None:
        server = smtp_server(utf8=True)
        message = raw_message()
        message.replace_header("To", "jürgen@example.com")
        with SmtpSender(outgoing_of(server)) as sender:
            assert sender.send(message, ["jürgen@bücher.example"]) == []
            sender.send(raw_message(), [TO])
        first, second = server.accepted
        assert first.recipients == ("jürgen@xn--bcher-kva.example",)
        assert ("SMTPUTF8" in first.options, "SMTPUTF8" in second.options) == (True, False)
        assert faults_of(first.raw, smtputf8=True) == [] and "jürgen".encode() in first.raw

    def test_elsewhere_that_recipient_alone_is_refused(self, smtp_server: Start, outgoing_of: OutgoingOf) -> None:
        server = smtp_server()
        with SmtpSender(outgoing_of(server)) as sender:
            [refused] = sender.send(raw_message(), ["jürgen@example.com", TO])
        assert (refused.permanent, refused.problem.code) == (True, "address_needs_utf8")
        assert "jürgen@example.com" in str(refused.problem.message)
        assert server.accepted[0].recipients == (TO,)


class TestEightBits:
    RAW = raw_message("grün\n").as_bytes(policy=SMTP.clone(cte_type="8bit"))

    def test_are_announced_to_a_server_that_takes_them(self, smtp_server: Start, outgoing_of: OutgoingOf) -> None:
        server = smtp_server()
        with SmtpSender(outgoing_of(server)) as sender:
            sender.send(self.RAW, [TO])
            sender.send(raw_message(), [TO])
        eight, seven = server.accepted
        assert (eight.raw, "BODY=8BITMIME" in eight.options, "BODY=8BITMIME" in seven.options) == (self.RAW, True, False)

    def test_are_encoded_for_any_other_server(self, outgoing_of: OutgoingOf) -> None:
        with scripted(SmtpScript()) as server, SmtpSender(outgoing_of(server, "none")) as sender:
            sender.send(self.RAW, [TO])
        sent = b"\r\n".join(server.heard)
        assert sent.isascii() and b"8BITMIME" not in sent and b"SIZE" not in sent

    def test_headers_in_utf8_are_refused_where_the_server_does_not_take_them(
        self, smtp_server: Start, outgoing_of: OutgoingOf
    ) -> None:
        with SmtpSender(outgoing_of(smtp_server())) as sender, pytest.raises(TransportError) as raised:
            sender.send("Subject: grün\r\n\r\nx\r\n".encode(), [TO])
        assert (raised.value.code, raised.value.permanent) == ("message_refused", True)
