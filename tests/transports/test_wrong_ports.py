"""Encryption and other services where they are not expected: each is named, and soon (IN-10, SEC-01)."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import SecretStr

from tests.servers.certificates import Certificates, ServerCertificate
from tests.servers.faults import ImapScript, Script, ScriptedServer, Talk, scripted
from tests.transports.test_faults import mailbox
from trackit_console.cancel import Cancel
from trackit_console.settings.outgoing import BasicOutgoing
from trackit_console.transports.check import STEP_SECONDS, check_mailbox, check_outgoing
from trackit_console.transports.service_signatures import service_of
from trackit_console.transports.steps import Step, StepState

SOON = 5.0
"""Seconds within which a person hears what is wrong."""
PROTOCOLS = ["imap", "smtp"]
ALERT = b"\x15\x03\x03\x00\x02\x02\x28"


def greets(words: bytes) -> Script:
    def script(talk: Talk) -> None:
        talk.show_text(words)
        talk.wait()

    return script


def web(talk: Talk) -> None:
    """Says nothing until it is asked, like every web server."""
    if talk.sock.recv(65536):
        talk.show_text(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")


def hangs_up(talk: Talk) -> None:
    talk.sock.recv(1)


def resets(talk: Talk) -> None:
    talk.sock.recv(1)
    talk.reset()


def checked(protocol: str, port: int, security: str, limit: float = 3.0, **fields: Any) -> tuple[list[Step], float]:
    """The steps that have ended, each within `limit`, and how long it took."""
    begun = time.monotonic()
    if protocol == "imap":
        steps = check_mailbox(mailbox(port, security, **fields), None, Cancel(), limit)
    else:
        outgoing = {
            "smtp_server_name": "127.0.0.1",
            "port": port,
            "security": {"plain": "none", "ssl": "ssl", "starttls": "ssl_tls"}[security],
            "user_account_name": "support",
            "password": SecretStr("canary-7d1"),
            "from_address": "support@example.com",
        }
        steps = check_outgoing(BasicOutgoing(**{**outgoing, **fields}), "a@example.com", Cancel(), limit)
    ended = [step for step in steps if step.state is not StepState.RUNNING]
    return ended, time.monotonic() - begun


def failure(steps: list[Step]) -> Step:
    (failed,) = [step for step in steps if step.state is StepState.FAILED]
    return failed


@dataclass(frozen=True)
class Case:
    name: str
    script: Script
    security: str
    step: str
    code: str
    words: str = ""


CASES = [
    Case("IMAP in clear on the SSL port", greets(b"* OK ready\r\n"), "ssl", "tls", "", ""),
    Case("SMTP in clear on the SSL port", greets(b"220 mail.example.com ESMTP\r\n"), "ssl", "tls", "", ""),
    Case("POP3 in clear on the SSL port", greets(b"+OK ready\r\n"), "ssl", "tls", "wrong_protocol", "POP3"),
    Case("SSH on the SSL port", greets(b"SSH-2.0-OpenSSH_9.2\r\n"), "ssl", "tls", "wrong_protocol", "SSH"),
    Case("a web server on the SSL port", web, "ssl", "tls", "wrong_protocol", "HTTP"),
    Case("something unknown on the SSL port", greets(b"hello\r\n"), "ssl", "tls", "tls_not_spoken"),
    Case("hangs up in the handshake", hangs_up, "ssl", "tls", "tls_closed"),
    Case("hangs up before the handshake", lambda talk: talk.sock.close(), "ssl", "tls", "tls_closed"),
    Case("resets in the handshake", resets, "ssl", "tls", "tls_closed"),
    Case("an alert in the handshake", greets(ALERT), "ssl", "tls", "tls_no_common_cipher"),
    Case("an alert for the name", greets(b"\x15\x03\x03\x00\x02\x02\x70"), "ssl", "tls", "certificate_wrong_name"),
    Case("an alert in clear", greets(ALERT), "plain", "connect", "tls_expected"),
    Case("an alert before STARTTLS", greets(ALERT), "starttls", "tls", "tls_expected"),
    Case("POP3 in clear", greets(b"+OK ready\r\n"), "plain", "connect", "wrong_protocol", "POP3"),
    Case("POP3 before STARTTLS", greets(b"+OK ready\r\n"), "starttls", "tls", "wrong_protocol", "POP3"),
    Case("SSH", greets(b"SSH-2.0-OpenSSH_9.2\r\n"), "plain", "connect", "wrong_protocol", "SSH"),
    Case("FTP", greets(b"220 (vsFTPd 3.0.5)\r\n"), "plain", "connect", "wrong_protocol", "FTP"),
    Case("Telnet", greets(b"\xff\xfd\x18"), "plain", "connect", "wrong_protocol", "Telnet"),
    Case("VNC", greets(b"RFB 003.008\n"), "plain", "connect", "wrong_protocol", "VNC"),
    Case("a web server that speaks first", greets(b"HTTP/1.1 408 Timeout\r\n\r\n"), "plain", "connect", "wrong_protocol", "HTTP"),
    Case("a web server", web, "plain", "connect", "wrong_protocol", "HTTP"),
    Case("a web server before STARTTLS", web, "starttls", "tls", "wrong_protocol", "HTTP"),
]
OWN_GREETING = {"imap": "IMAP in clear on the SSL port", "smtp": "SMTP in clear on the SSL port"}


def code_of(case: Case, protocol: str) -> str:
    """What `case` is told as: to a client of the same protocol, its greeting in clear is another fault."""
    return case.code or ("tls_not_spoken" if case.name == OWN_GREETING[protocol] else "wrong_protocol")


@pytest.mark.faults
@pytest.mark.covers("IN-10", "SEC-01")
@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_is_named_at_its_step_and_soon(case: Case, protocol: str) -> None:
    with scripted(case.script) as server:
        steps, seconds = checked(protocol, server.port, case.security)
    failed = failure(steps)
    assert (failed.name.value, failed.code) == (case.step, code_of(case, protocol))
    assert seconds < SOON
    assert case.words in str(failed.detail)
    assert not any(b"canary" in line or b"LOGIN" in line or b"AUTH" in line for line in server.heard)


@pytest.mark.covers("IN-10")
@pytest.mark.parametrize(("protocol", "other"), [("imap", b"220 mail ESMTP\r\n"), ("smtp", b"* OK IMAP4rev1\r\n")])
@pytest.mark.parametrize("security", ["plain", "starttls"])
def test_imap_and_smtp_tell_each_other_apart(protocol: str, other: bytes, security: str) -> None:
    with scripted(greets(other)) as server:
        failed = failure(checked(protocol, server.port, security)[0])
    assert failed.code == "wrong_protocol"
    assert ("SMTP" if protocol == "imap" else "IMAP") in str(failed.detail)


class TestEncryptedPorts:
    """A port that wants TLS from the first byte."""

    @pytest.mark.covers("IN-10", "SEC-01")
    @pytest.mark.parametrize("protocol", PROTOCOLS)
    @pytest.mark.parametrize("security", ["plain", "starttls"])
    def test_waits_for_tls_and_that_is_said(self, certificates: Certificates, protocol: str, security: str) -> None:
        with scripted(ImapScript(), certificates.good.context) as server:
            steps, seconds = checked(protocol, server.port, security)
        assert failure(steps).code == "tls_expected"
        assert seconds < SOON

    @pytest.mark.covers("IN-10")
    def test_nobody_waits_for_that_until_the_usual_time_limit(self, certificates: Certificates) -> None:
        with scripted(ImapScript(), certificates.good.context) as server:
            steps, seconds = checked("imap", server.port, "plain", STEP_SECONDS)
        assert failure(steps).code == "tls_expected"
        assert seconds < SOON < STEP_SECONDS

    @pytest.mark.covers("IN-10")
    @pytest.mark.parametrize("protocol", PROTOCOLS)
    def test_another_service_behind_tls_is_named(self, certificates: Certificates, protocol: str) -> None:
        own = certificates.good.context
        for script, found in ((web, "HTTP"), (greets(b"+OK ready\r\n"), "POP3")):
            with scripted(script, own) as server:
                steps, seconds = checked(protocol, server.port, "ssl", ca_file=str(certificates.ca_file))
            failed = failure(steps)
            assert (failed.name.value, failed.code) == ("tls", "wrong_protocol")
            assert found in str(failed.detail)
            assert seconds < SOON

    def test_a_server_that_is_only_slow_is_waited_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("trackit_console.transports.greeting.SILENCE_SECONDS", 0.05)

        def slow(talk: Talk) -> None:
            if talk.sock.recv(1):  # the second connection, which asks what it waits for
                talk.sock.close()
                asked.append(True)

        asked: list[bool] = []
        first: list[Talk] = []

        def script(talk: Talk) -> None:
            if not first:
                first.append(talk)
                while not asked:
                    talk.over.wait(0.01)
                ImapScript()(talk)
            else:
                slow(talk)

        with scripted(script) as server:
            steps, _ = checked("imap", server.port, "plain")
        assert [step.state for step in steps if step.name.value in ("connect", "sign_in")] == [StepState.PASSED] * 2


@contextmanager
def showing(protocol: str, certificate: ServerCertificate, context: ssl.SSLContext, security: str) -> Iterator[ScriptedServer]:
    def imap_secure(talk: Talk, tag: bytes) -> None:
        talk.show_text(tag + b" OK begin\r\n")
        talk.sock = context.wrap_socket(talk.sock, server_side=True)
        ImapScript(greeting=b"")(talk)

    def smtp(talk: Talk) -> None:
        talk.show_text(b"220 ready\r\n")
        talk.line()
        talk.show_text(b"250-mail\r\n250 STARTTLS\r\n")
        talk.line()
        talk.show_text(b"220 begin\r\n")
        talk.sock = context.wrap_socket(talk.sock, server_side=True)
        talk.wait()

    if security == "ssl":
        with scripted(ImapScript() if protocol == "imap" else greets(b"220 ready\r\n"), context) as server:
            yield server
    else:
        with scripted(ImapScript({"STARTTLS": imap_secure}) if protocol == "imap" else smtp) as server:
            yield server


def _no_common_cipher(context: ssl.SSLContext, certificates: Certificates) -> None:
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    # Camellia: Debian's Python offers every suite of OpenSSL's default list, others only a few of them.
    context.set_ciphers("ECDHE-ECDSA-CAMELLIA128-SHA256:ECDHE-RSA-CAMELLIA128-SHA256")


def _wants_certificate(context: ssl.SSLContext, certificates: Certificates) -> None:
    context.load_verify_locations(certificates.ca_file)
    context.verify_mode = ssl.CERT_REQUIRED


def _wants_certificate_in_tls_1_2(context: ssl.SSLContext, certificates: Certificates) -> None:
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    _wants_certificate(context, certificates)


@pytest.mark.covers("IN-10", "SEC-01")
@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("security", ["ssl", "starttls"])
@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (_no_common_cipher, "tls_no_common_cipher"),
        (_wants_certificate, "client_certificate_wanted"),
        (_wants_certificate_in_tls_1_2, "client_certificate_wanted"),
    ],
    ids=["no common cipher", "client certificate", "client certificate, TLS 1.2"],
)
def test_a_handshake_that_cannot_succeed_says_why(
    certificates: Certificates,
    protocol: str,
    security: str,
    spoil: Callable[[ssl.SSLContext, Certificates], None],
    code: str,
) -> None:
    context = certificates.good.context
    spoil(context, certificates)
    with showing(protocol, certificates.good, context, security) as server:
        steps, seconds = checked(protocol, server.port, security, ca_file=str(certificates.ca_file))
    assert (failure(steps).name.value, failure(steps).code) == ("tls", code)
    assert seconds < SOON


@pytest.mark.covers("IN-10", "SEC-01")
@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("security", ["ssl", "starttls"])
@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("small_key", "certificate_too_weak", "its key has only 1024 bits"),
        ("sha1", "certificate_too_weak", "it is signed with SHA1"),
        ("for_clients", "certificate_wrong_purpose", "not issued for a server"),
        ("self_signed", "certificate_self_signed", "signed by the server itself"),
        ("expired", "certificate_expired", "has expired"),
    ],
    ids=str,
)
def test_a_bad_certificate_is_named_and_goes_with_its_step(
    certificates: Certificates, protocol: str, security: str, name: str, code: str, words: str
) -> None:
    """So that a dialog can show it, and offer to trust it."""
    shown: ServerCertificate = getattr(certificates, name)
    with showing(protocol, shown, shown.context, security) as server:
        steps, seconds = checked(protocol, server.port, security, ca_file=str(certificates.ca_file))
    failed = failure(steps)
    assert (failed.name.value, failed.code) == ("tls", code)
    assert words in str(failed.detail)
    assert failed.certificate is not None and failed.certificate.fingerprint == shown.fingerprint
    assert seconds < SOON


@pytest.mark.covers("SEC-01")
def test_a_pinned_certificate_that_was_exchanged_goes_with_its_step(certificates: Certificates) -> None:
    pinned = certificates.self_signed.fingerprint
    with scripted(ImapScript(), certificates.good.context) as server:
        failed = failure(checked("imap", server.port, "ssl", pinned_certificate=pinned)[0])
    assert failed.code == "certificate_not_pinned"
    assert failed.certificate is not None and failed.certificate.fingerprint == certificates.good.fingerprint


@pytest.mark.parametrize(
    ("first", "name"),
    [
        (b"220-mail.example.com ESMTP Exim", "SMTP"),
        (b"554 5.7.1 no", "SMTP"),
        (b"* PREAUTH hello", "IMAP"),
        (b"200 news NNTP service", "NNTP"),
        (b'"IMPLEMENTATION" "Dovecot Pigeonhole"', "ManageSieve"),
        (b"<html>", "HTTP"),
        (b"\x16\x03\x01", "TLS"),
        (b"hello", ""),
        (b"", ""),
    ],
)
def test_services_are_told_by_their_first_words(first: bytes, name: str) -> None:
    assert service_of(first) == name
