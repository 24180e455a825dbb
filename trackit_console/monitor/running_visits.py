"""The visits that a host has running side by side, each on its thread (RUN-06)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection

from trackit_console.clock import Clock
from trackit_console.logs import component
from trackit_console.monitor.backoff import RetryDelays
from trackit_console.monitor.cycle import OnRecorded
from trackit_console.monitor.visit import OpenSource, Visit
from trackit_console.monitor.visit_settings import VisitContext
from trackit_console.monitor.visit_thread import VisitThread
from trackit_console.settings.mailbox import Mailbox
from trackit_console.store.database import Database
from trackit_console.store.row_mapping import Stored
from trackit_console.user_messages import Problem

MAX_VISITS = 8
"""Mailboxes that are visited at the same time."""
GRACE_SECONDS = 0.8
"""Seconds that visits get to end by themselves; then their connections are closed. Together below 2 s (RUN-06)."""
ABORT_SECONDS = 0.7


def ignore(*_arguments: object) -> None:
    """A listener that does nothing."""


class RunningVisits:
    """Starts visits for the host `host_id`, takes back those that ended. Used by one thread, except for `abort`."""

    def __init__(
        self,
        database: Database,
        host_id: str,
        clock: Clock,
        *,
        on_recorded: OnRecorded,
        on_error: Callable[[Exception], None],
        source_factory: OpenSource,
    ) -> None:
        self._database = database
        self._host_id = host_id
        self._clock = clock
        self._on_recorded = on_recorded
        self._on_error = on_error
        self._open_source = source_factory
        self._threads: dict[int, VisitThread] = {}
        self._retry_delays = RetryDelays(clock)
        self._any_ended = threading.Event()
        self._log = component("EmailMonitor")

    @property
    def mailbox_ids(self) -> Collection[int]:
        """The mailboxes that are visited now."""
        return self._threads.keys()

    @property
    def full(self) -> bool:
        return len(self._threads) >= MAX_VISITS

    def may_start(self, mailbox_id: int) -> bool:
        """Whether the mailbox is neither visited now nor waiting after a visit that could not be kept."""
        return mailbox_id not in self._threads and not self._retry_delays.waits(mailbox_id)

    def start(self, mailbox: Stored[Mailbox], context: VisitContext, *, regardless: bool = False) -> None:
        """Starts a visit; `regardless` of whether one is due."""
        visit = Visit(
            self._database,
            mailbox,
            self._host_id,
            context,
            self._clock,
            on_recorded=self._on_recorded,
            source_factory=self._open_source,
            regardless=regardless,
        )
        self._threads[mailbox.id] = VisitThread(visit, self._any_ended.set)

    def take_ended(self) -> list[VisitThread]:
        """Forgets the visits that ended, and returns them. A failure to keep one is logged and reported."""
        ended = [each for each in self._threads.values() if each.over]
        for each in ended:
            # A visit that failed to be kept is still due in the database; the delay keeps it from being repeated at once.
            del self._threads[each.visit.mailbox_id]
            if each.problem:
                self._retry_delays.failed(each.visit.mailbox_id)
                self._log.error("%s: the visit could not be kept: %s", each.visit.name, _text_of(each.problem))
                self._on_error(each.problem)
            else:
                self._retry_delays.kept(each.visit.mailbox_id)
        return ended

    def wait_for_one(self, seconds: float) -> None:
        """Waits until a visit ends, at most `seconds`."""
        self._clock.wait(self._any_ended, seconds)
        self._any_ended.clear()

    def halt(self) -> None:
        """Lets visits end, then closes their connections, then leaves them behind: their lease fences them off."""
        # All are asked before any is waited for, so that they end side by side.
        for each in self._threads.values():
            each.visit.stop()
        self._join(GRACE_SECONDS)
        for each in self._threads.values():
            if not each.over:
                each.visit.abort()
        self._join(ABORT_SECONDS)
        self._threads.clear()

    def abort(self) -> None:
        """Closes the connections of all visits, from any thread."""
        # A copy: this runs on any thread, while the engine's may start a visit or forget one.
        for each in list(self._threads.values()):
            each.visit.abort()

    def _join(self, seconds: float) -> None:
        # One deadline for all of them: a stop may not take longer because more mailboxes are visited.
        deadline = self._clock.monotonic() + seconds
        for each in self._threads.values():
            each.join(deadline - self._clock.monotonic())


def _text_of(problem: Exception) -> str:
    return f"{problem} {problem.detail}" if isinstance(problem, Problem) else f"{type(problem).__name__}: {problem}"
