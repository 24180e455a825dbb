"""An IMAP session: opened phase by phase, opened anew when the server hangs up over a message, and ended (RFC 3501).

What is asked in it, and when, is in `imap`.
"""

from __future__ import annotations

import imaplib
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Self

from imapclient.exceptions import ProtocolError

from trackit_console.settings.mailbox import Imap
from trackit_console.transports.connection import Connection
from trackit_console.transports.connection_phases import Phase, Timeouts, walk
from trackit_console.transports.errors import (
    ConnectionLost,
    FolderMissing,
    FolderRefused,
    PasswordMissing,
    ProtocolBroken,
    SignInRefused,
    TransportError,
)
from trackit_console.transports.imap_client import Client, exchange, greet, introduce, refusal, refused_error, sign_in, start_tls
from trackit_console.transports.imap_reading import Answer, Refused
from trackit_console.transports.imap_refusals import response_codes
from trackit_console.transports.steps import StepName
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

REOPENINGS = 16
"""Fresh sessions in one poll at most: enough to find two messages of a batch over which the server hangs up."""
GOOD_BYE = 2.0
"""Seconds that a server gets to answer LOGOUT."""
NOT_ENCRYPTED = Phrase("transports", QT_TRANSLATE_NOOP("transports", "Not encrypted: neither SSL nor STARTTLS is chosen."))


class ImapSession:
    """A session with one folder open. Not for several threads, `abort` and `expire` excepted."""

    def __init__(self, mailbox: Imap, timeouts: Timeouts) -> None:
        self._mailbox = mailbox
        self._connection = Connection(mailbox.server, mailbox.port, mailbox, timeouts, "IMAP", mailbox.account)
        self._connection.masking.add_name(mailbox.account)
        if mailbox.password:
            self._connection.masking.add_secret(mailbox.password.get_secret_value())
        self._connected: Client | None = None
        self._opened: dict[bytes, Any] = {}
        self._reopened = 0
        self._over = False
        # The next batch is fetched while the one in hand is recorded and settled: commands take turns.
        self._turn = threading.RLock()

    @property
    def phases(self) -> list[Phase]:
        """What opening this mailbox consists of."""
        connection, encrypted = self._connection, self._mailbox.use_ssl or self._mailbox.starttls
        return [
            Phase(StepName.RESOLVE, connection, connection.resolve, connection.addresses_found),
            Phase(StepName.CONNECT, connection, self._connect, connection.peer_found),
            Phase(StepName.TLS, connection, self._secure, connection.security_found, None if encrypted else NOT_ENCRYPTED),
            Phase(StepName.SIGN_IN, connection, self._sign_in, self._account_found),
            Phase(StepName.FOLDER, connection, self._open_folder, self._folder_found),
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

    def finish(self) -> None:
        """Ends the session; raises when the server did not confirm it."""
        self._over = True
        try:
            with self._exchange():
                self._client.logout()
        finally:
            self._hang_up()

    def close(self) -> None:
        """Says good-bye where that is still possible, and closes."""
        self._over = True
        if self._connected is not None:
            self._say_good_bye()
        self._hang_up()

    def _hang_up(self) -> None:
        client, self._connected = self._connected, None
        if client is not None:
            with suppress(OSError):
                client.shutdown()
        self._connection.close()

    def _say_good_bye(self) -> None:
        if self._turn.acquire(timeout=GOOD_BYE):
            try:
                with suppress(OSError, EOFError, ValueError, imaplib.IMAP4.error):
                    if not self._connection.ended:
                        self._connection.sock.settimeout(GOOD_BYE)
                        self._client.logout()
            finally:
                self._turn.release()
        else:
            self._connection.abort()  # a batch is still on its way that nobody waits for any more

    def abort(self) -> None:
        """Ends a call that waits, from any thread; it raises `Cancelled`."""
        self._connection.abort()

    def expire(self) -> None:
        """As `abort`; the call raises `TimedOut`."""
        self._connection.expire()

    # ------------------------------------------------------------------ phases

    def _connect(self) -> None:
        self._connection.connect()
        if not (self._mailbox.use_ssl or self._mailbox.starttls):
            self._connected = greet(self._connection, StepName.CONNECT, greeted=False)

    def _secure(self) -> None:
        self._connection.secure(start_tls if self._mailbox.starttls else None)
        self._connected = greet(self._connection, StepName.TLS, greeted=self._mailbox.starttls)

    def _sign_in(self) -> None:
        if self._mailbox.password is None:
            raise PasswordMissing(**self._connection.facts)
        with exchange(self._connection, StepName.SIGN_IN, SignInRefused):
            sign_in(self._client, self._mailbox.account, self._mailbox.password.get_secret_value())
            introduce(self._client)

    def _account_found(self) -> Phrase:
        return Phrase(
            "transports", QT_TRANSLATE_NOOP("transports", "Signed in as {account}."), {"account": self._mailbox.account}
        )

    def _open_folder(self) -> None:
        try:
            with self._exchange(otherwise=FolderRefused):
                self._opened = self._client.select_folder(self._mailbox.folder)
        except FolderRefused as refused:
            if self._exists():
                raise
            raise FolderMissing(refused.detail, **self._facts) from None

    def _exists(self) -> bool:
        """Whether the server knows the folder, or does not tell."""
        with self._exchange():
            try:
                return bool(self._client.list_folders("", self._mailbox.folder))
            except imaplib.IMAP4.error as error:
                refusal(self._connection, error)
                return True

    def _folder_found(self) -> Phrase:
        facts = {"folder": self._mailbox.folder, "unread": self.unread()}
        if self._client.has_capability("MOVE") or self._client.has_capability("UIDPLUS"):
            return Phrase("transports", QT_TRANSLATE_NOOP("transports", "{folder}: {unread} unread messages."), facts)
        simple = QT_TRANSLATE_NOOP(
            "transports",
            "{folder}: {unread} unread messages. The server knows neither MOVE nor UIDPLUS: processed messages may stay in the "
            "folder, marked as deleted.",
        )
        return Phrase("transports", simple, facts)

    @property
    def _client(self) -> Client:
        if self._connected is None:  # finished, or hung up and not opened again
            raise ConnectionLost(step=StepName.FOLDER, **self._connection.facts)
        return self._connected

    def unread(self) -> int:
        """How many messages of the folder are unread."""
        with self._exchange():
            return int(self._client.folder_status(self._mailbox.folder, ["UNSEEN"])[b"UNSEEN"])

    # ------------------------------------------------------------------ asking

    def ask(self, uids: Sequence[int], items: Sequence[str]) -> dict[int, Answer]:
        """One FETCH; raises `Refused` with a session that can be used again, a fresh one where the server hung up over it."""
        with self._turn:
            try:
                return self._fetched(uids, items)
            except (ConnectionLost, ProtocolBroken) as problem:
                self._reopen(problem)
                raise Refused(problem, temporary=False) from None

    def _fetched(self, uids: Sequence[int], items: Sequence[str]) -> dict[int, Answer]:
        with self._exchange():
            try:
                return dict(self._client.fetch(uids, items))
            except imaplib.IMAP4.error as error:
                # Not an answer of the server: the connection ended, or what came cannot be read.
                if isinstance(error, imaplib.IMAP4.abort | ProtocolError):
                    raise
                refused = refused_error(self._connection, error, StepName.FOLDER, ProtocolBroken, self._facts)
                # A bug of the server (Dovecot on a damaged message) does not pass by itself.
                temporary = refused.transient and "SERVERBUG" not in response_codes(refused.detail)
                raise Refused(refused, temporary=temporary) from None

    def _reopen(self, problem: TransportError) -> None:
        """Opens a fresh session; raises `problem` when that was done too often, and an error of its own when it fails."""
        if self._over or self._reopened >= REOPENINGS:
            raise problem
        self._reopened += 1
        validity = self._uid_validity
        self._hang_up()
        walk(self.phases)
        if self._uid_validity != validity:
            raise problem

    @property
    def _uid_validity(self) -> int:
        return int(self._opened.get(b"UIDVALIDITY", 0))

    @property
    def _facts(self) -> dict[str, Any]:
        return {**self._connection.facts, "folder": self._mailbox.folder}

    @contextmanager
    def _exchange(self, otherwise: type[TransportError] = ProtocolBroken) -> Iterator[None]:
        with self._turn, exchange(self._connection, StepName.FOLDER, otherwise, folder=self._mailbox.folder):
            yield
