"""No server can make a secret appear in an error, in whatever form it repeats what it was sent (SEC-02)."""

from __future__ import annotations

import base64
import traceback
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from pydantic import SecretStr

from tests.servers.faults import Answer, ImapScript, Talk, scripted
from tests.servers.pop3_script import Pop3Script
from tests.transports.pop3_mailboxes import mailbox as pop3_mailbox
from tests.transports.test_faults import mailbox
from trackit_console.cancel import Cancel
from trackit_console.settings.outgoing import BasicOutgoing
from trackit_console.transports.check import check_mailbox, check_outgoing
from trackit_console.transports.connection_phases import Timeouts
from trackit_console.transports.errors import TransportError
from trackit_console.transports.imap import ImapSource
from trackit_console.transports.masking import MASK, Masking
from trackit_console.transports.pop3 import Pop3Source
from trackit_console.transports.smtp import SmtpSender
from trackit_console.transports.steps import Step, report

NAME = "support@example.com"
SECRETS = {
    "plain": "canary-7d1-Pass",
    "quotes and backslashes": "can\"ary\\7d1 pa'ss",
    "umlauts": "canäry €7d1 pässwörd",
    "percent and plus": "can%ary+7d1&pass=",
    "short": "x7q",
}


def forms(secret: str, name: str = NAME) -> dict[str, str]:
    """How a server can repeat `secret`."""

    def b64(text: str) -> str:
        return base64.b64encode(text.encode()).decode()

    quoted = secret.replace("\\", "\\\\").replace('"', '\\"')
    return {
        "as it is": secret,
        "IMAP quoted": f'"{quoted}"',
        "AUTH PLAIN": b64(f"\0{name}\0{secret}"),
        "AUTH PLAIN with an authorization identity": b64(f"{name}\0{name}\0{secret}"),
        "AUTH LOGIN": b64(secret),
        "XOAUTH2": b64(f"user={name}\x01auth=Bearer {secret}\x01\x01"),
        "OAUTHBEARER": b64(f"n,a={name},\x01auth=Bearer {secret}\x01\x01"),
        "percent": quote(secret, safe=""),
        "percent, lower case": quote(secret, safe="").lower() if secret.islower() else quote(secret),
        "form": quote_plus(secret),
        "read as Latin-1": secret.encode().decode("latin-1"),
        "read as ASCII": secret.encode().decode("ascii", "replace"),
        "as Python prints bytes": repr(secret.encode()),
        "a command as Python prints it": repr([b'LOGIN "' + quoted.encode() + b"\"'"]),
    }


def _bare(form: str) -> str:
    """The part of a form that must not be seen."""
    return form.strip("b\"'[]")


@pytest.mark.covers("SEC-02")
@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
class TestMasking:
    def test_every_form_is_struck_out_wherever_it_stands(self, secret: str) -> None:
        masking = Masking()
        masking.add_secret(secret)
        masking.add_name(NAME)
        for kind, form in forms(secret).items():
            for around in ("{}", "535 no: {}", "LOGIN a {}\\r\\n", "[{}]", "r{}"):
                if around == "r{}" and not kind.startswith(("AUTH", "X", "O")):
                    continue
                said = masking(around.format(form))
                assert _bare(form) not in said and secret not in said, (kind, said)
                assert MASK in said

    def test_other_words_stay(self, secret: str) -> None:
        masking = Masking()
        masking.add_secret(secret)
        masking.add_name(NAME)
        words = f"535 5.7.8 https://support.example.com/p/?p=BadCredentials 98e67ed59e1d1-2abcdef {NAME} rejected"
        assert masking(words) == words


def test_the_base64_form_of_the_user_name_is_struck_out() -> None:
    masking = Masking()
    masking.add_name(NAME)
    assert masking(base64.b64encode(NAME.encode()).decode()) == MASK
    assert masking(NAME) == NAME


def echoing_imap(prefix: bytes) -> ImapScript:
    """Refuses a sign-in by repeating what it was sent, also what comes after a continuation."""

    def login(talk: Talk, tag: bytes) -> None:
        talk.show_text(tag + prefix + talk.heard[-1] + b"\r\n")

    def authenticate(talk: Talk, tag: bytes) -> None:
        talk.show_text(b"+ \r\n")
        talk.line()
        login(talk, tag)

    answers: dict[str, Answer] = {"LOGIN": login, "AUTHENTICATE": authenticate}
    return ImapScript(answers)


def echoing_pop3(capability: bytes) -> Pop3Script:
    """Refuses a sign-in by USER or AUTH, repeating all that it was sent."""

    def refuse(talk: Talk, _argument: bytes) -> None:
        talk.show_text(b"-ERR [AUTH] " + b" ".join(talk.heard) + b"\r\n")

    def authenticate(talk: Talk, mechanism: bytes) -> None:
        for _ in range(2 if mechanism == b"LOGIN" else 1):
            talk.show_text(b"+ \r\n")
            talk.line()
        refuse(talk, mechanism)

    return Pop3Script(answers={"PASS": refuse, "AUTH": authenticate}, capabilities=(capability,))


def echoing_smtp(mechanism: bytes) -> Callable[[Talk], None]:
    def script(talk: Talk) -> None:
        talk.show_text(b"220 ready\r\n")
        said = b""
        while line := talk.line():
            said += b" " + line
            if line.upper().startswith(b"EHLO"):
                talk.show_text(b"250-mail\r\n250 AUTH " + mechanism + b"\r\n")
                said = b""
            elif mechanism == b"LOGIN" and said.count(b" ") < 4:
                talk.show_text(b"334 VXNlcm5hbWU6\r\n")
            else:
                talk.show_text(b"535 5.7.8 refused:" + said + b"\r\n")

    return script


def assert_nothing_seen(text: str, secret: str) -> None:
    seen = {kind for kind, form in forms(secret).items() if _bare(form) in text}
    assert not seen, text


def outgoing(port: int, secret: str) -> BasicOutgoing:
    return BasicOutgoing(
        smtp_server_name="127.0.0.1",
        port=port,
        security="none",
        user_account_name=NAME,
        password=SecretStr(secret),
        from_address=NAME,
    )


@pytest.mark.covers("SEC-02")
@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
class TestEchoes:
    """A canary over all protocols: what is shown, copied, logged or kept."""

    @pytest.mark.parametrize("prefix", [b" NO ", b" BAD ", b" NO [AUTHENTICATIONFAILED] "])
    def test_an_imap_server_that_repeats_the_command(self, secret: str, prefix: bytes) -> None:
        with scripted(echoing_imap(prefix)) as server:
            settings = mailbox(server.port, user_account_name=NAME, password=SecretStr(secret))
            steps = list(check_mailbox(settings, None, Cancel(), 2))
            with pytest.raises(TransportError) as raised, ImapSource(settings, Timeouts(1, 1)):
                pass
        assert any(MASK in step.technical for step in steps)
        self.check(steps, raised.value, secret)

    @pytest.mark.parametrize("capability", [b"USER", b"SASL PLAIN", b"SASL LOGIN"], ids=["USER", "PLAIN", "LOGIN"])
    def test_a_pop3_server_that_repeats_the_command(self, secret: str, capability: bytes) -> None:
        with scripted(echoing_pop3(capability)) as server:
            settings = pop3_mailbox(server.port, user_account_name=NAME, password=SecretStr(secret))
            steps = list(check_mailbox(settings, None, Cancel(), 2))
            with pytest.raises(TransportError) as raised, Pop3Source(settings, Timeouts(1, 1)):
                pass
        assert any(MASK in step.technical for step in steps)
        self.check(steps, raised.value, secret)

    @pytest.mark.parametrize("mechanism", [b"PLAIN", b"LOGIN"], ids=["PLAIN", "LOGIN"])
    def test_an_smtp_server_that_repeats_the_command(self, secret: str, mechanism: bytes) -> None:
        with scripted(echoing_smtp(mechanism)) as server:
            settings = outgoing(server.port, secret)
            steps = list(check_outgoing(settings, NAME, Cancel(), 2))
            with pytest.raises(TransportError) as raised, SmtpSender(settings, Timeouts(1, 1)):
                pass
        assert any(MASK in step.technical for step in steps)
        self.check(steps, raised.value, secret)

    def test_a_greeting_that_knows_the_secret(self, secret: str) -> None:
        for form in forms(secret).values():
            greeting = b"* BYE " + form.encode() + b"\r\n"
            with scripted(ImapScript(greeting=greeting)) as server:
                settings = mailbox(server.port, user_account_name=NAME, password=SecretStr(secret))
                with pytest.raises(TransportError) as raised, ImapSource(settings, Timeouts(1, 1)):
                    pass
            self.check([], raised.value, secret)

    def check(self, steps: list[Step], problem: TransportError, secret: str) -> None:
        lines = "".join(traceback.format_exception(problem))
        everything = report(steps) + repr(steps) + str(problem) + problem.detail + repr(problem.facts) + lines
        assert_nothing_seen(everything, secret)
