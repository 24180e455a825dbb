"""Reads lines of a server byte by byte, before a library takes over (IN-10)."""

from __future__ import annotations

import socket
from collections.abc import Callable

from trackit_console.transports.connection import Connection
from trackit_console.transports.errors import ProtocolBroken
from trackit_console.transports.service_signatures import TLS
from trackit_console.transports.step_names import StepName
from trackit_console.transports.wrong_service import wrong_service

LINE_LIMIT = 8192
"""Maximum bytes of a line that is read here, before a library takes over."""
LINES_LIMIT = 200
"""Maximum lines of an answer: a server that talks on would be listened to for ever."""

_BINARY = (TLS, "Telnet")
_BINARY_SIGNATURE = 3
"""Bytes that are enough to recognize those."""


def read_line(connection: Connection, sock: socket.socket, step: StepName) -> str:
    """Reads one line byte by byte, since the bytes after it may belong to a TLS handshake.

    Nothing is buffered in clear: text that an attacker injects after the answer to STARTTLS breaks the handshake and
    is not taken for an encrypted response (CVE-2020-14954).
    """
    return text_of(rest_of_line(connection, sock, step, b""))


def read_lines(connection: Connection, sock: socket.socket, step: StepName, is_last: Callable[[str], bool]) -> list[str]:
    """The lines of an answer up to the one that `is_last`; raises `ProtocolBroken` if that does not come."""
    lines: list[str] = []
    while len(lines) < LINES_LIMIT:
        lines.append(read_line(connection, sock, step))
        if is_last(lines[-1]):
            return lines
    raise ProtocolBroken(f"an answer of more than {LINES_LIMIT} lines", step=step, **connection.facts)


def rest_of_line(connection: Connection, sock: socket.socket, step: StepName, line: bytes) -> bytes:
    """A line that begins with `line`, which was read before, read byte by byte to its end; raises EOFError without one."""
    while not line.endswith(b"\n"):
        line += read_byte(sock)
        # A binary protocol may never send an end of line.
        if len(line) == _BINARY_SIGNATURE and (problem := wrong_service(connection, line, step, only=_BINARY)):
            raise problem
        if len(line) > LINE_LIMIT:
            raise ProtocolBroken(f"no end of line within {LINE_LIMIT} bytes", step=step, **connection.facts)
    return line


def text_of(line: bytes) -> str:
    """A line as text, without its end."""
    return line.decode("ascii", "replace").rstrip("\r\n")


def read_byte(sock: socket.socket) -> bytes:
    """The next byte; raises EOFError if there is none."""
    byte = sock.recv(1)
    if not byte:
        raise EOFError("the server closed the connection")
    return byte
