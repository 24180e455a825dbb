"""An IMAP session (RFC 3501): opens it phase by phase, reopens it if the server hangs up over a message, and logs out.

`imap` decides which commands are sent, and when.
"""

from __future__ import annotations

import imaplib
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, Self

from imapclient.exceptions import ProtocolError

from trackit_console.settings.server_mailbox import Imap
from trackit_console.transports.connection_phases import Phase, Timeouts, walk
from trackit_console.transports.errors import (
    ConnectionLost,
    FolderMissing,
    FolderRefused,
    PasswordMissing,
    ProtocolBroken,
    SignInRefused,
    TokenRefused,
    TokenSignInMissing,
    TransportError,
)
from trackit_console.transports.imap_client import Client, greet, start_tls
from trackit_console.transports.imap_errors import exchange, refusal, refused_error
from trackit_console.transports.imap_fetching import Answer, Refused
from trackit_console.transports.imap_refusals import response_codes
from trackit_console.transports.imap_sign_in import send_id, sign_in, sign_in_with_token
from trackit_console.transports.imap_token import entra_session
from trackit_console.transports.opening_phases import NOT_ENCRYPTED, opening_phases, signed_in
from trackit_console.transports.step_names import StepName
from trackit_console.transports.tls_connection import TlsConnection
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

REOPENINGS = 16
"""Maximum new sessions in one poll: enough to isolate two messages of a batch that make the server hang up."""
LOGOUT_SECONDS = 2.0
"""Seconds to wait for the response to LOGOUT."""


class ImapSession:
    """A session with one selected folder. Not thread-safe, except for `abort` and `expire`."""

    def __init__(self, mailbox: Imap, timeouts: Timeouts) -> None:
        self._mailbox = mailbox
        self._connection = TlsConnection(mailbox.server, mailbox.port, mailbox, timeouts, "IMAP", mailbox.account)
        self._connection.masking.add_name(mailbox.account)
        self._entra = entra_session(mailbox, timeouts) if mailbox.authentication == "microsoft365" else None
        if mailbox.password:
            self._connection.masking.add_secret(mailbox.password.get_secret_value())
        self._imap_client: Client | None = None
        self._selected: dict[bytes, Any] = {}
        self._reopened = 0
        self._closing = False
        # The next batch is fetched while the current one is recorded and settled, so commands take turns:
        # imaplib is not thread-safe.
        self._command_lock = threading.RLock()

    @property
    def phases(self) -> list[Phase]:
        """The phases of opening this mailbox, as a connection test walks them: it asks Entra for a fresh token."""
        return self._phases(fresh=True)

    def _phases(self, *, fresh: bool) -> list[Phase]:
        connection, encrypted = self._connection, self._mailbox.use_ssl or self._mailbox.starttls
        return [
            *opening_phases(connection, self._connect, self._secure, None if encrypted else NOT_ENCRYPTED),
            Phase(StepName.SIGN_IN, self, partial(self._sign_in, fresh), partial(signed_in, self._mailbox.account)),
            Phase(StepName.FOLDER, connection, self._open_folder, self._describe_folder),
        ]

    def __enter__(self) -> Self:
        try:
            walk(self._phases(fresh=False))
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def finish(self) -> None:
        """Logs out; raises if the server did not confirm it."""
        self._closing = True  # no reopening from now on, also by the thread that reads ahead
        try:
            with self._exchange():
                self._client.logout()
        finally:
            self._disconnect()

    def close(self) -> None:
        """Logs out if that is still possible, and closes the connection."""
        self._closing = True
        if self._imap_client is not None:
            self._log_out()
        self._disconnect()

    def _disconnect(self) -> None:
        client, self._imap_client = self._imap_client, None
        if client is not None:
            with suppress(OSError):
                client.shutdown()
        self._connection.close()
        if self._entra is not None:
            self._entra.close()

    def _log_out(self) -> None:
        if self._command_lock.acquire(timeout=LOGOUT_SECONDS):
            try:
                with suppress(OSError, EOFError, ValueError, imaplib.IMAP4.error):
                    if not self._connection.ended:
                        self._connection.sock.settimeout(LOGOUT_SECONDS)
                        self._client.logout()
            finally:
                self._command_lock.release()
        else:
            self._connection.abort()  # the thread that reads ahead still waits for a batch that is no longer needed

    def abort(self) -> None:
        """Interrupts a blocking call, from any thread; that call raises `Cancelled`."""
        self._connection.abort()
        if self._entra is not None:
            self._entra.abort()

    def expire(self) -> None:
        """Like `abort`, but the call raises `TimedOut`."""
        self._connection.expire()
        if self._entra is not None:
            self._entra.expire()

    # ------------------------------------------------------------------ phases

    def _connect(self) -> None:
        self._connection.connect()
        if not (self._mailbox.use_ssl or self._mailbox.starttls):
            self._imap_client = greet(self._connection, StepName.CONNECT, greeted=False)

    def _secure(self) -> None:
        self._connection.secure(start_tls if self._mailbox.starttls else None)
        self._imap_client = greet(self._connection, StepName.TLS, greeted=self._mailbox.starttls)

    def _sign_in(self, fresh: bool) -> None:
        if self._entra is not None:
            self._sign_in_with_token(self._entra.token(fresh=fresh))
        elif self._mailbox.password is None:
            raise PasswordMissing(**self._connection.facts)
        else:
            with exchange(self._connection, StepName.SIGN_IN, SignInRefused):
                sign_in(self._client, self._mailbox.account, self._mailbox.password.get_secret_value())
        with exchange(self._connection, StepName.SIGN_IN, SignInRefused):
            send_id(self._client)

    def _sign_in_with_token(self, token: str) -> None:
        self._connection.masking.add_secret(token)
        if not self._client.has_capability("AUTH=XOAUTH2"):
            raise TokenSignInMissing(**self._connection.facts)
        try:
            with exchange(self._connection, StepName.SIGN_IN, TokenRefused):
                sign_in_with_token(self._client, self._mailbox.account, token)
        except SignInRefused as refused:  # AUTHENTICATIONFAILED: there is no password that could be wrong
            raise TokenRefused(refused.detail, **self._connection.facts) from None

    def _open_folder(self) -> None:
        try:
            with self._exchange(otherwise=FolderRefused):
                self._selected = self._client.select_folder(self._mailbox.folder)
        except FolderRefused as refused:
            if self._folder_exists():
                raise
            raise FolderMissing(refused.detail, **self._facts) from None

    def _folder_exists(self) -> bool:
        """Whether the folder exists; True if the server refuses LIST. NO to SELECT does not tell (RFC 3501 section 6.3.1)."""
        with self._exchange():
            try:
                return bool(self._client.list_folders("", self._mailbox.folder))
            except imaplib.IMAP4.error as error:
                refusal(self._connection, error)
                return True

    def _describe_folder(self) -> Phrase:
        facts = {"folder": self._mailbox.folder, "unread": self.unread()}
        if self._client.has_capability("MOVE") or self._client.has_capability("UIDPLUS"):
            return Phrase("transports", QT_TRANSLATE_NOOP("transports", "{folder}: {unread} unread messages."), facts)
        without_move = QT_TRANSLATE_NOOP(
            "transports",
            "{folder}: {unread} unread messages. The server knows neither MOVE nor UIDPLUS: processed messages may stay in the "
            "folder, marked as deleted.",
        )
        return Phrase("transports", without_move, facts)

    @property
    def _client(self) -> Client:
        if self._imap_client is None:  # logged out, or closed and not reopened
            raise ConnectionLost(step=StepName.FOLDER, **self._connection.facts)
        return self._imap_client

    def unread(self) -> int:
        """The number of unread messages in the folder."""
        with self._exchange():
            return int(self._client.folder_status(self._mailbox.folder, ["UNSEEN"])[b"UNSEEN"])

    # ------------------------------------------------------------------ commands

    def fetch_items(self, uids: Sequence[int], items: Sequence[str]) -> dict[int, Answer]:
        """Sends one FETCH. Raises `Refused` with a usable session: a new one if the server hung up over this command."""
        # Held until the session is open again: the thread that settles must not send a command into a half-open one.
        with self._command_lock:
            try:
                return self._send_fetch(uids, items)
            except (ConnectionLost, ProtocolBroken) as problem:
                self._reopen(problem)
                raise Refused(problem, temporary=False) from None

    def _send_fetch(self, uids: Sequence[int], items: Sequence[str]) -> dict[int, Answer]:
        with self._exchange():
            try:
                return dict(self._client.fetch(uids, items))
            except imaplib.IMAP4.error as error:
                # Not a refusal: the connection was closed, or the response cannot be parsed.
                if isinstance(error, imaplib.IMAP4.abort | ProtocolError):
                    raise
                refused = refused_error(self._connection, error, StepName.FOLDER, ProtocolBroken, self._facts)
                # A server bug (RFC 5530; Dovecot on a damaged message) does not go away by itself.
                temporary = refused.transient and "SERVERBUG" not in response_codes(refused.detail)
                raise Refused(refused, temporary=temporary) from None

    def _reopen(self, problem: TransportError) -> None:
        """Opens a new session. Raises `problem` if that was done too often, or the error of opening if it fails."""
        if self._closing or self._reopened >= REOPENINGS:
            raise problem
        self._reopened += 1
        validity = self._uid_validity
        self._disconnect()
        walk(self._phases(fresh=False))
        if self._uid_validity != validity:  # the UIDs in hand now mean other messages, or none
            raise problem

    @property
    def _uid_validity(self) -> int:
        return int(self._selected.get(b"UIDVALIDITY", 0))

    @property
    def _facts(self) -> dict[str, Any]:
        return {**self._connection.facts, "folder": self._mailbox.folder}

    @contextmanager
    def _exchange(self, otherwise: type[TransportError] = ProtocolBroken) -> Iterator[None]:
        with self._command_lock, exchange(self._connection, StepName.FOLDER, otherwise, folder=self._mailbox.folder):
            yield
