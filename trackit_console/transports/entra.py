"""Access tokens of Microsoft Entra by the client credentials flow (IN-02, IN-03, IN-13, IN-17), through msal.

One msal application for each app registration, tenant and credential is shared by all mailboxes of this process, and
with it its cache of tokens: msal renews a token five minutes before it expires. The sign-in server's certificate is
checked whatever an account says of its mail server.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import requests

from trackit_console.settings.oauth import OAuthFields
from trackit_console.transports.clouds import Cloud
from trackit_console.transports.connection_phases import Timeouts
from trackit_console.transports.dialing import SLICE
from trackit_console.transports.entra_credential import Credential, credential_of
from trackit_console.transports.entra_refusals import check_json, failure_of, refusal_of
from trackit_console.transports.errors import TransportError
from trackit_console.transports.https_session import HttpsSession
from trackit_console.transports.importing import IMPORTING
from trackit_console.transports.step_names import StepName
from trackit_console.transports.tls import TlsSettings
from trackit_console.transports.web_answers import retry_after


class EntraSession:
    """Signs in for one account; implements `connection_phases.Abortable`.

    Used by one thread, except for `abort` and `expire`. `token` is cheap as long as the shared cache has one.
    """

    def __init__(self, app: OAuthFields, cloud: Cloud, scope: str, ca_file: str | None, timeouts: Timeouts) -> None:
        self._app = app
        # An IMAP mailbox has the IDs only if it signs in as an app; then they are required.
        self.application_id, self._tenant = app.application_id or "", app.directory_id or ""
        self._cloud = cloud
        self._scope = scope
        self._https = HttpsSession(cloud.sign_in, TlsSettings(ca_file), timeouts, self.application_id)
        self.connection = self._https.connection
        self.connection.facts |= {"application": self.application_id, "tenant": self._tenant, "resource": scope}
        for secret in (app.client_secret, app.certificate_password):
            if secret:
                self.connection.masking.add_secret(secret.get_secret_value())

    def token(self, *, fresh: bool = False) -> str:
        """An access token; `fresh` asks Entra for one even if one is at hand. Raises `TransportError`.

        A connection test wants a fresh one: it shall notice what an administrator has just changed.
        """
        return self._shared().token(self, fresh)

    def renew(self, refused: str) -> str:
        """A token other than `refused`, which a service did not accept any more. Raises `TransportError`."""
        return self._shared().renew(self, refused)

    def abort(self) -> None:
        self.connection.abort()

    def expire(self) -> None:
        self.connection.expire()

    def close(self) -> None:
        self._https.close()

    # ------------------------------------------------------------------ what msal and the shared tokens need

    def _shared(self) -> _SharedTokens:
        credential = credential_of(self._app, self.connection)
        # With the credential: a secret that was just replaced must not be answered by a token of the old one.
        key = (self._cloud.sign_in, self._tenant, self.application_id, self._scope, credential.key)
        with _REGISTRY_LOCK:
            return _REGISTRY.setdefault(key, _SharedTokens(credential))

    @property
    def authority(self) -> str:
        """The address of the tenant."""
        return f"{self._cloud.sign_in}/{self._tenant}"

    @property
    def scope(self) -> str:
        return self._scope

    @property
    def is_known_cloud(self) -> bool:
        """Whether msal knows the sign-in server. For others it would ask login.microsoftonline.com first."""
        return self._app.cloud != "other"

    def get(self, url: str, params: Mapping[str, str] | None = None, headers: Any = None, **_: Any) -> requests.Response:
        """The GET of msal's HTTP client."""
        return self._https.request("GET", url, StepName.SIGN_IN, headers=headers, params=params)

    def post(
        self, url: str, params: Mapping[str, str] | None = None, data: Any = None, headers: Any = None, **_: Any
    ) -> requests.Response:
        """The POST of msal's HTTP client."""
        return self._https.request("POST", url, StepName.SIGN_IN, headers=headers, params=params, data=data)


class _SharedTokens:
    """The msal application that all mailboxes of an app registration use, one at a time."""

    def __init__(self, credential: Credential) -> None:
        self._credential = credential
        self._client: Any = None
        self._http = _CurrentSession()
        self._lock = threading.Lock()

    def token(self, session: EntraSession, fresh: bool) -> str:
        self._take_turn(session)
        try:
            if fresh:
                # A new msal application is made then: the old one would answer with the token that it has.
                self._client = None
            return self._acquire(session)
        finally:
            self._lock.release()

    def renew(self, session: EntraSession, refused: str) -> str:
        self._take_turn(session)
        try:
            token = self._acquire(session)
            # Another mailbox may have renewed it while this one waited.
            if token == refused and self._client is not None:
                self._client.remove_tokens_for_client()
                token = self._acquire(session)
            return token
        finally:
            self._lock.release()

    def _take_turn(self, session: EntraSession) -> None:
        # Not for ever: the mailbox whose turn it is may wait for a server, and this one may be stopped meanwhile.
        while not self._lock.acquire(timeout=SLICE):
            with session.connection.mapped(StepName.SIGN_IN):
                pass

    def _acquire(self, session: EntraSession) -> str:
        self._http.session = session
        try:
            client = self._client or self._new_client(session)
            answer: dict[str, Any] = client.acquire_token_for_client([session.scope])
            if "access_token" not in answer:
                raise refusal_of(answer, self._http.last, session.connection).after(self._http.retry_after)
        except TransportError:
            # msal would repeat a refusal from memory for a minute, also after the administrator has mended the cause.
            self._client = None
            raise
        except (
            Exception
        ) as error:  # msal has no error of its own: ValueError for a wrong tenant, others for a fault of the server
            self._client = None
            raise failure_of(error, self._http.last, session.connection).after(self._http.retry_after) from None
        self._client = client
        token: str = answer["access_token"]
        session.connection.masking.add_secret(token)
        return token

    def _new_client(self, session: EntraSession) -> Any:
        with IMPORTING:
            import msal  # slow to import

        return msal.ConfidentialClientApplication(
            session.application_id,
            authority=session.authority,
            client_credential=self._credential.for_msal,
            http_client=self._http,
            # For a host that it does not know, msal would ask login.microsoftonline.com first: unreachable in a closed network.
            instance_discovery=None if session.is_known_cloud else False,
        )


class _CurrentSession:
    """The HTTP client that an msal application is given: the session of the mailbox whose turn it is."""

    def __init__(self) -> None:
        self.session: EntraSession | None = None
        self.last: requests.Response | None = None

    def get(self, url: str, **options: Any) -> requests.Response:
        assert self.session is not None
        return self._checked(self.session.get(url, **options))

    def post(self, url: str, **options: Any) -> requests.Response:
        assert self.session is not None
        return self._checked(self.session.post(url, **options))

    def _checked(self, answer: requests.Response) -> requests.Response:
        assert self.session is not None
        self.last = answer
        check_json(answer, self.session.connection)
        return answer

    def close(self) -> None:
        """Part of msal's interface; the mailboxes close their sessions themselves."""

    @property
    def retry_after(self) -> float | None:
        return None if self.last is None else retry_after(self.last)


_REGISTRY: dict[tuple[str, ...], _SharedTokens] = {}
_REGISTRY_LOCK = threading.Lock()
