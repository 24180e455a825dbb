"""An IMAP mailbox at Exchange Online signs in as an app registration, by XOAUTH2 (IN-19)."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from pydantic import SecretStr

from tests.servers.certificates import Certificates
from tests.servers.faults import CAPABILITIES, Answer, ImapScript, ScriptedServer, Talk, scripted
from tests.servers.microsoft import TENANT
from tests.servers.office import APP, APP_SECRET, ONLINE, Office
from tests.transports.test_faults import mailbox
from trackit_console.cancel import Cancel
from trackit_console.settings.server_mailbox import Imap
from trackit_console.transports.check import check_mailbox
from trackit_console.transports.connection_phases import Timeouts
from trackit_console.transports.errors import TransportError
from trackit_console.transports.imap import ImapSource
from trackit_console.transports.steps import StepState

pytestmark = pytest.mark.covers("IN-19")

WITH_XOAUTH2 = CAPABILITIES + b" AUTH=XOAUTH2"
RESOURCE = "https://127.0.0.1"


def accepting(talk: Talk, tag: bytes) -> None:
    talk.show_text(b"+ \r\n")
    talk.line()
    talk.show_text(tag + b" OK signed in\r\n")


def refusing(words: bytes) -> Answer:
    """As Exchange Online refuses: the details as another challenge, and NO after the client's empty response."""

    def refuse(talk: Talk, tag: bytes) -> None:
        talk.show_text(b"+ \r\n")
        talk.line()
        talk.show_text(b"+ " + base64.b64encode(b'{"status":"400","schemes":"Bearer"}') + b"\r\n")
        assert talk.line() == b""
        talk.show_text(tag + b" NO " + words + b"\r\n")

    return refuse


class Exchange:
    """A scripted IMAP server with XOAUTH2, and a simulated Entra whose tokens are for it."""

    def __init__(self, office: Office, certificates: Certificates) -> None:
        office.microsoft.entra.resources.add(RESOURCE)
        self.office = office
        self.certificates = certificates

    def settings(self, server: ScriptedServer, **fields: Any) -> Imap:
        usual: dict[str, Any] = {
            "user_account_name": ONLINE,
            "password": None,
            "authentication": "microsoft365",
            "application_id": APP,
            "directory_id": TENANT,
            "client_secret": SecretStr(APP_SECRET),
            "cloud": "other",
            "sign_in_url": self.office.microsoft.url,
            "graph_url": self.office.microsoft.url,
            "ca_file": str(self.certificates.ca_file),
        }
        return mailbox(server.port, "ssl", **{**usual, **fields})

    def server(self, answer: Answer = accepting, capabilities: bytes = WITH_XOAUTH2) -> Any:
        return scripted(ImapScript({"AUTHENTICATE": answer}, capabilities=capabilities), self.certificates.good.context)


@pytest.fixture
def exchange(office: Office, certificates: Certificates) -> Exchange:
    return Exchange(office, certificates)


def problem(settings: Imap) -> TransportError:
    with pytest.raises(TransportError) as raised, ImapSource(settings, Timeouts(5, 5)):
        pass
    return raised.value


def test_the_server_gets_the_address_and_the_token(exchange: Exchange) -> None:
    with exchange.server() as server, ImapSource(exchange.settings(server), Timeouts(5, 5)):
        pass
    [command] = [number for number, line in enumerate(server.heard) if b"AUTHENTICATE" in line]
    assert server.heard[command].split(b" ")[1:] == [b"AUTHENTICATE", b"XOAUTH2"]
    user, bearer, *end = base64.b64decode(server.heard[command + 1]).split(b"\x01")
    assert user == f"user={ONLINE}".encode()
    assert bearer.startswith(b"auth=Bearer ey") and end == [b"", b""]
    assert not any(b"LOGIN" in line for line in server.heard)


def test_polls_share_a_token_and_a_connection_test_asks_for_a_fresh_one(exchange: Exchange) -> None:
    with exchange.server() as server:
        settings = exchange.settings(server)
        for _ in range(3):
            with ImapSource(settings, Timeouts(5, 5)):
                pass
        polled = len(exchange.office.microsoft.token_requests)
        steps = [step for step in check_mailbox(settings, None, Cancel(), 5) if step.state is not StepState.RUNNING]
    assert polled == 1
    assert len(exchange.office.microsoft.token_requests) == 2
    assert [step.state for step in steps[:5]] == [StepState.PASSED] * 5


@pytest.mark.parametrize("words", [b"AUTHENTICATE failed.", b"[AUTHENTICATIONFAILED] Authentication failed."])
def test_a_refused_token_is_not_called_a_wrong_password(exchange: Exchange, words: bytes) -> None:
    with exchange.server(refusing(words)) as server:
        found = problem(exchange.settings(server))
    assert (found.code, found.step.value, found.authentication) == ("token_refused", "sign_in", True)
    assert "IMAP.AccessAsApp" in str(found)
    assert "eyJ" not in f"{found!r} {found.detail} {found.facts}"


def test_a_server_without_xoauth2_is_named(exchange: Exchange) -> None:
    with exchange.server(capabilities=CAPABILITIES) as server:
        found = problem(exchange.settings(server))
    assert (found.code, found.step.value) == ("token_sign_in_missing", "sign_in")


def test_what_entra_refuses_is_told_as_for_every_app(exchange: Exchange) -> None:
    with exchange.server() as server:
        found = problem(exchange.settings(server, client_secret=SecretStr("no~secret-of-this-app")))
    assert (found.code, found.step.value) == ("wrong_client_secret", "sign_in")
