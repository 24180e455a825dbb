"""A visit with everything around it: ownership, connection, log, and what is kept of how it went (LOG-01, RUN-05, MON-04).

Whatever goes wrong in here stays with this mailbox. What happens inside a visit is in `cycle`, when there is one in
`engine`.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from trackit_console.clock import Clock
from trackit_console.domain.deliveries import Delivery, Outcome, Recorded
from trackit_console.domain.effects import Change
from trackit_console.domain.polling import Lease, MailboxState, PollError, VisitEnd
from trackit_console.domain.records import AppliedReason, Module, RecordRef
from trackit_console.helpdesk.alerts import ALERT, Outage, alert, recovery
from trackit_console.logs import component
from trackit_console.monitor.backoff import next_delay
from trackit_console.monitor.cycle import OnRecorded, PollCycle, VisitCounts, VisitSettings
from trackit_console.monitor.errors import PostActionRefused, SettingsRefused, UnexpectedError
from trackit_console.monitor.kept_sentences import problem_phrases, reason_phrase
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.monitor import MonitorSettings
from trackit_console.settings.people import TicketTemplate
from trackit_console.store.database import Database
from trackit_console.store.errors import LeaseLost, StoreError
from trackit_console.store.row_mapping import Stored
from trackit_console.transports.errors import Cancelled, TransportError
from trackit_console.transports.factory import listener_of, open_source
from trackit_console.transports.source import Source
from trackit_console.user_messages import Problem

OpenSource = Callable[[Mailbox], Source]


@dataclass(frozen=True, slots=True)
class VisitContext:
    """The settings that visits work with, as they were when the monitor was started (MON-05)."""

    visit_settings: VisitSettings
    monitor: MonitorSettings
    templates: Mapping[str, TicketTemplate]

    def interval(self, mailbox: Mailbox) -> timedelta:
        """The time between two visits to `mailbox`."""
        return timedelta(minutes=mailbox.poll_interval or self.monitor.poll_interval)


@dataclass(frozen=True, slots=True)
class VisitResult:
    """How a visit ended. `error` None: it went well. `skipped`: another host has the mailbox. `stopped`: it was cut off."""

    mailbox_id: int
    name: str
    counts: VisitCounts = field(default_factory=VisitCounts)
    error: PollError | None = None
    sign_in_refused: bool = False
    skipped: bool = False
    stopped: bool = False


class Visit:
    """One visit to one mailbox; `run` on a thread of its own, `abort` from any other.

    `regardless` visits a mailbox that is not due as well.
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
        self._log = component(listener_of(mailbox.value))
        self._logged = context.monitor.email_event_logging or mailbox.value.log_events

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
        lease = self._database.retrying(self._claim)
        if lease is None:
            return VisitResult(self._mailbox.id, self.name, skipped=True)
        self._log_line(logging.INFO, "poll begins")
        cycle = PollCycle(
            self._database, self._mailbox, lease, self._context.visit_settings, self._clock, self._stop, self._recorded
        )
        result = self._result(cycle)
        self._log_result(result)
        try:
            self._database.retrying(lambda: self._keep(lease, result))
        except LeaseLost:  # this host hung for longer than its lease lasts: another one carries on
            self._log_line(logging.INFO, "another monitor has taken over the mailbox")
            return VisitResult(self._mailbox.id, self.name, cycle.counts, stopped=True)
        return result

    def _claim(self) -> Lease | None:
        with self._database.begin() as transaction:
            return transaction.mailbox_states.begin_visit(self._mailbox.id, self._host_id, regardless=self._regardless)

    def _result(self, cycle: PollCycle) -> VisitResult:
        if self._mailbox.findings:
            return VisitResult(self._mailbox.id, self.name, error=settings_error(self._mailbox))
        refused = False
        try:
            self._source = source = self._open_source(self._mailbox.value)
            # In this order: `abort` stops before it looks for a source, so one of the two sees the other.
            if self._stop.is_set():
                raise Cancelled
            cycle.run(source)
            error = _post_action_error(cycle.counts)
        except (Cancelled, LeaseLost):
            return VisitResult(self._mailbox.id, self.name, cycle.counts, stopped=True)
        except TransportError as problem:
            error, refused = poll_error(problem, problem.step.value), problem.authentication
        except StoreError as problem:
            error = poll_error(problem, "database")
        except Exception as problem:  # the worker of one mailbox: reported, and the other mailboxes go on
            self._log.exception("%s: unexpected error", self.name)
            error = poll_error(UnexpectedError(f"{type(problem).__name__}: {problem}"), "")
        return VisitResult(self._mailbox.id, self.name, cycle.counts, error, refused, stopped=self._stop.is_set())

    # ------------------------------------------------------------------ what is kept

    def _keep(self, lease: Lease, result: VisitResult) -> None:
        with self._database.unit_of_work() as work:
            states = work.transaction.mailbox_states
            if result.stopped and result.error is None:
                states.break_off(lease)
            else:
                end = VisitEnd(result.error, result.sign_in_refused, result.counts.unread, result.counts.opened)
                before = states.end_visit(lease, end, lambda failures: self._delay(failures, result))
                change = self._alert(before, result)
                if change is not None:
                    [applied] = work.apply([change])
                    if ALERT in applied.created:
                        states.keep_alert(self._mailbox.id, applied.created[ALERT].id)
                if result.counts.opened and before.alert_record_id is not None:
                    states.keep_alert(self._mailbox.id, None)
            work.commit()

    def _delay(self, failures: int, result: VisitResult) -> timedelta:
        interval = self._context.interval(self._mailbox.value)
        chance = random.random()  # noqa: S311 - spreads the visits of many mailboxes
        return next_delay(interval, failures, sign_in_refused=result.sign_in_refused, chance=chance)

    def _alert(self, before: MailboxState, result: VisitResult) -> Change | None:
        """What the help desk is told: an outage that begins with this visit, or one that is over."""
        ticket = RecordRef(Module.TICKET, before.alert_record_id) if before.alert_record_id is not None else None
        failures = before.authentication_failures + (1 if result.sign_in_refused else 0)
        error = AppliedReason(f"{result.error.context}.{result.error.code}", result.error.facts) if result.error else None
        outage = Outage(self._mailbox.id, self.name, failures, ticket, error)
        if result.counts.opened:
            return recovery(outage)
        return alert(outage, self._context.monitor, self._context.templates) if result.sign_in_refused else None

    # ------------------------------------------------------------------ the log

    def _recorded(self, delivery: Delivery, recorded: Recorded) -> None:
        if self._logged:
            why = " ".join(str(reason_phrase(each)) for each in delivery.reasons)
            level = logging.WARNING if recorded.outcome is Outcome.QUARANTINED else logging.INFO
            words = f"UID {recorded.ref.uid} from {delivery.sender!r}: {recorded.outcome.value} {recorded.record or ''} {why}"
            self._log_line(level, words)
        self._on_recorded(delivery, recorded)

    def _log_result(self, result: VisitResult) -> None:
        if result.error:
            summary, remedy = problem_phrases(result.error.context, result.error.code, result.error.facts)
            words = f"poll failed at step {result.error.step}: {summary} {result.error.detail} {remedy}"
            self._log_line(logging.ERROR, words)
        else:
            self._log_line(logging.INFO, f"poll ended: {result.counts.seen} seen, {result.counts.processed} processed")

    def _log_line(self, level: int, words: str) -> None:
        """One line of the log, whatever a message put into its words."""
        if self._logged:
            self._log.log(level, "%s: %s", self.name, " ".join(words.split()))


def poll_error(problem: Problem, step: str) -> PollError:
    """`problem` as it is kept: by its code and facts."""
    return PollError(step, problem.context, problem.code, problem.facts, problem.detail)


def settings_error(mailbox: Stored[Mailbox]) -> PollError:
    """The error of a mailbox whose stored settings today's rules refuse."""
    found = mailbox.findings[0]
    return poll_error(SettingsRefused(field=found.field, words=found.message), "settings")


def _post_action_error(counts: VisitCounts) -> PollError | None:
    if not counts.not_settled:
        return None
    words, _ = counts.not_settled.most_common(1)[0]
    return poll_error(PostActionRefused(number=counts.not_settled.total(), words=words), "folder")
