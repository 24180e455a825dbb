"""The post actions on an IMAP server: marks recorded messages as read, deletes or moves them (MON-06, RFC 4315, RFC 6851).

Every post action may be repeated, so a crash needs no cleanup; servers ignore UIDs that no longer exist (RFC 3501
section 6.4.8). Without MOVE a message is copied and then deleted. Copies are reported even if the deletion failed, so
that the next poll does not copy the message again.
"""

from __future__ import annotations

import imaplib
import re
from collections.abc import Callable, Collection, Sequence
from functools import cached_property, partial

from imapclient import DELETED, SEEN

from trackit_console.settings.post_action import PROCESSED_FOLDER, PostAction
from trackit_console.transports.connection import Connection
from trackit_console.transports.imap_client import Client
from trackit_console.transports.imap_errors import refusal, said
from trackit_console.transports.imap_fetching import chunks
from trackit_console.transports.imap_refusals import response_codes

Uids = Sequence[int]
Failed = dict[int, str]
"""The messages that the server refused to change, with its text."""

FOLDER_WIDE = frozenset({"OVERQUOTA", "NOPERM", "TRYCREATE", "UNAVAILABLE", "INUSE", "CONTACTADMIN", "READ-ONLY", "THROTTLED"})
"""Response codes that concern the whole folder, so that halving the group does not help (RFC 5530, RFC 9208)."""
MAY_BE_MISSING = frozenset({"TRYCREATE", "NONEXISTENT"})
"""Response codes that say that the target folder does not exist (RFC 3501 section 7.1, RFC 5530)."""
SAME_REFUSALS = 3
"""Consecutive refusals of single messages for the same reason, after which the rest of the group is not tried."""


class _Attempt:
    """One command for many messages: halves the group if it is refused, and gives up if smaller groups do not help."""

    def __init__(self, connection: Connection, act: Callable[[Uids], object]) -> None:
        self._connection = connection
        self._act = act
        self._same_refusals: list[str] = []
        self._final_refusal = ""
        self._last = 0
        self.done: set[int] = set()
        self.failed: Failed = {}

    def run(self, uids: Uids) -> Failed:
        """Acts on `uids`; returns those that were refused."""
        self._last = uids[-1] if uids else 0
        for some in chunks(uids):
            self._try(some)
        return self.failed

    def _try(self, uids: Uids) -> None:
        remaining = [uid for uid in uids if uid not in self.done]
        if self._final_refusal:
            self._fail(remaining, self._final_refusal)
        elif remaining and (words := self._refusal_of(remaining)) is not None:
            self._refused(remaining, words)

    def _refusal_of(self, uids: Uids) -> str | None:
        """Acts on `uids`; returns the server's text if it refused, else None."""
        try:
            self._act(uids)
        except imaplib.IMAP4.error as error:
            return refusal(self._connection, error)
        self.done.update(uids)
        self._same_refusals = []
        return None

    def _refused(self, uids: Uids, words: str) -> None:
        if FOLDER_WIDE.intersection(response_codes(words)):
            self._final_refusal = words
        elif len(uids) > 1:
            middle = len(uids) // 2
            self._try(uids[:middle])
            self._try(uids[middle:])
            return
        self._fail(uids, words)
        repeated = self._same_refusals and _reason(self._same_refusals[-1]) == _reason(words)
        self._same_refusals = [*self._same_refusals, words] if repeated else [words]
        # Without this, a folder in which everything is refused would cost two commands per message at every poll.
        if len(self._same_refusals) == SAME_REFUSALS and not self._last_succeeds():
            self._final_refusal = words

    def _last_succeeds(self) -> bool:
        """Whether the last message succeeds: then only the first ones are faulty, and the rest is worth trying."""
        return self._last in self.done or self._refusal_of([self._last]) is None

    def _fail(self, uids: Uids, words: str) -> None:
        self.failed.update(dict.fromkeys(uids, words))


class Settling:
    """The post actions in the folder that `client` has selected. Use it within `imap_client.exchange`."""

    def __init__(self, client: Client, connection: Connection) -> None:
        self._client = client
        self._connection = connection
        self._creation_tried = False
        self._creation_refusal = ""

    def is_for(self, client: Client) -> bool:
        """Whether it belongs to this session; a reopened session has a new client."""
        return self._client is client

    def settle(self, uids: Uids, post_action: PostAction, copied: Collection[int]) -> tuple[Failed, set[int]]:
        """Applies `post_action`; returns what failed, and which of those already have a copy in the processed folder.

        `copied` are those reported as copied by an earlier visit. Raises the library's error if the connection ends,
        unless something was copied: then that must be reported instead.
        """
        if post_action is PostAction.MARK_READ:
            return self._attempt(uids, lambda some: self._client.add_flags(some, [SEEN], silent=True)), set()
        if post_action is PostAction.DELETE:
            return self._delete(uids), set()
        # MOVE is preferred because it leaves no copy behind if it fails (RFC 6851 section 3.3).
        if self._client.has_capability("MOVE"):
            move = partial(self._into_folder, self._client.move)
            failed = self._attempt([uid for uid in uids if uid not in copied], move)
            # An earlier visit copied these, when the server had no MOVE yet: to move them would make a second copy.
            failed |= self._delete([uid for uid in uids if uid in copied])
            return failed, set(copied).intersection(failed)
        return self._copy_and_delete(uids, copied)

    def _copy_and_delete(self, uids: Uids, copied: Collection[int]) -> tuple[Failed, set[int]]:
        """Copies before it deletes: a crash may leave a second copy in the processed folder, but never loses the message."""
        attempt = _Attempt(self._connection, lambda some: self._into_folder(self._client.copy, some))
        present = set(copied).intersection(uids)
        try:
            attempt.run([uid for uid in uids if uid not in present])
            present |= attempt.done
            not_deleted = self._delete([uid for uid in uids if uid in present])
        except (imaplib.IMAP4.abort, OSError, EOFError) as error:
            if not attempt.done:
                raise
            # Only copies that the server confirmed are reported; one whose response was lost is copied again.
            words = self._connection.clean(said(error))
            return {uid: attempt.failed.get(uid, words) for uid in uids}, present | attempt.done
        return {**attempt.failed, **not_deleted}, set(not_deleted)

    def _delete(self, uids: Uids) -> Failed:
        """Marks as deleted and expunges.

        Without UID EXPUNGE (RFC 4315), EXPUNGE also removes what others marked as deleted. It is sent only if there is
        no such message; otherwise ours stay marked.
        """
        failed = self._attempt(uids, lambda some: self._client.add_flags(some, [DELETED], silent=True))
        marked = [uid for uid in uids if uid not in failed]
        if self._client.has_capability("UIDPLUS"):
            return failed | self._attempt(marked, self._client.uid_expunge)
        # Searched after marking, just before EXPUNGE, to keep the time short in which others can mark a message.
        if marked and set(self._client.search("DELETED")) <= set(marked):
            try:
                self._client.expunge()
            except imaplib.IMAP4.error as error:
                return failed | dict.fromkeys(marked, refusal(self._connection, error))
        return failed

    def _attempt(self, uids: Uids, act: Callable[[Uids], object]) -> Failed:
        return _Attempt(self._connection, act).run(uids)

    def _into_folder(self, transfer: Callable[[Uids, str], object], uids: Uids) -> None:
        """Moves or copies; creates the folder if the first attempt shows that it may not exist.

        Not every server sends TRYCREATE (RFC 3501 section 6.4.7), so a refusal without a code counts as well.
        """
        try:
            transfer(uids, self._processed_folder)
        except imaplib.IMAP4.error as error:
            codes = response_codes(refusal(self._connection, error))
            if self._creation_tried or (codes and not MAY_BE_MISSING.intersection(codes)):
                raise
            self._create_folder()
            self._retry_transfer(transfer, uids)

    def _retry_transfer(self, transfer: Callable[[Uids, str], object], uids: Uids) -> None:
        try:
            transfer(uids, self._processed_folder)
        except imaplib.IMAP4.error as error:
            words = refusal(self._connection, error)
            raise imaplib.IMAP4.error(f"{words} {self._creation_refusal}".rstrip()) from None

    def _create_folder(self) -> None:
        """Creates the folder and subscribes to it, as many clients list only subscribed folders. It may exist already."""
        self._creation_tried = True
        try:
            self._client.create_folder(self._processed_folder)
        except imaplib.IMAP4.error as error:
            words = refusal(self._connection, error)
            # Not every server sends ALREADYEXISTS (RFC 5530), but their texts say that the folder exists.
            self._creation_refusal = "" if "exist" in words.lower() else words
        try:
            self._client.subscribe_folder(self._processed_folder)
        except imaplib.IMAP4.error as error:
            refusal(self._connection, error)

    @cached_property
    def _processed_folder(self) -> str:
        """Its name in the personal namespace (RFC 2342): some servers keep all folders below INBOX."""
        if not self._client.has_capability("NAMESPACE"):
            return PROCESSED_FOLDER
        personal = self._client.namespace().personal
        return f"{personal[0][0] if personal else ''}{PROCESSED_FOLDER}"


def _reason(words: str) -> str:
    """What two refusals for the same reason have in common: their response codes, else their text without numbers."""
    return " ".join(response_codes(words)) or re.sub(r"\d+", "#", words)
