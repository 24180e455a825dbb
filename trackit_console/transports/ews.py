"""An Exchange mailbox as a `Source`, by Exchange Web Services (IN-03, IN-04): reads one folder from where the last visit ended.

`ews_cursor` decides where to continue, `ews_reading` knows what is asked, `ews_settling` applies the post action, and
`ews_session` opens and closes the session. No retries here: the engine does that.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

from exchangelib.errors import ErrorInvalidSyncStateData, ErrorSyncFolderNotFound, ResponseMessageError

from trackit_console.clock import Clock, SystemClock
from trackit_console.domain.deliveries import MessageRef
from trackit_console.settings.exchange_mailbox import EwsBasic, EwsOAuth
from trackit_console.settings.monitor import PostAction
from trackit_console.transports.connection_phases import Timeouts
from trackit_console.transports.errors import TransportError
from trackit_console.transports.ews_cursor import EwsCursor, read_ews_cursor
from trackit_console.transports.ews_reading import Announced, Changes, announced, body, by_date, changes, headers, older_mail
from trackit_console.transports.ews_refusals import concerns_message, may_concern_message
from trackit_console.transports.ews_session import EwsSession
from trackit_console.transports.ews_settling import GONE, Settling
from trackit_console.transports.source import BATCH_BYTES, BATCH_MESSAGES, Absent, Batch, Fetched, RawOf, Settled

SCOPE = "ews"
"""The scope of all refs: the id of a message names its mailbox and folder as well."""
ENUMERATED = 512
"""Items in a page of the first enumeration: the most that SyncFolderItems gives."""
SYNCED = 100
"""Changes in a page of later ones, which may all be messages to download."""
OLDER = 200
"""Messages that a search for older mail gives at once."""
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

    # ------------------------------------------------------------------ reading

    def fetch_new(self, cursor: str | None, limit: int, size_limit: int) -> Iterator[Batch]:
        position = self._position_from(cursor)
        while not position.enumerated:
            found, position = self._changes(position, ENUMERATED)
            position = replace(position, state=found.state, enumerated=not found.more)
            # Stored page by page, so that a visit that is cut off in a large folder does not begin anew.
            yield Batch((), position.to_json())
        taken = 0
        while position.older_from is not None and taken < limit:
            messages, after = self._older(position, min(OLDER, limit - taken))
            yield from self._batches(messages, position, after, size_limit)
            taken, position = taken + len(messages), after
        more = True
        while more and taken < limit:
            found, position = self._changes(position, min(SYNCED, limit - taken))
            if not position.enumerated:  # the server has forgotten the state: the next visit begins anew
                yield Batch((), replace(position, state=found.state, enumerated=not found.more).to_json())
                return
            after = replace(position, state=found.state)
            if found.any_change:
                yield from self._batches(found.arrived, position, after, size_limit)
            taken, position, more = taken + len(found.arrived), after, found.more

    def _position_from(self, cursor: str | None) -> EwsCursor:
        now = self._clock.now()
        stored = read_ews_cursor(cursor)
        return stored.on(self._folder.id, now) if stored else EwsCursor.first(self._folder.id, now)

    def _changes(self, position: EwsCursor, limit: int) -> tuple[Changes, EwsCursor]:
        """The next page of changes, and the position that it belongs to: another one if the server has forgotten the state."""
        with self._exchange():
            try:
                return changes(self._folder, position.state, limit), position
            except (ErrorInvalidSyncStateData, ErrorSyncFolderNotFound):
                if not position.state:
                    raise
                position = position.forgotten(self._clock.now())
                return changes(self._folder, "", ENUMERATED), position

    def _older(self, position: EwsCursor, limit: int) -> tuple[list[Announced], EwsCursor]:
        """The next messages that lay there before the first visit, and the position after them."""
        assert position.older_from is not None
        with self._exchange():
            # The search begins at the date of the last one taken, which several messages may share.
            wanted = limit + len(position.older_ids)
            found = older_mail(self._folder, position.since, position.older_from, wanted)
        messages = [each for each in found if each.id not in position.older_ids and each.received_at]
        if len(found) < wanted or not messages:
            return messages, position.without_older()
        last = messages[-1].received_at
        assert last is not None
        return messages, position.after_older(last, tuple(by_date(messages, last)))

    def _batches(self, messages: Sequence[Announced], before: EwsCursor, after: EwsCursor, size_limit: int) -> Iterator[Batch]:
        """Downloads `messages` in batches; the position moves on with the last one, as a page has one state only."""
        groups = list(_grouped(messages, size_limit)) or [[]]
        for group in groups:
            fetched: list[Fetched] = []
            try:
                for each in self._download(group, size_limit):
                    fetched.append(each)
            except TransportError:
                if fetched:  # recorded before the error ends the poll
                    yield Batch(fetched, before.to_json())
                raise
            yield Batch(fetched, (after if group is groups[-1] else before).to_json())

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


def _grouped(messages: Sequence[Announced], size_limit: int) -> Iterator[list[Announced]]:
    """Groups the messages by `BATCH_MESSAGES` and `BATCH_BYTES`; a message larger than that is a group of its own."""
    group: list[Announced] = []
    group_bytes = 0
    for message in messages:
        weight = message.size if message.size <= size_limit else 0
        if group and (len(group) >= BATCH_MESSAGES or group_bytes + weight > BATCH_BYTES):
            yield group
            group, group_bytes = [], 0
        group.append(message)
        group_bytes += weight
    if group:
        yield group
