"""Probes a silent server over a second connection: a TLS ClientHello, or an HTTP request (IN-10)."""

from __future__ import annotations

import ssl
from contextlib import suppress

from trackit_console.transports.connection import Connection
from trackit_console.transports.tls import unchecked_context, wrap_socket

PROBE_SECONDS = 1.5
"""Seconds to wait for the answer to a probe."""
HTTP_REQUEST = b"GET / HTTP/1.0\r\n\r\n"


def probe_with_client_hello(connection: Connection) -> bytes:
    """Sends a TLS ClientHello over a second connection; returns the first bytes of the answer. Raises OSError."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = unchecked_context().wrap_bio(incoming, outgoing, server_hostname=connection.tls_name)
    with suppress(ssl.SSLWantReadError):
        client.do_handshake()
    with connection.another(_probe_timeout(connection)) as sock:
        sock.sendall(outgoing.read())
        return sock.recv(64)


def probe_with_http(connection: Connection) -> bytes:
    """Sends an HTTP request over a second connection with TLS; returns the first bytes of the answer. Raises OSError."""
    seconds = _probe_timeout(connection)
    with (
        connection.another(seconds) as sock,
        wrap_socket(unchecked_context(), sock, connection.tls_name) as secured,
    ):
        secured.sendall(HTTP_REQUEST)
        return secured.recv(64)


def _probe_timeout(connection: Connection) -> float:
    return min(PROBE_SECONDS, 0.3 * connection.timeouts.answer)
