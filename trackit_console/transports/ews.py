"""An Exchange mailbox as a `Source`, by Exchange Web Services (IN-03, IN-04): reads one folder from where the last visit ended.

`ews_cursor` decides where to continue, `ews_reading` knows what is asked, `ews_settling` applies the post action, and
`ews_session` opens and closes the session. No retries here: the engine does that.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from exchangelib.errors import ResponseMessageError

from trackit_console.clock import Clock, SystemClock
from trackit_console.domain.deliveries import MessageRef
from trackit_console.settings.exchange_mailbox import EwsBasic, EwsOAuth
from trackit_console.settings.post_action import PostAction
from trackit_console.transports.connection_phases import Timeouts
from trackit_console.transports.errors import TransportError
from trackit_console.transports.ews_cursor import LONG_AGO, EwsCursor, came_since, read_ews_cursor
from trackit_console.transports.ews_reading import (
    ANNOUNCED,
    GONE,
    Announced,
    SyncStateForgotten,
    announced,
    body,
    by_date,
    changes,
    grouped,
    headers,
    older_mail,
)
from trackit_console.transports.ews_refusals import concerns_message, may_concern_message
from trackit_console.transports.ews_session import EwsSession
from trackit_console.transports.ews_settling import Settling
from trackit_console.transports.fetched_mail import Absent, Batch, Fetched, Settled
from trackit_console.transports.source import RawOf

SCOPE = "ews"
"""The scope of all refs: the id of a message names its mailbox and folder as well."""
SYNCED = 512
"""Changes in a page: the most that SyncFolderItems gives."""
OLDER = 2000
"""Older messages whose ids are kept at once: as far ahead people may read mail without its being taken for history."""
REFUSED_IN_A_ROW = 10
"""Consecutive messages over which the server breaks, after which the fault lies with the mailbox."""

Ask = Callable[[Any, str], bytes | None]


class EwsSource(EwsSession):
    """One Exchange mailbox, for one poll cycle. Not thread-safe, except for `abort` and `expire`."""

    settles_on_close = False

    def __init__(self, mailbox: EwsOAuth | EwsBasic, timeouts: Timeouts | None = None, clock: Clock | None = None) -> None:
        super().__init__(mailbox, timeouts or Timeouts())
        self._clock = clock or SystemClock()
        self._settling: Settling | None = None
        self._refused_in_a_row = 0
        self._known: dict[str, Announced] = {}

    # ------------------------------------------------------------------ reading

    def fetch_new(self, cursor: str | None, limit: int, size_limit: int) -> Iterator[Batch]:
        position = self._position_from(cursor)
        more = True
        while limit > 0 and (position.pending or more):
            if not (position.pending and position.enumerated):
                before = position
                position, more = self._announce(before)
                # Stored page by page, so that a visit that is cut off in a large folder does not begin anew.
                if position != before and not (position.pending and position.enumerated):
                    yield Batch((), position.to_json())
                continue
            ids = position.pending[: min(limit, ANNOUNCED)]
            messages = self._looked_up(ids)
            for group in grouped(messages, size_limit):
                fetched, problem = self._collected(group, size_limit)
                position = position.taken(each.ref.uid for each in fetched)
                if fetched:
                    yield Batch(fetched, position.to_json())
                # Only after the batch: what was downloaded is recorded before the error ends the poll.
                if problem:
                    raise problem
            position = position.taken(ids)  # those that are gone as well
            # All of them are gone. Without a batch the stored cursor would keep their ids.
            if not messages:
                yield Batch((), position.to_json())
            limit -= len(messages)

    def _position_from(self, cursor: str | None) -> EwsCursor:
        now = self._clock.now()
        stored = read_ews_cursor(cursor)
        return stored.on(self._folder.id, now) if stored else EwsCursor.first(self._folder.id, now)

    def _announce(self, position: EwsCursor) -> tuple[EwsCursor, bool]:
        """The position after one more question, and whether there is more to be asked."""
        # Before anything else at the first visit: what a person reads from now on is no history.
        if position.older_from is not None and (position.enumerated or position.older_from == LONG_AGO):
            return self._with_older(position), True
        try:
            with self._exchange():
                found = changes(self._folder, position.state, SYNCED)
        except SyncStateForgotten:
            return position.forgotten(self._clock.now()), True
        synced = position.synced(found.state, self._clock.now(), more=found.more)
        if not position.enumerated:
            # What lies there is history, but for what came since the search for older mail.
            since = self._announced_in([each for each in found.arrived if came_since(position.since, each)])
            return synced.announcing(since), True
        if not found.any_change:
            return position, False
        return synced.announcing(self._announced_in(found.arrived)), found.more

    def _announced_in(self, messages: Sequence[Announced]) -> list[str]:
        """The ids of `messages`, which this visit need not look up again."""
        self._known |= {each.id: each for each in messages}
        return [each.id for each in messages]

    def _with_older(self, position: EwsCursor) -> EwsCursor:
        """The position with the next messages that lay there before the first visit."""
        assert position.older_from is not None
        # The search begins at the date of the last one found, which several messages may share.
        limit = OLDER + len(position.older_ids)
        with self._exchange():
            found, complete = older_mail(self._folder, position.since, position.older_from, limit)
        after = position.announcing(self._announced_in([each for each in found if each.id not in position.older_ids]))
        last = found[-1].received_at if found else None
        return after.without_older() if complete or last is None else after.with_older(last, by_date(found, last))

    def _looked_up(self, ids: Sequence[str]) -> list[Announced]:
        """Those of `ids` that are still there; asked for only if this visit did not list them."""
        if all(id in self._known for id in ids):
            return [self._known[id] for id in ids]
        with self._exchange():
            return announced(self._client.account, ids)

    def _collected(self, messages: Sequence[Announced], size_limit: int) -> tuple[list[Fetched], TransportError | None]:
        """Downloads `messages` up to the first error."""
        fetched: list[Fetched] = []
        try:
            for each in self._download(messages, size_limit):
                fetched.append(each)
        except TransportError as problem:
            return fetched, problem
        return fetched, None

    def fetch(self, refs: Sequence[MessageRef], size_limit: int) -> Iterator[Fetched]:
        return self._download(self._announced(refs), size_limit)

    def fetch_headers(self, refs: Sequence[MessageRef]) -> Iterator[Fetched]:
        for each in self._announced(refs):
            yield from self._fetched(each, headers, None)

    def _announced(self, refs: Sequence[MessageRef]) -> list[Announced]:
        with self._exchange():
            return announced(self._client.account, _ids(refs))

    def _download(self, messages: Sequence[Announced], size_limit: int) -> Iterator[Fetched]:
        for each in messages:
            if each.size > size_limit:
                yield from self._fetched(each, headers, Absent.TOO_LARGE)
            else:
                yield from self._fetched(each, body, Absent.NOT_HANDED_OVER)

    def _fetched(self, message: Announced, ask: Ask, absent: Absent | None) -> Iterator[Fetched]:
        """What `ask` gives for one message: nothing if it is gone, only the reason if the server refuses it."""
        given: bytes | None = None
        words = ""
        try:
            with self._exchange():
                try:
                    given = ask(self._client.account, message.id)
                except GONE:
                    return
                except ResponseMessageError as error:
                    if not concerns_message(error):
                        raise
                    absent, words = Absent.REFUSED, self._connection.clean(f"{type(error).__name__}: {error}")
        except TransportError as problem:
            if not self._breaks_over(message, problem):
                raise
            absent, words = Absent.REFUSED, problem.detail
        else:
            self._refused_in_a_row = 0
        ref = MessageRef(SCOPE, message.id)
        if ask is body and given is not None:
            yield Fetched(ref, given, message.size or len(given), message.received_at)
        else:
            yield Fetched(ref, None, message.size, message.received_at, given or b"", absent, words)

    def _breaks_over(self, message: Announced, problem: TransportError) -> bool:
        """Whether `problem` is the effect of this message alone: then the server answers another question about it (RUN-04)."""
        self._refused_in_a_row += 1
        if self._connection.ended or self._refused_in_a_row > REFUSED_IN_A_ROW or not may_concern_message(problem):
            return False
        try:
            with self._exchange():
                return bool(announced(self._client.account, [message.id]))
        except TransportError:
            return False

    # ------------------------------------------------------------------ settling

    def settle(
        self,
        refs: Sequence[MessageRef],
        post_action: PostAction,
        raw_of: RawOf,
        already_copied: Collection[MessageRef] = (),
    ) -> Settled:
        # Moved in one step, so there never is a copy.
        with self._exchange():
            self._settling = self._settling or Settling(self._client.account)
            failed = self._settling.settle(_ids(refs), post_action)
        refused = {ref: self._connection.clean(failed[ref.uid]) for ref in refs if ref.uid in failed}
        return Settled([ref for ref in refs if ref not in refused], refused)


def _ids(refs: Sequence[MessageRef]) -> list[str]:
    return [ref.uid for ref in refs if ref.scope == SCOPE]
