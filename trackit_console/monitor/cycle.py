"""One visit to one mailbox. The order is the guarantee: record and commit first, only then touch the server (RUN-03, RUN-04).

A message that cannot be read or decided is set aside alone. What was recorded but not settled, because a visit was cut
off, is settled first. After such a visit messages are taken one by one, each counted before it is downloaded: one that
ends the whole process is found so, and is not downloaded any more after the third time. When to visit is decided in
`engine`.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from trackit_console.clock import Clock
from trackit_console.domain.deliveries import PROCESSED, Delivery, MessageRef, Outcome, Recorded
from trackit_console.domain.polling import Lease
from trackit_console.helpdesk.arrivals import arrived, not_downloaded, why_not_downloaded
from trackit_console.helpdesk.policy import Policy
from trackit_console.helpdesk.reasons import Reason
from trackit_console.monitor.mailbox_intake import MailboxIntake, ReadMessage, independent
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.monitor import PostAction
from trackit_console.store.database import Database
from trackit_console.store.deliveries import MAX_TRIES
from trackit_console.store.row_mapping import Stored
from trackit_console.transports.source import Absent, Batch, Fetched, Source

LEFT_OVER = 1000
"""Deliveries of earlier visits that one visit settles at most."""
HEADERS_ALONE = -1
"""A size limit that every message exceeds, even one whose size the server does not tell."""
MEGABYTE = 1024 * 1024


@dataclass(slots=True)
class VisitCounts:
    """What a visit did: messages seen, how many had which outcome, and the post actions that the server refused.

    `opened`: the server let us in, whatever went wrong afterwards.
    """

    opened: bool = False
    seen: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    unread: int | None = None
    not_settled: Counter[str] = field(default_factory=Counter)

    @property
    def processed(self) -> int:
        """Messages that became records or notes."""
        return sum(number for outcome, number in self.outcomes.items() if outcome in PROCESSED)


@dataclass(frozen=True, slots=True)
class VisitSettings:
    """What the settings say about a visit, as they were when the monitor was started. `message_size_limit` is in megabytes."""

    policy: Policy
    emails_to_process: int
    post_action: PostAction
    message_size_limit: int

    @property
    def size_limit(self) -> int:
        """Bytes of a message that is still downloaded."""
        return self.message_size_limit * MEGABYTE


OnRecorded = Callable[[Delivery, Recorded], None]
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
        on_recorded: OnRecorded,
    ) -> None:
        self._ledger = database.deliveries
        self._database = database
        self._mailbox = mailbox
        self._lease = lease
        self._settings = visit_settings
        self._intake = MailboxIntake(visit_settings.policy, mailbox.value.ticket_template)
        self._clock = clock
        self._stop = stop
        self._on_recorded = on_recorded
        self._settled_on_close: list[int] = []
        self.counts = VisitCounts()

    def run(self, source: Source) -> VisitCounts:
        """Takes in what is new; raises `TransportError` and `StoreError`, with `counts` telling how far it came."""
        with source:
            self.counts.opened = True
            self._settle_left_over(source)
            self._try_pending(source)
            for batch in source.fetch_new(self._cursor(), self._settings.emails_to_process, self._size_limit):
                if self._stop.is_set():
                    break
                self._take_in(source, batch)
            else:
                self.counts.unread = source.unread()
            self._finish(source)
        return self.counts

    @property
    def _size_limit(self) -> int:
        """After a visit that was cut off, new messages are only announced at first."""
        return HEADERS_ALONE if self._lease.cut_off else self._settings.size_limit

    def _cursor(self) -> str | None:
        with self._database.reading() as transaction:
            return transaction.mailbox_states.state(self._mailbox.id).cursor

    def _settle_left_over(self, source: Source) -> None:
        """Mends what a crash cut off between the commit and the server."""
        left = self._ledger.unsettled(self._mailbox.id, LEFT_OVER)
        copied = {each.ref for each in left if each.copied}
        self._settle(source, {each.ref: each.delivery_id for each in left}, copied)

    # ------------------------------------------------------------------ messages that could not be taken before

    def _try_pending(self, source: Source) -> None:
        """Messages that were announced but not taken: tried again, set aside at the third time, forgotten when gone."""
        tries = {each.ref: each.tries for each in self._ledger.pending(self._mailbox.id)}
        if self._lease.cut_off:
            # One that was counted before its download may be what ended the process: at the last try only its headers are read.
            feared = [ref for ref, number in tries.items() if number + 1 >= MAX_TRIES]
            self._set_aside_feared(source, feared)
            self._take_in_one_by_one(source, [ref for ref in tries if ref not in feared])
        elif tries:
            self._ask_again(source, tries)

    def _ask_again(self, source: Source, tries: Mapping[MessageRef, int]) -> None:
        came = list(source.fetch(list(tries), self._settings.size_limit))
        self._forget_gone(tries, came)
        self._take_in_together(source, [each for each in came if each.raw is not None], "")
        absent = [each for each in came if each.raw is None]
        again = [each.ref for each in absent if tries[each.ref] + 1 < MAX_TRIES]
        if again:
            self._ledger.count_try(self._lease, again)
        self._set_aside([(each, _REASONS[each.absent]) for each in absent if each.ref not in again and each.absent])

    def _set_aside_feared(self, source: Source, feared: Sequence[MessageRef]) -> None:
        if feared:
            came = list(source.fetch_headers(feared))
            self._forget_gone(feared, came)
            self._set_aside([(each, Reason.ENDED_THE_PROCESS) for each in came])

    def _forget_gone(self, asked: Collection[MessageRef], came: Collection[Fetched]) -> None:
        there = {each.ref for each in came}
        self._ledger.forget_pending(self._lease, [ref for ref in asked if ref not in there])

    def _set_aside(self, messages: Sequence[tuple[Fetched, Reason]]) -> None:
        """Given up: quarantined by reference and headers. Nobody has its whole but the server, so it stays there untouched."""
        for each, reason in messages:
            why = why_not_downloaded(reason, size=each.size, limit_megabytes=self._settings.message_size_limit, tries=MAX_TRIES)
            delivery = not_downloaded(each.ref, each.headers, each.size, self._clock.now(), why, each.words)
            self.counts.seen += 1
            [recorded] = self._record([ReadMessage(delivery, None)], None)
            self._ledger.mark_settled([recorded.delivery_id], None)

    # ------------------------------------------------------------------ new messages

    def _take_in(self, source: Source, batch: Batch) -> None:
        """Records the batch, then settles it on the server."""
        known = self._ledger.known(self._mailbox.id, [each.ref for each in batch.messages])
        new = [each for each in batch.messages if each.ref not in known]
        if self._lease.cut_off:
            self._take_in_one_by_one(source, [each.ref for each in new])
            new = []
        self._take_in_together(source, new, batch.cursor)

    def _take_in_one_by_one(self, source: Source, refs: Sequence[MessageRef]) -> None:
        """Counts each before it is downloaded: if that is the last thing this process does, the next one knows of it."""
        for ref in refs:
            self._ledger.count_try(self._lease, [ref])
            came = list(source.fetch([ref], self._settings.size_limit))
            self._forget_gone([ref], came)
            self._take_in_together(source, [each for each in came if each.raw is not None], "")

    def _take_in_together(self, source: Source, new: Sequence[Fetched], cursor: str) -> None:
        if absent := [each.ref for each in new if each.raw is None]:
            self._ledger.count_try(self._lease, absent)
        recorded = self._decide_and_record(new, cursor or None)
        self._settle(source, {each.ref: each.delivery_id for each in recorded})

    def _decide_and_record(self, new: Sequence[Fetched], cursor: str | None) -> list[Recorded]:
        came = [arrived(each.ref, each.raw, self._clock.now()) for each in new if each.raw is not None]
        self.counts.seen += len(came)
        taken = self._ledger.known_content(self._mailbox.id, {each.content_key for each in came})
        runs = list(independent(self._intake.read_all(came, taken))) or [[]]
        recorded: list[Recorded] = []
        for run in runs:
            recorded += self._record(run, cursor if run is runs[-1] else None)
        return recorded

    def _record(self, run: Sequence[ReadMessage], cursor: str | None) -> Sequence[Recorded]:
        if not run and cursor is None:
            return []
        batch = self._ledger.record(self._lease, run, self._intake, cursor)
        for delivery, recorded in zip(batch.deliveries, batch.recorded, strict=True):
            self.counts.outcomes[recorded.outcome] += 1
            self._on_recorded(delivery, recorded)
        return batch.recorded

    # ------------------------------------------------------------------ post actions

    def _settle(self, source: Source, deliveries: Mapping[MessageRef, int], copied: Collection[MessageRef] = ()) -> None:
        if not deliveries:
            return
        # Only what was committed comes here: the server may now let go of its copy.
        settled = source.settle(list(deliveries), self._settings.post_action, self._raw_of, copied)
        done = [deliveries[ref] for ref in settled.done]
        if source.settles_on_close:
            self._settled_on_close += done
        else:
            self._ledger.mark_settled(done, int(self._settings.post_action))
        if settled.failed:
            refused = {deliveries[ref]: words for ref, words in settled.failed.items()}
            self._ledger.mark_not_settled(refused, [deliveries[ref] for ref in settled.copied])
            self.counts.not_settled.update(settled.failed.values())

    def _raw_of(self, ref: MessageRef) -> bytes | None:
        return self._ledger.raw_of(self._mailbox.id, ref)

    def _finish(self, source: Source) -> None:
        """Ends the session; where the server acts only then, the ledger hears of it only now (POP3: QUIT)."""
        source.finish()
        if self._settled_on_close:
            self._ledger.mark_settled(self._settled_on_close, int(self._settings.post_action))


_REASONS = {
    Absent.NOT_HANDED_OVER: Reason.NOT_DOWNLOADABLE,
    Absent.REFUSED: Reason.REFUSED_BY_SERVER,
    Absent.TOO_LARGE: Reason.TOO_LARGE,
}
