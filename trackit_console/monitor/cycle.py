"""One visit to one mailbox. The order is the guarantee: record and commit first, only then touch the server (RUN-03, RUN-04).

A message that cannot be read or decided is set aside alone. What was recorded but not settled, because a visit was
cut off, is settled first. After such a visit messages are taken one by one, each counted before it is read: one that
ends the whole process is found so, and set aside at the third time. When to visit is decided in `engine`.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from trackit_console.clock import Clock
from trackit_console.helpdesk.intake import Policy, decide, lookup_request
from trackit_console.helpdesk.recording import arrived, broke_down, entry_of, failed, not_handed_over, taken_before
from trackit_console.mail import Message, parse
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.monitor import PostAction
from trackit_console.store.database import Database
from trackit_console.store.deliveries import MAX_TRIES
from trackit_console.store.entries import Entry, Outcome, Recorded
from trackit_console.store.monitoring import Lease
from trackit_console.store.people import Directory
from trackit_console.store.row_mapping import Stored
from trackit_console.transports.source import Batch, Fetched, MessageRef, Source

SIZE_LIMIT = 1 << 40
"""Bytes above which a message would not be downloaded whole: none is that large."""
LEFT_OVER = 1000
"""Deliveries of earlier visits that one visit settles at most."""


@dataclass(slots=True)
class VisitCounts:
    """What a visit did: messages seen, and how many of them had which outcome."""

    seen: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    unread: int | None = None

    @property
    def processed(self) -> int:
        """Messages that became records or notes."""
        return self.outcomes[Outcome.CREATED] + self.outcomes[Outcome.NOTED] + self.outcomes[Outcome.COMMANDED]


@dataclass(frozen=True, slots=True)
class VisitSettings:
    """What the settings say about a visit, as they were when the monitor was started."""

    policy: Policy
    emails_to_process: int
    post_action: PostAction


Tell = Callable[[Entry, Recorded], None]
"""Hears of each message once it is recorded."""


class PollCycle:
    """A visit to `mailbox` under `lease`; `stop` ends it between two transactions."""

    def __init__(
        self,
        database: Database,
        mailbox: Stored[Mailbox],
        lease: Lease,
        visit_settings: VisitSettings,
        clock: Clock,
        stop: threading.Event,
        tell: Tell,
    ) -> None:
        self._ledger = database.deliveries
        self._database = database
        self._mailbox = mailbox
        self._lease = lease
        self._visit_settings = visit_settings
        self._clock = clock
        self._stop = stop
        self._tell = tell
        self.counts = VisitCounts()

    def run(self, source: Source) -> VisitCounts:
        """Takes in what is new; raises `TransportError` and `StoreError`, with `counts` telling how far it came."""
        with source:
            self._settle_left_over(source)
            self._ask_again(source)
            cursor = self._cursor()
            for batch in source.fetch_new(cursor, self._visit_settings.emails_to_process, SIZE_LIMIT):
                if self._stop.is_set():
                    return self.counts
                self._take_in(source, batch)
            self.counts.unread = source.unread()
        return self.counts

    def _cursor(self) -> str | None:
        with self._database.reading() as transaction:
            return transaction.monitoring.state(self._mailbox.id).cursor

    def _settle_left_over(self, source: Source) -> None:
        """Mends what a crash cut off between the commit and the server."""
        left = self._ledger.unsettled(self._mailbox.id, LEFT_OVER)
        self._settle(source, {MessageRef(each.scope, each.uid): each.delivery_id for each in left})

    def _ask_again(self, source: Source) -> None:
        """Messages that were announced but not handed over: asked for again, set aside at the third time, forgotten when gone."""
        awaited = {MessageRef(each.scope, each.uid): each.tries for each in self._ledger.awaited(self._mailbox.id)}
        if not awaited:
            return
        came = list(source.fetch(list(awaited), SIZE_LIMIT))
        self._ledger.await_no_more(self._lease, [(ref.scope, ref.uid) for ref in awaited.keys() - {each.ref for each in came}])
        # The first of its tries broke down in a batch, where nobody counted.
        feared = [each for each in came if each.raw is not None and self._lease.cut_off and awaited[each.ref] + 1 >= MAX_TRIES]
        for each in feared:
            self._give_up(source, each, awaited[each.ref] + 1)
        self._take_in(source, Batch([each for each in came if each.raw is not None and each not in feared], ""))
        now = self._clock.now()
        for ref in (each.ref for each in came if each.raw is None):
            if awaited[ref] + 1 >= MAX_TRIES:
                given_up = self._record([not_handed_over(ref.scope, ref.uid, now, MAX_TRIES)], None)
                self._ledger.settled([each.delivery_id for each in given_up], None)
            else:
                self._ledger.await_again(self._lease, [(ref.scope, ref.uid)])

    def _give_up(self, source: Source, message: Fetched, tries: int) -> None:
        ref = message.ref
        came = arrived(ref.scope, ref.uid, message.raw or b"", self._clock.now())
        self.counts.seen += 1
        [recorded] = self._record([broke_down(came, tries)], None)
        self._settle(source, {ref: recorded.delivery_id})

    def _take_in(self, source: Source, batch: Batch) -> None:
        """Records the batch, then settles it on the server."""
        known = self._ledger.known(self._mailbox.id, [(each.ref.scope, each.ref.uid) for each in batch.messages])
        new = [each for each in batch.messages if (each.ref.scope, each.ref.uid) not in known]
        if not self._lease.cut_off:
            self._take_in_together(source, new, batch.cursor)
            return
        for each in new:
            if each.raw is not None:
                self._ledger.await_again(self._lease, [(each.ref.scope, each.ref.uid)])
            self._take_in_together(source, [each], "")
        self._take_in_together(source, [], batch.cursor)

    def _take_in_together(self, source: Source, new: Sequence[Fetched], cursor: str) -> None:
        if absent := [(each.ref.scope, each.ref.uid) for each in new if each.raw is None]:
            self._ledger.await_again(self._lease, absent)
        recorded = self._take_in_new(new, cursor or None)
        self._settle(source, {MessageRef(each.scope, each.uid): each.delivery_id for each in recorded})

    def _take_in_new(self, new: Sequence[Fetched], cursor: str | None) -> list[Recorded]:
        entries = [arrived(each.ref.scope, each.ref.uid, each.raw, self._clock.now()) for each in new if each.raw is not None]
        self.counts.seen += len(entries)
        runs = list(independent(_read(entries, self._taken_contents(entries)))) or [[]]
        recorded: list[Recorded] = []
        for run in runs:
            recorded += self._record(self._decide(run), cursor if run is runs[-1] else None)
        return recorded

    def _taken_contents(self, entries: Sequence[Entry]) -> set[str]:
        return self._ledger.known_content(self._mailbox.id, {each.content_key for each in entries})

    def _decide(self, run: Sequence[Read]) -> list[Entry]:
        """What is to be written of each message of `run`, decided on one look at the database."""
        directory = self._look_up([each.message for each in run if each.message]) if run else Directory()
        return [self._decide_one(each, directory) for each in run]

    def _look_up(self, messages: Sequence[Message]) -> Directory:
        asked = lookup_request(messages)
        mailbox = (self._mailbox.id, self._mailbox.value.ticket_template)
        with self._database.reading() as transaction:
            return transaction.people.directory(asked.addresses, asked.keywords, asked.message_ids, mailbox)

    def _decide_one(self, read: Read, directory: Directory) -> Entry:
        if read.message is None:
            return read.entry
        policy, template = self._visit_settings.policy, self._mailbox.value.ticket_template
        try:
            decision = decide(read.message, directory, policy, template, read.entry.seen_at)
            return entry_of(decision, read.message, read.entry, policy)
        except Exception as problem:  # this one message: it is set aside
            return failed(read.entry, problem)

    def _record(self, entries: Sequence[Entry], cursor: str | None) -> list[Recorded]:
        if not entries and cursor is None:
            return []
        recorded = self._ledger.record(self._lease, entries, cursor)
        for entry, written in zip(entries, recorded, strict=True):
            self.counts.outcomes[written.outcome] += 1
            self._tell(entry, written)
        return recorded

    def _settle(self, source: Source, deliveries: dict[MessageRef, int]) -> None:
        if not deliveries:
            return
        settled = source.settle(list(deliveries), self._visit_settings.post_action, lambda ref: None)
        self._ledger.settled([deliveries[ref] for ref in settled.done], int(self._visit_settings.post_action))
        if settled.failed:
            self._ledger.not_settled({deliveries[ref]: words for ref, words in settled.failed.items()})


@dataclass(frozen=True, slots=True)
class Read:
    """A message that was read; `message` None: `entry` tells already what becomes of it."""

    entry: Entry
    message: Message | None


def _read(entries: Sequence[Entry], taken: set[str]) -> Iterator[Read]:
    """Parses each message; the same bytes a second time are not processed again."""
    seen = set(taken)
    for entry in entries:
        again = entry.content_key in seen
        seen.add(entry.content_key)
        try:
            message = parse(entry.raw)
        except Exception as problem:  # this one message: it is set aside
            yield Read(failed(entry, problem), None)
        else:
            yield Read(taken_before(entry, message), None) if again else Read(entry, message)


def independent(messages: Iterator[Read]) -> Iterator[list[Read]]:
    """The messages in runs in which none answers or repeats an earlier one, so that each can be decided on one look."""
    run: list[Read] = []
    ids: set[str] = set()
    for read in messages:
        message = read.message
        own = {message.message_id, *message.in_reply_to, *message.references} if message else set()
        if ids & own:
            yield run
            run, ids = [], set()
        run.append(read)
        if message and message.message_id:
            ids.add(message.message_id)
    if run:
        yield run
