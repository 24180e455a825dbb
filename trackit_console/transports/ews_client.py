"""exchangelib on the connection of one mailbox (IN-03, IN-04, IN-09).

exchangelib writes and reads SOAP; it opens no connection, holds no password or token, and keeps nothing between visits.
`ews_authorization` signs the requests, `ews_refusals` maps what goes wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import requests
from exchangelib import DELEGATE, IMPERSONATION, UTC, Account, Build, Configuration, Version
from exchangelib.errors import EWSError
from exchangelib.protocol import FailFast, Protocol
from exchangelib.transport import DEFAULT_HEADERS, NOAUTH

from trackit_console.transports.errors import ConnectionLost, ProtocolBroken, TransportError
from trackit_console.transports.ews_authorization import Authorization
from trackit_console.transports.ews_refusals import Refusals
from trackit_console.transports.https_session import HttpsSession
from trackit_console.transports.step_names import StepName

VERSION = Version(build=Build(15, 0, 847, 32))
"""Exchange 2013 SP1, whose schema all later servers know; without a version exchangelib sends requests to find it out."""
PIECE = 65536
"""Bytes that are handed to the XML parser at once; requests hands over single ones."""


class EwsClient:
    """Requests of exchangelib to `url` for `address`; `account` is what its services are called with.

    `impersonated` opens the mailbox by the rights of an app, otherwise by those of the account that signs in.
    """

    def __init__(
        self, url: str, address: str, https: HttpsSession, authorization: Authorization, refusals: Refusals, *, impersonated: bool
    ) -> None:
        self._url = url
        self._https = https
        self._authorization = authorization
        self._refusals = refusals
        self._step = StepName.SIGN_IN
        self._problem: TransportError | None = None
        self.account = _account(url, address, IMPERSONATION if impersonated else DELEGATE)
        config = Configuration(
            service_endpoint=url, auth_type=NOAUTH, version=VERSION, retry_policy=_Policy(self), max_connections=1
        )
        # Not by calling the class: that would look in exchangelib's cache, which lasts as long as the process, for a
        # protocol of the same address, with another mailbox's certificate switch.
        self.account.protocol = type.__call__(_Protocol, config=config)
        self.account.protocol.client = self

    @contextmanager
    def exchange(self, step: StepName) -> Iterator[None]:
        """Wraps every use of `account`: maps the errors of exchangelib and of the connection to ours."""
        self._step, self._problem = step, None
        with self._https.connection.mapped(step):
            try:
                yield
            except EWSError as error:
                # `from None`: exchangelib's errors may hold the whole answer.
                raise self._problem or self._refusals.by_error(error, step) from None
            except (ValueError, TypeError, LookupError, AttributeError) as error:  # XML that lacks what the schema demands
                access = self._https.connection
                raise ProtocolBroken(access.clean(f"{type(error).__name__}: {error}"), step=step, **access.facts) from None

    # ------------------------------------------------------------------ what exchangelib calls

    def post(self, headers: Mapping[str, str], body: bytes) -> requests.Response:
        """Sends one SOAP request; raises requests' ConnectionError if that fails, and `exchange` then the reason."""
        try:
            answer = self._send(headers, body)
            if answer.status_code == requests.codes.unauthorized and self._authorization.renew():
                answer = self._send(headers, body)
        except TransportError as problem:
            self._problem = problem
            raise requests.ConnectionError from None
        # exchangelib logs the headers of the request when its log is switched to DEBUG.
        answer.request.headers.pop("Authorization", None)
        answer.iter_content = partial(answer.iter_content, PIECE)  # type: ignore[method-assign]
        return answer

    def _send(self, headers: Mapping[str, str], body: bytes) -> requests.Response:
        signed = {**headers, "Authorization": self._authorization.header()}
        try:
            return self._https.request("POST", self._url, self._step, headers=signed, data=body)
        except ConnectionLost:
            # Every request of this program may be repeated: the second one finds the message read, moved or deleted.
            if self._https.connection.ended:
                raise
            return self._https.request("POST", self._url, self._step, headers=signed, data=body)

    def check(self, answer: requests.Response) -> None:
        """Raises `TransportError` if `answer` is not SOAP."""
        if problem := self._refusals.by_answer(answer, self._step):
            raise problem


class _Policy(FailFast):  # type: ignore[misc]
    """Errors at once: waiting and trying again is the monitor's."""

    def __init__(self, client: EwsClient) -> None:
        self._client = client

    def raise_response_errors(self, response: requests.Response) -> None:
        self._client.check(response)


class _Session(requests.Session):
    """What exchangelib takes for its HTTP session."""

    def __init__(self, client: EwsClient) -> None:
        super().__init__()
        self._client = client
        self.session_id = self.usage_count = 0

    def post(self, url: str, data: Any = None, json: Any = None, **options: Any) -> requests.Response:  # type: ignore[override]
        return self._client.post({**DEFAULT_HEADERS, **options["headers"]}, data)


class _Protocol(Protocol):  # type: ignore[misc]
    """A protocol whose only session is that of its client."""

    RETRY_WAIT = 0
    client: EwsClient

    def create_session(self) -> _Session:
        return _Session(self.client)


def _account(url: str, address: str, access_type: str) -> Any:
    """Exchangelib's account, which makes a protocol of its own first: it is taken out of the cache again."""
    config = Configuration(service_endpoint=url, auth_type=NOAUTH, version=VERSION)
    account = Account(address, access_type=access_type, config=config, default_timezone=UTC)
    with suppress(KeyError):
        del Protocol[config]
    return account
