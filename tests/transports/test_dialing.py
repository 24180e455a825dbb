"""A name outside of ASCII is asked for, and checked in certificates, as its own: IDNA of 2003 makes another one of ß."""

from __future__ import annotations

import socket
from contextlib import closing
from typing import Any

import pytest

from tests.servers.connect_proxy import ConnectProxy
from trackit_console.transports.connection_phases import Timeouts
from trackit_console.transports.errors import NameNotFound, TransportError
from trackit_console.transports.https_session import HttpsSession
from trackit_console.transports.tls import TlsSettings
from trackit_console.transports.tls_connection import TlsConnection

SECONDS = Timeouts(5, 5)


@pytest.fixture
def resolved(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names that were asked for; none of them exists."""
    names: list[str] = []

    def no_name(host: str, *arguments: Any, **options: Any) -> list[Any]:
        names.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    monkeypatch.setattr(socket, "getaddrinfo", no_name)
    return names


@pytest.mark.covers("IN-10", "SEC-01")
@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("mail.straße.example", "mail.xn--strae-oqa.example"),
        ("bücher.example.", "xn--bcher-kva.example"),
        ("例え。example", "xn--r8jz45g.example"),
        ("Mail.example.com", "Mail.example.com"),
        ("::1", "::1"),
    ],
)
def test_a_server_is_resolved_and_checked_by_its_own_name(resolved: list[str], typed: str, name: str) -> None:
    with closing(TlsConnection(typed, 993, TlsSettings(), SECONDS, "IMAP")) as connection:
        with pytest.raises(NameNotFound) as raised:
            connection.resolve()
        assert (resolved, connection.tls_name) == ([name], name)
    assert typed in str(raised.value.message)


@pytest.mark.covers("IN-10", "SEC-01")
def test_a_name_that_cannot_be_one_is_not_asked_for_as_another(resolved: list[str]) -> None:
    connection = TlsConnection("ma☃ß.example", 993, TlsSettings(), SECONDS, "IMAP")
    with pytest.raises(NameNotFound):
        connection.resolve()
    assert resolved == []


@pytest.mark.covers("IN-10", "SEC-01")
def test_a_proxy_is_told_the_servers_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = ConnectProxy(b"403 Forbidden")
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
    https = HttpsSession("https://mail.straße.example/EWS/Exchange.asmx", TlsSettings(), SECONDS)
    try:
        https.connection.resolve()
        https.connection.connect()
        with pytest.raises(TransportError):
            https.secure()
    finally:
        https.close()
        proxy.stop()
    assert proxy.requests[0].startswith("CONNECT mail.xn--strae-oqa.example:443 ")
