"""Opening an Exchange mailbox: each thing that can be wrong has its step, its code and its advice (IN-10)."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from pydantic import SecretStr

from tests.message_factory import raw_message
from tests.servers.certificates import Certificates
from tests.servers.microsoft import Fault, Mailbox
from tests.servers.microsoft.ews import NEGOTIATE, NTLM, busy, http, item_refused, refused
from tests.servers.microsoft.exchange import CLIENT_SECRET, KINDS, PASSWORD, Exchange
from tests.servers.microsoft.faults import silence
from tests.transports.conftest import ANY_SIZE
from trackit_console.cancel import Cancel
from trackit_console.settings.exchange_mailbox import EwsBasic, EwsOAuth
from trackit_console.transports.check import check_mailbox
from trackit_console.transports.errors import (
    Cancelled,
    CertificateSelfSigned,
    ConnectionLost,
    EwsAppRightMissing,
    ServerBusy,
    TransportError,
)
from trackit_console.transports.ews import EwsSource
from trackit_console.transports.steps import Step, StepState

PAGE = b"<html><head><title>Outlook</title></head><body>Sign in</body></html>"
HTML = {"Content_Type": "text/html; charset=utf-8"}
NAMED = {"resolve": "passed", "connect": "passed", "tls": "passed", "sign_in": "passed", "folder": "passed", "send": "skipped"}


@pytest.fixture
def box(exchange: Exchange) -> Mailbox:
    return exchange.add()


def steps_of(settings: EwsOAuth | EwsBasic) -> list[Step]:
    return [step for step in check_mailbox(settings, None, Cancel(), 5.0) if step.state is not StepState.RUNNING]


def failed(settings: EwsOAuth | EwsBasic) -> Step:
    [step] = [step for step in steps_of(settings) if step.state is StepState.FAILED]
    return step


@pytest.mark.covers("IN-03", "IN-04", "IN-10")
@pytest.mark.parametrize("kind", KINDS)
def test_a_mailbox_that_works_passes_every_step(exchange: Exchange, box: Mailbox, kind: str) -> None:
    box.deliver(raw_message(1))
    steps = steps_of(exchange.settings(kind, box))
    assert {step.name.value: step.state.value for step in steps} == NAMED
    assert str(steps[4].detail) == "INBOX: 1 unread messages."
    assert exchange.operations == ["GetFolder", "FindItem"]


OF_THE_SERVER: dict[str, tuple[Fault, str, str]] = {
    "not found": (http(404), "sign_in", "ews_url_wrong"),
    "a page not found": (http(404, PAGE, **HTML), "sign_in", "ews_url_wrong"),
    "a web page": (http(200, PAGE, **HTML), "sign_in", "ews_page_instead"),
    "to a sign-in page": (http(302, Location="https://sts.example.com/adfs/ls?wa=1"), "sign_in", "ews_redirected"),
    "SOAP of another kind": (http(200, b"<a:Envelope xmlns:a='x'/><!-- Envelope>"), "sign_in", "protocol_broken"),
    "nothing": (http(200), "sign_in", "protocol_broken"),
    "teapot": (http(418), "sign_in", "protocol_broken"),
    "busy": (busy(), "sign_in", "server_busy"),
    "overloaded": (http(503, Retry_After="30"), "sign_in", "server_busy"),
    "too many requests": (http(429, Retry_After="30"), "sign_in", "server_busy"),
    "too many connections": (refused("ErrorExceededConnectionCount"), "sign_in", "account_busy"),
    "mailbox store away": (refused("ErrorMailboxStoreUnavailable"), "sign_in", "server_busy"),
    "no such mailbox": (refused("ErrorNonExistentMailbox"), "sign_in", "ews_mailbox_not_found"),
    "unknown to the front end": (http(500, X_CasErrorCode="UserNotFound"), "sign_in", "ews_mailbox_not_found"),
    "disabled account": (refused("ErrorAccountDisabled"), "sign_in", "account_locked"),
    "expired password": (refused("ErrorPasswordExpired"), "sign_in", "password_expired"),
}


@pytest.mark.faults
@pytest.mark.covers("IN-10")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", OF_THE_SERVER)
def test_what_the_server_refuses_to_both(exchange: Exchange, box: Mailbox, kind: str, name: str) -> None:
    fault, step_name, code = OF_THE_SERVER[name]
    exchange.microsoft.faults.add("POST /EWS/*", fault, times=None)
    step = failed(exchange.settings(kind, box))
    assert (step.name.value, step.code, bool(step.remedy)) == (step_name, code, True)


@pytest.mark.covers("IN-10", "RUN-05")
@pytest.mark.parametrize(("fault", "seconds"), [(busy(45000), 45.0), (http(503, Retry_After="30"), 30.0), (busy(None), None)])
def test_a_busy_server_says_when_to_come_back(exchange: Exchange, box: Mailbox, fault: Fault, seconds: float | None) -> None:
    exchange.microsoft.faults.add("POST /EWS/*", fault)
    with pytest.raises(ServerBusy) as raised, EwsSource(exchange.settings("ews_basic", box)):
        pass
    assert raised.value.retry_after == seconds


@pytest.mark.covers("IN-04", "IN-10")
class TestPassword:
    def test_a_wrong_one(self, exchange: Exchange, box: Mailbox) -> None:
        step = failed(exchange.settings("ews_basic", box, password=SecretStr("wrong")))
        assert (step.name.value, step.code) == ("sign_in", "ews_wrong_password")

    def test_none_stored(self, exchange: Exchange, box: Mailbox) -> None:
        assert failed(exchange.settings("ews_basic", box, password=None)).code == "password_missing"

    def test_a_server_that_offers_only_windows_sign_in(self, exchange: Exchange, box: Mailbox) -> None:
        exchange.ews.offered = [NEGOTIATE, NTLM]
        step = failed(exchange.settings("ews_basic", box))
        assert step.code == "ews_basic_not_offered" and "Negotiate, NTLM" in str(step.detail)

    def test_a_locked_account(self, exchange: Exchange, box: Mailbox) -> None:
        locked = http(401, b"The referenced account is currently locked out and may not be logged on to.")
        exchange.microsoft.faults.add("POST /EWS/*", locked)
        assert failed(exchange.settings("ews_basic", box)).code == "account_locked"

    def test_a_mailbox_that_is_not_shared_with_the_account(self, exchange: Exchange, box: Mailbox) -> None:
        exchange.add("shared@contoso.example")
        step = failed(exchange.settings("ews_basic", box, email_address="shared@contoso.example"))
        assert (step.code, "shared@contoso.example" in str(step.detail)) == ("ews_no_mailbox_rights", True)

    @pytest.mark.parametrize(
        ("fault", "code"),
        [
            (http(403), "ews_forbidden"),
            (refused("ErrorImpersonateUserDenied"), "ews_impersonation_denied"),
            (item_refused("GetFolder", "ErrorFolderNotFound"), "ews_no_mailbox_rights"),
        ],
    )
    def test_what_an_account_may_not(self, exchange: Exchange, box: Mailbox, fault: Fault, code: str) -> None:
        exchange.microsoft.faults.add("POST /EWS/*", fault)
        assert failed(exchange.settings("ews_basic", box)).code == code


@pytest.mark.covers("IN-04", "IN-10")
@pytest.mark.parametrize(("status", "code"), [(401, "basic_auth_off"), (403, "ews_blocked")])
@pytest.mark.parametrize("host", ["outlook.office365.com", "outlook.office365.us", "partner.outlook.cn"])
def test_microsoft_says_no_to_passwords_for_a_reason_of_its_own(
    exchange: Exchange, box: Mailbox, host: str, status: int, code: str
) -> None:
    source = EwsSource(exchange.settings("ews_basic", box))
    source._connection.facts["server"] = host
    exchange.microsoft.faults.add("POST /EWS/*", http(status, WWW_Authenticate='Basic realm=""'))
    with pytest.raises(TransportError) as raised, source:
        pass
    assert raised.value.code == code


@pytest.mark.covers("IN-03", "IN-10")
class TestApp:
    def test_a_wrong_secret(self, exchange: Exchange, box: Mailbox) -> None:
        step = failed(exchange.settings("ews_oauth", box, client_secret=SecretStr("wrong")))
        assert (step.name.value, step.code) == ("sign_in", "wrong_client_secret")
        assert exchange.operations == []

    def test_without_the_permission(self, exchange: Exchange, box: Mailbox) -> None:
        exchange.app.roles.clear()
        step = failed(exchange.settings("ews_oauth", box))
        assert (step.code, "full_access_as_app" in str(step.remedy)) == ("ews_app_right_missing", True)

    def test_a_permission_that_was_just_granted_counts_at_once(self, exchange: Exchange, box: Mailbox) -> None:
        exchange.app.roles.clear()
        settings = exchange.settings("ews_oauth", box)
        with pytest.raises(EwsAppRightMissing), EwsSource(settings):
            pass
        exchange.app.roles.append("full_access_as_app")
        with EwsSource(settings) as source:
            assert source.unread() == 0

    def test_a_token_that_expires_during_a_visit_is_renewed(self, exchange: Exchange, box: Mailbox) -> None:
        box.deliver(raw_message(1))
        with EwsSource(exchange.settings("ews_oauth", box)) as source:
            exchange.microsoft.entra.expire_tokens()
            assert source.unread() == 1

    @pytest.mark.parametrize(
        ("fault", "code"),
        [
            (http(401, WWW_Authenticate="Bearer"), "ews_token_refused"),
            (http(403), "ews_blocked"),
            (refused("ErrorImpersonateUserDenied"), "ews_app_right_missing"),
            (item_refused("GetFolder", "ErrorAccessDenied"), "ews_app_right_missing"),
        ],
    )
    def test_what_an_app_may_not(self, exchange: Exchange, box: Mailbox, fault: Fault, code: str) -> None:
        exchange.microsoft.faults.add("POST /EWS/*", fault, times=None)
        step = failed(exchange.settings("ews_oauth", box))
        assert (step.name.value, step.code) == ("sign_in", code)

    def test_a_mailbox_of_nobody(self, exchange: Exchange) -> None:
        step = failed(exchange.settings("ews_oauth", "nobody@contoso.example"))
        assert (step.code, "nobody@contoso.example" in str(step.detail)) == ("ews_mailbox_not_found", True)


@pytest.mark.covers("IN-09", "SEC-01")
class TestCertificates:
    @pytest.mark.parametrize("kind", KINDS)
    def test_the_switch_is_of_one_mailbox_alone(self, certificates: Certificates, kind: str) -> None:
        with Exchange(certificates, certificate=certificates.self_signed) as bad, Exchange(certificates) as good:
            on_bad, on_good = bad.add(), good.add()
            at_good = {"sign_in_url": good.microsoft.url, "graph_url": good.microsoft.url} if kind == "ews_oauth" else {}
            if kind == "ews_oauth":
                bad.microsoft.entra = good.microsoft.entra
                good.microsoft.entra.resources.add(bad.microsoft.url)
            checked = bad.settings(kind, on_bad, **at_good)
            unchecked = bad.settings(kind, on_bad, validate_server_certificate=False, **at_good)
            fine = good.settings(kind, on_good)
            for _ in range(2):
                for settings, opens in ((checked, False), (unchecked, True), (fine, True)):
                    if opens:
                        with EwsSource(settings) as source:
                            assert source.unread() == 0
                    else:
                        with pytest.raises(CertificateSelfSigned), EwsSource(settings):
                            pass

    def test_one_that_is_pinned_is_accepted(self, certificates: Certificates) -> None:
        with Exchange(certificates, certificate=certificates.self_signed) as server:
            settings = server.settings("ews_basic", server.add(), pinned_certificate=certificates.self_signed.fingerprint)
            assert {step.name.value: step.state.value for step in steps_of(settings)} == NAMED

    def test_the_sign_in_server_is_checked_whatever_the_switch_says(self, certificates: Certificates) -> None:
        with Exchange(certificates, certificate=certificates.self_signed) as server:
            step = failed(server.settings("ews_oauth", server.add(), validate_server_certificate=False))
            assert (step.name.value, step.code) == ("sign_in", "certificate_self_signed")
            assert server.microsoft.token_requests == []

    def test_nothing_of_a_mailbox_stays_in_exchangelib(self, exchange: Exchange, box: Mailbox) -> None:
        from exchangelib.protocol import CachingProtocol

        before = dict(CachingProtocol._protocol_cache)
        with EwsSource(exchange.settings("ews_basic", box)):
            assert CachingProtocol._protocol_cache == before


@pytest.mark.covers("RUN-06", "IN-10")
class TestEnding:
    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("where", ["POST /EWS/*", "* *openid-configuration", "POST */token"])
    def test_a_call_that_waits_is_cancelled_within_a_second(
        self, exchange: Exchange, box: Mailbox, kind: str, where: str
    ) -> None:
        if kind == "ews_basic" and "EWS" not in where:
            pytest.skip("a password needs no sign-in service")
        waits = threading.Event()
        exchange.microsoft.faults.add(where, silence())
        exchange.microsoft.faults.after(1, waits.set, where)
        source = EwsSource(exchange.settings(kind, box))
        ended: list[tuple[type[BaseException], float]] = []

        def open_it() -> None:
            try:
                source.__enter__()
            except TransportError as problem:
                ended.append((type(problem), time.monotonic()))

        thread = threading.Thread(target=open_it)
        thread.start()
        assert waits.wait(10)
        begun = time.monotonic()
        source.abort()
        thread.join(10)
        [(kind_of_end, at)] = ended
        assert kind_of_end is Cancelled and at - begun < 1.0

    def test_a_closed_source_says_so(self, exchange: Exchange, box: Mailbox) -> None:
        with EwsSource(exchange.settings("ews_basic", box)) as source:
            source.finish()
            with pytest.raises(ConnectionLost):
                source.unread()


@pytest.mark.covers("SEC-02")
@pytest.mark.parametrize("kind", KINDS)
def test_no_secret_gets_into_errors_and_logs(
    exchange: Exchange, box: Mailbox, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("exchangelib.util", "urllib3", "msal"):
        caplog.set_level("DEBUG", name)
    seen: list[str] = []

    def echo(request: Any) -> bool:
        seen.append(request.headers.get("authorization", "").partition(" ")[2])
        return False

    exchange.microsoft.faults.add(echo, Fault(), times=None)
    settings = exchange.settings(kind, box)
    with EwsSource(settings) as source:
        list(source.fetch_new(None, 10, ANY_SIZE))
        credentials = seen[-1]
        assert "POST" in caplog.text
        logged = caplog.text
        caplog.clear()
        caplog.set_level("INFO", "exchangelib.util")
        exchange.microsoft.faults.add("POST /EWS/*", http(400, f"<p>{credentials}".encode(), X_CasErrorCode=credentials))
        with pytest.raises(TransportError) as raised:
            source.unread()
    secrets = [credentials, PASSWORD, CLIENT_SECRET]
    told = logged + caplog.text + repr(raised.value) + str(raised.value.message) + raised.value.detail + repr(vars(raised.value))
    assert credentials and not [secret for secret in secrets if secret in told]
