"""Sends outgoing mail beside the visits, on a thread of its own, so that neither waits for the other (OUT-06, RUN-06).

The engine asks once a second whether something is due; only then there is a thread. What it does is in `outbox_delivery`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

from trackit_console.clock import Clock
from trackit_console.domain.outgoing_mail import MailState
from trackit_console.logs import component
from trackit_console.monitor.backoff import RetryDelays
from trackit_console.monitor.delivery_thread import DeliveryThread
from trackit_console.monitor.loaded_settings import LoadedSettings
from trackit_console.monitor.outbox_delivery import OpenSender, OutboxDelivery
from trackit_console.store.database import Database
from trackit_console.store.errors import StoreError
from trackit_console.user_messages import Problem

LOOK_SECONDS = 1.0
GRACE_SECONDS = 0.8
"""Seconds that the mail in hand gets to be sent; then the connection is closed. Together below 2 s (RUN-06)."""
ABORT_SECONDS = 0.2
_ALL = 0
"""There is one outgoing account: the delay after trouble with the database is that of all its mail."""


class OutboxSender:
    """Starts and ends the sending of one host. Used by one thread, except for `abort`."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        on_error: Callable[[Exception], None],
        sender_factory: OpenSender,
    ) -> None:
        self._database = database
        self._clock = clock
        self._on_error = on_error
        self._open_sender = sender_factory
        self._running: DeliveryThread | None = None
        self._retry_delays = RetryDelays(clock)
        self._looked_at: float | None = None
        self._stopped_at = 0.0
        self._ended = threading.Event()
        self.counts = dict.fromkeys(MailState, 0)

    @property
    def busy(self) -> bool:
        return self._running is not None

    def account_version(self, loaded: LoadedSettings | None) -> int | None:
        """The outgoing account whose mail is to be looked for now: once a second, and not while mail is being sent; else None."""
        now = self._clock.monotonic()
        early = self._looked_at is not None and now - self._looked_at < LOOK_SECONDS
        if early or self.busy or loaded is None or loaded.outgoing is None or self._retry_delays.waits(_ALL):
            return None
        self._looked_at = now
        return loaded.outgoing.version

    def start(self, loaded: LoadedSettings) -> None:
        """Sends what is due by the outgoing account of `loaded`; nothing without one."""
        if loaded.outgoing is None or self.busy:
            return
        delivery = OutboxDelivery(
            self._database,
            loaded.outgoing,
            self._clock,
            sender_factory=self._open_sender,
            log_mails=loaded.context.monitor.email_event_logging,
        )
        self._running = DeliveryThread(delivery, self._ended.set)

    def attend(self) -> None:
        """Takes back a run that has ended, and keeps the claims of one that goes on. To be called often."""
        running = self._running
        if running is None:
            return
        if not running.over:
            with suppress(StoreError):  # the run notices by itself what it has lost
                running.delivery.renew()
            return
        self._running = None
        self._take_back(running)

    def _take_back(self, running: DeliveryThread) -> None:
        for state, number in running.delivery.counts.items():
            self.counts[state] += number
        self._report(running.problem)

    def _report(self, problem: Exception | None) -> None:
        if problem is None:
            self._retry_delays.kept(_ALL)
            return
        self._retry_delays.failed(_ALL)
        detail = problem.detail if isinstance(problem, Problem) else type(problem).__name__
        component("EmailMonitor").error("outgoing mail could not be sent: %s %s", problem, detail, exc_info=_fault(problem))
        self._on_error(problem)

    def wait(self, seconds: float) -> None:
        """Waits until the run ends, at most `seconds`."""
        self._clock.wait(self._ended, seconds)
        self._ended.clear()

    def stop(self) -> None:
        """Ends sending after the mail in hand; does not wait for that."""
        self._stopped_at = self._clock.monotonic()
        if self._running is not None:
            self._running.delivery.stop()

    def halt(self) -> None:
        """Waits for the mail in hand, then closes its connection, then leaves the thread behind: its claims are fenced.

        The time since `stop` counts as waited for.
        """
        if self._running is None:
            return
        self._running.join(GRACE_SECONDS - (self._clock.monotonic() - self._stopped_at))
        if not self._running.over:
            self._running.delivery.abort()
            self._running.join(ABORT_SECONDS)
        if self._running.over:
            self._take_back(self._running)
        self._running = None

    def abort(self) -> None:
        """Closes the connection, from any thread."""
        if (running := self._running) is not None:
            running.delivery.abort()


def _fault(problem: Exception) -> Exception | None:
    """Of a fault of the program its traceback is logged; trouble with the database has none that would help."""
    return None if isinstance(problem, Problem) else problem
