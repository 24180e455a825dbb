"""imapclient on a connection of ours: greeting, STARTTLS, sign-in, and what its errors become (RFC 3501, 2595, 5530).

Which commands are sent for what is in `imap` and `imap_settling`.
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

from trackit_console.transports.connection import Connection
from trackit_console.transports.errors import (
    AccountBusy,
    ConnectionLost,
    FolderMissing,
    FolderReadOnly,
    ProtocolBroken,
    ServerBusy,
    SignInNotAllowed,
    StartTlsMissing,
    TransportError,
)
from trackit_console.transports.steps import StepName

_PLAIN_WORD = re.compile(r"[A-Za-z0-9.@_+=/$!?#&'~|^:;,<>-]+")
_RESPONSE_CODE = re.compile(r"\[([A-Z-]+)[ \]]")

_BUSY: dict[str, type[TransportError]] = {
    "UNAVAILABLE": ServerBusy,
    "SERVERBUG": ServerBusy,
    "INUSE": AccountBusy,
    "LIMIT": AccountBusy,
}
_BY_CODE: dict[StepName, dict[str, type[TransportError]]] = {
    StepName.SIGN_IN: {**_BUSY, "PRIVACYREQUIRED": SignInNotAllowed},
    StepName.FOLDER: {**_BUSY, "NONEXISTENT": FolderMissing, "TRYCREATE": FolderMissing, "NOPERM": FolderReadOnly},
}
"""What a refusal means, by the response codes of RFC 5530; the sentences of servers differ."""


class _Imap4(imaplib.IMAP4):
    """imaplib's part on a socket that is connected already; after STARTTLS the greeting was read before."""

    def __init__(self, connection: Connection, *, greeted: bool) -> None:
        self._connection = connection
        self._replayed = b"* OK greeted\r\n" if greeted else b""
        super().__init__(connection.host, connection.port)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return self._connection.sock

    def readline(self) -> bytes:
        if self._replayed:
            line, self._replayed = self._replayed, b""
            return line
        return super().readline()


class Client(IMAPClient):  # type: ignore[misc]
    """imapclient on a `Connection`; its times have a zone, and it logs nothing, since its log would show what is sent."""

    def __init__(self, connection: Connection, *, greeted: bool) -> None:
        self._connection = connection
        self._greeted = greeted
        super().__init__(
            connection.host,
            connection.port,
            ssl=False,
            timeout=SocketTimeout(connection.timeouts.connect, connection.timeouts.answer),
        )
        self._imap.debug = 0
        self.normalise_times = False

    def _create_IMAP4(self) -> imaplib.IMAP4:
        return _Imap4(self._connection, greeted=self._greeted)

    @property
    def signed_in_already(self) -> bool:
        """The server knows who it is without asking (PREAUTH)."""
        return str(self._imap.state) == "AUTH"


def greet(connection: Connection, step: StepName, *, greeted: bool) -> Client:
    """Hears the greeting and asks for the capabilities; raises `ServerBusy` when the server says good-bye at once."""
    with exchange(connection, step):
        try:
            return Client(connection, greeted=greeted)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            if "* BYE" in str(error):
                raise ServerBusy(connection.clean(str(error)), step=step, **connection.facts) from error
            raise


def start_tls(connection: Connection, sock: socket.socket) -> None:
    """Asks for TLS in clear (RFC 3501 section 6.2.1); raises `StartTlsMissing`, and `ServerBusy` for a good-bye.

    A server that calls us signed in before anything is encrypted is not believed (RFC 3501 section 11.1).
    """
    greeting = connection.line_in_clear(sock)
    if greeting.upper().startswith("* BYE"):
        raise ServerBusy(greeting, step=StepName.TLS, **connection.facts)
    if not greeting.upper().startswith("* OK"):
        raise ProtocolBroken(greeting, step=StepName.TLS, **connection.facts)
    sock.sendall(b"S STARTTLS\r\n")
    answer = connection.line_in_clear(sock)
    while answer.startswith("* "):
        answer = connection.line_in_clear(sock)
    if not answer.upper().startswith("S OK"):
        raise StartTlsMissing(answer, **connection.facts)


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
        raise error.__context__ or error from None


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
        except imaplib.IMAP4.readonly as error:
            raise FolderReadOnly(connection.clean(str(error)), step=step, **facts) from error
        except imaplib.IMAP4.abort as error:
            raise _ended(connection, error, step, facts) from error
        except imaplib.IMAP4.error as error:
            # `from None` at sign-in: the library's error may hold the command, and the command the password.
            raise _refused(connection, error, step, otherwise, facts) from None if step is StepName.SIGN_IN else error
        except (ValueError, TypeError, LookupError, AssertionError) as error:
            raise ProtocolBroken(connection.clean(str(error)), step=step, **facts) from error


def refusal(connection: Connection, error: imaplib.IMAP4.error) -> str:
    """The server's words for a command that it refused; raises `error` again when it ended the connection instead."""
    if isinstance(error, imaplib.IMAP4.abort):
        raise error
    return connection.clean(str(error))


def _refused(
    connection: Connection, error: imaplib.IMAP4.error, step: StepName, otherwise: type[TransportError], facts: dict[str, Any]
) -> TransportError:
    words = connection.clean(str(error))
    if "command error: BAD" in words:
        otherwise = ProtocolBroken
    return (_by_code(words, _BY_CODE.get(step, {})) or otherwise)(words, step=step, **facts)


def _ended(connection: Connection, error: imaplib.IMAP4.abort, step: StepName, facts: dict[str, Any]) -> TransportError:
    if connection.ended:
        return connection.problem(error, step)
    words = connection.clean(str(error))
    # imaplib aborts for an answer that it cannot read, too.
    otherwise = ProtocolBroken if "unexpected response" in words else ConnectionLost
    return (_by_code(words, _BUSY) or otherwise)(words, step=step, **facts)


def _by_code(words: str, kinds: dict[str, type[TransportError]]) -> type[TransportError] | None:
    return next((kinds[code] for code in _RESPONSE_CODE.findall(words.upper()) if code in kinds), None)
