"""One visit to one mailbox. The order is the guarantee: record and commit first, only then touch the server (RUN-03, RUN-04).

A message that cannot be read or decided is set aside alone. What was recorded but not settled, because a visit was cut
off, is settled first. After such a visit messages are taken one by one, each counted before it is downloaded: one that
ends the whole process is found so, and is not downloaded any more after the third time. When to visit is decided in
`engine`, post actions are in `settlement`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence

from trackit_console.clock import Clock
from trackit_console.domain.deliveries import Delivery, MessageRef, Recorded
from trackit_console.domain.polling import Lease
from trackit_console.helpdesk.arrivals import arrived, not_downloaded, why_not_downloaded
from trackit_console.helpdesk.reasons import Reason
from trackit_console.monitor.mailbox_intake import MailboxIntake, ReadMessage, independent
from trackit_console.monitor.settlement import Settlement
from trackit_console.monitor.source_epoch import in_epoch
from trackit_console.monitor.visit_result import VisitCounts
from trackit_console.monitor.visit_settings import VisitSettings
from trackit_console.settings.mailbox import Mailbox
from trackit_console.store.database import Database
from trackit_console.store.pending_messages import MAX_TRIES
from trackit_console.store.row_mapping import Stored
from trackit_console.store.visit_backlog import Backlog
from trackit_console.transports.fetched_mail import Absent, Batch, Fetched
from trackit_console.transports.source import Source

HEADERS_ALONE = -1
"""A size limit that every message exceeds, even one whose size the server does not tell."""

OnRecorded = Callable[[Delivery, Recorded], None]
"""Hears of each message once it is recorded."""


class PollCycle:
    """A visit to `mailbox` under `lease`, to which earlier ones left `backlog`; `stop` ends it between two transactions."""

    def __init__(
        self,
        database: Database,
        mailbox: Stored[Mailbox],
        lease: Lease,
        backlog: Backlog,
        visit_settings: VisitSettings,
        clock: Clock,
        stop: threading.Event,
        on_recorded: OnRecorded,
    ) -> None:
        self._database = database
        self._mailbox = mailbox
        self._lease = lease
        self._left = backlog
        self._settings = visit_settings
        self._intake = MailboxIntake(visit_settings.policy, mailbox.value.ticket_template)
        self._clock = clock
        self._stop = stop
        self._on_recorded = on_recorded
        self._deliveries = database.deliveries
        self._pending = database.pending_messages
        self._recorder = database.recorder
        self.counts = VisitCounts()
        self._settlement = Settlement(self._deliveries, mailbox.id, visit_settings.post_action, self.counts.not_settled)

    def run(self, source: Source) -> VisitCounts:
        """Takes in what is new; raises `TransportError` and `StoreError`, with `counts` telling how far it came."""
        source = in_epoch(source, self._left.epoch)
        with source:
            self.counts.opened = True
            # Before anything is settled: from the cursor the source knows which refs still mean the same messages.
            batches = source.fetch_new(self._left.cursor, self._settings.emails_to_process, self._size_limit)
            # First what a crash cut off between the commit and the server: those messages must not be taken again.
            self._settlement.settle_left_over(source, self._left.unsettled)
            self._try_pending(source, {each.ref: each.tries for each in self._left.pending})
            for batch in batches:
                if self._stop.is_set():
                    break
                self._take_in(source, batch)
            else:
                # Before `finish`, which ends the session. Not after a stop: that has 2 s, and this is another round trip.
                self.counts.unread = source.unread()
            self._settlement.finish(source)
        return self.counts

    @property
    def _size_limit(self) -> int:
        """After a visit that was cut off, new messages are only announced at first."""
        return HEADERS_ALONE if self._lease.cut_off else self._settings.size_limit

    # ------------------------------------------------------------------ messages that could not be taken before

    def _try_pending(self, source: Source, tries: Mapping[MessageRef, int]) -> None:
        """Messages that were announced but not taken: tried again, set aside at the third time, forgotten once deleted there."""
        if self._lease.cut_off:
            # One that was counted before its download may be what ended the process: at the last try only its headers are read.
            suspects = [ref for ref, number in tries.items() if number + 1 >= MAX_TRIES]
            self._set_aside_suspects(source, suspects)
            self._take_in_one_by_one(source, [ref for ref in tries if ref not in suspects])
        elif tries:
            self._ask_again(source, tries)

    def _ask_again(self, source: Source, tries: Mapping[MessageRef, int]) -> None:
        fetched = list(source.fetch(list(tries), self._settings.size_limit))
        self._forget_deleted(tries, fetched)
        self._take_in_together(source, [each for each in fetched if each.raw is not None], "")
        absent = [each for each in fetched if each.raw is None]
        again = [each.ref for each in absent if tries[each.ref] + 1 < MAX_TRIES]
        if again:
            self._pending.count_try(self._lease, again)
        self._set_aside([(each, _REASONS[each.absent]) for each in absent if each.ref not in again and each.absent])

    def _set_aside_suspects(self, source: Source, suspects: Sequence[MessageRef]) -> None:
        if suspects:
            fetched = list(source.fetch_headers(suspects))
            self._forget_deleted(suspects, fetched)
            self._set_aside([(each, Reason.ENDED_THE_PROCESS) for each in fetched])

    def _forget_deleted(self, asked: Collection[MessageRef], fetched: Collection[Fetched]) -> None:
        present = {each.ref for each in fetched}
        self._pending.forget(self._lease, [ref for ref in asked if ref not in present])

    def _set_aside(self, messages: Sequence[tuple[Fetched, Reason]]) -> None:
        """Gives up: quarantined by reference and headers; the messages stay on the server untouched."""
        for each, reason in messages:
            why = why_not_downloaded(reason, size=each.size, limit_megabytes=self._settings.message_size_limit, tries=MAX_TRIES)
            delivery = not_downloaded(each.ref, each.headers, each.size, self._clock.now(), why, each.words)
            self.counts.seen += 1
            self._record([ReadMessage(delivery, None)], None)

    # ------------------------------------------------------------------ new messages

    def _take_in(self, source: Source, batch: Batch) -> None:
        """Records the batch, then settles it on the server."""
        known = self._deliveries.known(self._mailbox.id, [each.ref for each in batch.messages])
        new = [each for each in batch.messages if each.ref not in known]
        if self._lease.cut_off:
            self._take_in_one_by_one(source, [each.ref for each in new])
            new = []
        # Also with nothing new left: the cursor moves on only here, when all of the batch is recorded or counted.
        self._take_in_together(source, new, batch.cursor)

    def _take_in_one_by_one(self, source: Source, refs: Sequence[MessageRef]) -> None:
        """Counts each before it is downloaded: if that is the last thing this process does, the next one knows of it."""
        for ref in refs:
            self._pending.count_try(self._lease, [ref])
            fetched = list(source.fetch([ref], self._settings.size_limit))
            self._forget_deleted([ref], fetched)
            self._take_in_together(source, [each for each in fetched if each.raw is not None], "")

    def _take_in_together(self, source: Source, new: Sequence[Fetched], cursor: str) -> None:
        # Before the cursor passes them: what has no body is found again by the pending list alone.
        if absent := [each.ref for each in new if each.raw is None]:
            self._pending.count_try(self._lease, absent)
        recorded = self._decide_and_record(new, cursor or None)
        # Only now: what is recorded is durable, so the server may let go of its copy.
        self._settlement.settle(source, {each.ref: each.delivery_id for each in recorded})

    def _decide_and_record(self, new: Sequence[Fetched], cursor: str | None) -> list[Recorded]:
        deliveries = [arrived(each.ref, each.raw, self._clock.now()) for each in new if each.raw is not None]
        self.counts.seen += len(deliveries)
        taken = self._deliveries.known_content(self._mailbox.id, {each.content_key for each in deliveries})
        # The cursor goes with the last run: it may not pass a message that is not recorded.
        # An empty run still carries the cursor.
        runs = list(independent(self._intake.read_all(deliveries, taken))) or [[]]
        recorded: list[Recorded] = []
        for run in runs:
            recorded += self._record(run, cursor if run is runs[-1] else None)
        return recorded

    def _record(self, run: Sequence[ReadMessage], cursor: str | None) -> Sequence[Recorded]:
        if not run and cursor is None:
            return []
        batch = self._recorder.record(self._lease, run, self._intake, cursor)
        for delivery, recorded in zip(batch.deliveries, batch.recorded, strict=True):
            self.counts.outcomes[recorded.outcome] += 1
            self._on_recorded(delivery, recorded)
        return batch.recorded


_REASONS = {
    Absent.NOT_HANDED_OVER: Reason.NOT_DOWNLOADABLE,
    Absent.REFUSED: Reason.REFUSED_BY_SERVER,
    Absent.TOO_LARGE: Reason.TOO_LARGE,
}
