"""The sign-in service: discovery, and the token endpoint for client credentials (v2-oauth2-client-creds-grant-flow).

What an app may do in mailboxes is decided by Graph and EWS; a token is issued without any permission too.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from urllib.parse import unquote_plus, urlsplit

from cryptography import x509

from tests.servers.microsoft.http import Request, Response, Router, json_response
from tests.servers.microsoft.sign_in_errors import SignInRefused
from tests.servers.microsoft.tokens import Token, TokenIssuer, check_assertion

TENANT = "5f0a9f0e-8d0c-4c8b-9a41-0c9be5b7a001"
GRAPH_RESOURCES = frozenset({"https://graph.microsoft.com", "00000003-0000-0000-c000-000000000000"})
EXCHANGE_RESOURCES = frozenset({"https://outlook.office365.com", "https://outlook.office.com"})
EXCHANGE_ROLES = frozenset({"full_access_as_app", "EWS.AccessAsApp", "IMAP.AccessAsApp", "POP.AccessAsApp", "SMTP.SendAsApp"})
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SHARED_TENANTS = frozenset({"common", "organizations", "consumers"})


@dataclass
class App:
    """An app registration with its service principal in one tenant."""

    tenant: str
    client_id: str
    secrets: dict[str, datetime | None] = field(default_factory=dict)
    """Each secret's value with its expiry."""
    certificates: list[x509.Certificate] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    """Application permissions with admin consent."""
    name: str = "Help desk"
    enabled: bool = True
    scopes: dict[str, set[str]] = field(default_factory=dict)
    """RBAC for Applications: roles per mailbox address, which no token shows."""


@dataclass(frozen=True)
class TokenRequest:
    """One request to the token endpoint, without its secret; `error` is 0 where a token was issued."""

    tenant: str
    client_id: str
    scope: str
    grant: str
    credential: str
    error: int
    time: datetime


@dataclass
class _Refusal:
    code: int
    times: int | None
    client_id: str | None
    retry_after: int | None
    where: str


class Entra:
    """Tenants, apps and tokens of one cloud."""

    def __init__(self, now: Callable[[], datetime], lock: RLock) -> None:
        self._now, self._lock = now, lock
        self._issuer = TokenIssuer()
        self._apps: dict[tuple[str, str], App] = {}
        self._refusals: list[_Refusal] = []
        self.tenants: set[str] = {TENANT}
        self.foreign_tenants: dict[str, str] = {}
        """Tenants of other national clouds, with the cloud's name: `microsoftonline.us`."""
        self.resources: set[str] = set(GRAPH_RESOURCES | EXCHANGE_RESOURCES)
        """What tokens can be had for, beside the server's own address."""
        self.token_lifetime: float = 3599
        self.requests: list[TokenRequest] = []
        self.discoveries: list[str] = []
        """Tenants whose configuration was fetched."""

    def add_app(
        self,
        tenant: str,
        client_id: str,
        secret: str | None = None,
        certificate: bytes | Path | None = None,
        roles: Iterable[str] = (),
        secret_expires: datetime | None = None,
        name: str = "Help desk",
    ) -> App:
        """`certificate` is the public one in PEM, as an admin uploads it."""
        app = App(tenant, client_id, roles=list(roles), name=name)
        if secret is not None:
            app.secrets[secret] = secret_expires
        if certificate is not None:
            pem = certificate.read_bytes() if isinstance(certificate, Path) else certificate
            app.certificates.append(x509.load_pem_x509_certificate(pem))
        with self._lock:
            self.tenants.add(tenant)
            self._apps[tenant.lower(), client_id.lower()] = app
        return app

    def app(self, tenant: str, client_id: str) -> App | None:
        return self._apps.get((tenant.lower(), client_id.lower()))

    def refuse(
        self, code: int, times: int | None = 1, client_id: str | None = None, retry_after: int | None = None, where: str = "token"
    ) -> None:
        """Answers the next requests with this AADSTS code (90055 is HTTP 429); `where` is `token` or `discovery`."""
        self._refusals.append(_Refusal(code, times, client_id, retry_after, where))

    def clear_refusals(self) -> None:
        """Ends what `refuse` began."""
        self._refusals.clear()

    def expire_tokens(self) -> None:
        """All tokens issued so far count as expired."""
        self._issuer.revoke_all()

    def token(self, tenant: str, client_id: str, resource: str) -> str:
        """A token without a request, for tests of the other services."""
        app = self.app(tenant, client_id)
        assert app
        return self._issued(app, resource, "https://localhost")

    def read_token(self, text: str, audiences: set[str]) -> Token:
        """Raises `TokenError`."""
        return self._issuer.read(text, audiences, self._now())

    # Routes

    def register(self, router: Router) -> None:
        router.add(r"/common/discovery/instance$", self._instance)
        router.add(r"/[^/]+/v2\.0/\.well-known/openid-configuration$", self._configuration)
        router.add(r"/[^/]+/oauth2/v2\.0/token$", self._token)

    def _instance(self, request: Request) -> Response:
        asked = urlsplit(dict(request.query).get("authorization_endpoint", ""))
        if f"https://{asked.netloc}" != request.origin:
            return SignInRefused(50049).response()
        tenant = [*asked.path.split("/"), ""][1]
        host = asked.netloc
        metadata = [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}]
        return json_response(
            {
                "tenant_discovery_endpoint": f"{request.origin}/{tenant}/v2.0/.well-known/openid-configuration",
                "api-version": "1.1",
                "metadata": metadata,
            }
        )

    def _configuration(self, request: Request) -> Response:
        tenant = request.segments[0]
        self.discoveries.append(tenant)
        try:
            self._meet_refusal("discovery", "", {"tenant": tenant})
            self._check_tenant(tenant)
        except SignInRefused as refused:
            return refused.response(request.headers.get("client-request-id", ""))
        base = f"{request.origin}/{tenant}"
        return json_response(
            {
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
                "jwks_uri": f"{base}/discovery/v2.0/keys",
                "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
                "scopes_supported": ["openid", "profile", "email", "offline_access"],
                "issuer": f"{base}/v2.0",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
                "tenant_region_scope": "EU",
                "cloud_instance_name": "microsoftonline.com",
            }
        )

    def _token(self, request: Request) -> Response:
        form, tenant, code = _form(request), request.segments[0], 0
        try:
            if request.method != "POST":
                raise SignInRefused(900144, parameter="grant_type")
            return self._granted(request, form, tenant)
        except SignInRefused as refused:
            code = refused.code
            return refused.response(request.headers.get("client-request-id", ""))
        finally:
            credential = next((name for name in ("client_secret", "client_assertion", "password") if form.get(name)), "")
            self.requests.append(
                TokenRequest(
                    tenant,
                    form.get("client_id", ""),
                    form.get("scope", ""),
                    form.get("grant_type", ""),
                    credential,
                    code,
                    self._now(),
                )
            )

    def _granted(self, request: Request, form: dict[str, str], tenant: str) -> Response:
        for parameter in ("grant_type", "client_id", "scope"):
            if not form.get(parameter):
                raise SignInRefused(900144, parameter=parameter)
        resource = form["scope"].removesuffix("/.default")
        facts = {"tenant": tenant, "client_id": form["client_id"], "resource": resource, "user": form.get("username", "")}
        self._meet_refusal("token", form["client_id"], facts)
        if form["grant_type"] != "client_credentials":
            raise SignInRefused(70003, grant=form["grant_type"])
        app = self._app_of(tenant, form["client_id"])
        self._check_credential(request, form, app)
        self._check_scope(form["scope"], resource, app, request.origin)
        if not app.enabled:
            raise SignInRefused(7000112, client_id=app.client_id, name=app.name)
        seconds = int(self.token_lifetime)
        token = self._issued(app, resource, request.origin)
        return json_response({"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": token})

    def _meet_refusal(self, where: str, client_id: str, facts: dict[str, str]) -> None:
        for refusal in self._refusals:
            if refusal.where == where and refusal.times != 0 and refusal.client_id in (None, client_id):
                if refusal.times is not None:
                    refusal.times -= 1
                raise SignInRefused(refusal.code, refusal.retry_after, **facts)

    def _check_tenant(self, tenant: str) -> None:
        if tenant.lower() in SHARED_TENANTS:
            return
        if cloud := self.foreign_tenants.get(tenant.lower()):
            raise SignInRefused(90038, tenant=tenant, cloud=cloud)
        if not re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[\w-]+(\.[\w-]+)+", tenant):
            raise SignInRefused(900023, tenant=tenant)
        if tenant.lower() not in {each.lower() for each in self.tenants}:
            raise SignInRefused(90002, tenant=tenant)

    def _app_of(self, tenant: str, client_id: str) -> App:
        self._check_tenant(tenant)
        if tenant.lower() in SHARED_TENANTS:
            # Which tenant would it be? A single-tenant app cannot say, a client-credentials request never.
            name = next((app.name for (_, known), app in self._apps.items() if known == client_id.lower()), "")
            raise (
                SignInRefused(50194, client_id=client_id, name=name)
                if name
                else SignInRefused(700016, client_id=client_id, tenant=tenant)
            )
        app = self.app(tenant, client_id)
        if app is None:
            raise SignInRefused(700016, client_id=client_id, tenant=tenant)
        return app

    def _check_credential(self, request: Request, form: dict[str, str], app: App) -> None:
        if assertion := form.get("client_assertion"):
            if form.get("client_assertion_type") != ASSERTION_TYPE:
                raise SignInRefused(900144, parameter="client_assertion_type")
            endpoint = f"{request.origin}{urlsplit(request.target).path}"
            check_assertion(assertion, app.certificates, app.client_id, endpoint, datetime.now(UTC))
            return
        secret = form.get("client_secret")
        if not secret:
            raise SignInRefused(7000216)
        if secret not in app.secrets:
            raise SignInRefused(7000215, client_id=app.client_id)
        expires = app.secrets[secret]
        if expires and expires <= self._now():
            raise SignInRefused(7000222, client_id=app.client_id)

    def _check_scope(self, scope: str, resource: str, app: App, origin: str) -> None:
        if not scope.endswith("/.default") or " " in scope:
            raise SignInRefused(1002012, scope=scope)
        if resource not in self.resources | {origin} and not _same_host(resource, origin):
            raise SignInRefused(500011, resource=resource, tenant=app.tenant)

    def _issued(self, app: App, resource: str, origin: str) -> str:
        roles = [role for role in app.roles if _belongs(role, resource)]
        now = self._now()
        return self._issuer.issue(f"{origin}/{app.tenant}/", resource, app.tenant, app.client_id, roles, self.token_lifetime, now)


def _form(request: Request) -> dict[str, str]:
    """The form's fields; id and secret may stand in the Authorization header instead (RFC 6749 section 2.3.1)."""
    kind, _, credentials = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return request.form
    client_id, _, secret = b64decode(credentials).decode().partition(":")
    return {"client_id": unquote_plus(client_id), "client_secret": unquote_plus(secret)} | request.form


def _same_host(resource: str, origin: str) -> bool:
    """Localhost by its other name, on the same port."""
    first, second = urlsplit(resource), urlsplit(origin)
    local = {"localhost", "127.0.0.1"}
    return {first.hostname, second.hostname} <= local and first.port == second.port and first.scheme == "https"


def _belongs(role: str, resource: str) -> bool:
    if resource in GRAPH_RESOURCES:
        return role not in EXCHANGE_ROLES
    return role in EXCHANGE_ROLES if resource in EXCHANGE_RESOURCES else True
