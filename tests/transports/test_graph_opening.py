"""Opening a mailbox of Microsoft 365: the folder, and every refusal by its step, its code and its own remedy."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.servers.microsoft import TENANT, Fault, faults
from tests.servers.microsoft.http import Response, json_response
from tests.servers.office import APP, ONLINE, Office
from trackit_console.transports.errors import Cancelled
from trackit_console.transports.steps import StepState

NOT_THERE = "99999999-0000-4000-8000-000000000000"
GRAPH = "* /v1.0/*"


OF_ENTRA = {
    7000215: "wrong_client_secret",
    7000222: "client_secret_expired",
    700016: "app_not_found",
    90002: "tenant_not_found",
    65001: "consent_missing",
    50034: "user_not_found",
    50076: "multi_factor_needed",
    700027: "client_certificate_not_accepted",
    53003: "conditional_access",
    50194: "tenant_id_needed",
    90038: "wrong_cloud",
    500011: "service_not_in_tenant",
    7000112: "app_disabled",
    90033: "server_busy",
    90055: "account_throttled",
    50126: "wrong_password",
    700024: "clock_wrong",
    70011: "scope_refused",
    900144: "client_secret_missing",
}
"""The numbers of refusals (AADSTS) and what is made of them."""

BEFORE_ENTRA: dict[str, tuple[Fault, str]] = {
    "a web page": (faults.proxy_page(), "web_page_instead"),
    "a web page, 403": (faults.proxy_page(403), "web_page_instead"),
    "a web page, 503": (faults.proxy_page(503), "server_busy"),
    "cut short": (faults.truncated(), "answer_incomplete"),
    "unavailable": (faults.unavailable(), "server_busy"),
    "too many requests": (faults.too_many_requests(), "server_busy"),
    "no JSON": (faults.malformed(), "entra_refused"),
}

OF_GRAPH: dict[str, tuple[Fault, str]] = {
    "no Inbox yet": (faults.error(404, "ErrorItemNotFound", "Default folder Inbox not found."), "mailbox_never_opened"),
    "throttled": (faults.throttled(), "account_throttled"),
    "too many requests": (faults.too_many_requests(), "account_throttled"),
    "activity limit": (faults.error(429, "activityLimitReached"), "account_throttled"),
    "unavailable": (faults.unavailable(), "server_busy"),
    "gateway timeout": (faults.gateway_timeout(), "server_busy"),
    "internal error": (faults.internal_error(), "server_busy"),
    "a web page": (faults.proxy_page(), "web_page_instead"),
    "a web page, 403": (faults.proxy_page(403), "web_page_instead"),
    "a web page, 503": (faults.proxy_page(503), "server_busy"),
    "cut short": (faults.truncated(), "answer_incomplete"),
    "no JSON": (faults.malformed(), "answer_incomplete"),
    "an empty error": (Fault(json_response({"error": None})), "protocol_broken"),
    "an odd folder": (Fault(json_response({"id": 7, "displayName": "x", "unreadItemCount": "many"})), "protocol_broken"),
    "sent on": (Fault(Response(302, b"", {"Location": "https://portal.example/"})), "graph_refused"),
    "nothing": (Fault(Response(200, b"", {})), "protocol_broken"),
    "lost in the body": (faults.closed_in_body(), "connection_lost"),
    "expired token": (faults.expired_token(), "token_not_accepted"),
    "no such mailbox": (faults.error(404, "ResourceNotFound"), "mailbox_not_found"),
    "mailbox elsewhere": (faults.error(404, "extensionError"), "mailbox_not_enabled"),
    "not in this cloud": (faults.error(501, "notSupported"), "service_not_in_cloud"),
    "mailbox full": (faults.error(507, "ErrorQuotaExceeded"), "online_mailbox_full"),
    "teapot": (faults.error(418, "teapot", "I am one."), "graph_refused"),
}


def failure(office: Office, **fields: object) -> tuple[str, str]:
    """The step that fails in a connection test, and the code; the monitor must meet the same error."""
    failed = [step for step in office.steps(**fields).values() if step.state is StepState.FAILED]
    assert len(failed) == 1, failed
    assert failed[0].remedy
    return failed[0].name.value, failed[0].code


@pytest.mark.covers("IN-02", "IN-10")
class TestWithoutFault:
    def test_every_step_is_told(self, office: Office) -> None:
        told = {name: str(step.detail) for name, step in office.steps().items()}
        assert told["resolve"] == "Found at 127.0.0.1." or "127.0.0.1" in told["resolve"]
        assert told["connect"].startswith("Connected to 127.0.0.1, port ")
        assert told["tls"].startswith("TLSv1.3, certificate from ")
        assert told["sign_in"] == f"Signed in as the app {APP}."
        assert told["folder"] == "INBOX: 0 unread messages."

    def test_the_requests_ask_for_immutable_ids_and_can_be_found_by_support(self, office: Office) -> None:
        with office.source() as source:
            list(source.fetch_new(None, 10, 1))
        asked = [each for each in office.microsoft.requests if each.path.startswith("/v1.0/")]
        assert all('IdType="ImmutableId"' in each.headers["prefer"] for each in asked)
        assert len({each.headers["client-request-id"] for each in asked}) == len(asked)

    def test_a_connection_is_used_for_all_requests(self, office: Office) -> None:
        with office.source() as source:
            opened = source._session.connection.sock.getsockname()
            list(source.fetch_new(None, 10, 1))
            source.unread()
            assert source._session.connection.sock.getsockname() == opened


@pytest.mark.covers("IN-10")
class TestRefusals:
    @pytest.mark.faults
    @pytest.mark.parametrize(("number", "code"), OF_ENTRA.items())
    def test_of_the_sign_in(self, office: Office, number: int, code: str) -> None:
        office.microsoft.entra.refuse(number, times=None)
        assert failure(office) == ("sign_in", code)
        assert office.problem().code == code

    @pytest.mark.faults
    @pytest.mark.parametrize("request_", ["GET *openid-configuration", "POST */token"])
    @pytest.mark.parametrize(("fault", "code"), BEFORE_ENTRA.values(), ids=BEFORE_ENTRA)
    def test_of_what_stands_before_the_sign_in(self, office: Office, request_: str, fault: Fault, code: str) -> None:
        office.microsoft.faults.add(request_, fault, times=None)
        assert failure(office) == ("sign_in", code)

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            ({"client_secret": "wrong"}, "wrong_client_secret"),
            ({"application_id": NOT_THERE}, "app_not_found"),
            ({"directory_id": NOT_THERE}, "tenant_not_found"),
            ({"client_secret": None}, "client_secret_missing"),
            ({"client_secret": None, "certificate_file": "/nowhere/app.pfx"}, "client_certificate_unusable"),
        ],
        ids=str,
    )
    def test_of_what_was_typed(self, office: Office, fields: dict[str, object], code: str) -> None:
        assert failure(office, **fields) == ("sign_in", code)
        assert office.problem(**fields).code == code

    def test_a_missing_permission_is_named(self, office: Office) -> None:
        office.app.roles = ["User.Read.All"]
        assert failure(office) == ("folder", "application_permission_missing")
        problem = office.problem()
        assert problem.facts["permission"] == "Mail.ReadWrite"
        assert problem.authentication
        assert "ErrorAccessDenied: Access is denied." in problem.detail

    def test_no_role_in_the_token_is_no_reason_not_to_try(self, office: Office) -> None:
        office.app.roles = []
        assert failure(office) == ("folder", "application_permission_missing")
        office.app.scopes[ONLINE] = {"Application Mail.ReadWrite"}
        assert office.steps()["folder"].state is StepState.PASSED

    def test_access_that_is_denied_although_the_permission_is_there(self, office: Office) -> None:
        office.microsoft.faults.add(GRAPH, faults.error(403, "ErrorAccessDenied", "Access is denied."), times=None)
        assert failure(office) == ("folder", "mailbox_access_denied")

    @pytest.mark.parametrize("raop", [True, False])
    def test_an_application_access_policy(self, office: Office, raop: bool) -> None:
        office.mailbox.blocked_apps[APP] = raop
        assert failure(office) == ("folder", "access_policy_excludes_mailbox")

    def test_a_mailbox_that_is_not_there(self, office: Office) -> None:
        assert failure(office, user_id="nobody@contoso.example") == ("folder", "mailbox_not_found")
        problem = office.problem(user_id="nobody@contoso.example")
        assert str(problem.message) == f"Microsoft 365 has no mailbox nobody@contoso.example in the directory {TENANT}."

    def test_a_user_without_a_license(self, office: Office) -> None:
        office.microsoft.add_mailbox("new@contoso.example", licensed=False)
        assert failure(office, user_id="new@contoso.example") == ("folder", "mailbox_not_enabled")

    @pytest.mark.faults
    @pytest.mark.parametrize(("fault", "code"), OF_GRAPH.values(), ids=OF_GRAPH)
    def test_of_graph(self, office: Office, fault: Fault, code: str) -> None:
        office.microsoft.faults.add(GRAPH, fault, times=None)
        assert failure(office) == ("folder", code)
        assert office.problem().code == code

    def test_the_innermost_code_that_is_known_counts(self, office: Office) -> None:
        nested = faults.error(400, "ErrorSomething")
        assert nested.response
        nested.response.body = (
            b'{"error": {"code": "ErrorSomething", "message": "m", "innererror": {"code": "mailboxnotenabledforrestapi",'
            b' "innerError": {"code": "ErrorDetail"}}}}'
        )
        office.microsoft.faults.add(GRAPH, nested)
        assert failure(office) == ("folder", "mailbox_not_enabled")

    def test_how_long_to_wait_is_kept(self, office: Office) -> None:
        office.microsoft.faults.add(GRAPH, faults.throttled(42))
        assert office.problem().retry_after == 42
        office.microsoft.entra.refuse(90055, retry_after=17)
        office.microsoft.entra.expire_tokens()
        assert office.problem().retry_after == 17

    def test_an_address_that_is_not_graph(self, office: Office) -> None:
        office.microsoft.faults.add(GRAPH, faults.proxy_page(404), times=None)
        assert failure(office) == ("folder", "web_page_instead")


@pytest.mark.covers("IN-18")
class TestFolders:
    @pytest.mark.parametrize(
        ("made", "typed"),
        [
            ("Help desk", "Help desk"),
            ("Help desk", "help DESK"),
            ("Kunden/Störungen/Büro Köln", "Kunden/Störungen/Büro Köln"),
            ("支持/请求", "支持/请求"),
            ("O'Brien & co/50% + 1?", "O'Brien & co/50% + 1?"),
            ("inbox/Sub/Deep", "INBOX/Sub/Deep"),
            ("Zeta/Eta", "/Zeta/Eta/"),
        ],
    )
    def test_by_its_path(self, office: Office, made: str, typed: str) -> None:
        folder = office.mailbox.make_folder(made)
        with office.source(folder=typed) as source:
            assert source._folder.id == folder.id

    def test_whose_name_has_a_slash(self, office: Office) -> None:
        top = office.mailbox.root
        with_slash = office.mailbox.create_folder("A/B", top)
        nested = office.mailbox.create_folder("C", with_slash)
        decoy = office.mailbox.make_folder("A")
        office.mailbox.create_folder("B", decoy)
        for path, wanted in (("A/B", with_slash), ("A/B/C", nested), ("A", decoy)):
            with office.source(folder=path) as source:
                assert source._folder.id == wanted.id
        # Where the longest name leads nowhere, the shorter one may.
        deeper = office.mailbox.create_folder("D", decoy.children[0])
        with office.source(folder="A/B/D") as source:
            assert source._folder.id == deeper.id

    def test_among_hundreds(self, office: Office) -> None:
        for number in range(300):
            office.mailbox.make_folder(f"Customer {number}/Requests")
        office.asked()
        with office.source(folder="Customer 299/Requests") as source:
            assert source._folder.name == "Requests"
        assert len(office.asked()) == 2

    @pytest.mark.parametrize("path", ["Nowhere", "INBOX/Nowhere", "A/B/C", "Help"])
    def test_that_is_missing(self, office: Office, path: str) -> None:
        office.mailbox.make_folder("Help desk")
        assert failure(office, folder=path) == ("folder", "folder_missing")
        assert office.problem(folder=path).facts["folder"] == path

    def test_the_inbox_whatever_the_language_of_the_mailbox(self, office: Office) -> None:
        office.microsoft.add_mailbox("hilfe@contoso.example", names={"inbox": "Posteingang"})
        for folder in ("INBOX", "Inbox", "Posteingang"):
            with office.source(user_id="hilfe@contoso.example", folder=folder) as source:
                assert source._folder.name == "Posteingang"

    def test_a_shared_mailbox_is_one_like_others(self, office: Office) -> None:
        office.microsoft.add_mailbox("shared@contoso.example", upn="x#EXT#@contoso.onmicrosoft.com")
        for user in ("shared@contoso.example", office.microsoft.mailbox("shared@contoso.example").object_id):
            with office.source(user_id=user) as source:
                assert source.unread() == 0


@pytest.mark.covers("RUN-05")
class TestConcurrency:
    def test_of_one_app_four_requests_are_in_flight_and_the_fifth_waits_and_can_be_cancelled(self, office: Office) -> None:
        release = threading.Event()
        office.microsoft.faults.add(GRAPH, faults.held(release), times=None)
        sources = [office.source() for _ in range(4)]
        with ThreadPoolExecutor(4) as pool:
            opened = [pool.submit(source.__enter__) for source in sources]
            deadline = time.monotonic() + 10
            while len(office.microsoft.paths("GET")) < 5 and time.monotonic() < deadline:  # the sign-in's discovery is one
                threading.Event().wait(0.01)
            fifth = office.source()
            threading.Timer(0.3, fifth.abort).start()
            with pytest.raises(Cancelled), fifth:
                pass
            assert len([path for path in office.microsoft.paths() if path.startswith("/v1.0/")]) == 4
            release.set()
            for source in opened:
                source.result().close()
        assert 429 not in {each.status for each in office.microsoft.requests}

    def test_another_app_has_slots_of_its_own(self, office: Office) -> None:
        other = office.source(application_id=NOT_THERE)
        assert office.source()._session._slots is office.source(user_id="b@contoso.example")._session._slots
        assert office.source()._session._slots is not other._session._slots
