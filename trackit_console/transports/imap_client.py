"""imapclient on our `Connection`: greeting, STARTTLS, sign-in, and the mapping of its errors (RFC 3501, 2595, 5530).

`imap`, `imap_reading` and `imap_settling` decide which commands are sent; `imap_refusals` interprets refusals.
"""

from __future__ import annotations

import imaplib
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import LoginError

from trackit_console import __version__
from trackit_console.transports.connection import Connection
from trackit_console.transports.errors import (
    FolderReadOnly,
    ProtocolBroken,
    ServerBusy,
    StartTlsMissing,
    StartTlsRefused,
    TransportError,
)
from trackit_console.transports.greeting import read_greeting, read_line
from trackit_console.transports.imap_refusals import kind_of_refusal
from trackit_console.transports.steps import StepName

PROGRAM = {"name": "Track-It! Email Console", "version": __version__}
"""The ID that this program sends to servers (RFC 2971)."""

_ATOM_LIKE = re.compile(r"[A-Za-z0-9.@_+=/$!?#&'~|^:;,<>-]+")


class _Imap4(imaplib.IMAP4):
    """imaplib on a socket that is already connected and whose `greeting` was already read."""

    def __init__(self, connection: Connection, greeting: str) -> None:
        self._connection = connection
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
    answer = read_line(connection, sock, StepName.TLS)
    while answer.startswith("* "):
        answer = read_line(connection, sock, StepName.TLS)
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


def sign_in(client: Client, name: str, password: str) -> None:
    """Signs in with LOGIN, or with AUTHENTICATE PLAIN if LOGIN cannot carry the name or the password.

    Call it within `exchange`, which maps refusals.
    """
    if client.preauthenticated:
        return
    plain = client.has_capability("AUTH=PLAIN")
    login = not client.has_capability("LOGINDISABLED")
    login_carries_it = _ATOM_LIKE.fullmatch(name) and password.isascii()
    try:
        if plain and not (login and login_carries_it):
            client.plain_login(name, password)
        elif login:
            _log_in(client, name, password)
        else:
            raise imaplib.IMAP4.error("[PRIVACYREQUIRED] LOGINDISABLED, and no AUTH=PLAIN")
    except LoginError as error:
        # imapclient raises it for a lost connection as well, which must not count as a wrong password.
        if isinstance(error.__context__, imaplib.IMAP4.abort):
            raise error.__context__ from None
        raise imaplib.IMAP4.error(" ".join([str(error), *_alerts(client)])) from None


def _alerts(client: Client) -> list[str]:
    """The ALERT texts that accompanied the last command; they must be shown to the user (RFC 3501 section 7.1)."""
    lines = [line for kind in ("OK", "NO", "BAD") for line in client.untagged(kind)]
    return [line.decode("utf-8", "replace") for line in lines if line.upper().startswith(b"[ALERT]")]


def send_id(client: Client) -> None:
    """Sends ID if the server supports it (RFC 2971): some let no folder be selected without it (NetEase).

    Call it within `exchange`. A refusal is ignored: nothing depends on the answer.
    """
    if not client.has_capability("ID"):
        return
    try:
        client.id_(PROGRAM)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        pass


def _log_in(client: Client, name: str, password: str) -> None:
    # imaplib quotes the password but not the name, so DOMAIN\user would break the command. It encodes both as ASCII.
    if not (name + password).isascii():
        raise imaplib.IMAP4.error("[PRIVACYREQUIRED] letters outside of ASCII need AUTH=PLAIN, which is not offered")
    name = name if _ATOM_LIKE.fullmatch(name) else '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    client.login(name, password)


@contextmanager
def exchange(
    connection: Connection, step: StepName, otherwise: type[TransportError] = ProtocolBroken, **facts: Any
) -> Iterator[None]:
    """Wraps every exchange with the server: maps the errors of imaplib, imapclient and the socket to ours.

    `otherwise` is the error for a refusal that has neither a known response code nor a known text.
    """
    facts = {**connection.facts, **facts}
    with connection.mapped(step):
        try:
            yield
        # `from None`: the library's error may contain the command, and with it the password.
        except imaplib.IMAP4.readonly as error:
            raise FolderReadOnly(connection.clean(str(error)), step=step, **facts) from None
        except imaplib.IMAP4.abort as error:
            raise _abort_error(connection, error, step, facts) from None
        except imaplib.IMAP4.error as error:
            raise refused_error(connection, error, step, otherwise, facts) from None
        except (ValueError, TypeError, LookupError, AssertionError) as error:
            raise ProtocolBroken(connection.clean(str(error)), step=step, **facts) from None


def refusal(connection: Connection, error: imaplib.IMAP4.error) -> str:
    """The server's text for a refused command; re-raises `error` if the connection ended instead."""
    if isinstance(error, imaplib.IMAP4.abort):
        raise error
    return connection.clean(str(error))


def refused_error(
    connection: Connection, error: imaplib.IMAP4.error, step: StepName, otherwise: type[TransportError], facts: dict[str, Any]
) -> TransportError:
    """Our error for a refused command; `otherwise` if the server's text does not tell."""
    words = connection.clean(str(error))
    if "command error: BAD" in words:
        otherwise = ProtocolBroken
    return (kind_of_refusal(words, step) or otherwise)(words, step=step, words=words, **facts)


def _abort_error(connection: Connection, error: imaplib.IMAP4.abort, step: StepName, facts: dict[str, Any]) -> TransportError:
    if connection.ended:
        return connection.problem(error, step)
    words = connection.clean(str(error))
    if kind := kind_of_refusal(words, step):
        return kind(words, step=step, words=words, **facts)
    # imaplib also raises `abort` for a response that it cannot parse.
    if "unexpected response" in words:
        return ProtocolBroken(words, step=step, **facts)
    return connection.problem(error, step)
