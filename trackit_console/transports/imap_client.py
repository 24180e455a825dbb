"""imapclient on our `Connection`: the greeting and STARTTLS (RFC 3501, RFC 2595).

`imap`, `imap_reading` and `imap_settling` decide which commands are sent; `imap_errors` maps what goes wrong.
"""

from __future__ import annotations

import imaplib
import socket

from imapclient import IMAPClient, SocketTimeout

from trackit_console.transports.connection import Connection
from trackit_console.transports.errors import (
    ProtocolBroken,
    ServerBusy,
    StartTlsMissing,
    StartTlsRefused,
)
from trackit_console.transports.greeting import read_greeting
from trackit_console.transports.imap_errors import exchange
from trackit_console.transports.imap_refusals import kind_of_refusal
from trackit_console.transports.server_lines import read_lines
from trackit_console.transports.step_names import StepName


class _Imap4(imaplib.IMAP4):
    """imaplib on a socket that is already connected and whose `greeting` was already read."""

    def __init__(self, connection: Connection, greeting: str) -> None:
        self._connection = connection
        # Both before imaplib's constructor, which already takes the socket and reads the greeting.
        self._pending_greeting = greeting.encode() + b"\r\n"
        super().__init__(connection.host, connection.port)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return self._connection.sock

    def readline(self) -> bytes:
        # imaplib reads the greeting in its constructor; this one was read before, so it is replayed.
        if self._pending_greeting:
            line, self._pending_greeting = self._pending_greeting, b""
            return bytes(line)
        return super().readline()


class Client(IMAPClient):  # type: ignore[misc]
    """imapclient on a `Connection`. Its times are aware, and it logs nothing, as its log would show the password."""

    def __init__(self, connection: Connection, greeting: str) -> None:
        self._connection = connection
        self._greeting = greeting
        super().__init__(
            connection.host,
            connection.port,
            ssl=False,
            timeout=SocketTimeout(connection.timeouts.connect, connection.timeouts.answer),
        )
        # imapclient's constructor has set it to 5, at which imaplib writes every command to imapclient's log, LOGIN too.
        self._imap.debug = 0
        self.normalise_times = False

    def _create_IMAP4(self) -> imaplib.IMAP4:
        return _Imap4(self._connection, self._greeting)

    @property
    def preauthenticated(self) -> bool:
        """Whether the server greeted with PREAUTH (RFC 3501 section 7.1.4)."""
        return str(self._imap.state) == "AUTH"

    def untagged(self, kind: str) -> list[bytes]:
        """The untagged responses of `kind` to the last command."""
        return [line for line in self._imap.untagged_responses.get(kind, []) if line]


def greet(connection: Connection, step: StepName, *, greeted: bool) -> Client:
    """Reads the greeting, unless it preceded STARTTLS, and requests the capabilities."""
    with exchange(connection, step):
        # After STARTTLS the server sends no second greeting, but imaplib expects one.
        greeting = "* OK greeted" if greeted else _read_greeting(connection, connection.sock, step)
        return Client(connection, greeting)


def start_tls(connection: Connection, sock: socket.socket) -> None:
    """Sends STARTTLS in clear (RFC 3501 section 6.2.1); raises `StartTlsMissing`, `StartTlsRefused`.

    PREAUTH is not accepted here: STARTTLS is not allowed after it (RFC 3501 section 6.2), so an attacker could use it to
    prevent encryption (CVE-2020-12398).
    """
    greeting = _read_greeting(connection, sock, StepName.TLS)
    if not greeting.upper().startswith("* OK"):
        raise ProtocolBroken(connection.clean(greeting), step=StepName.TLS, **connection.facts)
    sock.sendall(b"S STARTTLS\r\n")
    answer = read_lines(connection, sock, StepName.TLS, lambda line: not line.startswith("* "))[-1]
    if not answer.upper().startswith("S OK"):
        kind = StartTlsRefused if answer.upper().startswith("S NO") else StartTlsMissing
        raise kind(connection.clean(answer), **connection.facts)


def _read_greeting(connection: Connection, sock: socket.socket, step: StepName) -> str:
    """Reads the greeting; raises `ServerBusy` or `ServerRefused` if it is BYE."""
    greeting = read_greeting(connection, sock, step)
    if greeting.upper().startswith("* BYE"):
        words = connection.clean(greeting)
        raise (kind_of_refusal(words, step) or ServerBusy)(words, step=step, **connection.facts)
    return greeting
