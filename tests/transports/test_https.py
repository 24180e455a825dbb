"""HTTPS over connections of our own: broken connections, links that lead elsewhere, memory, and how it is cancelled."""

from __future__ import annotations

import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
import requests

from tests.servers.certificates import Certificates
from tests.servers.faults import ScriptedServer, Talk, scripted
from tests.servers.microsoft import faults
from tests.servers.microsoft.http import Request
from tests.servers.office import Office
from trackit_console.transports.connection_phases import Timeouts
from trackit_console.transports.errors import Cancelled, ConnectionLost, ProtocolBroken, TimedOut, TransportError
from trackit_console.transports.https_session import HttpsSession
from trackit_console.transports.step_names import StepName
from trackit_console.transports.tls import TlsSettings
from trackit_console.transports.web_answers import LONGEST_RETRY_AFTER, retry_after

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"
MAIL = b"Subject: large\r\nFrom: a@example.com\r\n\r\n"
SOON = 1.0


def head(talk: Talk) -> bool:
    """Reads the head of a request; False once the client is gone."""
    line = talk.line()
    while line and talk.line():
        pass
    return bool(line)


def answering(*answers: bytes, close: bool = False) -> Callable[[Talk], None]:
    """Answers the requests of a connection in turn; `close`: then it ends the connection."""

    def script(talk: Talk) -> None:
        for answer in answers:
            if not head(talk):
                return
            talk.show_text(answer)
        if not close:
            talk.wait()

    return script


@contextmanager
def session_with(
    script: Callable[[Talk], None], certificates: Certificates, timeouts: Timeouts | None = None
) -> Iterator[tuple[HttpsSession, ScriptedServer]]:
    with scripted(script, certificates.good.context) as server:
        session = HttpsSession(
            f"https://localhost:{server.port}", TlsSettings(str(certificates.ca_file)), timeouts or Timeouts(5, 5), "ada"
        )
        try:
            yield session, server
        finally:
            session.close()


def get(session: HttpsSession, path: str = "/") -> requests.Response:
    return session.request("GET", f"https://localhost:{session.port}{path}", StepName.FOLDER)


class TestConnection:
    def test_one_connection_serves_many_requests(self, certificates: Certificates) -> None:
        with session_with(answering(OK, OK, OK), certificates) as (session, _):
            session.connection.resolve()
            session.connection.connect()
            session.secure()
            opened = session.connection.sock
            assert [get(session).text for _ in range(3)] == ["ok"] * 3
            assert session.connection.sock is opened

    def test_a_get_survives_a_server_that_closed_an_idle_connection(self, certificates: Certificates) -> None:
        with session_with(answering(OK, close=True), certificates) as (session, _):
            assert [get(session).text for _ in range(3)] == ["ok"] * 3

    def test_a_post_is_not_sent_twice(self, certificates: Certificates) -> None:
        with session_with(answering(b"", close=True), certificates) as (session, server):
            with pytest.raises(ConnectionLost):
                session.request("POST", f"https://localhost:{session.port}/", StepName.FOLDER, data=b"x")
            assert len([line for line in server.heard if line.startswith(b"POST")]) == 1

    def test_a_get_is_sent_twice_at_most(self, certificates: Certificates) -> None:
        with session_with(answering(b"", close=True), certificates) as (session, server):
            with pytest.raises(ConnectionLost):
                get(session)
            assert len([line for line in server.heard if line.startswith(b"GET")]) == 2

    def test_what_is_no_http_is_a_lost_connection(self, certificates: Certificates) -> None:
        with session_with(answering(b"* OK IMAP4rev1 ready\r\n", close=True), certificates) as (session, _):
            with pytest.raises(TransportError) as raised:
                get(session)
            assert raised.value.step == "folder"

    def test_redirects_are_not_followed(self, certificates: Certificates) -> None:
        answer = b"HTTP/1.1 302 Found\r\nLocation: https://evil.example/\r\nContent-Length: 0\r\n\r\n"
        with session_with(answering(answer), certificates) as (session, _):
            assert get(session).status_code == 302

    @pytest.mark.parametrize(
        "link",
        [
            "https://evil.example/v1.0/",
            "http://localhost:{port}/",
            "https://localhost/",
            "https://localhost.evil.example:{port}/",
            "https://localhost:99999/",
            "https://[localhost/",
            "https://ada:secret@evil.example?sig=secret",
        ],
    )
    def test_links_lead_to_this_server_only(self, certificates: Certificates, link: str) -> None:
        with session_with(answering(OK), certificates) as (session, server):
            for act in (
                lambda url: session.request("GET", url, StepName.FOLDER),
                lambda url: session.download(url, StepName.FOLDER, 10),
            ):
                with pytest.raises(ProtocolBroken) as raised:
                    act(link.format(port=session.port))
                assert "a link to" in raised.value.detail and "secret" not in raised.value.detail
            assert server.heard == []

    def test_a_password_in_netrc_is_not_sent(
        self, certificates: Certificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        netrc = tmp_path / "netrc"
        netrc.write_text("machine localhost login ada password canary\n")
        monkeypatch.setenv("NETRC", str(netrc))
        with session_with(answering(OK), certificates) as (session, server):
            get(session)
            assert not any(line.lower().startswith(b"authorization") for line in server.heard)


def chunked(*parts: bytes) -> bytes:
    """An answer that does not tell its length."""
    body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n" + body


@pytest.mark.covers("RUN-07")
class TestDownload:
    LIMIT = 1_000_000

    def download(self, session: HttpsSession, limit: int = LIMIT) -> object:
        return session.download(f"https://localhost:{session.port}/", StepName.FOLDER, limit)

    def test_of_unknown_length(self, certificates: Certificates) -> None:
        with session_with(answering(chunked(MAIL, b"body", b"")), certificates) as (session, _):
            found = session.download(f"https://localhost:{session.port}/", StepName.FOLDER, self.LIMIT)
            assert (found.body, found.size, found.complete) == (MAIL + b"body", len(MAIL) + 4, True)

    @pytest.mark.parametrize("told", [True, False], ids=["length told", "length not told"])
    def test_the_limit_itself_is_not_too_large(self, certificates: Certificates, told: bool) -> None:
        body = MAIL + b"x" * 1000
        plain = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
        answer = plain if told else chunked(body, b"")
        for limit, complete in ((len(body), True), (len(body) - 1, False)):
            with session_with(answering(answer), certificates) as (session, _):
                found = session.download(f"https://localhost:{session.port}/", StepName.FOLDER, limit)
                assert (found.complete, found.size) == (complete, len(body))

    @pytest.mark.covers("RUN-07")
    def test_memory_is_needed_once(self, certificates: Certificates) -> None:
        body = MAIL + b"x" * 8_000_000
        answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
        with session_with(answering(answer), certificates) as (session, _):
            tracemalloc.start()
            try:
                found = session.download(f"https://localhost:{session.port}/", StepName.FOLDER, len(body))
                peak = tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()
        assert found.complete
        assert peak < 1.5 * len(body)

    def test_of_unknown_length_is_cut_at_the_limit_even_if_it_never_ends(self, certificates: Certificates) -> None:
        def endless(talk: Talk) -> None:
            head(talk)
            talk.show_text(chunked(MAIL))
            with suppress(OSError):
                while True:
                    talk.show_text(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")

        with session_with(endless, certificates) as (session, _):
            found = session.download(f"https://localhost:{session.port}/", StepName.FOLDER, self.LIMIT)
            assert not found.complete
            assert self.LIMIT < len(found.body) <= self.LIMIT + 0x20000
            assert found.body.startswith(MAIL)

    def test_that_tells_its_length_is_not_downloaded_at_all(self, certificates: Certificates) -> None:
        def large(talk: Talk) -> None:
            head(talk)
            talk.show_text(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 900000000\r\n\r\n" + MAIL)
            talk.show_text(b"x" * 100_000)
            talk.wait()

        with session_with(large, certificates) as (session, _):
            found = session.download(f"https://localhost:{session.port}/", StepName.FOLDER, self.LIMIT)
            assert (found.size, found.complete) == (900_000_000, False)
            assert found.body.startswith(MAIL) and len(found.body) < 50_000

    def test_the_next_request_is_not_disturbed_by_a_cut(self, certificates: Certificates) -> None:
        large = chunked(MAIL, *[b"x" * 100_000] * 20, b"")
        answers = iter([large, OK])

        def script(talk: Talk) -> None:
            while head(talk):
                talk.show_text(next(answers))

        with session_with(script, certificates) as (session, _):
            assert not session.download(f"https://localhost:{session.port}/", StepName.FOLDER, 1000).complete
            assert get(session).text == "ok"

    def test_compression_is_not_asked_for(self, certificates: Certificates) -> None:
        with session_with(answering(OK), certificates) as (session, server):
            self.download(session)
            assert b"Accept-Encoding: identity" in server.heard


@pytest.mark.covers("IN-10", "RUN-06")
class TestEnding:
    @pytest.mark.parametrize(("end", "error"), [("abort", Cancelled), ("expire", TimedOut)])
    @pytest.mark.parametrize("download", [False, True], ids=["request", "download"])
    def test_at_once_while_the_server_is_silent(
        self, certificates: Certificates, end: str, error: type[TransportError], download: bool
    ) -> None:
        heard = threading.Event()

        def silent(talk: Talk) -> None:
            head(talk)
            heard.set()
            talk.wait()

        with session_with(silent, certificates, Timeouts(30, 30)) as (session, _):
            ending = threading.Thread(target=lambda: heard.wait(10) and getattr(session.connection, end)())
            ending.start()
            begun = time.monotonic()
            with pytest.raises(error):
                if download:
                    session.download(f"https://localhost:{session.port}/", StepName.FOLDER, 10)
                else:
                    get(session)
            ending.join()
            assert time.monotonic() - begun < 2 * SOON

    def test_a_silent_server_is_given_up_after_the_time_limit(self, certificates: Certificates) -> None:
        with (
            session_with(lambda talk: talk.wait(), certificates, Timeouts(5, 0.2)) as (session, _),
            pytest.raises(TimedOut),
        ):
            get(session)

    @pytest.mark.parametrize("where", ["discovery", "token", "folder"])
    def test_a_mailbox_is_cancelled_within_a_second_in_each_phase(self, office: Office, where: str) -> None:
        match = {"discovery": "GET *openid-configuration", "token": "POST */token", "folder": "GET /v1.0/*"}[where]
        asked = threading.Event()

        def meets(request: Request) -> bool:
            found = fnmatchcase(str(request), match)
            if found:
                asked.set()
            return found

        office.microsoft.faults.add(meets, faults.silence(), None)
        source = office.source()

        def end() -> None:
            asked.wait(10)
            source.abort()

        ending = threading.Thread(target=end)
        ending.start()
        begun = time.monotonic()
        with pytest.raises(Cancelled), source:
            pass
        ending.join()
        assert time.monotonic() - begun < 2 * SOON

    def test_a_mailbox_that_waits_for_another_ones_sign_in_is_cancelled(self, office: Office) -> None:
        asked, release = threading.Event(), threading.Event()
        office.microsoft.faults.add("POST */token", faults.held(release))
        office.microsoft.faults.after(1, asked.set, "GET *openid-configuration")
        first, second = office.source(), office.source()
        signing_in = threading.Thread(target=lambda: first.__enter__().close())
        signing_in.start()
        assert asked.wait(10)
        threading.Timer(0.2, second.abort).start()
        begun = time.monotonic()
        with pytest.raises(Cancelled), second:
            pass
        assert time.monotonic() - begun < SOON + 0.2
        release.set()
        signing_in.join(10)


class TestUnreachable:
    """The phases before HTTP are those of every account; here they are reached through a web address."""

    def test_a_name_that_does_not_exist(self, office: Office) -> None:
        problem = office.problem(graph_url="https://nowhere.invalid")
        assert (problem.step, problem.code) == ("resolve", "name_not_found")
        problem = office.problem(sign_in_url="https://nowhere.invalid")
        assert (problem.step, problem.code) == ("resolve", "name_not_found")

    def test_a_port_at_which_nobody_listens(self, office: Office) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        problem = office.problem(graph_url=f"https://localhost:{port}")
        assert (problem.step, problem.code) == ("connect", "connection_refused")

    def test_a_server_without_tls(self, office: Office) -> None:
        with scripted(lambda talk: talk.show_text(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as server:
            problem = office.problem(graph_url=f"https://localhost:{server.port}")
        assert (problem.step, problem.code) == ("tls", "wrong_protocol")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7),
        ("0", 0),
        ("-3", 0),
        ("999999", LONGEST_RETRY_AFTER),
        ("", None),
        ("soon", None),
        ("nan", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
    ],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    answer = requests.Response()
    answer.headers["Retry-After"] = value
    assert retry_after(answer) == seconds
