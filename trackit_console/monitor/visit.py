"""A visit with everything around it: the lease, the connection, the log, and what is kept of how it went (LOG-01, RUN-05).

Whatever goes wrong in here stays with this mailbox. What happens inside a visit is in `cycle`, when there is one in
`engine`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from trackit_console.clock import Clock
from trackit_console.helpdesk.reasons import reason_phrase
from trackit_console.logs import component
from trackit_console.monitor.cycle import PollCycle, Tell, VisitCounts, VisitSettings
from trackit_console.settings.mailbox import Mailbox
from trackit_console.store.database import Database
from trackit_console.store.entries import Entry, Outcome, Recorded
from trackit_console.store.errors import LeaseLost, StoreError
from trackit_console.store.monitoring import PollError
from trackit_console.store.row_mapping import Stored
from trackit_console.transports.errors import Cancelled, TransportError
from trackit_console.transports.factory import listener_of, open_source
from trackit_console.transports.source import Source
from trackit_console.user_messages import Problem

OpenSource = Callable[[Mailbox], Source]


@dataclass(frozen=True, slots=True)
class Visited:
    """How a visit ended. `error` None: it went well. `skipped`: another host has the mailbox. `stopped`: it was cut off."""

    mailbox_id: int
    name: str
    counts: VisitCounts = field(default_factory=VisitCounts)
    error: PollError | None = None
    sign_in_refused: bool = False
    skipped: bool = False
    stopped: bool = False


class Visit:
    """One visit to one mailbox; `run` on a thread of its own, `abort` from any other."""

    def __init__(
        self,
        database: Database,
        mailbox: Stored[Mailbox],
        host_id: str,
        visit_settings: VisitSettings,
        clock: Clock,
        *,
        log_events: bool,
        tell: Tell,
        opener: OpenSource = open_source,
    ) -> None:
        self._database = database
        self._mailbox = mailbox
        self._host_id = host_id
        self._visit_settings = visit_settings
        self._clock = clock
        self._tell = tell
        self._opener = opener
        self._source: Source | None = None
        self._stop = threading.Event()
        self._log = component(listener_of(mailbox.value))
        self._logged = log_events or mailbox.value.log_events

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
        if self._source is not None:
            self._source.abort()

    def run(self) -> Visited:
        """Visits the mailbox and keeps how it went; raises nothing but what says that the database cannot be used."""
        with self._database.begin() as transaction:
            lease = transaction.monitoring.claim(self._mailbox.id, self._host_id)
        if lease is None:
            return Visited(self._mailbox.id, self.name, skipped=True)
        self._say(logging.INFO, "poll begins")
        cycle = PollCycle(self._database, self._mailbox, lease, self._visit_settings, self._clock, self._stop, self._told)
        visited = self._visited(cycle)
        self._keep(visited)
        with self._database.begin() as transaction:
            transaction.monitoring.release(lease)
        return visited

    def _visited(self, cycle: PollCycle) -> Visited:
        refused = False
        try:
            self._source = self._opener(self._mailbox.value)
            cycle.run(self._source)
            error = None
        except (Cancelled, LeaseLost):
            return Visited(self._mailbox.id, self.name, cycle.counts, stopped=True)
        except TransportError as problem:
            error, refused = _error(problem, problem.step.value), problem.authentication
        except StoreError as problem:
            error = _error(problem, "database")
        except Exception as problem:  # the worker of one mailbox: reported, and the other mailboxes go on
            self._log.exception("%s: unexpected error", self.name)
            error = PollError("", "unexpected_error", f"{type(problem).__name__}: {problem}", "")
        return Visited(self._mailbox.id, self.name, cycle.counts, error, refused, stopped=self._stop.is_set())

    def _keep(self, visited: Visited) -> None:
        counts = visited.counts
        if visited.error:
            self._say(logging.ERROR, f"poll failed at step {visited.error.step}: {visited.error.detail} {visited.error.remedy}")
        else:
            self._say(logging.INFO, f"poll ended: {counts.seen} seen, {counts.processed} processed")
        if visited.stopped and visited.error is None:
            return
        with self._database.begin() as transaction:
            transaction.monitoring.polled(self._mailbox.id, visited.error, counts.unread)

    def _told(self, entry: Entry, recorded: Recorded) -> None:
        if self._logged:
            why = " ".join(str(reason_phrase(each)) for each in entry.reasons)
            level = logging.WARNING if recorded.outcome is Outcome.QUARANTINED else logging.INFO
            self._say(level, f"UID {recorded.uid} from {entry.sender!r}: {recorded.outcome.value} {recorded.record or ''} {why}")
        self._tell(entry, recorded)

    def _say(self, level: int, words: str) -> None:
        """One line of the log, whatever a message put into its words."""
        if self._logged:
            self._log.log(level, "%s: %s", self.name, " ".join(words.split()))


def _error(problem: Problem, step: str) -> PollError:
    detail = f"{problem.message} {problem.detail}".strip()
    return PollError(step, problem.code, detail, str(problem.remedy_message))
