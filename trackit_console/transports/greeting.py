"""Reads a server's greeting and recognizes the greetings of other services (IN-10).

A server that sends nothing may be waiting for TLS or for an HTTP request. After a short silence it is probed over a
second connection, so that a server that is merely slow is not disturbed.
"""

from __future__ import annotations

import socket
import ssl
import time
from contextlib import suppress

from trackit_console.transports.connection import Connection
from trackit_console.transports.errors import ProtocolBroken, TlsExpected, TransportError, WrongProtocol
from trackit_console.transports.service_signatures import TLS, service_of
from trackit_console.transports.steps import StepName
from trackit_console.transports.tls import unchecked_context, wrap_socket

LINE_LIMIT = 8192
"""Maximum bytes of a line that is read here, before a library takes over."""
SILENCE_SECONDS = 2.0
"""Seconds of silence after which a server is probed."""
PROBE_SECONDS = 1.5
"""Seconds to wait for its answer."""
SMTP_RELAY_PORT = 25
"""Not probed: MX servers treat a client that sends before the greeting as a spammer (postscreen's pregreet test)."""
HTTP_REQUEST = b"GET / HTTP/1.0\r\n\r\n"

_BINARY = (TLS, "Telnet")
_BINARY_SIGNATURE = 3
"""Bytes that are enough to recognize those."""


def read_greeting(connection: Connection, sock: socket.socket, step: StepName) -> str:
    """Reads the first line of the server; raises `WrongProtocol`, `TlsExpected`, and EOFError if there is none.

    Reads nothing beyond that line from the socket.
    """
    line = _rest_of_line(connection, sock, step, _first_byte(connection, sock, step))
    if problem := wrong_service(connection, line, step):
        raise problem
    return _text(line)


def read_line(connection: Connection, sock: socket.socket, step: StepName) -> str:
    """Reads one line byte by byte, since the bytes after it may belong to a TLS handshake.

    Nothing is buffered in clear: text that an attacker injects after the answer to STARTTLS breaks the handshake and
    is not taken for an encrypted response (CVE-2020-14954).
    """
    return _text(_rest_of_line(connection, sock, step, b""))


def _rest_of_line(connection: Connection, sock: socket.socket, step: StepName, line: bytes) -> bytes:
    while not line.endswith(b"\n"):
        line += _byte(sock)
        # A binary protocol may never send an end of line.
        if len(line) == _BINARY_SIGNATURE and (problem := wrong_service(connection, line, step, only=_BINARY)):
            raise problem
        if len(line) > LINE_LIMIT:
            raise ProtocolBroken(f"no end of line within {LINE_LIMIT} bytes", step=step, **connection.facts)
    return line


def _text(line: bytes) -> str:
    return line.decode("ascii", "replace").rstrip("\r\n")


def wrong_service(
    connection: Connection, first: bytes, step: StepName, only: tuple[str, ...] | None = None
) -> TransportError | None:
    """The error for a server that starts with `first`; None if that may be the right protocol, or is not in `only`."""
    found = service_of(first)
    if found in ("", connection.protocol) or (only and found not in only):
        return None
    if found == TLS:
        return TlsExpected(step=step, **connection.facts)
    words = connection.clean(first.decode("ascii", "replace"))
    return WrongProtocol(words, step=step, found=found, wanted=connection.protocol, **connection.facts)


def probe_with_client_hello(connection: Connection) -> bytes:
    """Sends a TLS ClientHello over a second connection; returns the first bytes of the answer. Raises OSError."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = unchecked_context().wrap_bio(incoming, outgoing, server_hostname=connection.tls_name)
    with suppress(ssl.SSLWantReadError):
        client.do_handshake()
    with connection.another(_probe_timeout(connection)) as sock:
        sock.sendall(outgoing.read())
        return sock.recv(64)


def _first_byte(connection: Connection, sock: socket.socket, step: StepName) -> bytes:
    answer = connection.timeouts.answer
    deadline = time.monotonic() + answer
    try:
        # Silence, probe and the rest of the wait must fit into the time limit for one response.
        sock.settimeout(min(SILENCE_SECONDS, 0.3 * answer))
        try:
            return _byte(sock)
        except TimeoutError:
            _probe(connection, sock, step)
        sock.settimeout(max(0.01, deadline - time.monotonic()))
        return _byte(sock)
    finally:
        sock.settimeout(answer)


def _byte(sock: socket.socket) -> bytes:
    byte = sock.recv(1)
    if not byte:
        raise EOFError("the server closed the connection")
    return byte


def _probe(connection: Connection, sock: socket.socket, step: StepName) -> None:
    secured = isinstance(sock, ssl.SSLSocket)
    if connection.ended or (connection.port == SMTP_RELAY_PORT and not secured):
        return
    answer = b""
    with suppress(OSError):
        answer = _probe_with_http(connection) if secured else probe_with_client_hello(connection)
    # Any other answer may be the greeting itself, which was late.
    if service_of(answer) in (TLS, "HTTP") and (problem := wrong_service(connection, answer, step)):
        raise problem


def _probe_with_http(connection: Connection) -> bytes:
    seconds = _probe_timeout(connection)
    with (
        connection.another(seconds) as sock,
        wrap_socket(unchecked_context(), sock, connection.tls_name) as secured,
    ):
        secured.sendall(HTTP_REQUEST)
        return secured.recv(64)


def _probe_timeout(connection: Connection) -> float:
    return min(PROBE_SECONDS, 0.3 * connection.timeouts.answer)
