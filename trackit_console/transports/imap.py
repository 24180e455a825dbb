"""An IMAP mailbox as a `Source` (IN-05, RFC 3501): one folder, read from where the last visit ended.

No retries but one: a server that hangs up over a message is asked for the others in a fresh session. Where to go on is
decided in `cursor`, how messages are downloaded in `imap_reading`, what happens to processed mail in `imap_settling`;
greeting, sign-in and errors are in `imap_client`.
"""

from __future__ import annotations

import imaplib
import threading
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import date
from typing import Any, Self

from imapclient.exceptions import ProtocolError

from trackit_console.clock import Clock, SystemClock
from trackit_console.domain.deliveries import MessageRef
from trackit_console.settings.mailbox import Imap
from trackit_console.settings.monitor import PostAction
from trackit_console.transports.connection import Connection
from trackit_console.transports.connection_phases import Phase, Timeouts, walk
from trackit_console.transports.cursor import Cursor, read_cursor
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
from trackit_console.transports.imap_reading import Answer, Reading, Refused
from trackit_console.transports.imap_refusals import response_codes
from trackit_console.transports.imap_settling import Settling
from trackit_console.transports.source import Batch, Fetched, RawOf, Settled
from trackit_console.transports.steps import StepName
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

REOPENINGS = 16
"""Fresh sessions in one poll at most: enough to find two messages of a batch over which the server hangs up."""
GOOD_BYE = 2.0
"""Seconds that a server gets to answer LOGOUT."""
NOT_ENCRYPTED = Phrase("transports", QT_TRANSLATE_NOOP("transports", "Not encrypted: neither SSL nor STARTTLS is chosen."))


class ImapSource:
    """One IMAP mailbox. One per poll cycle; not for several threads, `abort` and `expire` excepted."""

    settles_on_close = False

    def __init__(self, mailbox: Imap, timeouts: Timeouts | None = None, clock: Clock | None = None) -> None:
        self._mailbox = mailbox
        self._clock = clock or SystemClock()
        self._connection = Connection(mailbox.server, mailbox.port, mailbox, timeouts or Timeouts(), "IMAP", mailbox.account)
        self._connection.masking.add_name(mailbox.account)
        if mailbox.password:
            self._connection.masking.add_secret(mailbox.password.get_secret_value())
        self._connected: Client | None = None
        self._opened: dict[bytes, Any] = {}
        self._reopened = 0
        self._settling: Settling | None = None
        self._reading = Reading(self._ask, self._ref)
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
        try:
            with self._exchange():
                self._client.logout()
        finally:
            self._hang_up()

    def close(self) -> None:
        """Says good-bye where that is still possible, and closes."""
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
        self._connection.abort()

    def expire(self) -> None:
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

    # ------------------------------------------------------------------ reading

    def fetch_new(self, cursor: str | None, limit: int, size_limit: int) -> Iterator[Batch]:
        place = self._place(read_cursor(cursor))
        found = self._found(place, limit)
        complete = len(found) <= limit
        taken = found[:limit]
        for messages in _one_ahead(self._reading.batches(taken, size_limit)):
            last = int(messages[-1].ref.uid)
            place = place.after(last, complete=complete and last == taken[-1])
            yield Batch(messages, place.written())
        if not taken and place.written() != cursor:
            # Without it, what a person reads before the second visit would count as read before the first.
            yield Batch((), place.after(place.last, complete=True).written())

    def _place(self, kept: Cursor | None) -> Cursor:
        folder, today = self._mailbox.folder, self._clock.now().date()
        uid_next = self._uid_next()
        if kept is None:
            return Cursor.first(folder, self._uid_validity, uid_next, today)
        return kept.on(folder, self._uid_validity, uid_next, today)

    def _uid_next(self) -> int:
        """UIDNEXT; servers may leave it out of their answer to SELECT."""
        if b"UIDNEXT" not in self._opened:
            with self._exchange():
                self._opened[b"UIDNEXT"] = max(self._client.search("ALL"), default=0) + 1
        return int(self._opened[b"UIDNEXT"])

    def _found(self, place: Cursor, limit: int) -> list[int]:
        """The UIDs to be taken, in their order; more than `limit` of them means that some are left behind."""
        older: list[int] = []
        with self._exchange():
            if place.unread_range:
                older = sorted(self._client.search(["UID", place.unread_range, "UNDELETED", *_of_older(place.since)]))
            if len(older) > limit:
                return older
            # "n:*" always names the last message too, even if its UID is below n.
            newer = self._client.search(["UID", f"{place.new_from}:*", "UNDELETED"])
        return older + sorted(uid for uid in newer if uid >= place.new_from)

    def fetch(self, refs: Sequence[MessageRef], size_limit: int) -> Iterator[Fetched]:
        return self._reading.messages(sorted(self._uids_here(refs)), size_limit)

    def fetch_headers(self, refs: Sequence[MessageRef]) -> Iterator[Fetched]:
        return self._reading.headers(sorted(self._uids_here(refs)))

    def _ask(self, uids: Sequence[int], items: Sequence[str]) -> dict[int, Answer]:
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
        if self._reopened >= REOPENINGS:
            raise problem
        self._reopened += 1
        validity, self._settling = self._uid_validity, None
        self._hang_up()
        walk(self.phases)
        if self._uid_validity != validity:
            raise problem

    def unread(self) -> int:
        with self._exchange():
            return int(self._client.folder_status(self._mailbox.folder, ["UNSEEN"])[b"UNSEEN"])

    # ------------------------------------------------------------------ settling

    def settle(
        self,
        refs: Sequence[MessageRef],
        post_action: PostAction,
        raw_of: RawOf,
        already_copied: Collection[MessageRef] = (),
    ) -> Settled:
        uids, copied = self._uids_here(refs), set(self._uids_here(list(already_copied)))
        with self._exchange():
            if self._settling is None:
                self._settling = Settling(self._client, self._connection)
            failed, copied = self._settling.settle(uids, post_action, copied)
        refused = {self._ref(uid): words for uid, words in failed.items()}
        return Settled([ref for ref in refs if ref not in refused], refused, [self._ref(uid) for uid in sorted(copied)])

    # ------------------------------------------------------------------ names

    @property
    def _uid_validity(self) -> int:
        return int(self._opened.get(b"UIDVALIDITY", 0))

    @property
    def _scope(self) -> str:
        return f"{self._uid_validity} {self._mailbox.folder}"

    def _ref(self, uid: int) -> MessageRef:
        return MessageRef(self._scope, str(uid))

    def _uids_here(self, refs: Sequence[MessageRef]) -> list[int]:
        """The UIDs of those that belong to the folder as it is; under another UIDVALIDITY they name nothing any more."""
        return [int(ref.uid) for ref in refs if ref.scope == self._scope]

    @property
    def _facts(self) -> dict[str, Any]:
        return {**self._connection.facts, "folder": self._mailbox.folder}

    @contextmanager
    def _exchange(self, otherwise: type[TransportError] = ProtocolBroken) -> Iterator[None]:
        with self._turn, exchange(self._connection, StepName.FOLDER, otherwise, folder=self._mailbox.folder):
            yield


def _of_older(since: date | None) -> list[object]:
    return ["UNSEEN"] if since is None else ["OR", "UNSEEN", "SINCE", since]


def _one_ahead(batches: Iterator[list[Fetched]]) -> Iterator[list[Fetched]]:
    """The same, each fetched on a thread while the caller has the one before; its errors come out here.

    At a round trip of 40 ms and 1 ms of work a message this saves a seventh of the time; never more than two batches
    are in memory.
    """
    with ThreadPoolExecutor(1, "fetch-ahead") as pool:
        ahead = pool.submit(next, batches, None)
        while (batch := ahead.result()) is not None:
            ahead = pool.submit(next, batches, None)
            yield batch
