"""Sends by SMTP (OUT-02, RFC 5321, RFC 8314): plain, TLS from the first byte, or STARTTLS that is required and never given up.

No retries: those are the outbox's. What a message looks like is not decided here.
"""

from __future__ import annotations

import base64
import re
import smtplib
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any, Self

from trackit_console.settings.outgoing import BasicOutgoing
from trackit_console.transports.connection import Connection, Timeouts
from trackit_console.transports.connection_phases import Phase, walk
from trackit_console.transports.errors import (
    MessageRefused,
    PasswordMissing,
    ProtocolBroken,
    RecipientRefused,
    SenderRefused,
    ServerBusy,
    ServerRefused,
    SignInNotAllowed,
    SignInRefused,
    SignInRequired,
    StartTlsMissing,
    TransportError,
)
from trackit_console.transports.steps import StepName
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

NO_ENCRYPTION = Phrase("transports", QT_TRANSLATE_NOOP("transports", "Not encrypted: Security Type is None."))
NO_SIGN_IN = Phrase("transports", QT_TRANSLATE_NOOP("transports", "No sign-in: SMTP requires authentication is off."))
WIRE_FORM = SMTP.clone(cte_type="7bit")
"""Lines end in CRLF, and no byte is above 127: not every server takes more."""
GOOD_BYE = 2.0
"""Seconds that a server gets to answer QUIT."""
_ENVELOPE = re.compile(r"[^\s<>\x00-\x1f\x7f]+@[^\s<>@\x00-\x1f\x7f]+")


class SmtpSender:
    """One outgoing account, open for some messages. Not for several threads, `abort` excepted."""

    def __init__(self, outgoing: BasicOutgoing, timeouts: Timeouts | None = None) -> None:
        self._outgoing = outgoing
        self._connection = Connection(outgoing.smtp_server_name, outgoing.port, outgoing, timeouts or Timeouts())
        self._account = outgoing.user_account_name or outgoing.from_address
        if outgoing.password:
            self._connection.secrets.append(outgoing.password.get_secret_value())
        self._connected: smtplib.SMTP | None = None

    @property
    def connection(self) -> Connection:
        """The connection, for those who watch over its time."""
        return self._connection

    @property
    def phases(self) -> list[Phase]:
        """What opening this account consists of."""
        connection = self._connection
        plain = NO_ENCRYPTION if self._outgoing.security == "none" else None
        open_to_all = None if self._outgoing.smtp_requires_authentication else NO_SIGN_IN
        return [
            Phase(StepName.RESOLVE, connection, connection.resolve, connection.addresses_found),
            Phase(StepName.CONNECT, connection, self._connect, connection.peer_found),
            Phase(StepName.TLS, connection, self._secure, connection.security_found, plain),
            Phase(StepName.SIGN_IN, connection, self._sign_in, self._account_found, open_to_all),
        ]

    def __enter__(self) -> Self:
        try:
            walk(self.phases)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def send(self, message: EmailMessage | bytes, recipients: Sequence[str]) -> dict[str, str]:
        """Sends one message to all recipients that the server takes; answers the others, with the server's words.

        Raises `RecipientRefused` when it takes none of them, `SenderRefused` and `MessageRefused`. Bytes are sent as
        they are but for line ends.
        """
        for recipient in recipients:
            if not _ENVELOPE.fullmatch(recipient):
                raise RecipientRefused(recipient=recipient, **self._facts)
        raw = message if isinstance(message, bytes) else message.as_bytes(policy=WIRE_FORM)
        with self._exchange(StepName.SEND):
            try:
                refused = self._client.sendmail(self._outgoing.from_address, list(recipients), raw)
            except smtplib.SMTPSenderRefused as error:
                raise self._sender_problem(error) from error
            except smtplib.SMTPRecipientsRefused as error:
                raise self._recipient_problem(error) from error
        return {recipient: self._words(*answer) for recipient, answer in refused.items()}

    def close(self) -> None:
        """Says good-bye where that is still possible, and closes."""
        if self._connected is not None:
            with suppress(OSError, smtplib.SMTPException):
                if not self._connection.ended:
                    self._connection.sock.settimeout(GOOD_BYE)
                    self._connected.docmd("QUIT")
            self._connected.close()
        self._connection.close()

    def abort(self) -> None:
        """Ends a call that waits, from any thread; it raises `Cancelled`."""
        self._connection.abort()

    # ------------------------------------------------------------------ phases

    def _connect(self) -> None:
        self._connection.connect()
        if self._outgoing.security == "none":
            self._greet(StepName.CONNECT, greeted=False)

    def _secure(self) -> None:
        upgrade = start_tls if self._outgoing.security == "ssl_tls" else None
        self._connection.secure(upgrade)
        self._greet(StepName.TLS, greeted=upgrade is not None)

    def _greet(self, step: StepName, *, greeted: bool) -> None:
        """Hears the greeting, unless it came before STARTTLS, and asks what the server can."""
        # smtplib would look its own name up, which can take seconds.
        client = smtplib.SMTP(local_hostname=own_name(self._connection.sock), timeout=self._connection.timeouts.answer)
        client.sock = self._connection.sock
        try:
            with self._exchange(step):
                if not greeted:
                    _taken(*client.getreply(), wanted=220)
                if client.ehlo()[0] != 250:
                    _taken(*client.helo(), wanted=250)
        except TransportError:
            client.close()
            raise
        self._connected = client

    def _sign_in(self) -> None:
        if self._outgoing.password is None:
            raise PasswordMissing(**self._facts)
        name, password = self._outgoing.user_account_name or "", self._outgoing.password.get_secret_value()
        # What goes over the wire is a form of the password, too.
        proof = _base64(f"\0{name}\0{password}")
        self._connection.secrets += [proof, _base64(password)]
        mechanisms = self._client.esmtp_features.get("auth", "").upper().split()
        with self._exchange(StepName.SIGN_IN):
            if "PLAIN" in mechanisms:
                _taken(*self._client.docmd("AUTH", f"PLAIN {proof}"), wanted=235)
            elif "LOGIN" in mechanisms:
                _taken(*self._client.docmd("AUTH", "LOGIN"), wanted=334)
                _taken(*self._client.docmd(_base64(name)), wanted=334)
                _taken(*self._client.docmd(_base64(password)), wanted=235)
            else:
                raise SignInNotAllowed(", ".join(mechanisms), **self._facts)

    def _account_found(self) -> Phrase:
        return Phrase("transports", QT_TRANSLATE_NOOP("transports", "Signed in as {account}."), {"account": self._account})

    @property
    def _client(self) -> smtplib.SMTP:
        assert self._connected is not None, "the phases come first"
        return self._connected

    # ------------------------------------------------------------------ errors

    @property
    def _facts(self) -> dict[str, Any]:
        return {**self._connection.facts, "account": self._account}

    @contextmanager
    def _exchange(self, step: StepName) -> Iterator[None]:
        """Around every talk with the server: raises ours for what smtplib and the socket raise inside."""
        with self._connection.mapped(step):
            try:
                yield
            except smtplib.SMTPServerDisconnected as error:
                raise self._connection.problem(_cause(error), step) from error
            except smtplib.SMTPResponseException as error:
                raise self._refused(error, step) from error
            except (smtplib.SMTPException, ValueError) as error:
                raise ProtocolBroken(self._connection.clean(str(error)), step=step, **self._facts) from error

    def _refused(self, error: smtplib.SMTPResponseException, step: StepName) -> TransportError:
        """What a reply means in this phase (RFC 5321 section 4.2, RFC 4954 section 6)."""
        code, words = error.smtp_code, self._words(error.smtp_code, error.smtp_error)
        if 400 <= code < 500:
            return ServerBusy(words, step=step, **self._facts)
        if step is StepName.SIGN_IN:
            return (SignInNotAllowed if code in (504, 538) else SignInRefused)(words, **self._facts)
        if step is StepName.SEND:
            return MessageRefused(words, **self._facts)
        return (ServerRefused if code >= 500 else ProtocolBroken)(words, step=step, **self._facts)

    def _sender_problem(self, error: smtplib.SMTPSenderRefused) -> TransportError:
        if error.smtp_code == 530:
            return SignInRequired(self._words(error.smtp_code, error.smtp_error), step=StepName.SEND, **self._facts)
        if error.smtp_code < 500 or error.smtp_code == 552:
            return self._refused(error, StepName.SEND)
        words = self._words(error.smtp_code, error.smtp_error)
        return SenderRefused(words, sender=self._outgoing.from_address, **self._facts)

    def _recipient_problem(self, error: smtplib.SMTPRecipientsRefused) -> TransportError:
        recipient, (code, said) = next(iter(error.recipients.items()))
        if code == 530:
            return SignInRequired(self._words(code, said), step=StepName.SEND, **self._facts)
        if code < 500:
            return ServerBusy(self._words(code, said), step=StepName.SEND, **self._facts)
        return RecipientRefused(self._words(code, said), recipient=recipient, **self._facts)

    def _words(self, code: int, said: bytes | str) -> str:
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        return self._connection.clean(f"{code} {text}")


def start_tls(connection: Connection, sock: socket.socket) -> None:
    """Asks for TLS in clear (RFC 3207); raises `StartTlsMissing`, `ServerBusy` and `ServerRefused`."""
    greeting = _reply(connection, sock)
    if not greeting.startswith("220"):
        kind = ServerBusy if greeting.startswith("4") else ServerRefused if greeting.startswith("5") else ProtocolBroken
        raise kind(greeting, step=StepName.TLS, **connection.facts)
    sock.sendall(f"EHLO {own_name(sock)}\r\n".encode("ascii"))
    offered = _reply(connection, sock)
    if "STARTTLS" not in re.findall(r"^250[- ](\S+)", offered.upper(), re.MULTILINE):
        raise StartTlsMissing(connection.clean(offered), **connection.facts)
    sock.sendall(b"STARTTLS\r\n")
    answer = _reply(connection, sock)
    if not answer.startswith("220"):
        raise StartTlsMissing(connection.clean(answer), **connection.facts)


def own_name(sock: socket.socket) -> str:
    """How this computer calls itself to mail servers: by its address (RFC 5321 section 4.1.3)."""
    address = sock.getsockname()[0]
    return f"[IPv6:{address.partition('%')[0]}]" if sock.family == socket.AF_INET6 else f"[{address}]"


def _reply(connection: Connection, sock: socket.socket) -> str:
    lines = [connection.line_in_clear(sock)]
    while lines[-1][3:4] == "-":
        lines.append(connection.line_in_clear(sock))
    return "\n".join(lines)


def _taken(code: int, said: bytes, *, wanted: int) -> None:
    if code != wanted:
        raise smtplib.SMTPResponseException(code, said)


def _cause(error: smtplib.SMTPServerDisconnected) -> Exception:
    """Smtplib calls a time limit that ran out a disconnection, too."""
    return error.__context__ if isinstance(error.__context__, TimeoutError) else error


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
