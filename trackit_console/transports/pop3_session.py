"""A POP3 session (RFC 1939): opens it phase by phase, reopens it if the server hangs up over a message, and quits.

`pop3` decides which commands are sent, and when.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Self

from trackit_console.settings.server_mailbox import Pop3
from trackit_console.transports.connection_phases import Phase, Timeouts, walk
from trackit_console.transports.errors import (
    ConnectionLost,
    DeletionNotConfirmed,
    FolderRefused,
    PasswordMissing,
    ProtocolBroken,
    SignInRefused,
    TransportError,
)
from trackit_console.transports.opening_phases import NOT_ENCRYPTED, opening_phases, signed_in
from trackit_console.transports.pop3_client import Download, Pop3Client, Refusal
from trackit_console.transports.pop3_errors import INBOX, exchange, refused_error
from trackit_console.transports.pop3_greeting import greet, start_tls
from trackit_console.transports.pop3_listing import Listing, listing_of
from trackit_console.transports.pop3_sign_in import sign_in
from trackit_console.transports.step_names import StepName
from trackit_console.transports.tls_connection import TlsConnection
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

REOPENINGS = 16
"""Maximum new sessions in one poll."""
QUIT_SECONDS = 2.0
"""Seconds to wait for the response to QUIT when nothing depends on it."""


class Pop3Session:
    """A session with one mailbox. Not thread-safe, except for `abort` and `expire`."""

    def __init__(self, mailbox: Pop3, timeouts: Timeouts) -> None:
        self._mailbox = mailbox
        self._connection = TlsConnection(mailbox.server, mailbox.port, mailbox, timeouts, "POP3", mailbox.account)
        self._connection.masking.add_name(mailbox.account)
        if mailbox.password:
            self._connection.masking.add_secret(mailbox.password.get_secret_value())
        self._pop3_client: Pop3Client | None = None
        self._listing: Listing | None = None
        self._reopened = 0
        self._closing = False

    @property
    def phases(self) -> list[Phase]:
        """The phases of opening this mailbox."""
        connection, encrypted = self._connection, self._mailbox.use_ssl or self._mailbox.starttls
        return [
            *opening_phases(connection, self._connect, self._secure, None if encrypted else NOT_ENCRYPTED),
            Phase(StepName.SIGN_IN, connection, self._sign_in, partial(signed_in, self._mailbox.account)),
            Phase(StepName.FOLDER, connection, self._open_mailbox, self._describe_mailbox),
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

    def close(self) -> None:
        """Quits if that is still possible, and closes the connection."""
        self._closing = True
        client = self._pop3_client
        if client is not None and client.in_step and not self._connection.ended:
            # With QUIT the server deletes what it was told to delete. All of that was recorded before.
            with suppress(OSError, EOFError, ValueError, Refusal, TransportError):
                self._connection.sock.settimeout(QUIT_SECONDS)
                client.ask("QUIT")
        self._disconnect()

    def quit(self, *, deleted: bool) -> None:
        """Quits. If anything was `deleted`, raises if the server did not confirm it; otherwise nothing depends on it."""
        self._closing = True
        try:
            with self._exchange(otherwise=DeletionNotConfirmed):
                self._client.ask("QUIT")
        except TransportError:
            if deleted or self._connection.ended:
                raise
        finally:
            self._disconnect()

    def _disconnect(self) -> None:
        client, self._pop3_client = self._pop3_client, None
        if client is not None:
            client.close()
        self._connection.close()

    def abort(self) -> None:
        """Interrupts a blocking call, from any thread; that call raises `Cancelled`."""
        self._connection.abort()

    def expire(self) -> None:
        """Like `abort`, but the call raises `TimedOut`."""
        self._connection.expire()

    # ------------------------------------------------------------------ phases

    def _connect(self) -> None:
        self._connection.connect()
        if not (self._mailbox.use_ssl or self._mailbox.starttls):
            self._greet(StepName.CONNECT)

    def _secure(self) -> None:
        self._connection.secure(start_tls if self._mailbox.starttls else None)
        if self._mailbox.starttls:  # the greeting preceded STLS
            self._pop3_client = Pop3Client(self._connection)
        else:
            self._greet(StepName.TLS)

    def _greet(self, step: StepName) -> None:
        with self._exchange(step):
            greet(self._connection, self._connection.sock, step)
        self._pop3_client = Pop3Client(self._connection)

    def _sign_in(self) -> None:
        if self._mailbox.password is None:
            raise PasswordMissing(**self._connection.facts)
        with self._exchange(StepName.SIGN_IN, SignInRefused):
            # Before sign-in it tells how to sign in, afterwards what else the server can do (RFC 2449 section 5).
            self._client.read_capabilities()
            sign_in(self._client, self._connection, self._mailbox.account, self._mailbox.password.get_secret_value())
            self._client.read_capabilities()

    def _open_mailbox(self) -> None:
        with self._exchange(otherwise=FolderRefused):
            self._client.ask("STAT")

    def _describe_mailbox(self) -> Phrase:
        facts = {"folder": INBOX, "number": len(self.listing.messages)}
        if not self.listing.without_uidl:
            told = QT_TRANSLATE_NOOP("transports", "{folder}: {number} messages. POP3 does not tell which of them are unread.")
            return Phrase("transports", told, facts)
        without_uidl = QT_TRANSLATE_NOOP(
            "transports",
            "{folder}: {number} messages. The server does not tell them apart (UIDL): what stays in the mailbox is read again at "
            "each poll.",
        )
        return Phrase("transports", without_uidl, facts)

    @property
    def _client(self) -> Pop3Client:
        if self._pop3_client is None:  # quit, or closed and not reopened
            raise ConnectionLost(step=StepName.FOLDER, **self._connection.facts)
        return self._pop3_client

    # ------------------------------------------------------------------ commands

    @property
    def listing(self) -> Listing:
        """The messages of this session, which new mail does not change; read at the first use."""
        if self._listing is None:
            with self._exchange():
                sizes = self._client.ask_lines("LIST")
                self._listing = listing_of(sizes, self._uidls())
        return self._listing

    def _uidls(self) -> list[bytes] | None:
        """The lines of UIDL, None if the server does not have it. Many that have it do not say so in CAPA."""
        try:
            return self._client.ask_lines("UIDL")
        except Refusal as refusal:
            # Only for now: without UIDL, all that is on the server would be downloaded to be recognized.
            if self._client.offers("UIDL") or refused_error(self._connection, refusal, StepName.FOLDER).transient:
                raise
            return None

    def texts(self, commands: Sequence[Download]) -> Generator[bytes | Refusal, None, None]:
        """The multi-line answers to `commands`, in order; raises `ConnectionLost`, `ProtocolBroken` and others."""
        with self._exchange():
            yield from self._client.texts(commands)

    def statuses(self, commands: Sequence[str]) -> Generator[str | Refusal, None, None]:
        """The one-line answers to `commands`, in order."""
        with self._exchange():
            yield from self._client.statuses(commands)

    def refused(self, refusal: Refusal) -> TransportError:
        """Our error for a refused command."""
        return refused_error(self._connection, refusal, StepName.FOLDER)

    def reopen(self, problem: TransportError) -> None:
        """Opens a new session. Raises `problem` if that was done too often, or the error of opening if it fails."""
        if self._closing or self._reopened >= REOPENINGS:
            raise problem
        self._reopened += 1
        earlier, self._listing = self._listing, None
        self._disconnect()
        walk(self.phases)
        # Numbers may mean other messages now. With a UIDL a message is found again, without one it is not.
        if earlier and earlier.without_uidl and not self.listing.begins_like(earlier):
            raise problem

    @contextmanager
    def _exchange(self, step: StepName = StepName.FOLDER, otherwise: type[TransportError] = ProtocolBroken) -> Iterator[None]:
        with exchange(self._connection, step, otherwise):
            yield
