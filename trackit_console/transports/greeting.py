"""Reads a server's greeting, and finds out what a server that sends none is waiting for (IN-10).

It may be TLS or an HTTP request. After a short silence the server is probed over a second connection, so that one that
is merely slow is not disturbed.
"""

from __future__ import annotations

import socket
import ssl
import time
from contextlib import suppress

from trackit_console.transports.connection import Connection
from trackit_console.transports.server_lines import read_byte, rest_of_line, text_of
from trackit_console.transports.service_probes import probe_with_client_hello, probe_with_http
from trackit_console.transports.service_signatures import TLS, service_of
from trackit_console.transports.step_names import StepName
from trackit_console.transports.wrong_service import wrong_service

SILENCE_SECONDS = 2.0
"""Seconds of silence after which a server is probed."""
SMTP_RELAY_PORT = 25
"""Not probed: MX servers treat a client that sends before the greeting as a spammer (postscreen's pregreet test)."""


def read_greeting(connection: Connection, sock: socket.socket, step: StepName) -> str:
    """Reads the first line of the server; raises `WrongProtocol`, `TlsExpected`, and EOFError if there is none.

    Reads nothing beyond that line from the socket.
    """
    line = rest_of_line(connection, sock, step, _first_byte(connection, sock, step))
    if problem := wrong_service(connection, line, step):
        raise problem
    return text_of(line)


def _first_byte(connection: Connection, sock: socket.socket, step: StepName) -> bytes:
    answer = connection.timeouts.answer
    deadline = time.monotonic() + answer
    try:
        # Silence, probe and the rest of the wait must fit into the time limit for one response.
        sock.settimeout(min(SILENCE_SECONDS, 0.3 * answer))
        try:
            return read_byte(sock)
        except TimeoutError:
            _probe(connection, sock, step)
        # Never 0, which would make the socket non-blocking, nor less, which is a ValueError.
        sock.settimeout(max(0.01, deadline - time.monotonic()))
        return read_byte(sock)
    finally:
        sock.settimeout(answer)


def _probe(connection: Connection, sock: socket.socket, step: StepName) -> None:
    secured = isinstance(sock, ssl.SSLSocket)
    if connection.ended or (connection.port == SMTP_RELAY_PORT and not secured):
        return
    answer = b""
    with suppress(OSError):
        answer = probe_with_http(connection) if secured else probe_with_client_hello(connection)
    # Any other answer may be the greeting itself, which was late.
    if service_of(answer) in (TLS, "HTTP") and (problem := wrong_service(connection, answer, step)):
        raise problem
