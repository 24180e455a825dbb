"""Sends by SMTP (OUT-02, RFC 5321, RFC 8314): plain, TLS from the first byte, or STARTTLS that is required and never given up.

No retries: those are the outbox's. What a message looks like is not decided here.
"""

from __future__ import annotations

import base64
import re
import smtplib
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP
from typing import Self

from trackit_console.settings.outgoing import BasicOutgoing
from trackit_console.transports.connection import Connection
from trackit_console.transports.connection_phases import Phase, Timeouts, walk
from trackit_console.transports.errors import (
    EncryptionRequired,
    MessageTooLarge,
    PasswordMissing,
    ProtocolBroken,
    RecipientRefused,
    SignInNotAllowed,
    StartTlsMissing,
    StartTlsRefused,
    TransportError,
)
from trackit_console.transports.greeting import read_greeting, read_line
from trackit_console.transports.smtp_refusals import Command, kind_of_reply
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
    """One outgoing account, open for some messages. Not for several threads, `abort` and `expire` excepted."""

    def __init__(self, outgoing: BasicOutgoing, timeouts: Timeouts | None = None) -> None:
        self._outgoing = outgoing
        self._account = outgoing.user_account_name or outgoing.from_address
        place = (outgoing.smtp_server_name, outgoing.port)
        self._connection = Connection(*place, outgoing, timeouts or Timeouts(), "SMTP", self._account)
        self._connection.masking.add_name(outgoing.user_account_name or "")
        if outgoing.password:
            self._connection.masking.add_secret(outgoing.password.get_secret_value())
        self._connected: smtplib.SMTP | None = None

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
        """As `source.Sender` says. Bytes are sent as they are but for line ends."""
        for recipient in recipients:
            if not _ENVELOPE.fullmatch(recipient):
                raise RecipientRefused(recipient=recipient, **self._connection.facts)
        raw = message if isinstance(message, bytes) else message.as_bytes(policy=WIRE_FORM)
        self._check_size(raw)
        facts = {"sender": self._outgoing.from_address, "recipient": recipients[0] if recipients else ""}
        with self._exchange(StepName.SEND, Command.DATA, **facts):
            try:
                refused = self._client.sendmail(self._outgoing.from_address, list(recipients), raw)
            except smtplib.SMTPSenderRefused as error:
                raise self._problem(error.smtp_code, error.smtp_error, StepName.SEND, Command.MAIL, facts) from None
            except smtplib.SMTPRecipientsRefused as error:
                first, (code, said) = next(iter(error.recipients.items()))
                raise self._problem(code, said, StepName.SEND, Command.RCPT, {**facts, "recipient": first}) from None
        return {recipient: self._words(*answer) for recipient, answer in refused.items()}

    def _check_size(self, raw: bytes) -> None:
        """Tells what the server would refuse (RFC 1870), before it is on its way."""
        limit = self._client.esmtp_features.get("size", "")
        if limit.isdecimal() and 0 < int(limit) < len(raw):
            raise MessageTooLarge(f"SIZE {limit}, {len(raw)} bytes", **self._connection.facts)

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
        self._connection.abort()

    def expire(self) -> None:
        self._connection.expire()

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
            with self._exchange(step, Command.GREETING):
                if not greeted:
                    greet(self._connection, self._connection.sock, step)
                if client.ehlo()[0] != 250:
                    _taken(*client.helo(), wanted=250)
        except TransportError:
            client.close()
            raise
        self._connected = client

    def _sign_in(self) -> None:
        if self._outgoing.password is None:
            raise PasswordMissing(**self._connection.facts)
        name, password = self._outgoing.user_account_name or "", self._outgoing.password.get_secret_value()
        mechanisms = self._client.esmtp_features.get("auth", "").upper().split()
        with self._exchange(StepName.SIGN_IN, Command.AUTH):
            if "PLAIN" in mechanisms:
                proof = _base64(f"\0{name}\0{password}")
                _taken(*self._client.docmd("AUTH", f"PLAIN {proof}"), wanted=235)
            elif "LOGIN" in mechanisms:
                _taken(*self._client.docmd("AUTH", "LOGIN"), wanted=334)
                _taken(*self._client.docmd(_base64(name)), wanted=334)
                _taken(*self._client.docmd(_base64(password)), wanted=235)
            else:
                in_clear = self._outgoing.security == "none" and self._client.has_extn("starttls")
                raise (EncryptionRequired if in_clear else SignInNotAllowed)(", ".join(mechanisms), **self._connection.facts)

    def _account_found(self) -> Phrase:
        return Phrase("transports", QT_TRANSLATE_NOOP("transports", "Signed in as {account}."), {"account": self._account})

    @property
    def _client(self) -> smtplib.SMTP:
        assert self._connected is not None, "the phases come first"
        return self._connected

    # ------------------------------------------------------------------ errors

    @contextmanager
    def _exchange(self, step: StepName, command: Command, **facts: str) -> Iterator[None]:
        """Around every talk with the server: raises ours for what smtplib and the socket raise inside.

        `from None`: the library's error may hold what the server repeated.
        """
        with self._connection.mapped(step):
            try:
                yield
            except smtplib.SMTPServerDisconnected as error:
                raise self._connection.problem(_cause(error), step) from None
            except smtplib.SMTPResponseException as error:
                raise self._problem(error.smtp_code, error.smtp_error, step, command, facts) from None
            except (smtplib.SMTPException, ValueError) as error:
                raise ProtocolBroken(self._connection.clean(str(error)), step=step, **self._connection.facts) from None

    def _problem(self, code: int, said: bytes | str, step: StepName, command: Command, facts: dict[str, str]) -> TransportError:
        words = self._words(code, said)
        return kind_of_reply(code, words, command)(words, step=step, **self._connection.facts, **facts)

    def _words(self, code: int, said: bytes | str) -> str:
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        return self._connection.clean(f"{code} {text}")


def greet(connection: Connection, sock: socket.socket, step: StepName) -> None:
    """Hears the greeting; raises `ServerBusy`, `ServerRefused`, `ProtocolBroken` for one that is no welcome."""
    greeting = _rest_of_reply(connection, sock, step, read_greeting(connection, sock, step))
    if not greeting.startswith("220"):
        reply = int(greeting[:3]) if greeting[:3].isdecimal() else 0
        words = connection.clean(greeting)
        raise kind_of_reply(reply, words, Command.GREETING)(words, step=step, **connection.facts)


def start_tls(connection: Connection, sock: socket.socket) -> None:
    """Asks for TLS in clear (RFC 3207); raises what `greet` raises, `StartTlsMissing` and `StartTlsRefused`."""
    greet(connection, sock, StepName.TLS)
    sock.sendall(f"EHLO {own_name(sock)}\r\n".encode("ascii"))
    offered = _reply(connection, sock)
    if "STARTTLS" not in re.findall(r"^250[- ](\S+)", offered.upper(), re.MULTILINE):
        raise StartTlsMissing(connection.clean(offered), **connection.facts)
    sock.sendall(b"STARTTLS\r\n")
    answer = _reply(connection, sock)
    if not answer.startswith("220"):
        raise StartTlsRefused(connection.clean(answer), **connection.facts)


def own_name(sock: socket.socket) -> str:
    """How this computer calls itself to mail servers: by its address (RFC 5321 section 4.1.3)."""
    address = sock.getsockname()[0]
    return f"[IPv6:{address.partition('%')[0]}]" if sock.family == socket.AF_INET6 else f"[{address}]"


def _reply(connection: Connection, sock: socket.socket) -> str:
    return _rest_of_reply(connection, sock, StepName.TLS, read_line(connection, sock, StepName.TLS))


def _rest_of_reply(connection: Connection, sock: socket.socket, step: StepName, first: str) -> str:
    lines = [first]
    while lines[-1][3:4] == "-":
        lines.append(read_line(connection, sock, step))
    return "\n".join(lines)


def _taken(code: int, said: bytes, *, wanted: int) -> None:
    if code != wanted:
        raise smtplib.SMTPResponseException(code, said)


def _cause(error: smtplib.SMTPServerDisconnected) -> Exception:
    """Smtplib calls a time limit that ran out, and what TLS says at the end, a disconnection, too."""
    return error.__context__ if isinstance(error.__context__, TimeoutError | ssl.SSLError) else error


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
