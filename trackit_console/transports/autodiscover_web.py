"""Carries the requests of Autodiscover: HTTPS with a checked certificate, plain HTTP, SRV records (IN-08).

Every request has a time limit and can be cancelled.
"""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

import requests

from trackit_console.cancel import Cancel
from trackit_console.transports.autodiscover_answers import Answer
from trackit_console.transports.connection import Connection
from trackit_console.transports.connection_phases import Abortable, Timeouts
from trackit_console.transports.dialing import SLICE
from trackit_console.transports.errors import AnswerIncomplete, Cancelled
from trackit_console.transports.host_names import dns_name, host_and_port
from trackit_console.transports.https_session import HttpsSession
from trackit_console.transports.step_names import StepName
from trackit_console.transports.tls import TlsSettings

SECONDS = 10.0
"""Maximum seconds for one place."""
LARGEST_ANSWER = 1024 * 1024
HTTP_PORT = 80


class Web(Protocol):
    """What Autodiscover needs of the network. All methods raise `TransportError`, `Cancelled` once it was cancelled."""

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        """Sends one request and follows no redirect."""
        ...

    def srv(self, name: str) -> list[tuple[str, int]]:
        """Hosts and ports of the SRV records, in the order of RFC 2782; empty if there are none."""
        ...


@dataclass(frozen=True, slots=True)
class Network:
    """The real network; `ca_file` has further certificate authorities."""

    cancel: Cancel
    ca_file: str | None = None
    seconds: float = SECONDS

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        if url.lower().startswith("http:"):
            return self._send_plain(url)
        https = HttpsSession(url, TlsSettings(self.ca_file), Timeouts(self.seconds, self.seconds))
        try:
            with self._limited(https.connection):
                # As a stream: requests would read an answer without end into memory, whereas _content stops.
                answer = https.request(method, url, StepName.CONNECT, headers=headers, data=body, stream=True)
                return Answer(answer.status_code, _lower(answer.headers), _content(answer, https.connection))
        finally:
            https.close()

    def _send_plain(self, url: str) -> Answer:
        """A GET without anything that is secret."""
        connection = Connection(*host_and_port(url, HTTP_PORT), Timeouts(self.seconds, self.seconds), "HTTP")
        try:
            with self._limited(connection):
                connection.resolve()
                connection.connect()
                with connection.mapped(StepName.CONNECT):
                    connection.sock.sendall(_plain_request(url))
                    # Closed by itself: a response holds the socket open even after the connection was closed.
                    with closing(http.client.HTTPResponse(connection.sock, method="GET")) as answer:
                        try:
                            answer.begin()
                        except http.client.HTTPException as error:
                            if connection.ended:  # the interruption looks like an answer that was cut short
                                raise ConnectionError(str(error)) from None
                            words = connection.clean(str(error))
                            raise AnswerIncomplete(words, step=StepName.CONNECT, **connection.facts) from None
                        return Answer(answer.status, _lower(dict(answer.getheaders())))
        finally:
            connection.close()

    def srv(self, name: str) -> list[tuple[str, int]]:
        found: list[tuple[str, int]] = []

        def ask() -> None:
            found.extend(_srv_records(name, self.seconds))

        # On a thread that can be abandoned: a name server that does not answer must not hold up a cancel.
        resolver = threading.Thread(target=ask, daemon=True)
        resolver.start()
        while resolver.is_alive():
            if self.cancel.is_set():
                raise Cancelled(step=StepName.RESOLVE)
            resolver.join(SLICE)
        return found

    @contextmanager
    def _limited(self, connection: Abortable) -> Iterator[None]:
        # The timer also stops a server that sends byte by byte and so resets the time limits of the socket.
        limit = threading.Timer(self.seconds, connection.expire)
        limit.daemon = True
        limit.start()
        unregister = self.cancel.on_cancel(connection.abort)
        try:
            yield
        finally:
            unregister()
            limit.cancel()


def _plain_request(url: str) -> bytes:
    # Characters that a request must not have are quoted as browsers do, and the name of the host is in its ASCII form.
    address = urlsplit(requests.Request("GET", url).prepare().url or url)
    target = (address.path or "/") + (f"?{address.query}" if address.query else "")
    return f"GET {target} HTTP/1.1\r\nHost: {address.netloc}\r\nConnection: close\r\n\r\n".encode("ascii")


def _srv_records(name: str, seconds: float) -> list[tuple[str, int]]:
    import dns.exception
    import dns.resolver

    try:
        answer = dns.resolver.resolve(dns_name(name), "SRV", lifetime=seconds)
    except (dns.exception.DNSException, OSError, UnicodeError):
        return []
    records = sorted(answer, key=lambda record: (record.priority, -record.weight))
    # The target "." says that the domain does not have the service (RFC 2782).
    return [(str(record.target).rstrip("."), int(record.port)) for record in records if str(record.target) != "."]


def _content(answer: requests.Response, connection: Connection) -> bytes:
    content = b""
    with connection.mapped(StepName.CONNECT):
        try:
            for piece in answer.iter_content(65536):
                content += piece
                if len(content) > LARGEST_ANSWER:
                    break
        except requests.RequestException as error:
            raise ConnectionError(str(error)) from None
    return content[:LARGEST_ANSWER]


def _lower(headers: Mapping[str, Any]) -> dict[str, str]:
    return {name.lower(): str(value) for name, value in headers.items()}
