"""The beginning of a POP3 session: greeting and STLS (RFC 1939, RFC 2595)."""

from __future__ import annotations

import socket

from trackit_console.transports.connection import Connection
from trackit_console.transports.errors import ProtocolBroken, ServerRefused, StartTlsMissing, StartTlsRefused
from trackit_console.transports.greeting import read_greeting
from trackit_console.transports.pop3_client import capabilities_of
from trackit_console.transports.pop3_refusals import kind_of_refusal
from trackit_console.transports.server_lines import read_line, read_lines
from trackit_console.transports.step_names import StepName


def greet(connection: Connection, sock: socket.socket, step: StepName) -> None:
    """Reads the greeting; raises `ServerBusy`, `ServerRefused` and others if it is -ERR."""
    greeting = read_greeting(connection, sock, step)
    words = connection.clean(greeting)
    if greeting.upper().startswith("-ERR"):
        raise (kind_of_refusal(words, step) or ServerRefused)(words, step=step, words=words, folder="INBOX", **connection.facts)
    if not greeting.upper().startswith("+OK"):
        raise ProtocolBroken(words, step=step, **connection.facts)


def start_tls(connection: Connection, sock: socket.socket) -> None:
    """Sends STLS in clear (RFC 2595 section 4); raises the errors of `greet`, `StartTlsMissing` and `StartTlsRefused`."""
    greet(connection, sock, StepName.TLS)
    offered = _capabilities(connection, sock)
    if offered is not None and "STLS" not in offered:
        raise StartTlsMissing(connection.clean(" ".join(offered)), **connection.facts)
    answer = _ask(connection, sock, "STLS")
    if not answer.upper().startswith("+OK"):
        raise (StartTlsMissing if offered is None else StartTlsRefused)(connection.clean(answer), **connection.facts)


def _capabilities(connection: Connection, sock: socket.socket) -> dict[str, list[str]] | None:
    """What CAPA tells in clear, None if the server does not know it. It is asked again once the connection is secured."""
    if not _ask(connection, sock, "CAPA").upper().startswith("+OK"):
        return None
    *lines, _ = read_lines(connection, sock, StepName.TLS, lambda line: line == ".")
    return capabilities_of(lines)


def _ask(connection: Connection, sock: socket.socket, command: str) -> str:
    sock.sendall(f"{command}\r\n".encode("ascii"))
    return read_line(connection, sock, StepName.TLS)
