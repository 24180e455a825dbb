"""Servers that refuse, and repeat what they were sent: neither reports nor errors nor their tracebacks tell a secret (SEC-02)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.canaries.planting import Planted, canary, core_of
from tests.canaries.watch import assert_unseen, assert_unseen_in_problem
from tests.client_certificates import AppCertificate
from tests.servers.faults import ScriptedServer, scripted
from tests.servers.microsoft import Fault
from tests.servers.microsoft.exchange import Exchange
from tests.servers.microsoft.http import json_response
from tests.servers.office import Office
from tests.transports.test_secrets import echoing_imap, echoing_pop3, echoing_smtp
from trackit_console.cancel import Cancel
from trackit_console.client_certificate import ClientCertificateProblem, read_client_certificate
from trackit_console.monitor.database_check import check_database
from trackit_console.paths import DataDir
from trackit_console.settings.outgoing import BasicOutgoing
from trackit_console.settings.server_mailbox import Imap, Pop3
from trackit_console.store.chosen_database import url_of
from trackit_console.store.database_setup import schema_state
from trackit_console.store.errors import StoreError
from trackit_console.transports.check import check_mailbox, check_outgoing
from trackit_console.transports.connection_phases import Timeouts
from trackit_console.transports.errors import TransportError
from trackit_console.transports.ews import EwsSource
from trackit_console.transports.imap import ImapSource
from trackit_console.transports.pop3 import Pop3Source
from trackit_console.transports.smtp import SmtpSender
from trackit_console.transports.steps import Step, report

pytestmark = pytest.mark.covers("SEC-02")
Script = Callable[[], Any]
PLAIN = {"use_ssl": False, "starttls": False, "validate_server_certificate": True, "pinned_certificate": None, "ca_file": None}


@pytest.fixture(autouse=True)
def everything_logged(caplog: pytest.LogCaptureFixture, planted: Planted) -> Iterator[None]:
    """Nothing that is logged at any level tells a secret either."""
    with caplog.at_level(logging.DEBUG):
        yield
    assert_unseen("the log", caplog.text, [*planted.cores.values(), core_of("certificate")])


def refused(opened: Callable[[], AbstractContextManager[object]], steps: list[Step], cores: list[str]) -> TransportError:
    """Opens what is refused, and looks at all that it tells."""
    with pytest.raises(TransportError) as caught, opened():
        pass
    assert steps
    assert_unseen("the report", report(steps) + repr(steps), cores)
    assert_unseen("the detail", caught.value.detail + repr(caught.value.facts), cores)
    assert_unseen_in_problem(caught.value, cores)
    return caught.value


def test_imap(planted: Planted) -> None:
    with scripted(echoing_imap(b" NO ")) as server:
        mailbox = located(planted.models["imap"], server)
        assert isinstance(mailbox, Imap)
        steps = list(check_mailbox(mailbox, None, Cancel(), 2))
        refused(lambda: ImapSource(mailbox, Timeouts(1, 1)), steps, list(planted.cores.values()))


def test_pop3(planted: Planted) -> None:
    with scripted(echoing_pop3(b"USER")) as server:
        mailbox = located(planted.models["pop3"], server)
        assert isinstance(mailbox, Pop3)
        steps = list(check_mailbox(mailbox, None, Cancel(), 2))
        refused(lambda: Pop3Source(mailbox, Timeouts(1, 1)), steps, list(planted.cores.values()))


@pytest.mark.parametrize("mechanism", [b"PLAIN", b"LOGIN"], ids=["plain", "login"])
def test_smtp(planted: Planted, mechanism: bytes) -> None:
    with scripted(echoing_smtp(mechanism)) as server:
        changes = {"smtp_server_name": server.host, "port": server.port, "security": "none", "smtp_requires_authentication": True}
        outgoing = planted.models["outgoing-basic"].model_copy(update=PLAIN | changes)
        assert isinstance(outgoing, BasicOutgoing)
        steps = list(check_outgoing(outgoing, "a@example.com", Cancel(), 2))
        refused(lambda: SmtpSender(outgoing, Timeouts(1, 1)), steps, list(planted.cores.values()))


def located(model: Any, server: ScriptedServer) -> Any:
    """The mailbox, with that server as its own."""
    return model.model_copy(update=PLAIN | {"server": server.host, "port": server.port})


def test_microsoft_365_with_a_client_secret_and_the_token_that_it_gets(office: Office, planted: Planted) -> None:
    cores = [*planted.cores.values()]
    secret = canary("microsoft365-secret.client_secret")
    problem = office.problem(client_secret=secret)
    assert_unseen("the report", repr(office.steps(client_secret=secret)), cores)
    assert_unseen_in_problem(problem, cores)
    with office.source() as source:
        token = str(source._session._token).rpartition(".")[2]
        assert_unseen("the source", (source, source._session), [token])
        office.microsoft.faults.add(lambda request: request.path.startswith("/v1.0/"), Fault(json_response({}, 400)), times=None)
        with pytest.raises(TransportError) as caught:
            list(source.fetch_new(None, 5, 1 << 20))
        assert_unseen_in_problem(caught.value, [token])
    problem = office.problem(user_id="nobody@contoso.example")
    assert_unseen_in_problem(problem, [token])


def test_exchange_with_a_password(exchange: Exchange, planted: Planted) -> None:
    cores = [planted.cores["ews_basic.password"]]
    settings = exchange.settings("ews_basic", exchange.add()).model_copy(update={"password": canary("ews_basic.password")})
    steps = list(check_mailbox(settings, None, Cancel(), 5))
    refused(lambda: EwsSource(settings), steps, cores)


@pytest.mark.parametrize("form", ["pem", "pfx"])
def test_a_certificate_and_its_password(tmp_path: Path, form: str) -> None:
    app = AppCertificate()
    core = core_of("certificate")
    password = canary("certificate")
    # A line in the middle of the key.
    key = app.key_pem().decode().splitlines()[12]
    file = tmp_path / f"app.{form}"
    file.write_bytes(getattr(app, form)(password.get_secret_value()))
    read = read_client_certificate(file, password)
    assert key in read.private_key_pem.get_secret_value()
    assert_unseen("the certificate", read, [core, key])
    with pytest.raises(ClientCertificateProblem) as caught:
        read_client_certificate(file, canary("another"))
    assert_unseen_in_problem(caught.value, [core_of("another"), key])


def test_the_password_of_a_sql_server_that_cannot_be_reached(planted: Planted, tmp_path: Path) -> None:
    cores = [planted.cores["database-sqlserver.password"]]
    target: Any = planted.models["database-sqlserver"].model_copy(update={"server": "127.0.0.1", "port": 9})
    steps = list(check_database(target, Cancel()))
    assert_unseen("the report", report(steps) + repr(steps), cores)
    with pytest.raises(StoreError) as caught:
        schema_state(url_of(target, DataDir(tmp_path)))
    assert_unseen("the detail", caught.value.detail, cores)
    assert_unseen_in_problem(caught.value, cores)
