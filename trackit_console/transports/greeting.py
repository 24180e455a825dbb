"""The first thing that a server says: waited for, read, and told from what other services say (IN-10).

A server that says nothing may wait for TLS or for a web request. After a short silence it is asked on a connection of
its own, so that a server that is only slow is not disturbed.
"""

from __future__ import annotations

import re
import socket
import ssl
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from trackit_console.transports.errors import ProtocolBroken, TlsExpected, TransportError, WrongProtocol
from trackit_console.transports.steps import StepName
from trackit_console.transports.tls import unchecked_context

if TYPE_CHECKING:
    from trackit_console.transports.connection import Connection

LINE_LIMIT = 8192
"""Bytes of one line that is read before a library takes over."""
QUIET = 2.0
"""Seconds of silence after which a server is asked what it waits for."""
PROBE = 1.5
"""Seconds that it gets to answer that."""
SMTP_RELAY_PORT = 25
"""Not asked there: mail servers take who speaks before the greeting for a sender of spam (postscreen's pregreet test)."""
WEB_REQUEST = b"GET / HTTP/1.0\r\n\r\n"

TLS = "TLS"
_SIGNS = (
    (re.compile(rb"[\x14-\x17]\x03[\x00-\x04]"), TLS),
    (re.compile(rb"\* (OK|PREAUTH|BYE)\b", re.IGNORECASE), "IMAP"),
    (re.compile(rb"(\+OK|-ERR)\b", re.IGNORECASE), "POP3"),
    (re.compile(rb"SSH-\d"), "SSH"),
    (re.compile(rb"HTTP/\d|<!doctype|<html", re.IGNORECASE), "HTTP"),
    (re.compile(rb"(220|421)[ -].*(ftp|filezilla)", re.IGNORECASE), "FTP"),
    (re.compile(rb"[245]\d\d[ -].*nntp", re.IGNORECASE), "NNTP"),
    (re.compile(rb"[245]\d\d[ -]"), "SMTP"),
    (re.compile(rb'"IMPLEMENTATION"'), "ManageSieve"),
    (re.compile(rb"RFB \d"), "VNC"),
    (re.compile(rb"\xff[\xfb-\xfe]"), "Telnet"),
)
_BINARY = (TLS, "Telnet")
_BINARY_SIGN = 3
"""Bytes by which those are known."""


def service_of(first: bytes) -> str:
    """The protocol whose servers begin with the bytes `first`, empty when it is none that is known here."""
    return next((name for sign, name in _SIGNS if sign.match(first)), "")


def read_greeting(connection: Connection, sock: socket.socket, step: StepName) -> str:
    """The first line that the server says; raises `WrongProtocol`, `TlsExpected`, and EOFError when there is none.

    Not more than that line is taken from the socket.
    """
    line = _rest_of_line(connection, sock, step, _first_byte(connection, sock, step))
    if problem := wrong_service(connection, line, step):
        raise problem
    return _text(line)


def read_line(connection: Connection, sock: socket.socket, step: StepName) -> str:
    """One line, read byte by byte: what follows it may belong to a handshake.

    So words that somebody slips in behind the answer to STARTTLS break the handshake instead of being taken for the
    server's (RFC 3207 section 6).
    """
    return _text(_rest_of_line(connection, sock, step, b""))


def _rest_of_line(connection: Connection, sock: socket.socket, step: StepName, line: bytes) -> bytes:
    while not line.endswith(b"\n"):
        line += _byte(sock)
        # What is not text may never have an end of line.
        if len(line) == _BINARY_SIGN and (problem := wrong_service(connection, line, step, only=_BINARY)):
            raise problem
        if len(line) > LINE_LIMIT:
            raise ProtocolBroken(f"no end of line within {LINE_LIMIT} bytes", step=step, **connection.facts)
    return line


def _text(line: bytes) -> str:
    return line.decode("ascii", "replace").rstrip("\r\n")


def wrong_service(
    connection: Connection, first: bytes, step: StepName, only: tuple[str, ...] | None = None
) -> TransportError | None:
    """What to say of a server that begins with `first`, None when that may be the wanted protocol (or none of `only`)."""
    found = service_of(first)
    if found in ("", connection.protocol) or (only and found not in only):
        return None
    if found == TLS:
        return TlsExpected(step=step, **connection.facts)
    words = connection.clean(first.decode("ascii", "replace"))
    return WrongProtocol(words, step=step, found=found, wanted=connection.protocol, **connection.facts)


def answer_to_hello(connection: Connection) -> bytes:
    """How the server begins its answer to the first message of a TLS handshake, on a connection of its own; raises OSError."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = unchecked_context().wrap_bio(incoming, outgoing, server_hostname=connection.host)
    with suppress(ssl.SSLWantReadError):
        client.do_handshake()
    with connection.another(_patience(connection)) as sock:
        sock.sendall(outgoing.read())
        return sock.recv(64)


def _first_byte(connection: Connection, sock: socket.socket, step: StepName) -> bytes:
    answer = connection.timeouts.answer
    deadline = time.monotonic() + answer
    try:
        sock.settimeout(min(QUIET, 0.3 * answer))
        try:
            return _byte(sock)
        except TimeoutError:
            _ask_what_it_waits_for(connection, sock, step)
        sock.settimeout(max(0.01, deadline - time.monotonic()))
        return _byte(sock)
    finally:
        sock.settimeout(answer)


def _byte(sock: socket.socket) -> bytes:
    byte = sock.recv(1)
    if not byte:
        raise EOFError("the server closed the connection")
    return byte


def _ask_what_it_waits_for(connection: Connection, sock: socket.socket, step: StepName) -> None:
    secured = isinstance(sock, ssl.SSLSocket)
    if connection.ended or (connection.port == SMTP_RELAY_PORT and not secured):
        return
    answer = b""
    with suppress(OSError):
        answer = _answer_to_web_request(connection) if secured else answer_to_hello(connection)
    # Text that is neither TLS nor the web's may be the greeting itself, which came late.
    if service_of(answer) in (TLS, "HTTP") and (problem := wrong_service(connection, answer, step)):
        raise problem


def _answer_to_web_request(connection: Connection) -> bytes:
    patience = _patience(connection)
    with (
        connection.another(patience) as sock,
        unchecked_context().wrap_socket(sock, server_hostname=connection.host) as secured,
    ):
        secured.sendall(WEB_REQUEST)
        return secured.recv(64)


def _patience(connection: Connection) -> float:
    return min(PROBE, 0.3 * connection.timeouts.answer)
