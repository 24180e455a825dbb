"""Sends by SMTP (OUT-02, RFC 5321, RFC 8314): in clear, with implicit TLS, or with mandatory STARTTLS.

No retries here: the outbox does those. The caller composes the message.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP
from functools import partial
from typing import Self

from trackit_console.settings.outgoing import BasicOutgoing
from trackit_console.transports.connection_phases import Phase, Timeouts, walk
from trackit_console.transports.errors import (
    MessageTooLarge,
    PasswordMissing,
    ProtocolBroken,
    RecipientRefused,
    TransportError,
)
from trackit_console.transports.opening_phases import opening_phases, signed_in
from trackit_console.transports.smtp_greeting import ehlo_name, greet, start_tls
from trackit_console.transports.smtp_refusals import Command, expect, kind_of_reply
from trackit_console.transports.smtp_sign_in import sign_in
from trackit_console.transports.steps import StepName
from trackit_console.transports.tls_connection import TlsConnection
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

NO_ENCRYPTION = Phrase("transports", QT_TRANSLATE_NOOP("transports", "Not encrypted: Security Type is None."))
NO_SIGN_IN = Phrase("transports", QT_TRANSLATE_NOOP("transports", "No sign-in: SMTP requires authentication is off."))
WIRE_FORM = SMTP.clone(cte_type="7bit")
"""CRLF line ends and 7-bit content: not every server supports 8BITMIME (RFC 6152)."""
QUIT_SECONDS = 2.0
"""Seconds to wait for the reply to QUIT."""
# Neither line ends nor angle brackets: an address must not inject a command.
_ENVELOPE = re.compile(r"[^\s<>\x00-\x1f\x7f]+@[^\s<>@\x00-\x1f\x7f]+")


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

    def send(self, message: EmailMessage | bytes, recipients: Sequence[str]) -> dict[str, str]:
        """Implements `source.Sender.send`. Bytes are sent unchanged, except for line ends."""
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
                first, (code, text) = next(iter(error.recipients.items()))
                raise self._problem(code, text, StepName.SEND, Command.RCPT, {**facts, "recipient": first}) from None
        return {recipient: self._words(*answer) for recipient, answer in refused.items()}

    def _check_size(self, raw: bytes) -> None:
        """Raises `MessageTooLarge` before sending, if the server announced a SIZE limit (RFC 1870)."""
        limit = self._client.esmtp_features.get("size", "")
        if limit.isdecimal() and 0 < int(limit) < len(raw):
            raise MessageTooLarge(f"SIZE {limit}, {len(raw)} bytes", **self._connection.facts)

    def close(self) -> None:
        """Sends QUIT if that is still possible, and closes the connection."""
        if self._smtp_client is not None:
            with suppress(OSError, smtplib.SMTPException):
                if not self._connection.ended:
                    self._connection.sock.settimeout(QUIT_SECONDS)
                    self._smtp_client.docmd("QUIT")
            self._smtp_client.close()
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
    def _exchange(self, step: StepName, command: Command, **facts: str) -> Iterator[None]:
        """Wraps every exchange with the server: maps the errors of smtplib and the socket to ours.

        `from None`: the library's error may contain a password that the server repeated.
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

    def _problem(self, code: int, text: bytes | str, step: StepName, command: Command, facts: dict[str, str]) -> TransportError:
        words = self._words(code, text)
        return kind_of_reply(code, words, command)(words, step=step, **self._connection.facts, **facts)

    def _words(self, code: int, text: bytes | str) -> str:
        text = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        return self._connection.clean(f"{code} {text}")


def _cause(error: smtplib.SMTPServerDisconnected) -> Exception:
    """The real cause: smtplib also reports timeouts and late TLS alerts as a disconnection."""
    return error.__context__ if isinstance(error.__context__, TimeoutError | ssl.SSLError) else error
