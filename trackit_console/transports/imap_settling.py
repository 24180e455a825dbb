"""What happens on an IMAP server to messages that are recorded: marked, deleted or moved (MON-06, RFC 4315, RFC 6851).

Each way can be gone again without harm, so a crash in the middle is mended by doing it once more; messages that are
gone are passed over by every server (RFC 3501 section 6.4.8). Without MOVE a message is copied and deleted: what was
copied is told even when it could not be deleted, so that nobody copies it again at every poll.
"""

from __future__ import annotations

import imaplib
import re
from collections.abc import Callable, Collection, Sequence
from functools import cached_property, partial

from imapclient import DELETED, SEEN

from trackit_console.settings.monitor import PROCESSED_FOLDER, PostAction
from trackit_console.transports.connection import Connection
from trackit_console.transports.imap_client import Client, refusal
from trackit_console.transports.imap_reading import chunks
from trackit_console.transports.imap_refusals import response_codes

Uids = Sequence[int]
Failed = dict[int, str]
"""The messages that the server would not let go, with its words."""

CONCERN_ALL = frozenset({"OVERQUOTA", "NOPERM", "TRYCREATE", "UNAVAILABLE", "INUSE", "CONTACTADMIN", "READ-ONLY", "THROTTLED"})
"""Codes of refusals that no smaller group of messages would escape (RFC 5530, RFC 9208)."""
MAY_BE_MISSING = frozenset({"TRYCREATE", "NONEXISTENT"})
ALIKE = 3
"""Single messages refused one after another with the same words; then the others of the group are not tried."""


class _Attempt:
    """One kind of command for many messages: halved where it is refused, given up where that helps nobody."""

    def __init__(self, connection: Connection, act: Callable[[Uids], object]) -> None:
        self._connection = connection
        self._act = act
        self._alike: list[str] = []
        self._given_up = ""
        self._last = 0
        self.done: set[int] = set()
        self.failed: Failed = {}

    def run(self, uids: Uids) -> Failed:
        """Acts on `uids`; answers those that were refused."""
        self._last = uids[-1] if uids else 0
        for some in chunks(uids):
            self._try(some)
        return self.failed

    def _try(self, uids: Uids) -> None:
        left = [uid for uid in uids if uid not in self.done]
        if self._given_up:
            self._fail(left, self._given_up)
        elif left and (words := self._refusal_of(left)) is not None:
            self._refused(left, words)

    def _refusal_of(self, uids: Uids) -> str | None:
        """The server's words when it refuses to act on `uids`."""
        try:
            self._act(uids)
        except imaplib.IMAP4.error as error:
            return refusal(self._connection, error)
        self.done.update(uids)
        self._alike = []
        return None

    def _refused(self, uids: Uids, words: str) -> None:
        if CONCERN_ALL.intersection(response_codes(words)):
            self._given_up = words
        elif len(uids) > 1:
            middle = len(uids) // 2
            self._try(uids[:middle])
            self._try(uids[middle:])
            return
        self._fail(uids, words)
        self._alike = [*self._alike, words] if self._alike and _kind(self._alike[-1]) == _kind(words) else [words]
        if len(self._alike) == ALIKE and not self._last_goes():
            self._given_up = words

    def _last_goes(self) -> bool:
        """The last message tells whether it is just the first ones that are odd."""
        return self._last in self.done or self._refusal_of([self._last]) is None

    def _fail(self, uids: Uids, words: str) -> None:
        self.failed.update(dict.fromkeys(uids, words))


class Settling:
    """The post actions on the folder that `client` has open. To be used within `imap_client.exchange`."""

    def __init__(self, client: Client, connection: Connection) -> None:
        self._client = client
        self._connection = connection
        self._made = False
        self._not_made = ""

    def is_for(self, client: Client) -> bool:
        """Whether it belongs to this session; a fresh one has a client of its own."""
        return self._client is client

    def settle(self, uids: Uids, post_action: PostAction, copied: Collection[int]) -> tuple[Failed, set[int]]:
        """Applies `post_action`; answers what failed, and which of that has its copy in the processed folder.

        `copied` are those of which an earlier visit told that. Raises what the library raises when the connection ends,
        unless something was copied: that must be told.
        """
        if post_action is PostAction.MARK_READ:
            return self._attempt(uids, lambda some: self._client.add_flags(some, [SEEN], silent=True)), set()
        if post_action is PostAction.DELETE:
            return self._delete(uids), set()
        if self._client.has_capability("MOVE"):
            move = partial(self._into_folder, self._client.move)
            failed = self._attempt([uid for uid in uids if uid not in copied], move)
            failed |= self._delete([uid for uid in uids if uid in copied])
            return failed, set(copied).intersection(failed)
        return self._copy_and_delete(uids, copied)

    def _copy_and_delete(self, uids: Uids, copied: Collection[int]) -> tuple[Failed, set[int]]:
        """Copied first: a crash may leave a second copy in the processed folder, but never none."""
        attempt = _Attempt(self._connection, lambda some: self._into_folder(self._client.copy, some))
        there = set(copied).intersection(uids)
        try:
            attempt.run([uid for uid in uids if uid not in there])
            there |= attempt.done
            not_deleted = self._delete([uid for uid in uids if uid in there])
        except (imaplib.IMAP4.abort, OSError, EOFError) as error:
            if not attempt.done:
                raise
            words = self._connection.clean(str(error))
            return {uid: attempt.failed.get(uid, words) for uid in uids}, there | attempt.done
        return {**attempt.failed, **not_deleted}, set(not_deleted)

    def _delete(self, uids: Uids) -> Failed:
        """Without UIDPLUS, EXPUNGE takes along what somebody else marked as deleted: then our mark must do."""
        failed = self._attempt(uids, lambda some: self._client.add_flags(some, [DELETED], silent=True))
        marked = [uid for uid in uids if uid not in failed]
        if self._client.has_capability("UIDPLUS"):
            return failed | self._attempt(marked, self._client.uid_expunge)
        if marked and set(self._client.search("DELETED")) <= set(marked):
            try:
                self._client.expunge()
            except imaplib.IMAP4.error as error:
                return failed | dict.fromkeys(marked, refusal(self._connection, error))
        return failed

    def _attempt(self, uids: Uids, act: Callable[[Uids], object]) -> Failed:
        return _Attempt(self._connection, act).run(uids)

    def _into_folder(self, transfer: Callable[[Uids, str], object], uids: Uids) -> None:
        """Moves or copies; the folder is made when the first try shows that it may be missing."""
        try:
            transfer(uids, self._processed_folder)
        except imaplib.IMAP4.error as error:
            codes = response_codes(refusal(self._connection, error))
            if self._made or (codes and not MAY_BE_MISSING.intersection(codes)):
                raise
            self._make_folder()
            self._transfer_again(transfer, uids)

    def _transfer_again(self, transfer: Callable[[Uids, str], object], uids: Uids) -> None:
        try:
            transfer(uids, self._processed_folder)
        except imaplib.IMAP4.error as error:
            words = refusal(self._connection, error)
            raise imaplib.IMAP4.error(f"{words} {self._not_made}".rstrip()) from None

    def _make_folder(self) -> None:
        """Makes the folder and subscribes to it; that it is there already is not worth a word."""
        self._made = True
        try:
            self._client.create_folder(self._processed_folder)
        except imaplib.IMAP4.error as error:
            words = refusal(self._connection, error)
            self._not_made = "" if "exist" in words.lower() else words
        try:
            self._client.subscribe_folder(self._processed_folder)
        except imaplib.IMAP4.error as error:
            refusal(self._connection, error)

    @cached_property
    def _processed_folder(self) -> str:
        """Its name in the account's own namespace (RFC 2342): some servers keep all folders below INBOX."""
        if not self._client.has_capability("NAMESPACE"):
            return PROCESSED_FOLDER
        personal = self._client.namespace().personal
        return f"{personal[0][0] if personal else ''}{PROCESSED_FOLDER}"


def _kind(words: str) -> str:
    """What makes two refusals alike: their response codes, else their words but for numbers."""
    return " ".join(response_codes(words)) or re.sub(r"\d+", "#", words)
