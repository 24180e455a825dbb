"""What servers mean when they say no: by code, then by the words of well-known providers (IN-10, OUT-05)."""

from __future__ import annotations

import time
from typing import Any

import pytest
from pydantic import SecretStr

from tests.servers.faults import ImapScript, Script, SmtpScript, Talk, scripted
from tests.transports.test_faults import mailbox
from trackit_console.cancel import Cancel
from trackit_console.settings.outgoing import BasicOutgoing
from trackit_console.transports.check import check_mailbox, check_outgoing
from trackit_console.transports.errors import TransportError
from trackit_console.transports.steps import Step, StepState
from trackit_console.user_messages import Phrase, phrase_by_code, problem_class

SOON = 5.0


def imap(script: Script, **fields: Any) -> Step:
    """The step that failed, when a mailbox on a server with `script` is tested."""
    begun = time.monotonic()
    with scripted(script) as server:
        steps = [*check_mailbox(mailbox(server.port, **fields), None, Cancel())]
    assert time.monotonic() - begun < SOON
    return failed(steps)


def smtp(script: Script, **fields: Any) -> Step:
    """The step that failed, when an outgoing account on a server with `script` is tested."""
    begun = time.monotonic()
    with scripted(script) as server:
        settings = BasicOutgoing(
            **{
                "smtp_server_name": "127.0.0.1",
                "port": server.port,
                "security": "none",
                "user_account_name": "support",
                "password": SecretStr("canary-7d1"),
                "from_address": "support@example.com",
                **fields,
            }
        )
        steps = [*check_outgoing(settings, "bo@example.com", Cancel())]
    assert time.monotonic() - begun < SOON
    return failed(steps)


def failed(steps: list[Step]) -> Step:
    (step,) = [step for step in steps if step.state is StepState.FAILED]
    for phrase in (step.detail, step.remedy):
        assert phrase is not None
        assert "{" not in str(phrase)
        assert all(_can_be_kept(fact) for fact in phrase.facts.values())
    return step


def _can_be_kept(fact: object) -> bool:
    return isinstance(fact, str | int) or (isinstance(fact, Phrase) and phrase_by_code(fact.code) is not None)


def kind_of(step: Step) -> type[TransportError]:
    kind = problem_class("transports", step.code)
    assert kind is not None and issubclass(kind, TransportError)
    return kind


IMAP_SIGN_IN = {
    "code: wrong password": ("NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)", "wrong_password"),
    "code: expired": ("NO [EXPIRED] That password is not valid any more", "password_expired"),
    "code: contact admin": ("NO [CONTACTADMIN] no", "account_locked"),
    "code: not authorized": ("NO [AUTHORIZATIONFAILED] No such authorization-ID", "protocol_not_allowed"),
    "code: no permission": ("NO [NOPERM] Access denied", "protocol_not_allowed"),
    "code: privacy": ("NO [PRIVACYREQUIRED] Connection offers no privacy", "sign_in_not_allowed"),
    "code: in use": ("NO [INUSE] Mailbox in use", "account_busy"),
    "code: limit": ("NO [LIMIT] Rate limit hit", "account_busy"),
    "code: unavailable": ("NO [UNAVAILABLE] Temporary authentication failure. [mx1:2026]", "server_busy"),
    "code: server bug": ("NO [SERVERBUG] Internal error", "server_busy"),
    "a code before words": ("NO [UNAVAILABLE] account locked", "server_busy"),
    "Gmail: app password": (
        "NO [ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)",
        "app_password_needed",
    ),
    "Gmail: web login": (
        "NO [WEBALERT https://accounts.google.com/signin/continue?sarp=1] Web login required.",
        "web_login_required",
    ),
    "Gmail: browser": ("NO [ALERT] Please log in via your web browser: https://support.google.com/78754", "web_login_required"),
    "Gmail: IMAP off": (
        "NO [ALERT] Your account is not enabled for IMAP use. Please visit your settings",
        "protocol_not_allowed",
    ),
    "Gmail: connections": ("NO [ALERT] Too many simultaneous connections. (Failure)", "account_busy"),
    "Gmail: bandwidth": ("NO [OVERQUOTA] Account exceeded command or bandwidth limits. lb11", "account_throttled"),
    "Exchange: wrong password": ("NO LOGIN failed.", "wrong_password"),
    "Exchange: blocked": (
        'NO LOGIN failed. [Error="Logon denied for the mailbox LogonDenied-BasicAuthBlocked" AuthResultFromPopImapEnd=0]',
        "basic_auth_off",
    ),
    "Exchange: no rights": ("NO User is authenticated but not connected.", "protocol_not_allowed"),
    "Exchange: busy": ("NO Server Unavailable. 15", "server_busy"),
    "Exchange: policy": ("NO AUTHENTICATE failed. Blocked by Conditional Access policy.", "sign_in_blocked_by_policy"),
    "Yahoo": ("NO [AUTHENTICATIONFAILED] LOGIN Invalid credentials", "wrong_password"),
    "Yandex, which does not know either": (
        "NO [AUTHENTICATIONFAILED] LOGIN invalid credentials or IMAP is disabled",
        "wrong_password",
    ),
    "Mail.ru": ("NO [AUTHENTICATIONFAILED] Application password is REQUIRED", "app_password_needed"),
    "Fastmail": ("NO [AUTHENTICATIONFAILED] Sorry, you need to create an app password", "app_password_needed"),
    "QQ": ("NO LOGIN Login fail. Please enter your authorization code to login.", "app_password_needed"),
    "Zoho": ("NO [ALERT] You are yet to enable IMAP for your account. Please contact your administrator", "protocol_not_allowed"),
    "GMX": ("NO [AUTHENTICATIONFAILED] IMAP access is disabled for this mailbox", "protocol_not_allowed"),
    "Dovecot: clear text": (
        "NO [ALERT] Plaintext authentication disallowed on non-secure (SSL/TLS) connections.",
        "sign_in_not_allowed",
    ),
    "Dovecot: client certificate": ("NO Client didn't present valid SSL certificate", "client_certificate_wanted"),
    "locked": ("NO Your account has been locked", "account_locked"),
    "suspended": ("NO [ALERT] User support is suspended, call the help desk", "account_locked"),
    "expired": ("NO Your password has expired", "password_expired"),
    "attempts": ("NO Too many failed login attempts", "account_throttled"),
    "nothing to go by": ("NO denied", "wrong_password"),
    "BAD": ("BAD Command Argument Error. 11", "protocol_broken"),
}

IMAP_FOLDER = {
    "not connected": ("BAD User is authenticated but not connected.", "protocol_not_allowed"),
    "in use": ("NO [INUSE] Mailbox is locked by another session", "folder_in_use"),
    "limit": ("NO [LIMIT] Too many mailboxes in use", "account_busy"),
    "bandwidth": ("NO [OVERQUOTA] bandwidth", "account_throttled"),
}

IMAP_GREETINGS = {
    "busy": (b"* BYE [UNAVAILABLE] try later\r\n", "server_busy"),
    "no code": (b"* BYE Connection is closed. 13\r\n", "server_busy"),
    "too many": (b"* BYE [LIMIT] Maximum number of connections exceeded\r\n", "account_busy"),
    "blocked": (b"* BYE Your IP address 192.0.2.1 is blocked\r\n", "server_refused"),
}


@pytest.mark.covers("IN-10")
@pytest.mark.parametrize(("answer", "code"), IMAP_SIGN_IN.values(), ids=IMAP_SIGN_IN)
def test_imap_sign_in(answer: str, code: str) -> None:
    step = imap(ImapScript({"LOGIN": b"%s " + answer.encode() + b"\r\n"}))
    assert (step.name.value, step.code) == ("sign_in", code)
    assert answer.split(" ", 1)[1].split(". ", maxsplit=1)[0][-20:] in step.technical


@pytest.mark.covers("IN-10")
def test_an_alert_beside_the_refusal_is_read() -> None:
    answer = b"* OK [ALERT] Account support is disabled\r\n%s NO [AUTHENTICATIONFAILED] no\r\n"
    step = imap(ImapScript({"LOGIN": answer}))
    assert step.code == "account_locked"
    assert "Account support is disabled" in step.technical


@pytest.mark.covers("IN-10")
@pytest.mark.parametrize("answer", ['NO [ALERT] Don\'t \\o/ "now"', "BAD b'x", "NO b'not bytes \\x'", "NO [UNAVAILABLE]"])
@pytest.mark.parametrize("command", ["LOGIN", "SELECT"])
def test_the_servers_words_are_shown_as_it_wrote_them(answer: str, command: str) -> None:
    step = imap(ImapScript({command: b"%s " + answer.encode() + b"\r\n"}))
    words = answer.split(" ", 1)[1]
    assert step.technical.endswith(words)


@pytest.mark.covers("IN-10")
@pytest.mark.parametrize(("answer", "code"), IMAP_FOLDER.values(), ids=IMAP_FOLDER)
def test_imap_folder(answer: str, code: str) -> None:
    step = imap(ImapScript({"SELECT": b"%s " + answer.encode() + b"\r\n"}))
    assert (step.name.value, step.code) == ("folder", code)


@pytest.mark.covers("IN-10")
@pytest.mark.parametrize(("greeting", "code"), IMAP_GREETINGS.values(), ids=IMAP_GREETINGS)
@pytest.mark.parametrize("security", ["plain", "starttls"])
def test_imap_greeting(greeting: bytes, code: str, security: str) -> None:
    step = imap(ImapScript(greeting=greeting), security=security)
    assert (step.name.value, step.code) == ("connect" if security == "plain" else "tls", code)


SMTP_SIGN_IN = {
    "wrong password": ("535 5.7.8 Error: authentication failed", "wrong_password"),
    "wrong password, no status": ("535 no", "wrong_password"),
    "status: encryption": ("538 5.7.11 no", "encryption_required"),
    "status: STARTTLS first": ("530 5.7.0 Must issue a STARTTLS command first", "encryption_required"),
    "status: transition": ("432 4.7.12 A password transition is needed", "password_expired"),
    "a status before words: disabled": ("535 5.7.13 Your password has expired", "account_locked"),
    "temporary": ("454 4.7.0 Temporary authentication failure", "server_busy"),
    "temporary, whatever the words": ("454 4.7.0 Temporary failure, account locked by the backend", "server_busy"),
    "mechanism": ("504 5.5.4 Unrecognized authentication type", "sign_in_not_allowed"),
    "not implemented": ("502 5.5.1 Command not implemented", "sign_in_not_allowed"),
    "too weak": ("534 5.7.9 Authentication mechanism is too weak", "sign_in_not_allowed"),
    "Exchange: wrong password": (
        "535 5.7.139 Authentication unsuccessful, the user credentials were incorrect. [PROD.OUTLOOK.COM]",
        "wrong_password",
    ),
    "Exchange: tenant": (
        "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit "
        "https://aka.ms/smtp_auth_disabled for more information.",
        "smtp_auth_off",
    ),
    "Exchange: mailbox": (
        "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.",
        "smtp_auth_off",
    ),
    "Exchange: basic": ("535 5.7.139 Authentication unsuccessful, basic authentication is disabled.", "basic_auth_off"),
    "Exchange: ended": ("550 5.7.30 Basic authentication is not supported for Client Submission.", "basic_auth_off"),
    "Exchange: security defaults": (
        "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy.",
        "sign_in_blocked_by_policy",
    ),
    "Exchange: policy": (
        "535 5.7.139 Authentication unsuccessful, the request did not meet the criteria to be authenticated successfully.",
        "sign_in_blocked_by_policy",
    ),
    "Gmail: app password": (
        "534-5.7.9 Application-specific password required. For more information, go to\r\n"
        "534 5.7.9 https://support.google.com/mail/?p=InvalidSecondFactor",
        "app_password_needed",
    ),
    "Gmail: web login": ("534 5.7.14 <https://accounts.google.com/> Please log in via your web browser", "web_login_required"),
    "Gmail: attempts": ("454 4.7.0 Too many login attempts, please try again later.", "server_busy"),
    "Yahoo: attempts": ("535 5.7.0 (#AUTH005) Too many bad auth attempts", "account_locked"),
    "QQ": ("535 Login Fail. Please enter your authorization code to login.", "app_password_needed"),
    "NetEase": ("550 User has no permission", "protocol_not_allowed"),
    "Zoho": ("535 5.7.8 SMTP access disabled for this account", "protocol_not_allowed"),
    "expired": ("535 5.7.8 Your password has expired", "password_expired"),
    "locked": ("535 5.7.8 Account is locked", "account_locked"),
}

SMTP_SENDING = {
    "sender": ("MAIL", "550 5.7.1 not yours", "sender_refused"),
    "not signed in": ("MAIL", "530 5.7.57 SMTP; Client was not authenticated to send anonymous mail", "sign_in_required"),
    "sign in first": ("MAIL", "530 5.7.0 Authentication Required", "sign_in_required"),
    "STARTTLS first": ("MAIL", "530 5.7.0 Must issue a STARTTLS command first", "encryption_required"),
    "too large by SIZE": ("MAIL", "552 5.3.4 Message size exceeds fixed maximum message size", "message_too_large"),
    "too large, no status": ("MAIL", "552 too much", "message_too_large"),
    "ended": ("MAIL", "550 5.7.30 Basic authentication is not supported for Client Submission.", "basic_auth_off"),
    "daily limit": ("MAIL", "550 5.4.5 Daily user sending limit exceeded", "sending_limit_reached"),
    "unknown": ("RCPT", "550 5.1.1 User unknown", "recipient_refused"),
    "relay": ("RCPT", "550 5.7.1 Unable to relay", "relay_denied"),
    "relay, Postfix": ("RCPT", "554 5.7.1 <bo@example.com>: Relay access denied", "relay_denied"),
    "relay, Sendmail": ("RCPT", "550 5.7.1 <bo@example.com>... Relaying denied", "relay_denied"),
    "relay, Exchange": ("RCPT", "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain", "relay_denied"),
    "relay, not permitted": ("RCPT", "550 you are not permitted to relay through this server", "relay_denied"),
    "mailbox full": ("RCPT", "552 5.2.2 Mailbox full", "mailbox_full"),
    "mailbox full for now": ("RCPT", "452 4.2.2 Mailbox full", "mailbox_full"),
    "mailbox full, RFC numbers": ("RCPT", "452 5.2.2 over quota", "mailbox_full"),
    "mailbox full, no status": ("RCPT", "552 quota exceeded", "mailbox_full"),
    "greylisted": ("RCPT", "451 4.7.1 Please try again later", "greylisted"),
    "greylisted, Postgrey": ("RCPT", "450 4.2.0 <bo@example.com>: Recipient address rejected: Greylisted", "greylisted"),
    "busy": ("RCPT", "421 4.3.2 too many connections", "server_busy"),
    "blocked": (
        "RCPT",
        "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org",
        "server_refused",
    ),
    "full at the end": (".", "552 5.2.2 Over quota", "mailbox_full"),
    "too large at the end": (".", "552 5.3.4 Message too big", "message_too_large"),
    "spam": (".", "554 5.7.1 looks like spam", "message_refused"),
    "send as": (".", "550 5.7.60 SMTP; Client does not have permissions to send as this sender", "sender_refused"),
    "send as, Graph's words": (".", "554 5.2.252 SendAsDenied; support@example.com not allowed to send as", "sender_refused"),
    "disk full": (".", "452 4.3.1 Insufficient system storage", "server_busy"),
    "unusual": (".", "550 5.4.6 Unusual sending activity detected", "sending_limit_reached"),
}


@pytest.mark.covers("OUT-05")
@pytest.mark.parametrize(("reply", "code"), SMTP_SIGN_IN.values(), ids=SMTP_SIGN_IN)
def test_smtp_sign_in(reply: str, code: str) -> None:
    step = smtp(SmtpScript({"AUTH": reply.encode() + b"\r\n"}))
    assert (step.name.value, step.code) == ("sign_in", code)
    assert reply[-20:] in step.technical


@pytest.mark.covers("OUT-05")
@pytest.mark.parametrize(("command", "reply", "code"), SMTP_SENDING.values(), ids=SMTP_SENDING)
def test_smtp_sending(command: str, reply: str, code: str) -> None:
    step = smtp(SmtpScript({command: reply.encode() + b"\r\n"}))
    assert (step.name.value, step.code) == ("send", code)


@pytest.mark.covers("OUT-05")
def test_a_message_larger_than_the_server_takes_is_not_sent() -> None:
    def script(talk: Talk) -> None:
        heard.append(talk)
        SmtpScript(extensions=(b"SIZE 100", b"AUTH PLAIN"))(talk)

    heard: list[Talk] = []
    assert smtp(script).code == "message_too_large"
    assert not any(line.upper().startswith(b"MAIL") for line in heard[0].heard)


@pytest.mark.covers("OUT-05")
@pytest.mark.parametrize(
    ("reply", "code"),
    [(b"454 4.7.0 TLS not available due to local problem\r\n", "starttls_refused"), (b"501 5.5.4 no\r\n", "starttls_refused")],
)
def test_smtp_starttls_that_is_offered_and_refused(reply: bytes, code: str) -> None:
    step = smtp(SmtpScript({"STARTTLS": reply}, extensions=(b"STARTTLS", b"AUTH PLAIN")), security="ssl_tls")
    assert (step.name.value, step.code) == ("tls", code)


@pytest.mark.covers("IN-10")
@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"%s NO [UNAVAILABLE] not now\r\n", "starttls_refused"),
        (b"%s NO TLS not available\r\n", "starttls_refused"),
        (b"%s BAD unknown command\r\n", "starttls_missing"),
    ],
)
def test_imap_starttls_that_is_known_and_refused(answer: bytes, code: str) -> None:
    step = imap(ImapScript({"STARTTLS": answer}), security="starttls")
    assert (step.name.value, step.code) == ("tls", code)


@pytest.mark.covers("OUT-05")
def test_sign_in_that_is_offered_after_starttls_only() -> None:
    step = smtp(SmtpScript(extensions=(b"STARTTLS",)))
    assert (step.name.value, step.code) == ("sign_in", "encryption_required")


@pytest.mark.covers("MON-04")
@pytest.mark.parametrize(
    "code",
    ["wrong_password", "app_password_needed", "basic_auth_off", "password_expired", "account_locked", "protocol_not_allowed"],
)
def test_what_a_new_attempt_cannot_mend_counts_as_a_failed_sign_in(code: str) -> None:
    answer = next(answer for answer, found in IMAP_SIGN_IN.values() if found == code)
    assert kind_of(imap(ImapScript({"LOGIN": b"%s " + answer.encode() + b"\r\n"}))).authentication


@pytest.mark.covers("MON-04")
@pytest.mark.parametrize(
    "code", ["server_busy", "account_busy", "account_throttled", "greylisted", "starttls_refused", "folder_in_use"]
)
def test_what_passes_by_itself_is_no_failed_sign_in(code: str) -> None:
    kind = problem_class("transports", code)
    assert kind is not None and issubclass(kind, TransportError)
    assert kind.transient and not kind.authentication
