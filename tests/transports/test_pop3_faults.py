"""What POP3 servers do wrong, and what a person hears of it: each fault has its step, its code and its time limit (IN-10)."""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass

import pytest

from tests.servers.faults import Script, Talk, scripted
from tests.servers.pop3_script import Pop3Answer, Pop3Script, hangs_up, multi_line, text
from tests.transports.conftest import ANY_SIZE, message
from tests.transports.pop3_mailboxes import LIMIT, PASSWORD, fetched, mailbox, raws, source_at, visit
from trackit_console.cancel import Cancel
from trackit_console.settings.server_mailbox import Pop3
from trackit_console.transports.check import check_mailbox
from trackit_console.transports.errors import ConnectionLost, ProtocolBroken, ServerBusy, TransportError
from trackit_console.transports.fetched_mail import Absent
from trackit_console.transports.steps import Step, StepState, report

IN_CLEAR = (b"UIDL", b"TOP", b"STLS")
"""What a server says that takes no password before TLS."""


def checked(settings: Pop3) -> list[Step]:
    return [step for step in check_mailbox(settings, None, Cancel(), LIMIT) if step.state is not StepState.RUNNING]


def silent(talk: Talk, _argument: bytes = b"") -> None:
    talk.wait()


def repeats(talk: Talk, argument: bytes) -> None:
    talk.show_text(b"-ERR what is " + talk.heard[-1] + b" or " + base64.b64encode(argument) + b"\r\n")


def without_end(talk: Talk, _argument: bytes = b"") -> None:
    talk.show_text(b"+OK" + b"x" * 20_000)
    talk.wait()


def answering(**answers: Pop3Answer) -> Pop3Script:
    return Pop3Script([message(1)], [b"a"], answers)


@dataclass(frozen=True)
class Fault:
    name: str
    script: Script
    step: str
    code: str
    security: str = "plain"


FAULTS = [
    Fault("says nothing", lambda talk: talk.wait(), "connect", "timed_out"),
    Fault("hangs up at once", lambda talk: talk.sock.close(), "connect", "connection_lost"),
    Fault("speaks IMAP", Pop3Script(greeting=b"* OK IMAP4rev1 ready\r\n"), "connect", "wrong_protocol"),
    Fault("greets without sense", Pop3Script(greeting=b"hello\r\n"), "connect", "protocol_broken"),
    Fault("is busy", Pop3Script(greeting=b"-ERR [SYS/TEMP] too many connections\r\n"), "connect", "server_busy"),
    Fault("blocks us", Pop3Script(greeting=b"-ERR your address is blocked\r\n"), "connect", "server_refused"),
    Fault("refuses without reason", Pop3Script(greeting=b"-ERR\r\n"), "connect", "server_refused"),
    Fault("no TLS on the SSL port", Pop3Script(), "tls", "tls_not_spoken", "ssl"),
    Fault("no STLS", Pop3Script(capabilities=(b"USER",)), "tls", "starttls_missing", "starttls"),
    Fault("neither CAPA nor STLS", Pop3Script(capabilities=None), "tls", "starttls_missing", "starttls"),
    Fault("refuses STLS", answering(STLS=b"-ERR not now\r\n"), "tls", "starttls_refused", "starttls"),
    Fault(
        "words slipped in behind STLS",
        answering(STLS=b"+OK begin\r\n+OK send your password to me\r\n"),
        "tls",
        "tls_not_spoken",
        "starttls",
    ),
    Fault("CAPA without end", answering(CAPA=multi_line(*[b"X"] * 300)), "tls", "protocol_broken", "starttls"),
    Fault("wrong password", answering(PASS=b"-ERR [AUTH] no\r\n"), "sign_in", "wrong_password"),
    Fault("wrong password, no code", answering(PASS=b"-ERR denied\r\n"), "sign_in", "wrong_password"),
    Fault("unknown user", answering(USER=b"-ERR never heard of\r\n"), "sign_in", "wrong_password"),
    Fault("repeats the password", answering(PASS=repeats), "sign_in", "wrong_password"),
    Fault("takes no password in clear", Pop3Script(capabilities=IN_CLEAR), "sign_in", "sign_in_not_allowed"),
    Fault("hangs up at sign-in", answering(PASS=hangs_up), "sign_in", "connection_lost"),
    Fault("silent at sign-in", answering(PASS=silent), "sign_in", "timed_out"),
    Fault("a line without end", answering(USER=without_end), "sign_in", "protocol_broken"),
    Fault("neither yes nor no", answering(USER=b"250 fine\r\n"), "sign_in", "protocol_broken"),
    Fault("the mailbox is locked", answering(STAT=b"-ERR [IN-USE] locked\r\n"), "folder", "account_busy"),
    Fault("the mailbox is broken", answering(STAT=b"-ERR [SYS/PERM] index is corrupt\r\n"), "folder", "folder_refused"),
    Fault("refuses without a reason", answering(STAT=b"-ERR\r\n"), "folder", "folder_refused"),
    Fault("a listing without sense", answering(LIST=multi_line(b"one two")), "folder", "protocol_broken"),
    Fault("a listing that stops", answering(LIST=b"+OK\r\n1 5\r\n"), "folder", "timed_out"),
    Fault("has UIDL, but not now", answering(UIDL=b"-ERR [SYS/TEMP] later\r\n"), "folder", "server_busy"),
]


@pytest.mark.faults
@pytest.mark.covers("IN-10", "IN-05", "IN-19", "RUN-05")
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_has_its_step_and_its_code_in_time(fault: Fault) -> None:
    begun = time.monotonic()
    with scripted(fault.script) as server:
        steps = checked(mailbox(server.port, fault.security))
    assert time.monotonic() - begun < 4 * LIMIT
    [failed] = [step for step in steps if step.state is StepState.FAILED]
    assert (failed.name.value, failed.code) == (fault.step, fault.code)
    assert PASSWORD not in report(steps)
    assert base64.b64encode(PASSWORD.encode()).decode() not in report(steps)


@pytest.mark.covers("IN-19", "SEC-01")
def test_a_password_is_never_sent_in_clear_when_starttls_was_chosen() -> None:
    with scripted(Pop3Script(capabilities=(b"USER",))) as server:
        checked(mailbox(server.port, "starttls"))
        assert not any(line.startswith((b"USER", b"PASS", b"AUTH")) for line in server.heard)


class TestSignIn:
    """One attempt, in the way that the server offers."""

    @pytest.mark.covers("IN-05")
    @pytest.mark.parametrize(
        ("capabilities", "name", "verbs"),
        [
            pytest.param((b"USER",), "support", [b"USER", b"PASS"], id="USER"),
            pytest.param(None, "support", [b"USER", b"PASS"], id="no CAPA"),
            pytest.param((b"USER", b"SASL PLAIN"), "support", [b"USER", b"PASS"], id="USER before PLAIN"),
            pytest.param((b"SASL LOGIN PLAIN",), "support", [b"AUTH"], id="PLAIN"),
            pytest.param((b"SASL LOGIN",), "support", [b"AUTH"], id="LOGIN"),
            pytest.param((b"USER", b"SASL PLAIN"), "sup port", [b"AUTH"], id="a name of two words"),
            pytest.param((b"USER", b"SASL PLAIN"), "jürgen", [b"AUTH"], id="a name with an umlaut"),
            pytest.param((b"USER",), "jürgen", [b"USER", b"PASS"], id="a name with an umlaut, no PLAIN"),
        ],
    )
    def test_the_way_follows_from_what_is_offered(
        self, capabilities: tuple[bytes, ...] | None, name: str, verbs: list[bytes]
    ) -> None:
        def authenticate(talk: Talk, mechanism: bytes) -> None:
            for _ in range(2 if mechanism == b"LOGIN" else 1):
                talk.show_text(b"+ \r\n")
                base64.b64decode(talk.line(), validate=True)
            talk.show_text(b"+OK welcome\r\n")

        script = Pop3Script([], [], {"AUTH": authenticate}, capabilities=capabilities)
        with scripted(script) as server:
            steps = checked(mailbox(server.port, user_account_name=name))
            assert not [step for step in steps if step.state is StepState.FAILED]
            assert [line.split()[0] for line in server.heard if line.startswith((b"USER", b"PASS", b"AUTH"))] == verbs

    @pytest.mark.covers("SEC-02")
    def test_a_refused_password_is_not_tried_in_another_way(self) -> None:
        script = Pop3Script([], [], {"PASS": b"-ERR no\r\n"}, capabilities=(b"USER", b"SASL PLAIN LOGIN"))
        with scripted(script) as server:
            checked(mailbox(server.port))
            assert not any(line.startswith(b"AUTH") for line in server.heard)


class TestMessages:
    """One message never stops the others (RUN-04)."""

    @pytest.mark.covers("RUN-04")
    @pytest.mark.parametrize(
        "answer",
        [
            pytest.param(b"-ERR message is corrupt\r\n", id="refused"),
            pytest.param(hangs_up, id="hung up"),
            pytest.param(lambda talk, _: (talk.show_text(b"+OK\r\nSubject: x\r\n"), talk.sock.close()), id="cut off"),
            pytest.param(b"what?\r\n", id="no answer"),
            pytest.param(text(b"\r\n" + b"x" * 9_000_000 + b"\r\n"), id="far longer than announced"),
        ],
    )
    @pytest.mark.parametrize("pipelining", [False, True], ids=["one by one", "pipelined"])
    def test_what_is_not_handed_over_is_reported_and_the_others_come(self, answer: Pop3Answer, pipelining: bool) -> None:
        script = Pop3Script([message(number) for number in range(4)], [b"a", b"b", b"c", b"d"], {"RETR 2": answer})
        script.capabilities = (b"USER", b"UIDL", *([b"PIPELINING"] if pipelining else []))
        with scripted(script) as server:
            found = fetched(visit(server.port))
        assert [each.raw for each in found] == [message(0), None, message(2), message(3)]
        assert (found[1].absent, found[1].ref.uid) == (Absent.REFUSED, "b")

    @pytest.mark.covers("RUN-04")
    def test_an_empty_body_is_not_a_message(self) -> None:
        with scripted(Pop3Script([message(1), message(2)], [b"a", b"b"], {"RETR 1": b"+OK\r\n.\r\n"})) as server:
            assert [each.absent for each in fetched(visit(server.port))] == [Absent.NOT_HANDED_OVER, None]

    @pytest.mark.covers("RUN-05")
    @pytest.mark.parametrize(
        ("answer", "error"),
        [(b"-ERR [SYS/TEMP] try again\r\n", ServerBusy), (b"-ERR no\r\n", ProtocolBroken), (hangs_up, ConnectionLost)],
        ids=["temporary", "for good", "hangs up"],
    )
    def test_a_mailbox_that_hands_over_nothing_at_all_is_an_error(self, answer: Pop3Answer, error: type[TransportError]) -> None:
        script = Pop3Script([message(number) for number in range(30)], [b"%d" % number for number in range(30)], {"RETR": answer})
        with scripted(script) as server, source_at(server.port) as source, pytest.raises(error):
            list(source.fetch_new(None, 100, ANY_SIZE))
        assert sum(line == b"PASS " + PASSWORD.encode() for line in server.heard) < 20

    @pytest.mark.covers("RUN-07")
    def test_a_server_that_sends_all_for_top_is_cut_off_after_the_headers(self) -> None:
        script = Pop3Script([message(1)], [b"a"], {"TOP": text(message(1, size=1_000_000))})
        with scripted(script) as server:
            [only] = fetched(visit(server.port, size_limit=10))
        assert only.headers.endswith(b"Subject: number 1\r\n\r\n")

    @pytest.mark.covers("RUN-04")
    def test_a_large_message_without_top_comes_without_headers(self) -> None:
        with scripted(Pop3Script([message(1)], [b"a"], {"TOP": b"-ERR unknown\r\n"})) as server:
            [only] = fetched(visit(server.port, size_limit=10))
        assert (only.raw, only.headers, only.absent) == (None, b"", Absent.TOO_LARGE)

    @pytest.mark.covers("RUN-03")
    @pytest.mark.parametrize(
        ("sent", "raw"),
        [
            pytest.param(b"+OK\nSubject: x\n\n..\n.\n", b"Subject: x\n\n.\n", id="LF ends all lines"),
            pytest.param(
                b"+OK\r\nSubject: x\r\n\r\na\n.\nb\r\n.\r\n", b"Subject: x\r\n\r\na\n.\nb\r\n", id="a bare LF is no end"
            ),
            pytest.param(b"+OK\r\n\r\n" + b"x" * 65535 + b"\r\n.\r\n", b"\r\n" + b"x" * 65535 + b"\r\n", id="CR and LF apart"),
            pytest.param(b"+OK 12 octets\r\n...\r\n.\r\n", b"..\r\n", id="dots"),
        ],
    )
    def test_lines_end_as_the_server_ends_them(self, sent: bytes, raw: bytes) -> None:
        with scripted(Pop3Script([message(1)], [b"a"], {"RETR 1": sent})) as server:
            assert raws(visit(server.port)) == [raw]

    def test_reopening_ends(self) -> None:
        """A server that hangs up over every second message does not keep the monitor for ever."""
        answers: dict[str, Pop3Answer] = {f"RETR {number}": hangs_up for number in range(1, 101, 2)}
        script = Pop3Script([message(number) for number in range(100)], [b"%d" % number for number in range(100)], answers)
        with scripted(script) as server, source_at(server.port) as source:
            taken: list[bytes | None] = []
            with pytest.raises(ConnectionLost):
                taken += [each.raw for batch in source.fetch_new(None, 1000, ANY_SIZE) for each in batch.messages]
            assert sum(line.startswith(b"PASS") for line in server.heard) <= 17
