"""Signing in apps at Microsoft Entra: which cloud, which credential, how often, and over which TLS."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msal.application
import msal.individual_cache
import msal.token_cache
import pytest
from pydantic import SecretStr

from tests.client_certificates import PASSWORD, AppCertificate
from tests.servers.certificates import Certificates
from tests.servers.microsoft import TENANT, Microsoft
from tests.servers.office import APP, APP_SECRET, ONLINE, Office
from tests.transports.conftest import ANY_SIZE, message
from trackit_console.settings.exchange_mailbox import Microsoft365
from trackit_console.settings.oauth import CLOUD_LABELS
from trackit_console.transports import entra
from trackit_console.transports.clouds import CLOUDS, cloud_of, default_scope
from trackit_console.transports.connection_phases import Timeouts
from trackit_console.transports.entra import EntraSession
from trackit_console.transports.errors import TransportError, WrongClientSecret
from trackit_console.transports.graph_session import roles_in

SECOND = "second@contoso.example"


def app(**fields: Any) -> Microsoft365:
    usual = {"user_id": ONLINE, "application_id": APP, "directory_id": TENANT, "client_secret": SecretStr(APP_SECRET)}
    return Microsoft365(**{**usual, **fields})


@pytest.mark.covers("IN-13")
class TestClouds:
    @pytest.mark.parametrize(
        ("cloud", "sign_in", "graph"),
        [
            ("worldwide", "login.microsoftonline.com", "graph.microsoft.com"),
            ("us_gcc_high", "login.microsoftonline.us", "graph.microsoft.us"),
            ("us_dod", "login.microsoftonline.us", "dod-graph.microsoft.us"),
            ("china", "login.partner.microsoftonline.cn", "microsoftgraph.chinacloudapi.cn"),
        ],
    )
    def test_hosts_and_scope_follow_the_choice(self, cloud: str, sign_in: str, graph: str) -> None:
        found = cloud_of(app(cloud=cloud))
        assert (found.sign_in, found.graph) == (f"https://{sign_in}", f"https://{graph}")
        assert default_scope(found.graph) == f"https://{graph}/.default"

    def test_every_choice_has_hosts(self) -> None:
        assert {*CLOUDS, "other"} == set(CLOUD_LABELS)

    def test_other_takes_what_was_typed(self) -> None:
        other = app(cloud="other", sign_in_url="https://login.cloud.example/", graph_url="https://graph.cloud.example/")
        found = cloud_of(other, "https://mail.cloud.example/EWS/Exchange.asmx")
        assert (found.sign_in, found.graph) == ("https://login.cloud.example", "https://graph.cloud.example")
        assert found.exchange == "https://mail.cloud.example"

    def test_other_asks_no_host_but_those(self, office: Office) -> None:
        """In a closed network msal's question to login.microsoftonline.com would never be answered."""
        with office.source() as source:
            assert source.unread() == 0
        assert not [path for path in office.microsoft.paths() if "discovery/instance" in path]
        assert {each.scope for each in office.microsoft.token_requests} == {f"{office.microsoft.url}/.default"}


@pytest.mark.covers("IN-17")
class TestCredentials:
    @pytest.mark.parametrize("form", ["pfx", "pem"])
    def test_a_certificate_instead_of_a_secret(self, office: Office, tmp_path: Path, form: str) -> None:
        certificate = AppCertificate()
        file = tmp_path / f"app.{form}"
        file.write_bytes(certificate.pfx(PASSWORD) if form == "pfx" else certificate.pem(PASSWORD))
        uploaded = tmp_path / "uploaded.pem"
        uploaded.write_bytes(certificate.public_pem)
        office.microsoft.entra.add_app(TENANT, APP, certificate=uploaded, roles=["Mail.ReadWrite"])
        fields = {"client_secret": None, "certificate_file": str(file), "certificate_password": SecretStr(PASSWORD)}
        with office.source(**fields) as source:
            assert source.unread() == 0
        assert {each.credential for each in office.microsoft.token_requests} == {"client_assertion"}

    def test_a_certificate_that_was_not_uploaded(self, office: Office, tmp_path: Path) -> None:
        file = tmp_path / "app.pfx"
        file.write_bytes(AppCertificate().pfx())
        problem = office.problem(client_secret=None, certificate_file=str(file))
        assert problem.code == "client_certificate_not_accepted"

    def test_a_certificate_whose_password_is_wrong(self, office: Office, tmp_path: Path) -> None:
        file = tmp_path / "app.pfx"
        file.write_bytes(AppCertificate().pfx(PASSWORD))
        problem = office.problem(client_secret=None, certificate_file=str(file), certificate_password=SecretStr("wrong"))
        assert problem.code == "client_certificate_unusable"
        assert problem.detail

    def test_a_new_secret_is_used_at_once(self, office: Office) -> None:
        with office.source():
            office.app.secrets = {"a new one": None}
        assert office.problem(client_secret=SecretStr("wrong")).code == "wrong_client_secret"
        with office.source(client_secret=SecretStr("a new one")):
            pass
        assert len(office.microsoft.token_requests) == 3


class SimulatedTime:
    """The time that msal and the cloud see."""

    def __init__(self) -> None:
        self.seconds = time.time()

    def __call__(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, UTC)


@pytest.fixture
def simulated_time(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimulatedTime]:
    clock = SimulatedTime()
    office.microsoft.now = clock.now
    for module in (msal.application, msal.token_cache, msal.individual_cache):
        monkeypatch.setattr(module, "time", SimpleNamespace(time=clock, sleep=time.sleep))
    yield clock


def visit(office: Office, user: str) -> None:
    with office.source(user_id=user) as source:
        list(source.fetch_new(None, 1, ANY_SIZE))
        source.finish()


@pytest.mark.covers("IN-02")
class TestHowOften:
    def test_a_thousand_polls_of_two_mailboxes_in_ten_hours_need_eleven_tokens(
        self, office: Office, simulated_time: SimulatedTime
    ) -> None:
        office.microsoft.add_mailbox(SECOND)
        for number in range(1000):
            # What a poll does of it: a session of its own, and a token.
            session = office.source(user_id=(ONLINE, SECOND)[number % 2])._session
            session._entra.token()
            session.close()
            simulated_time.seconds += 36
        assert 10 <= len(office.microsoft.token_requests) <= 11

    def test_a_token_is_renewed_before_it_expires(self, office: Office, simulated_time: SimulatedTime) -> None:
        visit(office, ONLINE)
        simulated_time.seconds += 3599 - 290
        visit(office, ONLINE)
        assert [each.error for each in office.microsoft.token_requests] == [0, 0]

    def test_a_connection_test_asks_for_a_new_token(self, office: Office) -> None:
        with office.source():
            pass
        office.app.secrets = {"changed": None}
        assert office.steps()["sign_in"].code == "wrong_client_secret"

    @pytest.mark.parametrize("number", [7000215, 65001, 90033])
    def test_a_refusal_is_not_repeated_from_memory(self, office: Office, number: int) -> None:
        """The administrator mends the cause and tests again at once."""
        office.microsoft.entra.refuse(number)
        assert office.problem().step == "sign_in"
        with office.source():
            pass
        assert [each.error for each in office.microsoft.token_requests] == [number, 0]

    def test_a_wrong_tenant_is_not_repeated_from_memory(self, office: Office) -> None:
        tenant = "77777777-0000-4000-8000-000000000000"
        assert office.problem(directory_id=tenant).code == "tenant_not_found"
        office.microsoft.entra.add_app(tenant, APP, secret=APP_SECRET, roles=["Mail.ReadWrite"])
        with office.source(directory_id=tenant):
            pass

    def test_a_token_that_is_refused_in_mid_run_is_renewed_once(self, office: Office) -> None:
        for number in range(3):
            office.mailbox.deliver(message(number))
        office.microsoft.faults.after(1, office.microsoft.entra.expire_tokens, "GET */$value")
        assert [each.raw for each in office.new()[0]] == [message(number) for number in range(3)]
        assert len(office.microsoft.token_requests) == 2

    def test_two_mailboxes_that_notice_it_renew_it_once(self, office: Office) -> None:
        office.microsoft.add_mailbox(SECOND)
        with office.source() as first, office.source(user_id=SECOND) as second:
            office.microsoft.entra.expire_tokens()
            assert (first.unread(), second.unread()) == (0, 0)
        assert len(office.microsoft.token_requests) == 2

    def test_apps_and_clouds_do_not_share(self, office: Office) -> None:
        other = "99999999-2222-3333-4444-555555555555"
        office.microsoft.entra.add_app(TENANT, other, secret=APP_SECRET, roles=["Mail.ReadWrite"])
        for application in (APP, other):
            with office.source(application_id=application):
                pass
        assert [each.client_id for each in office.microsoft.token_requests] == [APP, other]


@pytest.mark.covers("IN-09", "IN-13", "SEC-01")
class TestTls:
    @pytest.fixture
    def untrusted(self, certificates: Certificates) -> Iterator[Office]:
        """A cloud whose certificate nobody vouches for."""
        entra._REGISTRY.clear()
        with Microsoft(certificates.self_signed) as cloud:
            yield Office(cloud, certificates.ca_file)

    def test_the_sign_in_is_checked_although_the_mailbox_says_no(self, untrusted: Office) -> None:
        """Otherwise anybody on the way could read the client secret."""
        problem = untrusted.problem(validate_server_certificate=False)
        assert (problem.step, problem.code) == ("tls", "certificate_self_signed")
        assert untrusted.microsoft.requests == []

    def test_neither_does_a_pinned_certificate_open_it(self, untrusted: Office, certificates: Certificates) -> None:
        assert untrusted.problem(pinned_certificate=certificates.self_signed.fingerprint).code == "certificate_self_signed"

    def test_graph_itself_is_checked_by_the_switch(self, untrusted: Office, office: Office, certificates: Certificates) -> None:
        # Signs in at the good server, reads at the other: tokens of one are not known to the other.
        fields = {"graph_url": untrusted.microsoft.url, "sign_in_url": office.microsoft.url}
        office.microsoft.entra.resources.add(untrusted.microsoft.url)
        assert office.problem(**fields).step == "tls"
        unchecked = office.problem(**fields, validate_server_certificate=False)
        assert (unchecked.step, unchecked.code) == ("folder", "token_not_accepted")
        pinned = office.problem(**fields, pinned_certificate=certificates.self_signed.fingerprint)
        assert pinned.code == "token_not_accepted"

    def test_a_good_and_a_bad_server_in_one_process(self, untrusted: Office, office: Office) -> None:
        for _ in range(2):
            assert untrusted.problem().code == "certificate_self_signed"
            with office.source() as source:
                assert source.unread() == 0

    @pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
    def test_the_ca_file_counts_and_not_the_environment(
        self, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        bundle = tmp_path / "other.pem"
        bundle.write_text("-----BEGIN NOTHING-----\n")
        monkeypatch.setenv(name, str(bundle))
        with office.source() as source:
            assert source.unread() == 0

    def test_without_the_ca_file_the_private_authority_is_unknown(self, office: Office) -> None:
        assert office.problem(ca_file=None).code == "certificate_untrusted"

    @pytest.mark.parametrize("name", ["expired", "wrong_name", "not_yet_valid", "sha1"])
    def test_faults_of_certificates_are_named(self, certificates: Certificates, name: str) -> None:
        codes = {"expired": "certificate_expired", "wrong_name": "certificate_wrong_name"}
        with Microsoft(getattr(certificates, name)) as cloud:
            problem = Office(cloud, certificates.ca_file).problem()
        assert problem.step == "tls"
        assert problem.code == codes.get(name, problem.code) and problem.code.startswith("certificate_")


class TestSession:
    def session(self, office: Office, secret: str = APP_SECRET) -> EntraSession:
        settings = office.settings(client_secret=SecretStr(secret))
        cloud = cloud_of(settings)
        return EntraSession(settings, cloud, default_scope(cloud.graph), settings.ca_file, Timeouts(5, 5))

    def test_gives_and_renews_tokens(self, office: Office) -> None:
        session = self.session(office)
        first = session.token()
        assert session.token() == first
        second = session.renew(first)
        assert second != first
        assert session.renew(first) == second
        assert roles_in(second) == frozenset({"Mail.ReadWrite", "Mail.Send"})
        session.close()

    def test_a_session_that_was_aborted_gives_none(self, office: Office) -> None:
        session = self.session(office)
        session.abort()
        with pytest.raises(TransportError) as raised:
            session.token()
        assert raised.value.code == "cancelled"

    def test_the_words_of_entra_are_kept_with_the_trace_id(self, office: Office) -> None:
        with pytest.raises(WrongClientSecret) as raised:
            self.session(office, "wrong").token()
        assert "AADSTS7000215" in raised.value.detail and "Trace ID" in raised.value.detail

    @pytest.mark.parametrize("token", ["", "x", "a.b.c", "a.e30.c", "a.W10.c", "a.eyJyb2xlcyI6IFtdfQ.c"])
    def test_a_token_that_tells_no_roles(self, token: str) -> None:
        assert roles_in(token) is None
