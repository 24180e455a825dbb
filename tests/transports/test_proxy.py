"""Web services behind the proxy that the system names; its TLS is that of the server behind it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.connect_proxy import ConnectProxy
from tests.servers.faults import scripted
from tests.servers.office import Office
from trackit_console.transports.proxy import Proxy, proxy_for
from trackit_console.transports.steps import report

NAMES = ("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY")
URL = "https://graph.microsoft.com/v1.0/"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[ConnectProxy]:
    """A proxy that HTTPS_PROXY names, with credentials."""
    made = ConnectProxy()
    monkeypatch.setenv("HTTPS_PROXY", f"http://clerk:pass%40word@127.0.0.1:{made.port}")
    yield made
    made.stop()


class TestWhich:
    def test_none(self) -> None:
        assert proxy_for(URL) is None

    @pytest.mark.parametrize(
        ("address", "found"),
        [
            ("http://proxy.example:3128", Proxy("proxy.example", 3128)),
            ("proxy.example:3128", Proxy("proxy.example", 3128)),
            ("http://proxy.example", Proxy("proxy.example", 8080)),
            ("http://ada:a%3Ab@proxy.example:1", Proxy("proxy.example", 1, "ada", "a:b")),
            ("http://", None),
        ],
    )
    def test_by_the_environment(self, monkeypatch: pytest.MonkeyPatch, address: str, found: Proxy | None) -> None:
        monkeypatch.setenv("HTTPS_PROXY", address)
        assert proxy_for(URL) == found

    def test_not_for_hosts_that_are_excepted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
        monkeypatch.setenv("NO_PROXY", "localhost,.example.com")
        assert proxy_for("https://mail.example.com/EWS") is None
        assert proxy_for(URL) is not None

    def test_its_password_is_not_printed(self) -> None:
        assert "secret" not in repr(Proxy("proxy.example", 1, "ada", "secret"))


@pytest.mark.covers("IN-10")
class TestTunnel:
    def test_sign_in_and_graph_go_through_it(self, office: Office, proxy: ConnectProxy) -> None:
        steps = office.steps()
        assert str(steps["folder"].detail) == "INBOX: 0 unread messages."
        # The certificate is that of the server behind, and was checked under its name.
        assert "certificate from" in str(steps["tls"].detail)
        assert {head.split()[1] for head in proxy.requests} == {f"localhost:{office.microsoft.port}"}
        assert all("Proxy-Authorization: Basic Y2xlcms6cGFzc0B3b3Jk" in head for head in proxy.requests)

    @pytest.mark.parametrize("status", [b"403 Forbidden", b"407 Proxy Authentication Required", b"502 Bad Gateway"])
    def test_a_refusal_is_told_with_its_words(self, office: Office, monkeypatch: pytest.MonkeyPatch, status: bytes) -> None:
        proxy = ConnectProxy(status)
        try:
            monkeypatch.setenv("HTTPS_PROXY", f"http://clerk:pass%40word@127.0.0.1:{proxy.port}")
            steps = office.steps()
        finally:
            proxy.stop()
        failed = next(step for step in steps.values() if step.code)
        assert failed.code == "proxy_refused"
        assert status.decode() in failed.technical
        assert "localhost" in str(failed.remedy)
        assert "pass@word" not in report([*steps.values()])

    def test_what_is_no_proxy_is_told_apart(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        with scripted(lambda talk: talk.show_text(b"220 mail.example.com ESMTP\r\n")) as server:
            monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{server.port}")
            problem = office.problem()
        assert (problem.code, problem.detail) == ("proxy_refused", "220 mail.example.com ESMTP")

    def test_a_proxy_that_is_away(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        gone = ConnectProxy()
        port = gone.port
        gone.stop()
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        problem = office.problem()
        assert (problem.step, problem.code) == ("connect", "connection_refused")
