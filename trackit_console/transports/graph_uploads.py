"""Uploads a file in ranges to the address that an upload session of Microsoft Graph has given out.

The address leads to another server than Graph (outlook.office.com) and is itself the authorization: whoever knows it can
write to the draft, and a request that has a token beside it is refused.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import requests

from trackit_console.transports.connection_phases import Timeouts
from trackit_console.transports.errors import ProtocolBroken
from trackit_console.transports.graph_refusals import Refusal
from trackit_console.transports.graph_session import GraphSession
from trackit_console.transports.https_session import HttpsSession
from trackit_console.transports.step_names import StepName
from trackit_console.transports.tls import HasTlsSettings
from trackit_console.transports.web_answers import json_object

RANGE_BYTES = 12 * 320 * 1024
"""Bytes of a request: below 4 MB, and a multiple of 320 KiB, which Microsoft's upload sessions are made for."""
_CREATED, _FIRST_OTHER = 201, 300


class Uploads:
    """Uploads for the account of `session`. Not thread-safe, except for `abort` and `expire`."""

    def __init__(self, session: GraphSession, tls: HasTlsSettings, timeouts: Timeouts) -> None:
        self._session = session
        self._tls = tls
        self._timeouts = timeouts
        self._https: HttpsSession | None = None

    def abort(self) -> None:
        """Interrupts an upload; it raises `Cancelled`."""
        if self._https is not None:
            self._https.connection.abort()

    def expire(self) -> None:
        """Like `abort`, but the upload raises `TimedOut`."""
        if self._https is not None:
            self._https.connection.expire()

    def put(self, url: str, content: bytes) -> None:
        """Uploads `content` to `url`; raises `TransportError`."""
        self._https = https = self._opened(url)
        try:
            with self._session.connection.mapped(StepName.SEND):
                pass  # raises if the session was interrupted before this upload was known
            start = 0
            while start < len(content):
                answer = self._put_range(https, url, content, start)
                start = len(content) if answer.status_code == _CREATED else _next_range(https, answer, start)
        finally:
            self._https = None
            https.close()

    def _opened(self, url: str) -> HttpsSession:
        address = urlsplit(url)
        https = HttpsSession(
            f"{address.scheme}://{address.netloc}", self._tls, self._timeouts, self._session.connection.facts["account"]
        )
        https.connection.facts = self._session.connection.facts | {"server": https.host, "port": https.port}
        for _, value in parse_qsl(address.query):
            https.connection.masking.add_secret(value)
        return https

    def _put_range(self, https: HttpsSession, url: str, content: bytes, start: int) -> requests.Response:
        chunk = content[start : start + RANGE_BYTES]
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Range": f"bytes {start}-{start + len(chunk) - 1}/{len(content)}",
        }
        with self._session.slot(StepName.SEND):
            answer = https.request("PUT", url, StepName.SEND, headers=headers, data=chunk)
        if answer.status_code >= _FIRST_OTHER:
            raise Refusal(answer).problem(https.connection, StepName.SEND, self._session.roles)
        return answer


def _next_range(https: HttpsSession, answer: requests.Response, start: int) -> int:
    """Where the server wants the upload to go on."""
    told = {name.lower(): value for name, value in json_object(answer, https.connection, StepName.SEND).items()}
    following = int(told["nextexpectedranges"][0].partition("-")[0])
    # A server that asks for the same range again and again would keep the upload going for ever.
    if following <= start:
        words = f"the range from {start} was sent, and that from {following} is expected"
        raise ProtocolBroken(words, step=StepName.SEND, **https.connection.facts)
    return following
