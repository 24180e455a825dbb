"""Sends by SMTP (OUT-02, RFC 5321, RFC 8314): in clear, with implicit TLS, or with mandatory STARTTLS.

No retries here: the outbox does those. The caller composes the message.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from functools import partial
from typing import Self

from trackit_console.settings.outgoing import BasicOutgoing
from trackit_console.transports.connection_phases import Phase, Timeouts, walk
from trackit_console.transports.errors import (
    AddressNeedsUtf8,
    MessageRefused,
    MessageTooLarge,
    PasswordMissing,
    ProtocolBroken,
    RecipientRefused,
    RefusedRecipient,
    SenderRefused,
    TransportError,
)
from trackit_console.transports.opening_phases import opening_phases, signed_in
from trackit_console.transports.smtp_content import wire_form
from trackit_console.transports.smtp_envelope import NO_ADDRESS, Path, path_of
from trackit_console.transports.smtp_greeting import ehlo_name, greet, start_tls
from trackit_console.transports.smtp_refusals import Command, expect, kind_of_reply
from trackit_console.transports.smtp_sign_in import sign_in
from trackit_console.transports.smtp_transaction import ProblemOf, Transaction
from trackit_console.transports.step_names import StepName
from trackit_console.transports.tls_connection import TlsConnection
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

NO_ENCRYPTION = Phrase("transports", QT_TRANSLATE_NOOP("transports", "Not encrypted: Security Type is None."))
NO_SIGN_IN = Phrase("transports", QT_TRANSLATE_NOOP("transports", "No sign-in: SMTP requires authentication is off."))
QUIT_SECONDS = 2.0
"""Seconds to wait for the reply to QUIT."""
NO_UTF8 = "the server does not offer SMTPUTF8 (RFC 6531)"


class SmtpSender:
    """One outgoing account, open for some messages. Not thread-safe, except for `abort` and `expire`."""

    def __init__(self, outgoing: BasicOutgoing, timeouts: Timeouts | None = None) -> None:
        self._outgoing = outgoing
        self._account = outgoing.user_account_name or outgoing.from_address
        address = (outgoing.smtp_server_name, outgoing.port)
        self._connection = TlsConnection(*address, outgoing, timeouts or Timeouts(), "SMTP", self._account)
        self._connection.masking.add_name(outgoing.user_account_name or "")
        if outgoing.password:
            self._connection.masking.add_secret(outgoing.password.get_secret_value())
        self._smtp_client: smtplib.SMTP | None = None

    @property
    def phases(self) -> list[Phase]:
        """The phases of opening this account."""
        connection = self._connection
        unencrypted = NO_ENCRYPTION if self._outgoing.security == "none" else None
        no_sign_in = None if self._outgoing.smtp_requires_authentication else NO_SIGN_IN
        return [
            *opening_phases(connection, self._connect, self._secure, unencrypted),
            Phase(StepName.SIGN_IN, connection, self._sign_in, partial(signed_in, self._account), no_sign_in),
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

    @property
    def usable(self) -> bool:
        """Implements `source.Sender.usable`."""
        client = self._smtp_client
        return client is not None and client.sock is not None and not self._connection.ended

    def send(self, message: EmailMessage | bytes, recipients: Sequence[str]) -> list[RefusedRecipient]:
        """Implements `source.Sender.send`. Bytes are sent unchanged where the server allows it, except for line ends."""
        paths, unusable = self._paths(recipients)
        if not paths and unusable:
            raise unusable[0].problem.of_all(unusable)
        sender = self._sender_path()
        utf8 = any(path.needs_utf8 for path in (sender, *paths.values()))
        raw = self._content(message, utf8=utf8)
        transaction = Transaction(self._client, self._refusal_of(recipients))
        try:
            with self._exchange(StepName.SEND, Command.DATA):
                transaction.run(sender, paths, raw)
        except TransportError as problem:
            # Whoever interrupted it came too late: sent is sent.
            if not transaction.accepted:
                problem.in_doubt = transaction.in_doubt
                if problem.refused:
                    problem.of_all([*unusable, *problem.refused])
                raise
        return unusable + transaction.refused

    def _sender_path(self) -> Path:
        path = path_of(self._outgoing.from_address)
        if path is None or (path.needs_utf8 and not self._client.has_extn("smtputf8")):
            raise SenderRefused(NO_UTF8, sender=self._outgoing.from_address, **self._connection.facts).lasting()
        return path

    def _paths(self, recipients: Sequence[str]) -> tuple[dict[str, Path], list[RefusedRecipient]]:
        """The recipients that the server can be asked for, and the others."""
        paths: dict[str, Path] = {}
        unusable: list[RefusedRecipient] = []
        for address in dict.fromkeys(recipients):
            path = path_of(address)
            if path is None:
                unusable.append(self._unusable(address, RecipientRefused, NO_ADDRESS))
            elif path.needs_utf8 and not self._client.has_extn("smtputf8"):
                unusable.append(self._unusable(address, AddressNeedsUtf8, NO_UTF8))
            else:
                paths[address] = path
        return paths, unusable

    def _unusable(self, address: str, kind: type[RecipientRefused], words: str) -> RefusedRecipient:
        problem = kind(words, recipient=address, **self._connection.facts).lasting()
        return RefusedRecipient(address, words, True, problem)

    def _content(self, message: EmailMessage | bytes, *, utf8: bool) -> bytes:
        """What goes over the wire; raises `MessageRefused`, `MessageTooLarge` for what this server will not take."""
        offered = self._client.esmtp_features
        raw = wire_form(message, utf8=utf8, eight_bit_taken="8bitmime" in offered, utf8_taken="smtputf8" in offered)
        if raw is None:
            raise MessageRefused(NO_UTF8, **self._connection.facts).lasting()
        # A SIZE limit that the server announced (RFC 1870): it need not be tried.
        limit = offered.get("size", "")
        if limit.isdecimal() and 0 < int(limit) < len(raw):
            raise MessageTooLarge(f"SIZE {limit}, {len(raw)} bytes", **self._connection.facts).lasting()
        return raw

    def close(self) -> None:
        """Sends QUIT if that is still possible, and closes the connection."""
        client, self._smtp_client = self._smtp_client, None
        if client is not None:
            with suppress(OSError, smtplib.SMTPException, TransportError):
                if not self._connection.ended:
                    self._connection.sock.settimeout(QUIT_SECONDS)
                    client.docmd("QUIT")
            client.close()
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
        """Reads the greeting, unless it preceded STARTTLS, and sends EHLO, or HELO to servers that refuse it."""
        # smtplib would resolve the name of this computer, which can take seconds.
        client = smtplib.SMTP(local_hostname=ehlo_name(self._connection.sock), timeout=self._connection.timeouts.answer)
        # smtplib has not connected, as it was given no host.
        client.sock = self._connection.sock
        try:
            with self._exchange(step, Command.GREETING):
                if not greeted:
                    greet(self._connection, self._connection.sock, step)
                # After STARTTLS the client must send EHLO again and forget the earlier reply (RFC 3207 section 4.2).
                if client.ehlo()[0] != 250:
                    expect(*client.helo(), wanted=250)
        except TransportError:
            client.close()
            raise
        self._smtp_client = client

    def _sign_in(self) -> None:
        if self._outgoing.password is None:
            raise PasswordMissing(**self._connection.facts)
        name, password = self._outgoing.user_account_name or "", self._outgoing.password.get_secret_value()
        with self._exchange(StepName.SIGN_IN, Command.AUTH):
            sign_in(self._client, self._connection, name, password, encrypted=self._outgoing.security != "none")

    @property
    def _client(self) -> smtplib.SMTP:
        assert self._smtp_client is not None, "the phases have not been run"
        return self._smtp_client

    # ------------------------------------------------------------------ errors

    @contextmanager
    def _exchange(self, step: StepName, command: Command) -> Iterator[None]:
        """Wraps every exchange with the server: maps the errors of smtplib and the socket to ours.

        `from None`: the library's error may contain a password that the server repeated.
        """
        # Outermost: smtplib's errors are OSErrors, which it would take for a lost connection.
        with self._connection.mapped(step):
            try:
                yield
            except smtplib.SMTPServerDisconnected as error:
                raise self._connection.problem(_cause(error), step) from None
            except smtplib.SMTPResponseException as error:
                raise self._problem(error.smtp_code, error.smtp_error, step, command, {}) from None
            except (smtplib.SMTPException, ValueError) as error:
                raise ProtocolBroken(self._connection.clean(str(error)), step=step, **self._connection.facts) from None

    def _problem(self, code: int, text: bytes | str, step: StepName, command: Command, facts: dict[str, str]) -> TransportError:
        words = self._words(code, text)
        return kind_of_reply(code, words, command)(words, step=step, **self._connection.facts, **facts).lasting(code >= 500)

    def _refusal_of(self, recipients: Sequence[str]) -> ProblemOf:
        """Makes the errors of a transaction; where a reply concerns no recipient, the sentence names the first."""

        def problem(code: int, text: bytes, command: Command, recipient: str = "") -> TransportError:
            facts = {"sender": self._outgoing.from_address, "recipient": recipient or recipients[0]}
            return self._problem(code, text, StepName.SEND, command, facts)

        return problem

    def _words(self, code: int, text: bytes | str) -> str:
        text = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        return self._connection.clean(f"{code} {text}")


def _cause(error: smtplib.SMTPServerDisconnected) -> Exception:
    """The real cause: smtplib also reports timeouts and late TLS alerts as a disconnection."""
    return error.__context__ if isinstance(error.__context__, TimeoutError | ssl.SSLError) else error
