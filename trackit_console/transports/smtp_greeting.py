"""The beginning of an SMTP session, before smtplib takes over: greeting and STARTTLS (RFC 5321, RFC 3207)."""

from __future__ import annotations

import re
import socket

from trackit_console.transports.connection import Connection
from trackit_console.transports.errors import StartTlsMissing, StartTlsRefused
from trackit_console.transports.greeting import read_greeting
from trackit_console.transports.server_lines import read_lines
from trackit_console.transports.smtp_refusals import Command, kind_of_reply
from trackit_console.transports.step_names import StepName


def greet(connection: Connection, sock: socket.socket, step: StepName) -> None:
    """Reads the greeting; raises `ServerBusy`, `ServerRefused` or `ProtocolBroken` if it is not 220."""
    first = read_greeting(connection, sock, step)
    rest = [] if _is_last(first) else read_lines(connection, sock, step, _is_last)
    greeting = "\n".join([first, *rest])
    if not greeting.startswith("220"):
        reply = int(greeting[:3]) if greeting[:3].isdecimal() else 0
        words = connection.clean(greeting)
        raise kind_of_reply(reply, words, Command.GREETING)(words, step=step, **connection.facts)


def start_tls(connection: Connection, sock: socket.socket) -> None:
    """Sends EHLO and STARTTLS in clear (RFC 3207); raises the errors of `greet`, `StartTlsMissing` and `StartTlsRefused`."""
    greet(connection, sock, StepName.TLS)
    sock.sendall(f"EHLO {ehlo_name(sock)}\r\n".encode("ascii"))
    offered = _reply(connection, sock)
    if "STARTTLS" not in re.findall(r"^250[- ](\S+)", offered.upper(), re.MULTILINE):
        raise StartTlsMissing(connection.clean(offered), **connection.facts)
    sock.sendall(b"STARTTLS\r\n")
    answer = _reply(connection, sock)
    if not answer.startswith("220"):
        raise StartTlsRefused(connection.clean(answer), **connection.facts)


def ehlo_name(sock: socket.socket) -> str:
    """The name for EHLO: the address literal of this computer (RFC 5321 section 4.1.3), as a desktop rarely has a public name."""
    address = sock.getsockname()[0]
    return f"[IPv6:{address.partition('%')[0]}]" if sock.family == socket.AF_INET6 else f"[{address}]"


def _reply(connection: Connection, sock: socket.socket) -> str:
    return "\n".join(read_lines(connection, sock, StepName.TLS, _is_last))


def _is_last(line: str) -> bool:
    return line[3:4] != "-"
