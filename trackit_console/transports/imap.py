"""An IMAP mailbox as a `Source`, by imapclient (IN-05, RFC 3501, 4315 UIDPLUS, 6851 MOVE).

No retries: those are the engine's. Where in the folder to go on is decided in `cursor`, how a connection is made in
`link`; here are the commands, and what the library's errors become.
"""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from typing import Any, Self

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from trackit_console.settings.mailbox import Imap
from trackit_console.settings.monitor import PROCESSED_FOLDER, PostAction
from trackit_console.transports.cursor import Cursor, read_cursor
from trackit_console.transports.errors import (
    AccountBusy,
    ConnectionLost,
    FolderMissing,
    FolderReadOnly,
    PasswordMissing,
    ProtocolBroken,
    ServerBusy,
    SignInNotAllowed,
    SignInRefused,
    StartTlsMissing,
    TransportError,
)
from trackit_console.transports.link import Link, Timeouts
from trackit_console.transports.source import BATCH_BYTES, BATCH_MESSAGES, Batch, Fetched, MessageRef, Settled
from trackit_console.transports.steps import StepName
from trackit_console.words import QT_TRANSLATE_NOOP, Phrase

Phase = tuple[StepName, Callable[[], Phrase | None]]
"""A phase and what does it; None: there is nothing to do in this phase."""


class _Imap4(imaplib.IMAP4):
    """imaplib's client on a socket that is connected already."""

    def __init__(self, sock: socket.socket) -> None:
        self._given = sock
        super().__init__()

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        self.host, self.port = host, port
        self.sock = self._given
        self.file = self.sock.makefile("rb")


class _Client(IMAPClient):  # type: ignore[misc]
    """imapclient on a socket that is connected already; it logs nothing, since its log would show what is sent."""

    def __init__(self, link: Link, *, secured: bool) -> None:
        self._given = link.sock
        super().__init__(link.host, link.port, ssl=secured)
        self._imap.debug = 0
        self.normalise_times = False

    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802 - the library's name
        return _Imap4(self._given)


class ImapSource:
    """One IMAP mailbox. One per poll cycle; not for several threads, `abort` excepted."""

    def __init__(self, mailbox: Imap, timeouts: Timeouts | None = None) -> None:
        self._mailbox = mailbox
        self._link = Link(mailbox.server, mailbox.port, mailbox, timeouts or Timeouts())
        self._client: Any = None
        self._uid_validity = 0
        self._uid_next: int | None = None
        # The batch ahead is fetched while the one in hand is recorded; commands take turns on the one connection.
        self._turn = threading.Lock()

    @property
    def phases(self) -> list[Phase]:
        """What opening this mailbox consists of, for those who want to watch it."""
        secure = self._start_tls if self._mailbox.starttls else self._secure
        return [
            (StepName.RESOLVE, self._link.resolve),
            (StepName.CONNECT, self._connect),
            (StepName.TLS, secure),
            (StepName.SIGN_IN, self._sign_in),
            (StepName.FOLDER, self._open_folder),
        ]

    def __enter__(self) -> Self:
        try:
            for _, phase in self.phases:
                phase()
        except BaseException:
            self._link.close()
            raise
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """Says good-bye where that is still possible."""
        if self._client is not None and not self._link.aborted:
            with suppress(OSError, EOFError, imaplib.IMAP4.error):
                self._link.sock.settimeout(2)
                self._client.logout()
        self._link.close()

    def abort(self) -> None:
        self._link.abort()

    # ------------------------------------------------------------------ phases

    def _connect(self) -> Phrase:
        connected = self._link.connect()
        if not self._mailbox.use_ssl:
            self._greet(StepName.CONNECT)
        return connected

    def _greet(self, step: StepName) -> None:
        with self._said(step):
            self._client = _Client(self._link, secured=self._mailbox.use_ssl)

    def _secure(self) -> Phrase | None:
        if not self._mailbox.use_ssl:
            return None
        secured = self._link.secure()
        self._greet(StepName.TLS)
        return secured

    def _start_tls(self) -> Phrase:
        context = self._link.context()
        with self._said(StepName.TLS):
            if not self._client.has_capability("STARTTLS"):
                raise StartTlsMissing(**self._facts)
            try:
                self._client.starttls(context)
            except ssl.SSLError as error:
                raise self._link.tls_problem(error) from error
        return self._link.secured(self._client.socket())

    def _sign_in(self) -> Phrase:
        if self._mailbox.password is None:
            raise PasswordMissing(**self._facts)
        name, password = self._mailbox.user_account_name, self._mailbox.password.get_secret_value()
        with self._said(StepName.SIGN_IN):
            if self._client.has_capability("LOGINDISABLED"):
                raise SignInNotAllowed(**self._facts)
            try:
                if (name + password).isascii() or not self._client.has_capability("AUTH=PLAIN"):
                    self._client.login(name, password)
                else:
                    self._client.plain_login(name, password)
            except imaplib.IMAP4.abort:
                raise
            except (LoginError, imaplib.IMAP4.error) as error:
                raise self._refused(str(error)) from None
        return Phrase("transports", QT_TRANSLATE_NOOP("transports", "Signed in as {account}."), {"account": name})

    def _refused(self, words: str) -> TransportError:
        """Which refusal it is, by the response codes of RFC 5530; the words of servers differ."""
        code = words.upper()
        if "PRIVACYREQUIRED" in code or "AUTHORIZATIONFAILED" in code:
            return SignInNotAllowed(words, **self._facts)
        if "[LIMIT]" in code or "INUSE" in code:
            return AccountBusy(words, **self._facts)
        if "UNAVAILABLE" in code:
            return ServerBusy(words, step=StepName.SIGN_IN, **self._facts)
        return SignInRefused(words, **self._facts)

    def _open_folder(self) -> Phrase:
        folder = self._mailbox.folder
        with self._said(StepName.FOLDER):
            try:
                opened = self._client.select_folder(folder)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error as error:
                raise FolderMissing(str(error), folder=folder, **self._facts) from None
            if b"READ-ONLY" in opened:
                raise FolderReadOnly(folder=folder, **self._facts)
            self._uid_validity = int(opened.get(b"UIDVALIDITY") or 0)
            self._uid_next = opened.get(b"UIDNEXT")
        said = QT_TRANSLATE_NOOP("transports", "{folder}: {unread} unread messages.")
        return Phrase("transports", said, {"folder": folder, "unread": self.unread()})

    # ------------------------------------------------------------------ reading

    def fetch_new(self, cursor: str | None, limit: int) -> Iterator[Batch]:
        today = datetime.now(UTC).date()
        kept = read_cursor(cursor)
        uid_next = self._next_uid()
        place = kept.under(self._uid_validity, uid_next, today) if kept else Cursor.first(self._uid_validity, uid_next, today)
        found = self._search(place)
        taken = found[:limit]
        if not taken:
            if place != kept:
                yield Batch((), place.after(place.last, complete=True).written())
            return
        groups = list(self._groups(taken))
        for group, messages in zip(groups, self._fetched_ahead(groups), strict=True):
            complete = group is groups[-1] and len(taken) == len(found)
            yield Batch(messages, place.after(group[-1], complete=complete).written())

    def _next_uid(self) -> int:
        """UIDNEXT, which old servers leave out of their answer to SELECT."""
        if self._uid_next is None:
            with self._said(StepName.FOLDER):
                uids = self._client.search("ALL")
            self._uid_next = max(uids, default=0) + 1
        return int(self._uid_next)

    def _search(self, place: Cursor) -> list[int]:
        """The UIDs to be taken, in their order; the cost does not grow with what was taken before (RUN-07)."""
        with self._said(StepName.FOLDER):
            # "n:*" always names the last message too, even if its UID is below n.
            found = [uid for uid in self._client.search(["UID", f"{place.new_from}:*"]) if uid >= place.new_from]
            if place.unread_range:
                found += self._client.search(["UID", place.unread_range, *_of_older(place.since)])
        return sorted(set(found))

    def _groups(self, uids: Sequence[int]) -> Iterator[list[int]]:
        """The UIDs in batches that are bounded by count and by bytes."""
        with self._said(StepName.FOLDER):
            sizes = {uid: data.get(b"RFC822.SIZE", 0) for uid, data in self._client.fetch(uids, ["RFC822.SIZE"]).items()}
        group: list[int] = []
        held = 0
        for uid in uids:
            size = sizes.get(uid, 0)
            if group and (len(group) >= BATCH_MESSAGES or held + size > BATCH_BYTES):
                yield group
                group, held = [], 0
            group.append(uid)
            held += size
        if group:
            yield group

    def _fetched_ahead(self, groups: Sequence[list[int]]) -> Iterator[list[Fetched]]:
        """Each group's messages; the next group is fetched while the caller works on this one."""
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="fetch ahead") as pool:
            ahead: Future[list[Fetched]] | None = None
            for number, group in enumerate(groups):
                messages = ahead.result() if ahead else self._fetch(group)
                ahead = pool.submit(self._fetch, groups[number + 1]) if number + 1 < len(groups) else None
                yield messages

    def _fetch(self, uids: Sequence[int]) -> list[Fetched]:
        with self._said(StepName.FOLDER):
            answers = self._client.fetch(uids, ["BODY.PEEK[]"])
        return [Fetched(self._ref(uid), answers.get(uid, {}).get(b"BODY[]") or None) for uid in uids]

    def fetch(self, refs: Sequence[MessageRef]) -> Iterator[Fetched]:
        uids = self._here(refs)
        if not uids:
            return
        with self._said(StepName.FOLDER):
            there = set(self._client.search(["UID", ",".join(map(str, uids))]))
        for uid in sorted(there & set(uids)):
            yield from self._fetch([uid])

    def unread(self) -> int:
        with self._said(StepName.FOLDER):
            return len(self._client.search("UNSEEN"))

    def _ref(self, uid: int) -> MessageRef:
        return MessageRef(self._scope, str(uid))

    @property
    def _scope(self) -> str:
        return f"{self._uid_validity} {self._mailbox.folder}"

    def _here(self, refs: Sequence[MessageRef]) -> list[int]:
        """The UIDs of those that belong to the folder as it is; an older UIDVALIDITY names nothing any more."""
        return [int(ref.uid) for ref in refs if ref.scope == self._scope]

    # ------------------------------------------------------------------ settling

    def settle(self, refs: Sequence[MessageRef], post_action: PostAction) -> Settled:
        uids = self._here(refs)
        void = [ref for ref in refs if ref.scope != self._scope]
        done: list[int] = []
        failed: dict[MessageRef, str] = {}
        for at in range(0, len(uids), 500):
            group = uids[at : at + 500]
            refused = self._settle_group(group, post_action)
            failed |= {self._ref(uid): words for uid, words in refused.items()}
            done += [uid for uid in group if uid not in refused]
        return Settled([*void, *map(self._ref, done)], failed)

    def _settle_group(self, uids: Sequence[int], post_action: PostAction) -> dict[int, str]:
        """Those that the server refuses, with its words: a group that it refuses is tried one by one."""
        words = self._apply(uids, post_action)
        if words is None:
            return {}
        if len(uids) == 1:
            return {uids[0]: words}
        alone = {uid: self._apply([uid], post_action) for uid in uids}
        return {uid: said for uid, said in alone.items() if said is not None}

    def _apply(self, uids: Sequence[int], post_action: PostAction) -> str | None:
        """None when it is done, else the server's refusal."""
        act = {PostAction.MARK_READ: self._mark_read, PostAction.DELETE: self._delete, PostAction.MOVE: self._move}
        with self._said(StepName.FOLDER):
            try:
                act[post_action](uids)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error as error:
                return str(error)
        return None

    def _mark_read(self, uids: Sequence[int]) -> None:
        self._client.add_flags(uids, [b"\\Seen"], silent=True)

    def _delete(self, uids: Sequence[int]) -> None:
        """Without UIDPLUS, EXPUNGE would take messages along that somebody else marked: then the mark must do."""
        self._client.add_flags(uids, [b"\\Deleted"], silent=True)
        if self._client.has_capability("UIDPLUS"):
            self._client.uid_expunge(uids)
        elif set(self._client.search("DELETED")) <= set(uids):
            self._client.expunge()

    def _move(self, uids: Sequence[int]) -> None:
        """Without MOVE, a cut between copying and marking can leave a second copy in the processed folder, never none."""
        folder = self._processed_folder()
        if self._client.has_capability("MOVE"):
            self._client.move(uids, folder)
        else:
            self._client.copy(uids, folder)
            self._delete(uids)

    def _processed_folder(self) -> str:
        """The folder's name under the server's personal namespace (RFC 2342); made when it is missing."""
        prefix = ""
        if self._client.has_capability("NAMESPACE"):
            personal = self._client.namespace().personal
            prefix = personal[0][0] if personal else ""
        folder = f"{prefix}{PROCESSED_FOLDER}"
        if not self._client.folder_exists(folder):
            self._client.create_folder(folder)
            with suppress(IMAPClientError):
                self._client.subscribe_folder(folder)
        return folder

    # ------------------------------------------------------------------ errors

    @property
    def _facts(self) -> dict[str, Any]:
        return {**self._link.facts, "account": self._mailbox.user_account_name}

    @contextmanager
    def _said(self, step: StepName) -> Iterator[None]:
        """One exchange with the server: in turn, and with the library's errors as ours."""
        with self._turn, self._link.mapped(step):
            try:
                yield
            except imaplib.IMAP4.abort as error:
                raise self._ended(error, step) from error
            except (imaplib.IMAP4.error, ValueError, AssertionError, KeyError) as error:
                raise ProtocolBroken(_shown(error), step=step, **self._facts) from error

    def _ended(self, error: imaplib.IMAP4.abort, step: StepName) -> TransportError:
        words = _shown(error)
        if self._link.aborted:
            return self._link.problem(error, step)
        if re.search(r"socket error: .*timed out", words):
            return self._link.problem(TimeoutError(words), step)
        if "UNAVAILABLE" in words.upper() or "BYE" in words.upper():
            return ServerBusy(words, step=step, **self._facts)
        return ConnectionLost(words, step=step, **self._facts)


def _of_older(since: date | None) -> list[object]:
    return ["UNSEEN"] if since is None else ["OR", "UNSEEN", "SINCE", since]


def _shown(error: Exception) -> str:
    """The library's words, short: a broken answer can be a whole message."""
    return str(error)[:500]
