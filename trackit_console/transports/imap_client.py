"""imapclient on a connection of ours: greeting, STARTTLS, sign-in, and what its errors become (RFC 3501, 2595, 5530).

Which commands are sent for what is in `imap`, `imap_reading` and `imap_settling`; what a refusal means in `imap_refusals`.
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
"""How this program names itself to servers that ask (RFC 2971)."""

_PLAIN_WORD = re.compile(r"[A-Za-z0-9.@_+=/$!?#&'~|^:;,<>-]+")


class _Imap4(imaplib.IMAP4):
    """imaplib's part on a socket that is connected already, and whose `greeting` was read."""

    def __init__(self, connection: Connection, greeting: str) -> None:
        self._connection = connection
        self._replayed = greeting.encode() + b"\r\n"
        super().__init__(connection.host, connection.port)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return self._connection.sock

    def readline(self) -> bytes:
        if self._replayed:
            line, self._replayed = self._replayed, b""
            return bytes(line)
        return super().readline()


class Client(IMAPClient):  # type: ignore[misc]
    """imapclient on a `Connection`; its times have a zone, and it logs nothing, since its log would show what is sent."""

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
    def signed_in_already(self) -> bool:
        """The server knows who it is without asking (PREAUTH)."""
        return str(self._imap.state) == "AUTH"

    def untagged(self, kind: str) -> list[bytes]:
        """The untagged answers of `kind` that came with the last command."""
        return [line for line in self._imap.untagged_responses.get(kind, []) if line]


def greet(connection: Connection, step: StepName, *, greeted: bool) -> Client:
    """Hears the greeting, unless it came before STARTTLS, and asks for the capabilities."""
    with exchange(connection, step):
        greeting = "* OK greeted" if greeted else _greeting(connection, connection.sock, step)
        return Client(connection, greeting)


def start_tls(connection: Connection, sock: socket.socket) -> None:
    """Asks for TLS in clear (RFC 3501 section 6.2.1); raises `StartTlsMissing`, `StartTlsRefused`.

    A server that calls us signed in before anything is encrypted is not believed (RFC 3501 section 11.1).
    """
    greeting = _greeting(connection, sock, StepName.TLS)
    if not greeting.upper().startswith("* OK"):
        raise ProtocolBroken(connection.clean(greeting), step=StepName.TLS, **connection.facts)
    sock.sendall(b"S STARTTLS\r\n")
    answer = read_line(connection, sock, StepName.TLS)
    while answer.startswith("* "):
        answer = read_line(connection, sock, StepName.TLS)
    if not answer.upper().startswith("S OK"):
        kind = StartTlsRefused if answer.upper().startswith("S NO") else StartTlsMissing
        raise kind(connection.clean(answer), **connection.facts)


def _greeting(connection: Connection, sock: socket.socket, step: StepName) -> str:
    """The greeting; raises `ServerBusy` and `ServerRefused` when the server says good-bye at once."""
    greeting = read_greeting(connection, sock, step)
    if greeting.upper().startswith("* BYE"):
        words = connection.clean(greeting)
        raise (kind_of_refusal(words, step) or ServerBusy)(words, step=step, **connection.facts)
    return greeting


def sign_in(client: Client, name: str, password: str) -> None:
    """Signs in by LOGIN, or by AUTHENTICATE PLAIN where LOGIN cannot carry what is in the name or the password.

    To be called within `exchange`, which knows the refusals.
    """
    if client.signed_in_already:
        return
    plain = client.has_capability("AUTH=PLAIN")
    login = not client.has_capability("LOGINDISABLED")
    simple = _PLAIN_WORD.fullmatch(name) and password.isascii()
    try:
        if plain and not (login and simple):
            client.plain_login(name, password)
        elif login:
            _log_in(client, name, password)
        else:
            raise imaplib.IMAP4.error("[PRIVACYREQUIRED] LOGINDISABLED, and no AUTH=PLAIN")
    except LoginError as error:
        # The library makes one of a connection that was lost, too; that must not count as a wrong password.
        if isinstance(error.__context__, imaplib.IMAP4.abort):
            raise error.__context__ from None
        raise imaplib.IMAP4.error(" ".join([str(error), *_alerts(client)])) from None


def _alerts(client: Client) -> list[str]:
    """What the server wants a person to read, said beside its answer to the last command (RFC 3501 section 7.1)."""
    lines = [line for kind in ("OK", "NO", "BAD") for line in client.untagged(kind)]
    return [line.decode("utf-8", "replace") for line in lines if line.upper().startswith(b"[ALERT]")]


def introduce(client: Client) -> None:
    """Says which program this is, where the server wants to know (RFC 2971): some open no folder before (NetEase).

    To be called within `exchange`. That the server refuses to hear it is not worth a word.
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
    # imaplib sends the name as it stands, so DOMAIN\user would break the command; and both in ASCII only.
    if not (name + password).isascii():
        raise imaplib.IMAP4.error("[PRIVACYREQUIRED] letters outside of ASCII need AUTH=PLAIN, which is not offered")
    name = name if _PLAIN_WORD.fullmatch(name) else '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    client.login(name, password)


@contextmanager
def exchange(
    connection: Connection, step: StepName, otherwise: type[TransportError] = ProtocolBroken, **facts: Any
) -> Iterator[None]:
    """Around every talk with the server: raises ours for what imaplib, imapclient and the socket raise inside.

    `otherwise` is what a refusal means whose response code says nothing.
    """
    facts = {**connection.facts, **facts}
    with connection.mapped(step):
        try:
            yield
        # `from None`: the library's error may hold the command, and the command the password.
        except imaplib.IMAP4.readonly as error:
            raise FolderReadOnly(connection.clean(str(error)), step=step, **facts) from None
        except imaplib.IMAP4.abort as error:
            raise _ended(connection, error, step, facts) from None
        except imaplib.IMAP4.error as error:
            raise refused_error(connection, error, step, otherwise, facts) from None
        except (ValueError, TypeError, LookupError, AssertionError) as error:
            raise ProtocolBroken(connection.clean(str(error)), step=step, **facts) from None


def refusal(connection: Connection, error: imaplib.IMAP4.error) -> str:
    """The server's words for a command that it refused; raises `error` again when it ended the connection instead."""
    if isinstance(error, imaplib.IMAP4.abort):
        raise error
    return connection.clean(str(error))


def refused_error(
    connection: Connection, error: imaplib.IMAP4.error, step: StepName, otherwise: type[TransportError], facts: dict[str, Any]
) -> TransportError:
    """Our error for a command that was refused; `otherwise` when the words do not tell."""
    words = connection.clean(str(error))
    if "command error: BAD" in words:
        otherwise = ProtocolBroken
    return (kind_of_refusal(words, step) or otherwise)(words, step=step, words=words, **facts)


def _ended(connection: Connection, error: imaplib.IMAP4.abort, step: StepName, facts: dict[str, Any]) -> TransportError:
    if connection.ended:
        return connection.problem(error, step)
    words = connection.clean(str(error))
    if kind := kind_of_refusal(words, step):
        return kind(words, step=step, words=words, **facts)
    # imaplib aborts for an answer that it cannot read, too.
    if "unexpected response" in words:
        return ProtocolBroken(words, step=step, **facts)
    return connection.problem(error, step)
