"""A visit to one mailbox: claimed, connected, and kept as it went (RUN-02, RUN-05, MON-04).

Whatever goes wrong in here stays with this mailbox. What happens while it is connected is in `cycle`, when there is a
visit in `engine`.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from datetime import timedelta

from trackit_console.clock import Clock
from trackit_console.domain.deliveries import Delivery, Recorded
from trackit_console.domain.effects import Change
from trackit_console.domain.polling import Lease, MailboxState, VisitEnd
from trackit_console.domain.records import AppliedReason, Module, RecordRef
from trackit_console.helpdesk.alerts import ALERT, Outage, alert, recovery
from trackit_console.monitor.backoff import next_delay
from trackit_console.monitor.cycle import OnRecorded, PollCycle
from trackit_console.monitor.errors import UnexpectedError
from trackit_console.monitor.visit_log import VisitLog
from trackit_console.monitor.visit_result import VisitResult, poll_error, post_action_error, settings_error
from trackit_console.monitor.visit_settings import VisitContext
from trackit_console.settings.mailbox import Mailbox
from trackit_console.store.database import Database
from trackit_console.store.errors import LeaseLost, StoreError
from trackit_console.store.row_mapping import Stored
from trackit_console.store.visit_backlog import Backlog
from trackit_console.transports.errors import Cancelled, TransportError
from trackit_console.transports.factory import open_source
from trackit_console.transports.source import Source

OpenSource = Callable[[Mailbox], Source]


class Visit:
    """One visit to one mailbox; `run` on a thread of its own, `abort` from any other.

    `regardless` visits a mailbox that is not due as well, and gives it back with its end: there is no host that renews leases.
    """

    def __init__(
        self,
        database: Database,
        mailbox: Stored[Mailbox],
        host_id: str,
        context: VisitContext,
        clock: Clock,
        *,
        on_recorded: OnRecorded,
        source_factory: OpenSource = open_source,
        regardless: bool = False,
    ) -> None:
        self._database = database
        self._mailbox = mailbox
        self._host_id = host_id
        self._context = context
        self._clock = clock
        self._on_recorded = on_recorded
        self._open_source = source_factory
        self._regardless = regardless
        self._source: Source | None = None
        self._stop = threading.Event()
        self._log = VisitLog(mailbox.value, enabled=context.monitor.email_event_logging or mailbox.value.log_events)

    @property
    def mailbox_id(self) -> int:
        return self._mailbox.id

    @property
    def name(self) -> str:
        return self._mailbox.value.title

    def stop(self) -> None:
        """Ends the visit after the transaction in hand."""
        self._stop.set()

    def abort(self) -> None:
        """Ends a call to the server that does not come back (RUN-06)."""
        self._stop.set()
        if (source := self._source) is not None:
            source.abort()

    def run(self) -> VisitResult:
        """Visits the mailbox and keeps how it went; raises nothing but what says that the database cannot be used."""
        claimed = self._database.retrying(self._claim)
        if claimed is None:
            return VisitResult(self._mailbox.id, self.name, skipped=True)
        lease, backlog = claimed
        self._log.begun()
        cycle = PollCycle(
            self._database, self._mailbox, lease, backlog, self._context.visit_settings, self._clock, self._stop, self._recorded
        )
        result = self._result(cycle)
        self._log.ended(result)
        try:
            self._database.retrying(lambda: self._keep(lease, result))
        except LeaseLost:  # this host hung for longer than its lease lasts: another one carries on
            self._log.taken_over()
            return VisitResult(self._mailbox.id, self.name, cycle.counts, stopped=True)
        return result

    def _claim(self) -> tuple[Lease, Backlog] | None:
        with self._database.begin() as transaction:
            lease = transaction.mailbox_leases.begin_visit(self._mailbox.id, self._host_id, regardless=self._regardless)
            # Only of a mailbox that was claimed: as long as another host visits it, its backlog moves.
            return None if lease is None else (lease, transaction.mailbox_states.take_up_backlog(self._mailbox))

    def _result(self, cycle: PollCycle) -> VisitResult:
        if self._mailbox.findings:
            return VisitResult(self._mailbox.id, self.name, error=settings_error(self._mailbox))
        refused, retry_after = False, None
        try:
            self._source = source = self._open_source(self._mailbox.value)
            # In this order: `abort` sets the event before it looks for a source, so one of the two sees the other.
            if self._stop.is_set():
                raise Cancelled
            cycle.run(source)
            error = post_action_error(cycle.counts)
        # Before the errors below, of which these are subclasses: a visit that was stopped has not failed.
        except (Cancelled, LeaseLost):
            return VisitResult(self._mailbox.id, self.name, cycle.counts, stopped=True)
        except TransportError as problem:
            error, refused, retry_after = poll_error(problem, problem.step.value), problem.authentication, problem.retry_after
        except StoreError as problem:
            error = poll_error(problem, "database")
        except Exception as problem:  # the worker of one mailbox: reported, and the other mailboxes go on
            self._log.fault()
            error = poll_error(UnexpectedError(f"{type(problem).__name__}: {problem}"), "")
        stopped = self._stop.is_set()
        return VisitResult(self._mailbox.id, self.name, cycle.counts, error, refused, stopped=stopped, retry_after=retry_after)

    # ------------------------------------------------------------------ what is kept

    def _keep(self, lease: Lease, result: VisitResult) -> None:
        with self._database.unit_of_work() as work:
            states = work.transaction.mailbox_states
            if result.stopped and result.error is None:
                # Counted neither as a failure nor as a success: the mailbox stays due.
                states.break_off(lease, give_back=self._regardless)
            else:
                end = VisitEnd(result.error, result.sign_in_refused, result.counts.unread, result.counts.opened)
                before = states.end_visit(lease, end, lambda failures: self._delay(failures, result), give_back=self._regardless)
                # `end_visit` holds the lease: of two hosts only one gets here, so there is one ticket for an outage.
                change = self._alert(before, result)
                if change is not None:
                    result.counts.told = True
                    [applied] = work.apply([change])
                    if ALERT in applied.created:
                        states.keep_alert(self._mailbox.id, applied.created[ALERT].id)
                if result.counts.opened and before.alert_record_id is not None:
                    states.keep_alert(self._mailbox.id, None)
            work.commit()

    def _delay(self, failures: int, result: VisitResult) -> timedelta:
        interval = self._context.interval(self._mailbox.value)
        chance = random.random()  # noqa: S311 - spreads the visits of many mailboxes
        return next_delay(
            interval, failures, sign_in_refused=result.sign_in_refused, chance=chance, retry_after=result.retry_after
        )

    def _alert(self, before: MailboxState, result: VisitResult) -> Change | None:
        """What the help desk is told: an outage that begins with this visit, or one that is over."""
        ticket = RecordRef(Module.TICKET, before.alert_record_id) if before.alert_record_id is not None else None
        failures = before.authentication_failures + (1 if result.sign_in_refused else 0)
        error = AppliedReason(f"{result.error.context}.{result.error.code}", result.error.facts) if result.error else None
        outage = Outage(self._mailbox.id, self.name, failures, ticket, error)
        if result.counts.opened:
            return recovery(outage)
        return alert(outage, self._context.monitor, self._context.templates) if result.sign_in_refused else None

    def _recorded(self, delivery: Delivery, recorded: Recorded) -> None:
        self._log.recorded(delivery, recorded)
        self._on_recorded(delivery, recorded)
