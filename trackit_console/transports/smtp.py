"""Sends by SMTP (OUT-02, RFC 5321, RFC 8314): plain, implicit TLS, or STARTTLS that is required and never given up."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from trackit_console.settings.outgoing import BasicOutgoing
from trackit_console.transports.errors import (
    MessageRefused,
    PasswordMissing,
    ProtocolBroken,
    RecipientRefused,
    SenderRefused,
    ServerBusy,
    SignInNotAllowed,
    SignInRefused,
    StartTlsMissing,
)
from trackit_console.transports.link import Link, Timeouts
from trackit_console.transports.steps import StepName
from trackit_console.words import QT_TRANSLATE_NOOP, Phrase

Phase = tuple[StepName, Callable[[], Phrase | None]]


class _Smtp(smtplib.SMTP):
    """smtplib's client on a socket that is connected already."""

    def __init__(self, link: Link) -> None:
        self._given = link.sock
        super().__init__(timeout=link.timeouts.answer)
        self._host = link.host  # STARTTLS checks the certificate against it
        code, words = self.connect(link.host, link.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, words)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self._given


class SmtpSender:
    """One outgoing account. Not for several threads, `abort` excepted."""

    def __init__(self, outgoing: BasicOutgoing, timeouts: Timeouts | None = None) -> None:
        self._outgoing = outgoing
        self._link = Link(outgoing.smtp_server_name, outgoing.port, outgoing, timeouts or Timeouts())
        self._client: _Smtp | None = None

    @property
    def phases(self) -> list[Phase]:
        """What opening this account consists of."""
        return [
            (StepName.RESOLVE, self._link.resolve),
            (StepName.CONNECT, self._connect),
            (StepName.TLS, self._secure),
            (StepName.SIGN_IN, self._sign_in),
        ]

    def open(self) -> None:
        """Walks through the phases; raises `TransportError`."""
        for _, phase in self.phases:
            phase()

    def send(self, message: EmailMessage, recipients: Sequence[str]) -> None:
        """Sends one message; raises `SenderRefused`, `RecipientRefused`, `MessageRefused`."""
        with self._said(StepName.SEND):
            try:
                self.client.sendmail(self._outgoing.from_address, list(recipients), message.as_bytes(policy=SMTP))
            except smtplib.SMTPSenderRefused as error:
                raise SenderRefused(_words(error), sender=self._outgoing.from_address, **self._facts) from error
            except smtplib.SMTPRecipientsRefused as error:
                recipient, (code, words) = next(iter(error.recipients.items()))
                detail = f"{code} {words.decode('utf-8', 'replace')}"
                raise RecipientRefused(detail, recipient=recipient, **self._facts) from error

    def abort(self) -> None:
        """Ends a call that waits, from any thread."""
        self._link.abort()

    def close(self) -> None:
        """Says good-bye where that is still possible."""
        if self._client is not None and not self._link.aborted:
            with suppress(OSError, smtplib.SMTPException):
                self._link.sock.settimeout(2)
                self._client.quit()
        self._link.close()

    @property
    def client(self) -> _Smtp:
        """The open connection."""
        assert self._client is not None, "open() comes first"
        return self._client

    def _connect(self) -> Phrase:
        connected = self._link.connect()
        if self._outgoing.security != "ssl":
            self._greet(StepName.CONNECT)
        return connected

    def _greet(self, step: StepName) -> None:
        with self._said(step):
            self._client = _Smtp(self._link)
            self._client.ehlo()

    def _secure(self) -> Phrase | None:
        if self._outgoing.security == "none":
            return None
        if self._outgoing.security == "ssl":
            secured = self._link.secure()
            self._greet(StepName.TLS)
            return secured
        return self._start_tls()

    def _start_tls(self) -> Phrase:
        context = self._link.context()
        with self._said(StepName.TLS):
            if not self.client.has_extn("starttls"):
                raise StartTlsMissing(**self._facts)
            try:
                self.client.starttls(context=context)
            except ssl.SSLError as error:
                raise self._link.tls_problem(error) from error
            assert self.client.sock is not None
            secured = self._link.secured(self.client.sock)
            self.client.ehlo()
        return secured

    def _sign_in(self) -> Phrase | None:
        if not self._outgoing.smtp_requires_authentication:
            return None
        if self._outgoing.password is None:
            raise PasswordMissing(**self._facts)
        name = self._outgoing.user_account_name or ""
        with self._said(StepName.SIGN_IN):
            try:
                self.client.login(name, self._outgoing.password.get_secret_value())
            except smtplib.SMTPAuthenticationError as error:
                raise SignInRefused(_words(error), **self._facts) from None
            except smtplib.SMTPNotSupportedError as error:
                raise SignInNotAllowed(str(error), **self._facts) from None
        return Phrase("transports", QT_TRANSLATE_NOOP("transports", "Signed in as {account}."), {"account": name})

    @property
    def _facts(self) -> dict[str, Any]:
        return {**self._link.facts, "account": self._outgoing.user_account_name or self._outgoing.from_address}

    @contextmanager
    def _said(self, step: StepName) -> Iterator[None]:
        """One exchange with the server, with the library's errors as ours."""
        with self._link.mapped(step):
            try:
                yield
            except smtplib.SMTPServerDisconnected as error:
                raise self._link.problem(error, step) from error
            except smtplib.SMTPResponseException as error:
                raise self._response(error, step) from error
            except (smtplib.SMTPException, ValueError) as error:
                raise ProtocolBroken(str(error)[:500], step=step, **self._facts) from error

    def _response(self, error: smtplib.SMTPResponseException, step: StepName) -> Exception:
        if 400 <= error.smtp_code < 500:
            return ServerBusy(_words(error), step=step, **self._facts)
        if step is StepName.SEND:
            return MessageRefused(_words(error), **self._facts)
        return ProtocolBroken(_words(error), step=step, **self._facts)


def _words(error: smtplib.SMTPResponseException) -> str:
    words = error.smtp_error
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return f"{error.smtp_code} {text}"[:500]
