"""A POP3 mailbox as a `Source` (IN-05, RFC 1939): takes what the server lists and the cursor does not know.

`pop3_cursor` remembers what was taken, `pop3_listing` and `pop3_content` identify messages, `pop3_reading` downloads
them, and `pop3_session` opens and closes the session. No retries here: the engine does that.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Sequence, Set

from trackit_console.domain.deliveries import MessageRef
from trackit_console.settings.post_action import PostAction
from trackit_console.settings.server_mailbox import Pop3
from trackit_console.transports.connection_phases import Timeouts
from trackit_console.transports.errors import DeletionNotConfirmed, TransportError
from trackit_console.transports.fetched_mail import BATCH_BYTES, BATCH_MESSAGES, Absent, Batch, Fetched, Settled
from trackit_console.transports.pop3_client import Refusal
from trackit_console.transports.pop3_content import Contents
from trackit_console.transports.pop3_cursor import mark, read_taken, taken_text
from trackit_console.transports.pop3_listing import UIDL, Listed, Listing
from trackit_console.transports.pop3_reading import HEADER_BYTES, Reading
from trackit_console.transports.pop3_session import Pop3Session
from trackit_console.transports.source import RawOf


class Pop3Source(Pop3Session):
    """One POP3 mailbox, for one poll cycle. Not thread-safe, except for `abort` and `expire`.

    POP3 has no folders and no read mark (MON-06): `MARK_READ` leaves messages on the server, `MOVE` deletes those whose
    bytes the database keeps and leaves the others.
    """

    settles_on_close = True

    def __init__(self, mailbox: Pop3, timeouts: Timeouts | None = None) -> None:
        super().__init__(mailbox, timeouts or Timeouts())
        self._reading = Reading(self)
        self._contents = Contents(self, self._reading)
        self._deleted: dict[MessageRef, Listing] = {}

    # ------------------------------------------------------------------ reading

    def fetch_new(self, cursor: str | None, limit: int, size_limit: int) -> Iterator[Batch]:
        stored = read_taken(cursor)
        # Without UIDL, what is still listed is known only at the end.
        taken = set(stored) if self.listing.without_uidl else stored & _marks(self.listing)
        waiting = deque(self._not_taken(taken))
        left, kept = limit, stored
        while waiting and left > 0:
            found, problem = self._download(_next_group(waiting, min(left, BATCH_MESSAGES), size_limit), size_limit)
            # By ref: identical messages without UIDL have the same one, and are one message.
            new = list({each.ref: each for _, each in found if mark(each.ref) not in taken}.values())
            # By the headers as well, where there is no UIDL: the next visit then knows the message without downloading it.
            taken |= {mark(ref) for listed, each in found for ref in (each.ref, listed.without_body) if ref}
            # Only new ones count: known ones, read to be recognized, would use up each poll, and what is behind them never come.
            left -= len(new)
            if new:
                kept = frozenset(taken)
                yield Batch(new, taken_text(kept))
            # Only after the batch: what was downloaded is recorded before the error ends the poll.
            if problem:
                raise problem
        if self.listing.without_uidl and not waiting:
            taken &= _marks(self.listing) | self._contents.marks()
        if taken != kept:
            yield Batch((), taken_text(taken))

    def _not_taken(self, taken: Set[bytes]) -> list[Listed]:
        """The messages to download, oldest first."""
        unknown = [each for ref, each in self.listing.by_ref.items() if mark(ref) not in taken]
        if self.listing.without_uidl:
            unknown += self._contents.unknown(taken)
        return sorted(unknown, key=lambda each: each.number)

    def _download(
        self, messages: Sequence[Listed], size_limit: int
    ) -> tuple[list[tuple[Listed, Fetched]], TransportError | None]:
        """The messages in their order, as far as they came before an error, and that error."""
        found: list[tuple[Listed, Fetched]] = []
        problem: TransportError | None = None
        try:
            for listed, fetched in self._reading.messages(messages, size_limit):
                self._contents.keep(listed, fetched.ref)
                found.append((listed, fetched))
        except TransportError as error:
            problem = error
        return sorted(found, key=lambda each: each[0].number), problem

    def fetch(self, refs: Sequence[MessageRef], size_limit: int) -> Iterator[Fetched]:
        here, not_read = self._here(refs)
        waiting = deque(_one_each(here))
        while waiting:
            found, problem = self._download(_next_group(waiting, BATCH_MESSAGES, size_limit), size_limit)
            yield from (fetched for _, fetched in found)
            if problem:
                raise problem
        yield from (Fetched(ref, None, absent=Absent.REFUSED, words=words) for ref, words in not_read.items())

    def fetch_headers(self, refs: Sequence[MessageRef]) -> Iterator[Fetched]:
        here, not_read = self._here(refs)
        for _, fetched in self._reading.headers(_one_each(here)):
            yield fetched
        yield from (Fetched(ref, None, absent=Absent.REFUSED, words=words) for ref, words in not_read.items())

    def unread(self) -> None:
        return None

    # ------------------------------------------------------------------ settling

    def settle(
        self,
        refs: Sequence[MessageRef],
        post_action: PostAction,
        raw_of: RawOf,
        already_copied: Collection[MessageRef] = (),
    ) -> Settled:
        if post_action is PostAction.MARK_READ:
            return Settled(list(refs))
        # Instead of moving, the database keeps the bytes. What it does not keep (filtered mail) stays on the server.
        to_delete = refs if post_action is PostAction.DELETE else [ref for ref in refs if raw_of(ref) is not None]
        refused = self._delete(to_delete)
        return Settled([ref for ref in refs if ref not in refused], refused)

    def finish(self) -> None:
        # A session that was lost has deleted nothing (RFC 1939 section 6), so it is told again.
        if refused := self._delete([ref for ref, listing in self._deleted.items() if listing is not self._listing]):
            words = next(iter(refused.values()))
            raise DeletionNotConfirmed(words, words=words, **self._connection.facts)
        self.quit(deleted=bool(self._deleted))

    def _delete(self, refs: Sequence[MessageRef]) -> dict[MessageRef, str]:
        """Sends DELE for those that are here; returns what the server refused, with its text."""
        if not refs:
            return {}
        here, refused = self._here(refs, certain=True)
        deleted: set[int] = set()
        for each, answer in zip(here, self.statuses([f"DELE {each.number}" for each in here]), strict=True):
            if isinstance(answer, Refusal):
                refused |= {each.ref: self.refused(answer).detail} if each.ref else {}
            elif each.ref:
                deleted.add(each.number)
                self._deleted[each.ref] = self.listing
        self.listing.leave_out(deleted)
        return refused

    def _here(self, refs: Sequence[MessageRef], *, certain: bool = False) -> tuple[list[Listed], dict[MessageRef, str]]:
        """Those of the messages that are on the server, oldest first; and those that may be, with the reason for the doubt."""
        by_content = {ref for ref in refs if ref.scope != UIDL}
        here = [self.listing.by_ref[ref] for ref in refs if ref in self.listing.by_ref]
        # It may open the session anew. The numbers in `here` outlive that: `reopen` checks them where a message has no UIDL.
        located, not_read = self._contents.located(by_content, certain=certain)
        missing = by_content - {each.ref for each in located} if not_read else set()
        return sorted([*here, *located], key=lambda each: each.number), dict.fromkeys(missing, not_read or "")


def _one_each(messages: Sequence[Listed]) -> list[Listed]:
    """One message for each ref: several may be identical, or not to be told apart before they are downloaded."""
    return list({each.ref: each for each in messages}.values())


def _marks(listing: Listing) -> set[bytes]:
    return {mark(ref) for ref in listing.by_ref}


def _next_group(waiting: deque[Listed], most: int, size_limit: int) -> list[Listed]:
    """Takes the next messages off, bounded by count and bytes; a message larger than that is a group of its own."""
    group: list[Listed] = []
    group_bytes = 0
    while waiting and len(group) < most:
        size = waiting[0].size
        weight = size if size <= size_limit else min(size, HEADER_BYTES)
        if group and group_bytes + weight > BATCH_BYTES:
            break
        group.append(waiting.popleft())
        group_bytes += weight
    return group
