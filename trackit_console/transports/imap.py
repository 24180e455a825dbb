"""An IMAP mailbox as a `Source` (IN-05, RFC 3501): reads one folder from where the last visit ended.

`cursor` decides where to continue, `imap_reading` downloads messages, `imap_settling` applies the post action, and
`imap_session` opens and closes the session. No retries here: the engine does that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from trackit_console.clock import Clock, SystemClock
from trackit_console.domain.deliveries import MessageRef
from trackit_console.settings.post_action import PostAction
from trackit_console.settings.server_mailbox import Imap
from trackit_console.transports.connection_phases import Timeouts
from trackit_console.transports.cursor import Cursor, folder_name, read_cursor
from trackit_console.transports.fetched_mail import Batch, Fetched, Settled
from trackit_console.transports.imap_reading import Reading
from trackit_console.transports.imap_session import ImapSession
from trackit_console.transports.imap_settling import Settling
from trackit_console.transports.source import RawOf


class ImapSource(ImapSession):
    """One IMAP mailbox, for one poll cycle. Not thread-safe, except for `abort` and `expire`."""

    settles_on_close = False

    def __init__(self, mailbox: Imap, timeouts: Timeouts | None = None, clock: Clock | None = None) -> None:
        super().__init__(mailbox, timeouts or Timeouts())
        self._clock = clock or SystemClock()
        self._settling: Settling | None = None
        self._restored = 0
        self._asked: dict[int, MessageRef] = {}
        self._reading = Reading(self.fetch_items, self._ref)

    # ------------------------------------------------------------------ reading

    def fetch_new(self, cursor: str | None, limit: int, size_limit: int) -> Iterator[Batch]:
        # Before the first batch is asked for: whoever settles first must not touch messages that have the UIDs of others.
        position = self._position_from(read_cursor(cursor))
        self._restored = position.restored
        return self._new_batches(position, cursor, limit, size_limit)

    def _new_batches(self, position: Cursor, cursor: str | None, limit: int, size_limit: int) -> Iterator[Batch]:
        position = self._with_backlog(position)
        found = self._uids_to_take(position, limit)
        complete = len(found) <= limit
        taken = found[:limit]
        for messages in _read_ahead(self._reading.batches(taken, size_limit)):
            last = int(messages[-1].ref.uid)
            position = position.after(last, complete=complete and last == taken[-1])
            yield Batch(messages, position.to_json())
        if not taken and position.to_json() != cursor:
            # Store the position even if there is no mail: otherwise the next visit would be a first one, and mail that
            # somebody reads until then would count as history.
            yield Batch((), position.after(position.last, complete=True).to_json())

    def _position_from(self, stored: Cursor | None) -> Cursor:
        folder, today = self._mailbox.folder, self._clock.now().date()
        if stored is None:
            return Cursor.first(folder, self._uid_validity, self._uid_next(0), today)
        return stored.on(folder, self._uid_validity, self._uid_next(stored.expected_next(folder, self._uid_validity)), today)

    def _uid_next(self, expected: int) -> int:
        """UIDNEXT, which is not below `expected` unless the server was restored."""
        told = int(self._selected.get(b"UIDNEXT", 0))
        if told and told >= expected:
            return told
        with self._exchange():
            beyond_all = max(self._client.search("ALL"), default=0) + 1
        # Older servers may leave it out (RFC 3501 section 6.3.1): then messages that were taken may be gone, and tell nothing.
        # It is wrong where a message lies beyond it.
        return max(told or expected, beyond_all)

    def _with_backlog(self, position: Cursor) -> Cursor:
        if position.unread_range is None or position.backlog is not None:
            return position
        with self._exchange():
            older = self._client.search(["UID", position.unread_range, *_older_criteria(position.since)])
        return position.with_backlog(sorted(older))

    def _uids_to_take(self, position: Cursor, limit: int) -> list[int]:
        """The UIDs to take, in ascending order. More than `limit` of them means that some must wait for the next visit."""
        # UNDELETED: mail programs hide messages that are marked as deleted and only wait for EXPUNGE.
        older: list[int] = []
        with self._exchange():
            if position.unread_range:
                here = self._client.search(["UID", position.unread_range, "UNDELETED"])
                backlog = position.in_backlog
                older = sorted(uid for uid in here if uid in backlog)
            if len(older) > limit:
                return older
            # "n:*" always includes the last message, even if its UID is below n (RFC 3501 section 6.4.8).
            newer = self._client.search(["UID", f"{position.new_from}:*", "UNDELETED"])
        return older + sorted(uid for uid in newer if uid >= position.new_from)

    def fetch(self, refs: Sequence[MessageRef], size_limit: int) -> Iterator[Fetched]:
        return self._reading.messages(sorted(self._uids_here(refs)), size_limit)

    def fetch_headers(self, refs: Sequence[MessageRef]) -> Iterator[Fetched]:
        return self._reading.headers(sorted(self._uids_here(refs)))

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
            if self._settling is None or not self._settling.is_for(self._client):
                self._settling = Settling(self._client, self._connection)
            failed, copied = self._settling.settle(uids, post_action, copied)
        refused = {self._ref(uid): words for uid, words in failed.items()}
        return Settled([ref for ref in refs if ref not in refused], refused, [self._ref(uid) for uid in sorted(copied)])

    # ------------------------------------------------------------------ references

    @property
    def _scope(self) -> str:
        validity = f"{self._uid_validity}.{self._restored}" if self._restored else self._uid_validity
        return f"{validity} {folder_name(self._mailbox.folder)}"

    def _ref(self, uid: int) -> MessageRef:
        # By the name that it was asked for: an admin may have written INBOX otherwise since.
        return self._asked.get(uid) or MessageRef(self._scope, str(uid))

    def _uids_here(self, refs: Sequence[MessageRef]) -> list[int]:
        """The UIDs of the refs of this folder and UIDVALIDITY. Under another one, or before a restore, a UID means nothing."""
        here = {int(ref.uid): ref for ref in refs if _with_folder_name(ref.scope) == self._scope}
        self._asked |= here
        return list(here)


def _with_folder_name(scope: str) -> str:
    validity, _, folder = scope.partition(" ")
    return f"{validity} {folder_name(folder)}"


def _older_criteria(since: date | None) -> list[object]:
    return ["UNSEEN"] if since is None else ["OR", "UNSEEN", "SINCE", since]


def _read_ahead(batches: Iterator[list[Fetched]]) -> Iterator[list[Fetched]]:
    """Fetches the next batch on a thread while the caller works on the current one. Errors are raised here.

    With a round trip of 40 ms and 1 ms of work per message this saves a seventh of the time. At most two batches are in
    memory.
    """
    with ThreadPoolExecutor(1, "fetch-ahead") as pool:
        ahead = pool.submit(next, batches, None)
        while (batch := ahead.result()) is not None:
            ahead = pool.submit(next, batches, None)
            yield batch
