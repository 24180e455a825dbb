"""HTTPS requests to one server for one account (IN-09, IN-10): Microsoft Graph, Microsoft Entra, Exchange Web Services.

`https_adapter` connects requests with the socket, `web_answers` reads what came back.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import requests

from trackit_console.transports.connection_phases import Timeouts
from trackit_console.transports.errors import ConnectionLost, ProtocolBroken
from trackit_console.transports.host_names import host_and_port, shown_host
from trackit_console.transports.https_adapter import SocketAdapter
from trackit_console.transports.proxy import Proxy, open_tunnel, proxy_for
from trackit_console.transports.step_names import StepName
from trackit_console.transports.tls import HasTlsSettings
from trackit_console.transports.tls_connection import TlsConnection
from trackit_console.transports.web_answers import declares_html

HTTPS_PORT = 443
HEADER_BYTES = 256 * 1024
"""Bytes of a message that is too large to be downloaded, in which its header block must end."""
_CHUNK_BYTES = 16 * 1024
_HEADER_END = (b"\r\n\r\n", b"\n\n")


@dataclass(frozen=True, slots=True)
class Download:
    """What was downloaded. `body` has only the beginning, header block included, if it is not `complete`.

    `size` is that of the whole in bytes, as the server tells it; what was read until then if it does not tell.
    `answer` has the status; of a refusal or a web page it has the content, and `body` is empty.
    """

    answer: requests.Response
    body: bytes = b""
    size: int = 0
    complete: bool = True


class HttpsSession:
    """Requests to the server of `base_url`, over one connection that is opened again when the server has closed it.

    `connection` has the phases resolve, connect and secure, `abort` and `expire`. Not thread-safe, except for those two.
    """

    def __init__(self, base_url: str, account: HasTlsSettings, timeouts: Timeouts, account_name: str = "") -> None:
        self.host, self.port = host_and_port(base_url, HTTPS_PORT)
        self._proxy: Proxy | None = proxy_for(base_url)
        first = (self._proxy.host, self._proxy.port) if self._proxy else (self.host, self.port)
        self.connection = TlsConnection(
            *first, account, timeouts, "HTTPS", account_name, tls_name=self.host if self._proxy else None
        )
        if self._proxy and self._proxy.password:
            self.connection.masking.add_secret(self._proxy.password)
        self._unused = False
        self._session = requests.Session()
        # No proxies, certificate bundles or passwords (.netrc) from the environment: an account's own settings count.
        self._session.trust_env = False
        self._session.mount("https://", SocketAdapter(self._socket))

    # ------------------------------------------------------------------ opening

    def secure(self) -> None:
        """The phase after `connection.connect`: through the proxy, if there is one, and TLS."""
        if self._proxy is None:
            self.connection.secure()
        else:
            self.connection.secure(open_tunnel(self._proxy, self.host, self.port))
            self.connection.facts["server"] = self.host  # from now on it is the server that answers
        self._unused = True

    def _socket(self) -> socket.socket:
        """The socket that the phases have opened, or another one once the server has closed that."""
        if not self._unused:
            self.connection.close()
            if not self.connection.addresses:
                self.connection.resolve()
            self.connection.connect()
            self.secure()
        self._unused = False
        return self.connection.sock

    def close(self) -> None:
        """Closes the connection; raises nothing."""
        self._session.close()
        self.connection.close()

    # ------------------------------------------------------------------ requests

    def request(
        self, method: str, url: str, step: StepName, *, headers: Mapping[str, str] | None = None, **content: Any
    ) -> requests.Response:
        """Sends one request and returns the whole answer, whatever its status; `content` is that of `requests`.

        A GET whose connection broke is sent a second time: servers close idle connections at any moment (RFC 9110
        section 9.2.2, RFC 9112 section 9.3.1). Raises `TransportError` for what prevents an answer.
        """
        self._check_host(url, step)
        try:
            return self._send(method, url, step, headers, content)
        except ConnectionLost:
            if method != "GET" or self.connection.ended:
                raise
            return self._send(method, url, step, headers, content)

    def download(self, url: str, step: StepName, limit: int, *, headers: Mapping[str, str] | None = None) -> Download:
        """Downloads a message. Of one above `limit` bytes only the beginning with the header block is read.

        The size that the server tells is looked at first; where it tells none, reading ends as soon as the limit is
        passed, so that memory is bounded by it. Raises like `request`, and sends a second time like it.
        """
        self._check_host(url, step)
        # Compressed, neither Content-Length nor the bytes read would be those of the message.
        headers = {**(headers or {}), "Accept-Encoding": "identity"}
        try:
            return self._download(url, step, headers, limit)
        except ConnectionLost:
            if self.connection.ended:
                raise
            return self._download(url, step, headers, limit)

    def _download(self, url: str, step: StepName, headers: Mapping[str, str], limit: int) -> Download:
        with self._exchange(step), self._send("GET", url, step, headers, {"stream": True}) as answer:
            if not answer.ok or declares_html(answer):
                _ = answer.content  # read while the connection is open
                return Download(answer)
            told = answer.headers.get("Content-Length", "")
            size = int(told) if told.isdigit() else 0
            body = BytesIO()  # hands out what it has without a copy
            for chunk in answer.iter_content(_CHUNK_BYTES):
                body.write(chunk)
                if max(size, body.tell()) > limit and _has_headers(body.getvalue()):
                    return Download(answer, body.getvalue(), max(size, body.tell()), complete=False)
            return Download(answer, body.getvalue(), body.tell(), complete=body.tell() <= limit)

    def _send(
        self, method: str, url: str, step: StepName, headers: Mapping[str, str] | None, content: dict[str, Any]
    ) -> requests.Response:
        seconds = self.connection.timeouts.answer
        with self._exchange(step):
            # Redirects are not followed: a token or password must not go where an answer says.
            return self._session.request(
                method, url, headers=headers, timeout=(seconds, seconds), allow_redirects=False, **content
            )

    def _check_host(self, url: str, step: StepName) -> None:
        """Links that a server hands out (paging) may lead to that server only."""
        try:
            address = urlsplit(url)
            if (address.scheme, address.hostname, address.port or HTTPS_PORT) == ("https", self.host.lower(), self.port):
                return
        except ValueError:  # as in `host_and_port`
            pass
        raise ProtocolBroken(f"a link to {shown_host(url)}", step=step, **self.connection.facts)

    @contextmanager
    def _exchange(self, step: StepName) -> Iterator[None]:
        with self.connection.mapped(step):
            try:
                yield
            # `mapped` tells a silent server by TimeoutError; the timeouts of requests are OSErrors, but not that one.
            except requests.Timeout as error:
                raise TimeoutError(str(error)) from None
            except requests.RequestException as error:
                raise ConnectionError(str(error)) from None


def _has_headers(body: bytes) -> bool:
    return len(body) >= HEADER_BYTES or any(end in body for end in _HEADER_END)
