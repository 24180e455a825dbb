"""A signed-in session with Microsoft Graph v1.0 for one mailbox: opening it phase by phase, and one request at a time.

`graph_refusals` interprets refusals, `entra` gives the tokens, `https_session` carries the requests.
"""

from __future__ import annotations

import base64
import json
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

import requests

from trackit_console.settings.oauth import OAuthApplication
from trackit_console.transports.clouds import cloud_of, default_scope
from trackit_console.transports.connection_phases import Phase, Timeouts
from trackit_console.transports.dialing import SLICE
from trackit_console.transports.entra import EntraSession
from trackit_console.transports.errors import ProtocolBroken, TransportError
from trackit_console.transports.graph_refusals import Refusal
from trackit_console.transports.https_session import Download, HttpsSession
from trackit_console.transports.opening_phases import opening_phases
from trackit_console.transports.step_names import StepName
from trackit_console.transports.tls import HasTlsSettings
from trackit_console.transports.web_answers import declares_html, json_object
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

CONCURRENT_REQUESTS = 4
"""Maximum requests in flight of one app registration (Microsoft: "Microsoft Graph service-specific throttling limits")."""
SIGNED_IN = QT_TRANSLATE_NOOP("transports", "Signed in as the app {application}.")
# Without it a message gets another ID when it is moved (Microsoft: "Obtain immutable identifiers for Outlook resources").
_IMMUTABLE_IDS = 'IdType="ImmutableId"'
_WITHOUT_DOLLAR = frozenset({"changeType"})
_UNAUTHORIZED, _FIRST_OTHER = 401, 300

A = TypeVar("A", requests.Response, Download)


class GraphRefusal(Exception):
    """Graph refused a request; `problem` is the error for it unless the caller knows better."""

    def __init__(self, refusal: Refusal, problem: TransportError) -> None:
        super().__init__(problem)
        self.refusal = refusal
        self.problem = problem


class GraphSession:
    """Requests about the mailbox `user`. Not thread-safe, except for `abort` and `expire`.

    `tls` says how the certificate of Graph is checked; that of the sign-in server is always checked.
    """

    def __init__(self, app: OAuthApplication, user: str, tls: HasTlsSettings, timeouts: Timeouts) -> None:
        cloud = cloud_of(app)
        self._app = app
        self._base = f"{cloud.graph}/v1.0/users/{quote(user, safe='@')}/"
        self._https = HttpsSession(cloud.graph, tls, timeouts, user)
        self._entra = EntraSession(app, cloud, default_scope(cloud.graph), tls.ca_file, timeouts)
        self.connection = self._https.connection
        self.connection.facts |= {"application": app.application_id, "tenant": app.directory_id}
        self._slots = _slots(cloud.sign_in, app)
        self._token = ""
        self.last_answer: requests.Response | None = None

    # ------------------------------------------------------------------ opening

    def opening(self, *, fresh: bool) -> list[Phase]:
        """The phases resolve, connect, secure and sign in; `fresh` asks Entra for a token even if one is at hand."""
        connection = self.connection
        signed_in = Phrase("transports", SIGNED_IN, {"application": self._app.application_id})
        return [
            *opening_phases(connection, connection.connect, self._https.secure, None),
            Phase(StepName.SIGN_IN, self, partial(self._sign_in, fresh), lambda: signed_in),
        ]

    def _sign_in(self, fresh: bool) -> None:
        self._use(self._entra.token(fresh=fresh))

    def _use(self, token: str) -> None:
        self._token = token
        self.connection.masking.add_secret(token)

    @property
    def roles(self) -> frozenset[str] | None:
        """The application permissions that the token names; None if it names none.

        Then they may still have been granted by RBAC for Applications, which no token shows.
        """
        return roles_in(self._token)

    @property
    def server_date(self) -> str:
        """The Date header of the last answer, as an OData literal in UTC (`2026-01-31T12:00:00Z`); our time if it has none."""
        try:
            assert self.last_answer is not None
            date = parsedate_to_datetime(self.last_answer.headers["Date"])
        except (KeyError, ValueError):
            date = datetime.now(UTC)
        return f"{date:%Y-%m-%dT%H:%M:%SZ}"

    def abort(self) -> None:
        """Interrupts a blocking call, from any thread; that call raises `Cancelled`."""
        self.connection.abort()
        self._entra.abort()

    def expire(self) -> None:
        """Like `abort`, but the call raises `TimedOut`."""
        self.connection.expire()
        self._entra.expire()

    def close(self) -> None:
        """Closes the connections; raises nothing."""
        self._https.close()
        self._entra.close()

    # ------------------------------------------------------------------ requests

    @contextmanager
    def exchange(self, step: StepName = StepName.FOLDER) -> Iterator[None]:
        """Maps to ours what is raised in its block: refusals that nobody was prepared for, answers that make no sense."""
        try:
            yield
        except GraphRefusal as refused:
            raise refused.problem from None
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            raise ProtocolBroken(self.connection.clean(repr(error)), step=step, **self.connection.facts) from None

    def get(self, path: str, *, step: StepName = StepName.FOLDER, prefer: str = "", **query: str) -> dict[str, Any]:
        """The JSON object at `path` below the mailbox, or at a whole address (a link of an answer).

        `query` has the options of OData without their `$`. Raises `GraphRefusal`, `TransportError`.
        """
        return self.call("GET", self._url(path, query), step=step, prefer=prefer)

    def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        step: StepName = StepName.FOLDER,
        prefer: str = "",
        data: bytes | None = None,
    ) -> dict[str, Any]:
        """Sends one request, with `body` as JSON or with `data` as text; returns the object in the answer, empty if none."""
        content: dict[str, Any] = {}
        headers = self._headers(prefer)
        if body is not None or data is not None:
            content["data"] = data if data is not None else json.dumps(body).encode()
            headers["Content-Type"] = "application/json" if data is None else "text/plain"
        url = self._url(path, {})

        def send(authorization: Mapping[str, str]) -> requests.Response:
            return self._https.request(method, url, step, headers={**headers, **authorization}, **content)

        answer = self._signed(send, step)
        self._check(answer, step)
        # What `sendMail` accepts comes back without a body (202).
        return json_object(answer, self.connection, step) if answer.content else {}

    def download(self, path: str, limit: int, step: StepName = StepName.FOLDER) -> Download:
        """Downloads the MIME content at `path`, of a message above `limit` bytes only the beginning."""
        url, headers = self._url(path, {}), self._headers("")

        def send(authorization: Mapping[str, str]) -> Download:
            return self._https.download(url, step, limit, headers={**headers, **authorization})

        download = self._signed(send, step)
        self._check(download.answer, step)
        return download

    def _signed(self, send: Callable[[Mapping[str, str]], A], step: StepName) -> A:
        """Sends with the token at hand; a token that is refused in mid-run is renewed once."""
        # Before the request: graph_submission takes None for "no answer came", and then the message may have been sent.
        self.last_answer = None
        answer = self._in_turn(send, step)
        if _status(answer) == _UNAUTHORIZED:
            self._use(self._entra.renew(self._token))
            answer = self._in_turn(send, step)
        self.last_answer = answer.answer if isinstance(answer, Download) else answer
        return answer

    def _in_turn(self, send: Callable[[Mapping[str, str]], A], step: StepName) -> A:
        with self.slot(step):
            return send({"Authorization": f"Bearer {self._token}"})

    def _check(self, answer: requests.Response, step: StepName) -> None:
        if answer.status_code < _FIRST_OTHER and not declares_html(answer):
            return
        refusal = Refusal(answer)
        problem = refusal.problem(self.connection, step, self.roles)
        if not refusal.has_graphs_form:  # then somebody else answered
            raise problem
        raise GraphRefusal(refusal, problem)

    @contextmanager
    def slot(self, step: StepName) -> Iterator[None]:
        """Waits for one of the requests that the app may have in flight, and holds it in its block."""
        # Not for ever: this mailbox may be stopped while others of the same app use all slots.
        while not self._slots.acquire(timeout=SLICE):
            with self.connection.mapped(step):
                pass
        try:
            yield
        finally:
            self._slots.release()

    def _headers(self, prefer: str) -> dict[str, str]:
        preferences = f"{_IMMUTABLE_IDS}, {prefer}" if prefer else _IMMUTABLE_IDS
        # An ID of ours, so that Microsoft's support finds a request whose answer never came.
        return {"Accept": "*/*", "Prefer": preferences, "client-request-id": str(uuid.uuid4())}

    def _url(self, path: str, query: Mapping[str, str]) -> str:
        # The link of an answer may be anything; HttpsSession sends the token to its own host only.
        url = path if path.startswith("https://") else self._base + path
        if not query:
            return url
        options = {name if name in _WITHOUT_DOLLAR else f"${name}": value for name, value in query.items()}
        return f"{url}?{urlencode(options, quote_via=quote, safe='$:,()')}"  # %20 and not +: OData knows no forms


def _status(answer: requests.Response | Download) -> int:
    return (answer.answer if isinstance(answer, Download) else answer).status_code


def roles_in(token: str) -> frozenset[str] | None:
    """The claim `roles` of an access token, None if there is none. Not verified: it only chooses an advice."""
    try:
        payload = token.split(".")[1]
        roles = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))).get("roles")
    except (IndexError, ValueError, AttributeError):
        return None
    return frozenset(map(str, roles)) if isinstance(roles, list) and roles else None


def segment(identifier: str) -> str:
    """An ID as a segment of a path."""
    return quote(identifier, safe="")


_SLOTS: dict[tuple[str, str, str], threading.BoundedSemaphore] = {}
_SLOTS_LOCK = threading.Lock()


def _slots(sign_in: str, app: OAuthApplication) -> threading.BoundedSemaphore:
    """The requests that the app registration of `app` may have in flight, counted for all its mailboxes in this process."""
    with _SLOTS_LOCK:
        key = (sign_in, app.directory_id, app.application_id)
        return _SLOTS.setdefault(key, threading.BoundedSemaphore(CONCURRENT_REQUESTS))
