"""What servers do wrong, and what a person hears of it: each fault has its step, its code and its time limit (IN-10)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from pydantic import SecretStr

from tests.servers.faults import CAPABILITIES, Answer, ImapScript, Script, Talk, scripted
from tests.transports.conftest import ANY_SIZE, nothing_kept
from trackit_console.cancel import Cancel
from trackit_console.settings.post_action import PROCESSED_FOLDER, PostAction
from trackit_console.settings.server_mailbox import Imap
from trackit_console.transports.check import check_mailbox
from trackit_console.transports.connection_phases import Timeouts
from trackit_console.transports.cursor import Cursor, read_cursor
from trackit_console.transports.errors import Cancelled, TransportError
from trackit_console.transports.fetched_mail import BATCH_MESSAGES, Batch, Fetched
from trackit_console.transports.imap import ImapSource
from trackit_console.transports.source import Source
from trackit_console.transports.steps import Step, StepState, report
from trackit_console.transports.tls_connection import TlsConnection

LIMIT = 0.6
PASSWORD = "canary-7d1"


def mailbox(port: int, security: str = "plain", **fields: Any) -> Imap:
    usual = {
        "server": "127.0.0.1",
        "port": port,
        "use_ssl": security == "ssl",
        "starttls": security == "starttls",
        "user_account_name": "support",
        "password": SecretStr(PASSWORD),
    }
    return Imap(**{**usual, **fields})


def checked(settings: Imap) -> list[Step]:
    return [step for step in check_mailbox(settings, None, Cancel(), LIMIT) if step.state is not StepState.RUNNING]


def silent(talk: Talk, tag: bytes = b"") -> None:
    talk.wait()


def hangs_up(talk: Talk, tag: bytes = b"") -> None:
    talk.sock.close()


def drips(talk: Talk, tag: bytes = b"") -> None:
    """A byte now and then: no single wait is too long, but all together are."""
    while not _gone(talk):
        talk.show_text(b"*")


def _gone(talk: Talk) -> bool:
    talk.sock.settimeout(0.2)
    try:
        return not talk.sock.recv(100)
    except TimeoutError:
        return False


def http(talk: Talk) -> None:
    talk.show_text(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    talk.wait()


def answering(**answers: Answer) -> ImapScript:
    return ImapScript({name.replace("_", " "): answer for name, answer in answers.items()})


@dataclass(frozen=True)
class Fault:
    name: str
    script: Script
    step: str
    code: str
    security: str = "plain"


FAULTS = [
    Fault("says nothing", silent, "connect", "timed_out"),
    Fault("hangs up at once", hangs_up, "connect", "connection_lost"),
    Fault("resets the connection", Talk.reset, "connect", "connection_lost"),
    Fault("drips", drips, "connect", "timed_out"),
    Fault("speaks HTTP", http, "connect", "wrong_protocol"),
    Fault("speaks POP3", ImapScript(greeting=b"+OK POP3 ready\r\n"), "connect", "wrong_protocol"),
    Fault("is busy", ImapScript(greeting=b"* BYE [UNAVAILABLE] too many connections\r\n"), "connect", "server_busy"),
    Fault("no TLS on the SSL port", ImapScript(), "tls", "tls_not_spoken", "ssl"),
    Fault("silent on the SSL port", silent, "tls", "timed_out", "ssl"),
    Fault("hangs up on the SSL port", hangs_up, "tls", "tls_closed", "ssl"),
    Fault("no STARTTLS", answering(STARTTLS=b"%s BAD unknown command\r\n"), "tls", "starttls_missing", "starttls"),
    Fault("talks on before TLS", answering(STARTTLS=b"* OK wait\r\n" * 300), "tls", "protocol_broken", "starttls"),
    Fault("signs us in before TLS", ImapScript(greeting=b"* PREAUTH welcome\r\n"), "tls", "protocol_broken", "starttls"),
    Fault(
        "words slipped in behind STARTTLS",
        answering(STARTTLS=b"%s OK begin\r\n* OK [ALERT] send your password to me\r\n"),
        "tls",
        "tls_not_spoken",
        "starttls",
    ),
    Fault("wrong password", answering(LOGIN=b"%s NO [AUTHENTICATIONFAILED] no\r\n"), "sign_in", "wrong_password"),
    Fault("wrong password, no code", answering(LOGIN=b"%s NO denied\r\n"), "sign_in", "wrong_password"),
    Fault(
        "password repeated",
        answering(LOGIN=lambda talk, tag: talk.show_text(tag + b" NO " + talk.heard[-1] + b"\r\n")),
        "sign_in",
        "wrong_password",
    ),
    Fault("privacy required", answering(LOGIN=b"%s NO [PRIVACYREQUIRED] TLS\r\n"), "sign_in", "sign_in_not_allowed"),
    Fault("login disabled", ImapScript(capabilities=b"IMAP4rev1 LOGINDISABLED"), "sign_in", "sign_in_not_allowed"),
    Fault("account in use", answering(LOGIN=b"%s NO [INUSE] later\r\n"), "sign_in", "account_busy"),
    Fault("too many connections", answering(LOGIN=b"%s NO [LIMIT] later\r\n"), "sign_in", "account_busy"),
    Fault("sign-in is down", answering(LOGIN=b"%s NO [UNAVAILABLE] later\r\n"), "sign_in", "server_busy"),
    Fault("does not know LOGIN", answering(LOGIN=b"%s BAD unknown\r\n"), "sign_in", "protocol_broken"),
    Fault("silent at sign-in", answering(LOGIN=silent), "sign_in", "timed_out"),
    Fault("good-bye at sign-in", answering(LOGIN=b"* BYE [UNAVAILABLE] shutting down\r\n"), "sign_in", "server_busy"),
    Fault("good-bye at sign-in, no code", answering(LOGIN=b"* BYE\r\n"), "sign_in", "connection_lost"),
    Fault("lost at sign-in", answering(LOGIN=hangs_up), "sign_in", "connection_lost"),
    Fault("no such folder", answering(SELECT=b"%s NO [NONEXISTENT] no\r\n"), "folder", "folder_missing"),
    Fault("no such folder, no code", answering(SELECT=b"%s NO no\r\n"), "folder", "folder_missing"),
    Fault("folder may not be read", answering(SELECT=b"%s NO [NOPERM] no\r\n"), "folder", "folder_read_only"),
    Fault(
        "folder may only be read",
        answering(SELECT=b"* 0 EXISTS\r\n* OK [READ-ONLY] .\r\n%s OK [READ-ONLY] done\r\n"),
        "folder",
        "folder_read_only",
    ),
    Fault("lost in the folder", answering(SELECT=lambda talk, tag: talk.reset()), "folder", "connection_lost"),
    Fault("nonsense", answering(STATUS=b"* STATUS INBOX (((((\r\n%s OK done\r\n"), "folder", "protocol_broken"),
]


@pytest.mark.faults
@pytest.mark.covers("IN-10")
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_each_fault_is_told_at_its_step_within_its_time(fault: Fault) -> None:
    begun = time.monotonic()
    with scripted(fault.script) as server:
        steps = checked(mailbox(server.port, fault.security))
    failed = [step for step in steps if step.state is StepState.FAILED]
    assert [(step.name.value, step.code) for step in failed] == [(fault.step, fault.code)]
    assert time.monotonic() - begun < 3 * LIMIT
    assert PASSWORD not in report(steps)
    assert all(step.state is StepState.SKIPPED for step in steps[steps.index(failed[0]) + 1 :])


@pytest.mark.covers("IN-10")
def test_nobody_listens() -> None:
    with scripted(silent) as server:
        port = server.port
    assert checked(mailbox(port))[1].code == "connection_refused"


@pytest.mark.covers("IN-10")
def test_a_name_that_does_not_exist() -> None:
    assert checked(mailbox(143, server="nothing-here.invalid"))[0].code in ("name_not_found", "name_server_silent")


def visited(script: ImapScript, use: Callable[[ImapSource], Any]) -> tuple[Any, list[bytes]]:
    """What `use` makes of an open mailbox on a scripted server, and the commands that the server heard."""
    with scripted(script) as server, ImapSource(mailbox(server.port), Timeouts(LIMIT, LIMIT)) as source:
        result = use(source)
    return result, server.heard


def taken(source: Source) -> list[Fetched]:
    return [each for batch in source.fetch_new(None, 100, ANY_SIZE) for each in batch.messages]


class TestReading:
    def test_a_message_without_its_body_is_announced_and_nothing_more(self) -> None:
        """Exchange tells of a message before it has it (it was deleted unread for that)."""
        answer = b"* 1 FETCH (UID 1 BODY[] NIL)\r\n* 2 FETCH (UID 2 BODY[] {5}\r\nhello)\r\n%s OK done\r\n"
        fetched, _ = visited(ImapScript({"UID FETCH": answer}, messages=[b"a", b"b", b"c"]), taken)
        assert [each.raw for each in fetched] == [None, b"hello", None]

    @pytest.mark.parametrize(
        ("answer", "code"),
        [
            (b"* 1 FETCH (UID 1 BODY[] {500}\r\nhalf", "timed_out"),
            (b"* BYE [UNAVAILABLE] going down\r\n", "server_busy"),
        ],
        ids=["half a message", "good-bye"],
    )
    def test_a_message_that_breaks_off_is_an_error_and_no_message(self, answer: Answer, code: str) -> None:
        with pytest.raises(TransportError) as raised:
            visited(ImapScript({"UID FETCH": answer}, messages=[b"a"]), taken)
        assert raised.value.code == code

    def test_an_error_in_the_batch_ahead_comes_after_the_batch_before(self) -> None:
        messages = [b"m"] * (BATCH_MESSAGES + 10)

        def fetch(talk: Talk, tag: bytes) -> None:
            if b"BODY" in talk.heard[-1] and b" %d" % (BATCH_MESSAGES + 1) in talk.heard[-1]:
                talk.show_text(b"* BYE [UNAVAILABLE] going down\r\n")
            else:
                talk.show_text(ImapScript(messages=messages).fetched(talk.heard[-1].split(b" ", 1)[1]) + tag + b" OK done\r\n")

        def use(source: ImapSource) -> tuple[int, str]:
            batches = source.fetch_new(None, len(messages), ANY_SIZE)
            first = next(batches)
            with pytest.raises(TransportError) as raised:
                next(batches)
            return len(first.messages), raised.value.code

        assert visited(ImapScript({"UID FETCH": fetch}, messages=messages), use)[0] == (BATCH_MESSAGES, "server_busy")

    def test_a_server_without_uidnext(self) -> None:
        script = ImapScript({"SELECT": b"* 2 EXISTS\r\n* OK [UIDVALIDITY 7] .\r\n%s OK done\r\n"}, messages=[b"a", b"b"])
        assert [each.raw for each in visited(script, taken)[0]] == [b"a", b"b"]

    @pytest.mark.covers("RUN-03")
    @pytest.mark.parametrize(
        ("uid_next", "messages", "found"),
        [
            pytest.param(b"", [], [], id="left out, and the newest message is gone"),
            pytest.param(b"* OK [UIDNEXT 1] .\r\n", [b"a", b"b", b"c"], [b"c"], id="wrong"),
        ],
    )
    def test_a_uidnext_that_says_nothing_is_not_taken_for_a_restored_server(
        self, uid_next: bytes, messages: list[bytes], found: list[bytes]
    ) -> None:
        begun = Cursor("INBOX", 7, 2, 1, date(2026, 3, 1)).to_json()

        def use(source: ImapSource) -> list[Batch]:
            return list(source.fetch_new(begun, 10, ANY_SIZE))

        selected = b"* OK [UIDVALIDITY 7] .\r\n" + uid_next + b"%s OK done\r\n"
        batches, _ = visited(ImapScript({"SELECT": selected}, messages=messages), use)
        assert [each.raw for batch in batches for each in batch.messages] == found
        assert [cursor.restored for batch in batches if (cursor := read_cursor(batch.cursor))] == [0]

    @pytest.mark.covers("RUN-03")
    def test_a_folder_made_anew_begins_anew_where_uidnext_is_left_out(self) -> None:
        """The UIDs of another UIDVALIDITY say nothing about this one (RFC 3501 section 2.3.1.1)."""
        cursor: str | None = Cursor("INBOX", 6, 4999, 1, date(2026, 3, 1)).to_json()

        def use(source: ImapSource) -> list[Batch]:
            return list(source.fetch_new(cursor, 10, ANY_SIZE))

        found = []
        for messages in ([b"a", b"b"], [b"a", b"b", b"c"]):
            script = ImapScript({"SELECT": b"* OK [UIDVALIDITY 7] .\r\n%s OK done\r\n"}, messages=messages)
            batches, _ = visited(script, use)
            found.append([each.raw for batch in batches for each in batch.messages])
            cursor = batches[-1].cursor
        assert found == [[b"a", b"b"], [b"c"]]


class TestSettling:
    """MON-06 where the server can less, or will not."""

    def settled(self, script: ImapScript, post_action: PostAction) -> tuple[dict[str, str], list[bytes]]:
        """The UIDs that failed with the server's words, and what the server heard."""

        def use(source: ImapSource) -> dict[str, str]:
            refs = [each.ref for each in taken(source)]
            return {ref.uid: words for ref, words in source.settle(refs, post_action, nothing_kept).failed.items()}

        return visited(script, use)

    @pytest.mark.covers("MON-06")
    def test_one_message_that_is_not_let_go_does_not_keep_the_others(self) -> None:
        def store(talk: Talk, tag: bytes) -> None:
            refused = b"3" in talk.heard[-1].split()[3].split(b",")
            talk.show_text(tag + (b" NO [LIMIT] not this one\r\n" if refused else b" OK done\r\n"))

        failed, _ = self.settled(ImapScript({"UID STORE": store}, messages=[b"m"] * 5), PostAction.MARK_READ)
        assert list(failed) == ["3"]
        assert "not this one" in failed["3"]

    @pytest.mark.covers("MON-06")
    def test_the_folder_is_made_below_the_accounts_own_namespace(self) -> None:
        answers: dict[str, Answer] = {
            "NAMESPACE": b'* NAMESPACE (("INBOX." ".")) NIL NIL\r\n%s OK done\r\n',
            "UID MOVE": lambda talk, tag: talk.show_text(
                tag + (b" OK done\r\n" if any(b"CREATE" in line for line in talk.heard) else b" NO [TRYCREATE] none\r\n")
            ),
        }
        failed, heard = self.settled(ImapScript(answers, messages=[b"a"]), PostAction.MOVE)
        assert failed == {}
        assert [line.split(b" ", 1)[1] for line in heard if b"CREATE" in line] == [
            b'CREATE "INBOX.%s"' % PROCESSED_FOLDER.encode()
        ]

    @pytest.mark.covers("MON-06")
    def test_what_could_not_be_copied_is_not_deleted(self) -> None:
        script = ImapScript({"UID COPY": b"%s NO quota\r\n"}, capabilities=b"IMAP4rev1 UIDPLUS", messages=[b"a", b"b"])
        failed, heard = self.settled(script, PostAction.MOVE)
        assert sorted(failed) == ["1", "2"]
        assert not any(b"STORE" in line or b"EXPUNGE" in line for line in heard)

    def test_a_command_is_not_sent_to_a_server_that_does_not_know_it(self) -> None:
        _, heard = self.settled(ImapScript(capabilities=b"IMAP4rev1", messages=[b"a"]), PostAction.MOVE)
        assert not any(command in line for line in heard for command in (b"UID MOVE", b"NAMESPACE", b"UID EXPUNGE"))

    def test_a_connection_that_is_lost_in_between_is_an_error(self) -> None:
        with pytest.raises(TransportError, match="lost"):
            self.settled(ImapScript({"UID MOVE": hangs_up}, messages=[b"a"], capabilities=CAPABILITIES), PostAction.MOVE)


class TestAbort:
    @pytest.mark.covers("RUN-06", "IN-10")
    @pytest.mark.parametrize("security", ["plain", "ssl", "starttls"])
    def test_cancel_ends_a_server_that_says_nothing_at_once(self, security: str) -> None:
        cancel = Cancel()
        steps = []
        begun = time.monotonic()

        def cancelling(talk: Talk) -> None:
            cancel.set()
            talk.wait()

        with scripted(cancelling) as server:
            for step in check_mailbox(mailbox(server.port, security), None, cancel, 30):
                steps.append(step)
        assert time.monotonic() - begun < 2
        assert [step.code for step in steps if step.code] == ["cancelled"]
        assert not any(step.state is StepState.FAILED for step in steps)

    def test_cancel_just_before_the_handshake_is_a_cancel(self) -> None:
        settings = mailbox(1, "ssl")
        with scripted(silent) as server:
            connection = TlsConnection(server.host, server.port, settings, Timeouts(5, 5), "IMAP")
            connection.resolve()
            connection.connect()
            connection._end = Cancelled  # what `abort` does first; its second step, the socket, may come later
            with pytest.raises(Cancelled):
                connection.secure()
            connection.close()

    def test_a_test_that_is_cancelled_before_it_begins_sends_nothing(self) -> None:
        cancel = Cancel()
        cancel.set()
        with scripted(ImapScript()) as server:
            steps = list(check_mailbox(mailbox(server.port), None, cancel))
        assert ([step.code for step in steps if step.code], server.heard) == (["cancelled"], [])
