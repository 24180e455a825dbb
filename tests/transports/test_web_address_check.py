"""Whether a Response URL answers, and what is wrong where it does not (MON-02)."""

from __future__ import annotations

import time

import pytest

from tests.servers.certificates import Certificates
from tests.servers.faults import ScriptedServer, Talk, scripted
from trackit_console.cancel import Cancel
from trackit_console.transports.errors import Cancelled
from trackit_console.transports.web_address_check import WebAddressFinding, check_web_address

pytestmark = pytest.mark.covers("MON-02")


class WebServer:
    """Answers GET by path: a status, or a place to go on to. `asked` are the first lines of all requests."""

    def __init__(self, **answers: int | str) -> None:
        self.answers = {f"/{name}": answer for name, answer in answers.items()}
        self.asked: list[str] = []
        self.headers: list[str] = []

    def __call__(self, talk: Talk) -> None:
        first = talk.line()
        if not first.startswith(b"GET "):  # what web servers say to TLS on their port for HTTP, and to anything else
            talk.show_text(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            return
        self.asked.append(first.decode())
        while line := talk.line():
            self.headers.append(line.decode().lower())
        answer = self.answers.get(self.asked[-1].split()[1].partition("?")[0], 404)
        status, place = (302, answer) if isinstance(answer, str) else (answer, "")
        talk.show_text(f"HTTP/1.1 {status} Words\r\nLocation: {place}\r\nContent-Length: 2\r\n\r\nhi".encode())


def address(server: ScriptedServer, path: str = "/TrackIt", scheme: str = "http", host: str = "127.0.0.1") -> str:
    return f"{scheme}://{host}:{server.port}{path}"


@pytest.mark.parametrize(
    ("status", "answers", "words"),
    [
        (200, True, "answers (HTTP 200)"),
        (401, True, "asks people to sign in (HTTP 401)"),
        (403, False, "refuses to show"),
        (404, False, "has no page at"),
        (503, False, "fails to show"),
        (418, False, "with HTTP 418"),
    ],
)
def test_the_status_is_told_in_words(status: int, answers: bool, words: str) -> None:
    with scripted(WebServer(TrackIt=status)) as server:
        url = address(server)
        found = check_web_address(url, Cancel())
    assert (found.answers, found.code) == (answers, f"http_{status}")
    assert words in str(found.message) and url in str(found.message)
    assert bool(str(found.remedy)) is not answers


def test_the_whole_address_is_asked_for_without_credentials() -> None:
    web = WebServer(TrackIt=200)
    with scripted(web) as server:
        check_web_address(address(server, "/TrackIt?view=größe x"), Cancel())
        check_web_address(address(server, ""), Cancel())
        port = server.port
    assert web.asked == ["GET /TrackIt?view=gr%C3%B6%C3%9Fe%20x HTTP/1.1", "GET / HTTP/1.1"]
    assert f"host: 127.0.0.1:{port}" in web.headers
    assert not [line for line in web.headers if line.startswith(("authorization", "cookie"))]


def test_a_redirect_on_the_same_host_is_followed() -> None:
    with scripted(WebServer(TrackIt="/login", login=200)) as server:
        login = address(server, "/login")
        found = check_web_address(address(server), Cancel())
    assert found.answers and str(found.message) == f"{login} answers (HTTP 200)."


def test_a_redirect_to_another_host_is_told_and_not_followed() -> None:
    with scripted(WebServer(TrackIt="https://login.example.com/saml?x=1")) as server:
        found = check_web_address(address(server), Cancel())
    assert found.answers and "sends browsers on to login.example.com" in str(found.message)


def test_redirects_that_never_end_are_no_page() -> None:
    with scripted(WebServer(a="/b", b="/a")) as server:
        found = check_web_address(address(server, "/a"), Cancel())
    assert (found.answers, found.code) == (False, "redirect_loop")


@pytest.mark.parametrize("place", ["http://127.0.0.1:99999/", "http://[::1", "//127.0.0.1:x/"])
def test_a_redirect_to_no_address_is_told(place: str) -> None:
    with scripted(WebServer(TrackIt=place)) as server:
        found = check_web_address(address(server), Cancel())
    assert (found.answers, found.code) == (False, "bad_redirect")
    assert place in str(found.message)


def silent(talk: Talk) -> None:
    talk.wait()


def test_a_server_that_says_nothing_is_given_up_in_time() -> None:
    begun = time.monotonic()
    with scripted(silent) as server:
        found = check_web_address(address(server), Cancel(), seconds=0.5)
    assert (found.answers, found.code) == (False, "timed_out")
    assert time.monotonic() - begun < 3


def test_a_host_that_does_not_answer_is_told_with_the_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    def dial(*_arguments: object) -> None:
        raise TimeoutError

    monkeypatch.setattr("trackit_console.transports.connection.dial", dial)
    found = check_web_address("http://127.0.0.1:81/", Cancel())
    assert found.code == "connect_timed_out" and "within 10 seconds" in str(found.message)


def test_nobody_listens() -> None:
    with scripted(silent) as server:
        url = address(server)
    found = check_web_address(url, Cancel())
    assert found.code == "connection_refused" and "web server" in str(found.remedy)


def test_a_name_that_does_not_exist() -> None:
    found = check_web_address("http://nothing-here.invalid/TrackIt", Cancel())
    assert found.code in ("name_not_found", "name_server_silent")


def test_cancelling_ends_it_at_once() -> None:
    cancel = Cancel()

    def cancelling(talk: Talk) -> None:
        cancel.set()
        talk.wait()

    with scripted(cancelling) as server, pytest.raises(Cancelled):
        check_web_address(address(server), cancel, seconds=30)


class TestHttps:
    """The certificate is checked as browsers check it, and its names and dates are told."""

    def found(self, certificates: Certificates, name: str, *, host: str = "127.0.0.1", trusted: bool = True) -> WebAddressFinding:
        shown = getattr(certificates, name)
        with scripted(WebServer(TrackIt=200), shown.context) as server:
            ca_file = str(certificates.ca_file) if trusted else None
            return check_web_address(address(server, scheme="https", host=host), Cancel(), ca_file)

    def test_a_good_one_answers(self, certificates: Certificates) -> None:
        assert self.found(certificates, "good").answers

    @pytest.mark.parametrize(
        ("name", "code", "words"),
        [
            ("expired", "certificate_expired", "2020-01-01"),
            ("wrong_name", "certificate_wrong_name", "elsewhere.example"),
            ("self_signed", "certificate_self_signed", "localhost"),
            ("not_yet_valid", "certificate_not_yet_valid", "is not valid yet"),
        ],
    )
    def test_a_bad_one_is_named_with_its_names_and_dates(
        self, certificates: Certificates, name: str, code: str, words: str
    ) -> None:
        found = self.found(certificates, name)
        assert (found.answers, found.code) == (False, code)
        assert words in str(found.message)
        assert "mail server" not in str(found.remedy) and "Pinned" not in str(found.remedy)

    def test_an_authority_that_nobody_here_knows(self, certificates: Certificates) -> None:
        found = self.found(certificates, "good", trusted=False)
        assert found.code == "certificate_untrusted" and "computers in your organization" in str(found.remedy)

    def test_no_certificate_at_all(self) -> None:
        with scripted(WebServer(TrackIt=200)) as server:
            found = check_web_address(address(server, scheme="https"), Cancel())
        assert not found.answers and "http://" in str(found.remedy)

    def test_https_where_http_was_typed(self, certificates: Certificates) -> None:
        with scripted(WebServer(TrackIt=200), certificates.good.context) as server:
            found = check_web_address(address(server), Cancel())
        assert not found.answers and "https://" in str(found.remedy)
