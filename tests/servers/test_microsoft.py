"""The simulated Microsoft 365, by the clients that programs use: msal for sign-in and requests for Graph."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import msal
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from tests.servers.certificates import Certificates
from tests.servers.conftest import ADDRESS, CLIENT, SECRET, START, Client, code, fill, trusting_session
from tests.servers.microsoft import TENANT, Mailbox, Microsoft, faults

# Sign-in


@pytest.fixture
def sign_in(microsoft: Microsoft, certificates: Certificates) -> Callable[..., dict[str, Any]]:
    def acquire(credential: Any = SECRET, client: str = CLIENT, tenant: str = TENANT, scope: str = "") -> dict[str, Any]:
        with trusting_session(certificates.ca_file) as session:
            app = msal.ConfidentialClientApplication(
                client,
                credential,
                authority=f"{microsoft.url}/{tenant}",
                instance_discovery=False,
                http_client=session,
            )
            return dict(app.acquire_token_for_client([scope or f"{microsoft.url}/.default"]))

    return acquire


class KeyPair:
    """A self-signed certificate as an admin makes one for an app."""

    def __init__(self) -> None:
        key = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "help desk")])
        now = datetime.now(UTC)
        made = x509.CertificateBuilder(name, name, key.public_key(), 77, now - timedelta(days=1), now + timedelta(days=9))
        self.public = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        self.private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    @property
    def credential(self) -> dict[str, str]:
        return {"private_key": self.private.decode(), "public_certificate": self.public.decode()}


@pytest.fixture(scope="module")
def key_pair() -> KeyPair:
    return KeyPair()


class TestSignIn:
    def test_a_secret_gives_a_token_that_opens_the_mailbox(
        self, microsoft: Microsoft, mailbox: Mailbox, graph: Client, sign_in: Callable[..., dict[str, Any]]
    ) -> None:
        answer = sign_in()
        graph.session.headers["Authorization"] = f"Bearer {answer['access_token']}"
        assert graph.get("mailFolders/inbox").status_code == 200
        assert answer["expires_in"] == 3599
        asked = microsoft.token_requests[-1]
        assert (asked.tenant, asked.client_id, asked.credential, asked.error) == (TENANT, CLIENT, "client_secret", 0)
        assert SECRET not in repr((microsoft.token_requests, microsoft.requests))

    def test_a_certificate_gives_a_token(
        self, microsoft: Microsoft, key_pair: KeyPair, sign_in: Callable[..., dict[str, Any]]
    ) -> None:
        microsoft.entra.add_app(TENANT, CLIENT, certificate=key_pair.public)
        assert "access_token" in sign_in(key_pair.credential)
        assert microsoft.token_requests[-1].credential == "client_assertion"

    def test_another_certificate_is_refused(
        self, microsoft: Microsoft, key_pair: KeyPair, sign_in: Callable[..., dict[str, Any]]
    ) -> None:
        microsoft.entra.add_app(TENANT, CLIENT, certificate=KeyPair().public)
        answer = sign_in(key_pair.credential)
        assert (answer["error"], answer["error_codes"]) == ("invalid_client", [700027])

    @pytest.mark.filterwarnings("ignore:Using /common:DeprecationWarning")
    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            ({"credential": "wrong"}, 7000215),
            ({"client": "99999999-2222-3333-4444-555555555555"}, 700016),
            ({"scope": "https://elsewhere.example/.default"}, 500011),
            ({"scope": "https://graph.microsoft.com/Mail.Read"}, 1002012),
            ({"tenant": "common"}, 50194),
        ],
    )
    def test_what_is_wrong_is_refused_by_its_code(
        self, mailbox: Mailbox, sign_in: Callable[..., dict[str, Any]], arguments: dict[str, str], expected: int
    ) -> None:
        answer = sign_in(**arguments)
        assert answer["error_codes"] == [expected]
        assert answer["error_description"].startswith(f"AADSTS{expected}: ")
        assert "Trace ID: " in answer["error_description"]
        assert set(answer) >= {"error", "timestamp", "trace_id", "correlation_id", "error_uri"}

    def test_an_expired_secret_and_a_disabled_app_are_refused(
        self, microsoft: Microsoft, sign_in: Callable[..., dict[str, Any]]
    ) -> None:
        app = microsoft.entra.add_app(TENANT, CLIENT, secret=SECRET, secret_expires=START)
        assert sign_in()["error_codes"] == [7000222]
        app.secrets[SECRET] = None
        app.enabled = False
        assert sign_in()["error_codes"] == [7000112]

    def test_an_unknown_tenant_fails_when_the_configuration_is_fetched(
        self, mailbox: Mailbox, sign_in: Callable[..., dict[str, Any]]
    ) -> None:
        with pytest.raises(ValueError, match="Unable to get authority configuration") as caught:
            sign_in(tenant="00000000-0000-0000-0000-000000000009")
        assert "AADSTS90002" in str(caught.value.__context__)

    def test_a_tenant_of_another_cloud_is_told_apart(
        self, microsoft: Microsoft, mailbox: Mailbox, sign_in: Callable[..., dict[str, Any]]
    ) -> None:
        microsoft.entra.foreign_tenants["00000000-0000-0000-0000-000000000009"] = "microsoftonline.us"
        with pytest.raises(ValueError, match="authority") as caught:
            sign_in(tenant="00000000-0000-0000-0000-000000000009")
        assert "AADSTS90038" in str(caught.value.__context__)

    @pytest.mark.parametrize("refused", [50034, 50076, 53003, 65001, 90055])
    def test_refusals_that_need_a_reason_in_the_directory_are_given_on_request(
        self, microsoft: Microsoft, mailbox: Mailbox, sign_in: Callable[..., dict[str, Any]], refused: int
    ) -> None:
        microsoft.entra.refuse(refused, retry_after=2 if refused >= 90000 else None)
        assert sign_in()["error_codes"] == [refused]
        assert microsoft.token_requests[-1].error == refused
        assert "access_token" in sign_in()

    def test_a_secret_may_come_in_the_authorization_header(self, microsoft: Microsoft, graph: Client) -> None:
        form = {"grant_type": "client_credentials", "scope": "https://outlook.office365.com/.default"}
        answer = graph.session.post(f"{microsoft.url}/{TENANT}/oauth2/v2.0/token", form, auth=(CLIENT, SECRET), timeout=10)
        assert answer.json()["token_type"] == "Bearer"

    def test_trouble_at_microsoft_is_a_503_that_msal_raises(
        self, microsoft: Microsoft, mailbox: Mailbox, sign_in: Callable[..., dict[str, Any]]
    ) -> None:
        microsoft.entra.refuse(90033)
        with pytest.raises(msal.exceptions.MsalServiceError, match="503"):
            sign_in()

    def test_instance_discovery_knows_this_cloud_alone(self, microsoft: Microsoft, graph: Client) -> None:
        address = f"{microsoft.url}/common/discovery/instance"
        known = f"{microsoft.url}/{TENANT}/oauth2/v2.0/authorize"
        answer = graph("GET", address, params={"api-version": "1.1", "authorization_endpoint": known})
        assert answer.json()["tenant_discovery_endpoint"].startswith(microsoft.url)
        other = "https://login.elsewhere.example/common/oauth2/v2.0/authorize"
        answer = graph("GET", address, params={"api-version": "1.1", "authorization_endpoint": other})
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_instance")


# Access


class TestAccess:
    def test_a_token_for_another_resource_is_refused(self, graph: Client) -> None:
        graph.sign_in("https://outlook.office365.com")
        assert code(graph.get("messages")) == (401, "InvalidAuthenticationToken")

    @pytest.mark.parametrize("header", ["", "Bearer nonsense", "Basic c3VwcG9ydDpzZWNyZXQ="])
    def test_a_request_without_a_good_token_is_refused(self, graph: Client, header: str) -> None:
        graph.session.headers["Authorization"] = header
        answer = graph.get("messages")
        assert code(answer) == (401, "InvalidAuthenticationToken")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")

    def test_tokens_run_out(self, microsoft: Microsoft, graph: Client) -> None:
        microsoft.entra.expire_tokens()
        assert code(graph.get("messages")) == (401, "InvalidAuthenticationToken")
        microsoft.entra.token_lifetime = 60
        graph.sign_in()
        assert graph.get("messages").status_code == 200
        microsoft.now = lambda: datetime.now(UTC) + timedelta(minutes=2)
        assert code(graph.get("messages")) == (401, "InvalidAuthenticationToken")

    def test_missing_consent_is_refused_per_call(self, microsoft: Microsoft, graph: Client, mailbox: Mailbox) -> None:
        [message] = fill(mailbox, 1)
        app = microsoft.entra.app(TENANT, CLIENT)
        assert app
        app.roles = ["Mail.Read"]
        graph.sign_in()
        assert graph.get(f"messages/{message}").status_code == 200
        assert code(graph("PATCH", f"messages/{message}", json={"isRead": True})) == (403, "ErrorAccessDenied")
        assert code(graph("POST", "sendMail", json={"message": {}})) == (403, "ErrorAccessDenied")

    def test_a_role_of_rbac_opens_one_mailbox_without_a_claim_in_the_token(self, microsoft: Microsoft, graph: Client) -> None:
        app = microsoft.entra.app(TENANT, CLIENT)
        assert app
        app.roles = []
        app.scopes[ADDRESS] = {"Application Mail.ReadWrite"}
        microsoft.add_mailbox("other@contoso.example")
        graph.sign_in()
        assert graph.get("messages").status_code == 200
        graph.user = "other@contoso.example"
        assert code(graph.get("messages")) == (403, "ErrorAccessDenied")

    def test_who_has_no_mailbox_here_is_told_apart(self, microsoft: Microsoft, graph: Client) -> None:
        microsoft.add_mailbox("old@contoso.example", licensed=False)
        microsoft.add_mailbox("foreign@contoso.example", tenant="00000000-0000-0000-0000-000000000009")
        found = {}
        for user in ("old@contoso.example", "nobody@contoso.example", "foreign@contoso.example"):
            graph.user = user
            found[user.partition("@")[0]] = code(graph.get("messages"))
        assert found == {
            "old": (404, "MailboxNotEnabledForRESTAPI"),
            "nobody": (404, "ErrorInvalidUser"),
            "foreign": (404, "ErrorInvalidUser"),
        }

    @pytest.mark.parametrize(("raop", "text"), [(False, "Access to OData is disabled."), (True, "[RAOP]")])
    def test_an_access_policy_keeps_an_app_out(self, graph: Client, mailbox: Mailbox, raop: bool, text: str) -> None:
        mailbox.blocked_apps[CLIENT] = raop
        answer = graph.get("messages")
        assert code(answer) == (403, "ErrorAccessDenied")
        assert text in answer.json()["error"]["message"]

    def test_a_mailbox_is_found_by_id_upn_and_every_address(self, microsoft: Microsoft, graph: Client) -> None:
        made = microsoft.add_mailbox("desk@contoso.example", upn="desk@contoso.onmicrosoft.com", aliases=["it@contoso.example"])
        for name in (made.object_id, made.upn, "IT@Contoso.example", "desk@contoso.example"):
            graph.user = name
            assert graph.get("mailFolders/inbox").json()["id"] == made.folder("inbox").id

    def test_a_fifth_request_in_flight_is_throttled(self, microsoft: Microsoft, graph: Client, mailbox: Mailbox) -> None:
        release = threading.Event()
        microsoft.faults.add("GET */inbox", faults.held(release), times=4)
        with ThreadPoolExecutor(4) as pool:
            waiting = [pool.submit(graph.get, "mailFolders/inbox") for _ in range(4)]
            assert microsoft.access.wait_in_flight(4)
            answer = graph.get("mailFolders/inbox")
            release.set()
            assert [each.result().status_code for each in waiting] == [200] * 4
        assert code(answer) == (429, "ApplicationThrottled")
        assert int(answer.headers["Retry-After"]) >= 1
        assert graph.get("mailFolders/inbox").status_code == 200

    def test_the_limit_may_cover_all_mailboxes_of_an_app(self, microsoft: Microsoft, graph: Client) -> None:
        microsoft.access.one_limit_per_app = True
        microsoft.add_mailbox("other@contoso.example")
        release = threading.Event()
        microsoft.faults.add("GET */inbox", faults.held(release), times=4)
        with ThreadPoolExecutor(4) as pool:
            waiting = [pool.submit(graph.get, "mailFolders/inbox") for _ in range(4)]
            assert microsoft.access.wait_in_flight(4)
            other = graph("GET", f"{microsoft.url}/v1.0/users/other@contoso.example/mailFolders/inbox")
            release.set()
            assert [each.result().status_code for each in waiting] == [200] * 4
        assert other.status_code == 429

    def test_the_request_log_has_no_token(self, microsoft: Microsoft, graph: Client) -> None:
        graph.get("mailFolders/inbox", __select="displayName")
        logged = microsoft.requests[-1]
        assert (logged.method, logged.mailbox, logged.status) == ("GET", ADDRESS, 200)
        assert logged.query == {"$select": "displayName"}
        assert "authorization" not in logged.headers
