"""The connection test as a person sees it: its steps, on real servers (IN-10, IN-11, OUT-05)."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable

import pytest
from pydantic import SecretStr

from tests.servers.certificates import Certificates
from tests.servers.dovecot import Account, Dovecot
from tests.servers.faults import Talk, scripted
from tests.servers.smtp import SmtpServer
from tests.servers.strict_mail import faults_of
from tests.transports.conftest import MailboxOf, message
from trackit_console.cancel import Cancel
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.outgoing import BasicOutgoing, Outgoing
from trackit_console.settings.server_mailbox import Imap
from trackit_console.transports.check import check_mailbox, check_outgoing
from trackit_console.transports.step_names import MAILBOX_STEPS, StepName
from trackit_console.transports.steps import Step, StepState, passed, report

GUID = "00000000-0000-0000-0000-000000000000"
RUNNING, PASSED, FAILED, SKIPPED = StepState.RUNNING, StepState.PASSED, StepState.FAILED, StepState.SKIPPED


def checked(mailbox: Mailbox, outgoing: Outgoing | None = None) -> list[Step]:
    return [step for step in check_mailbox(mailbox, outgoing, Cancel()) if step.state is not RUNNING]


def states(steps: list[Step]) -> dict[str, str]:
    return {step.name.value: step.state.value for step in steps}


@pytest.fixture
def outgoing(smtp_server: Callable[..., SmtpServer], outgoing_of: Callable[..., BasicOutgoing]) -> BasicOutgoing:
    return outgoing_of(smtp_server())


@pytest.mark.covers("IN-10")
@pytest.mark.parametrize("security", ["ssl", "starttls"])
def test_a_mailbox_that_works_passes_every_step(
    account: Account, mailbox_of: MailboxOf, outgoing: BasicOutgoing, security: str
) -> None:
    steps = checked(mailbox_of(account, security), outgoing)
    assert states(steps) == dict.fromkeys(["resolve", "connect", "tls", "sign_in", "folder", "send"], "passed")
    assert passed(steps)


@pytest.mark.covers("IN-10")
def test_each_step_is_told_as_it_begins_and_as_it_ends(account: Account, mailbox_of: MailboxOf) -> None:
    told = [(step.name, step.state) for step in check_mailbox(mailbox_of(account), None, Cancel())]
    opened = [(name, state) for name in MAILBOX_STEPS[:5] for state in (RUNNING, PASSED)]
    assert told == [*opened, (StepName.SEND, SKIPPED)]


@pytest.mark.covers("IN-10", "T-06")
def test_a_cancelled_test_says_so_and_neither_passes_nor_fails() -> None:
    cancel = Cancel()

    def waits(talk: Talk) -> None:
        cancel.set()
        talk.wait()

    with scripted(waits) as server:
        settings = Imap(server=server.host, port=server.port, use_ssl=False, user_account_name="me", password=SecretStr("x"))
        steps = [step for step in check_mailbox(settings, None, cancel) if step.state is not RUNNING]
    assert {step.state for step in steps} == {PASSED, SKIPPED}
    assert [step.code for step in steps if step.code] == ["cancelled"]
    assert str(steps[-1].detail) == "Not tried, because the test was cancelled."
    assert not passed(steps)


@pytest.mark.covers("IN-10")
def test_the_report_says_what_was_found(dovecot: Dovecot, account: Account, mailbox_of: MailboxOf) -> None:
    dovecot.append_all(account.name, [message(1), message(2)])
    said = {step.name: str(step.detail) for step in checked(mailbox_of(account))}
    assert said[StepName.RESOLVE].startswith("Found at ") and "127.0.0.1" in said[StepName.RESOLVE]
    assert said[StepName.CONNECT] == f"Connected to 127.0.0.1, port {dovecot.imaps}."
    assert said[StepName.TLS].startswith("TLSv1.3, certificate from ")
    assert said[StepName.SIGN_IN] == f"Signed in as {account.name}."
    assert said[StepName.FOLDER] == "INBOX: 2 unread messages."
    assert said[StepName.SEND] == "No test message was sent: outgoing email is not configured."


@pytest.mark.covers("IN-09", "IN-10")
def test_that_nothing_is_encrypted_or_checked_is_said(account: Account, mailbox_of: MailboxOf) -> None:
    plain = checked(mailbox_of(account, "plain"))[2]
    assert (plain.state, str(plain.detail)) == (SKIPPED, "Not encrypted: neither SSL nor STARTTLS is chosen.")
    unchecked = checked(mailbox_of(account, validate_server_certificate=False, ca_file=None))[2]
    assert "is not checked" in str(unchecked.detail)


def test_an_old_server_is_told_of(old_dovecot: Dovecot, mailbox_of: MailboxOf) -> None:
    steps = checked(mailbox_of(old_dovecot.new_account(), server=old_dovecot))
    assert "knows neither MOVE nor UIDPLUS" in str(steps[4].detail)


@pytest.mark.covers("IN-10")
def test_the_test_message_goes_to_the_mailbox_and_no_automat_answers_it(
    account: Account,
    mailbox_of: MailboxOf,
    smtp_server: Callable[..., SmtpServer],
    outgoing_of: Callable[..., BasicOutgoing],
) -> None:
    server = smtp_server()
    steps = checked(mailbox_of(account, email_address="help@example.com"), outgoing_of(server))
    (accepted,) = server.accepted
    sent = email.message_from_bytes(accepted.raw, policy=email.policy.default)
    assert (accepted.recipients, sent["To"], sent["Auto-Submitted"]) == (
        ("help@example.com",),
        "help@example.com",
        "auto-generated",
    )
    assert str(steps[-1].detail) == f"Sent to help@example.com through localhost:{server.port}."


class TestNoTestMessage:
    def test_without_an_address(self, mailbox_of: MailboxOf, outgoing: BasicOutgoing) -> None:
        steps = checked(mailbox_of(Account("support")), outgoing)
        assert str(steps[-1].detail) == "No test message was sent: the mailbox has no email address."
        assert passed(steps)


class TestFailures:
    @pytest.mark.covers("IN-10")
    def test_the_first_failure_ends_it_and_says_what_to_do(
        self, account: Account, mailbox_of: MailboxOf, outgoing: BasicOutgoing
    ) -> None:
        steps = checked(mailbox_of(account, password=SecretStr("wrong")), outgoing)
        assert states(steps) == {
            "resolve": "passed",
            "connect": "passed",
            "tls": "passed",
            "sign_in": "failed",
            "folder": "skipped",
            "send": "skipped",
        }
        assert (steps[3].code, str(steps[3].remedy)[:27]) == ("wrong_password", "Type the password again. Gm")
        assert not passed(steps)

    def test_a_password_that_was_not_typed(self, account: Account, mailbox_of: MailboxOf) -> None:
        (failed,) = [step for step in checked(mailbox_of(account, password=None)) if step.state is FAILED]
        assert (failed.name, failed.code) == (StepName.SIGN_IN, "password_missing")

    def test_what_fails_in_the_outgoing_account_is_shown_at_its_step(
        self, account: Account, mailbox_of: MailboxOf, outgoing: BasicOutgoing
    ) -> None:
        steps = checked(mailbox_of(account), outgoing.model_copy(update={"password": SecretStr("wrong")}))
        assert (steps[-1].name, steps[-1].state, steps[-1].code) == (StepName.SEND, FAILED, "wrong_password")


class TestOutgoing:
    @pytest.mark.covers("OUT-05")
    def test_a_test_email_is_sent_to_whom_one_likes(
        self, smtp_server: Callable[..., SmtpServer], outgoing_of: Callable[..., BasicOutgoing]
    ) -> None:
        server = smtp_server()
        steps = [step for step in check_outgoing(outgoing_of(server), "me@example.com", Cancel()) if step.state is not RUNNING]
        assert states(steps) == dict.fromkeys(["resolve", "connect", "tls", "sign_in", "send"], "passed")
        assert [each.recipients for each in server.accepted] == [("me@example.com",)]

    @pytest.mark.covers("OUT-05")
    @pytest.mark.parametrize("recipient", ["me@example.com", "me@bücher.example", "mé@example.com"])
    def test_the_test_email_is_well_formed(
        self, smtp_server: Callable[..., SmtpServer], outgoing_of: Callable[..., BasicOutgoing], recipient: str
    ) -> None:
        server = smtp_server(utf8=True)
        settings = outgoing_of(server, from_address="support@büro.example")
        assert passed([step for step in check_outgoing(settings, recipient, Cancel()) if step.state is not RUNNING])
        [accepted] = server.accepted
        assert faults_of(accepted.raw, smtputf8="SMTPUTF8" in accepted.options) == []

    @pytest.mark.covers("OUT-05")
    def test_what_there_is_nothing_to_do_for_is_skipped_with_words(
        self, smtp_server: Callable[..., SmtpServer], outgoing_of: Callable[..., BasicOutgoing]
    ) -> None:
        settings = outgoing_of(smtp_server("none", sign_in=False), "none", smtp_requires_authentication=False)
        steps = [step for step in check_outgoing(settings, "me@example.com", Cancel()) if step.state is SKIPPED]
        assert [(step.name.value, bool(step.detail)) for step in steps] == [("tls", True), ("sign_in", True)]


class TestReport:
    @pytest.mark.covers("IN-10", "SEC-02")
    def test_copy_details_holds_every_step_and_no_secret(
        self, account: Account, mailbox_of: MailboxOf, outgoing: BasicOutgoing, certificates: Certificates
    ) -> None:
        secret, other = SecretStr("canary-in-4c1f"), SecretStr("canary-out-77aa")
        good = checked(mailbox_of(account), outgoing.model_copy(update={"password": other}))
        bad = checked(mailbox_of(account, password=secret))
        text = report(good) + report(bad)
        assert all(title in text for title in ("Find the server", "Secure connection", "Send a test message", "wrong_password"))
        assert not any(part in text + repr(good) + repr(bad) for part in ("canary-in", "canary-out", account.password))

    def test_running_steps_are_left_out_and_words_are_translated(self) -> None:
        steps = [Step(StepName.CONNECT, RUNNING), Step(StepName.TLS, FAILED, 0.5, code="tls_failed", technical="eof")]
        assert report(steps, lambda phrase: str(phrase).upper()) == "SECURE CONNECTION: failed, 0.50 s.\n    tls_failed: eof"
