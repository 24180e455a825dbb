"""Tells the database that a host is alive, renews its leases, and gives back mailboxes above its fair share (RUN-02)."""

from __future__ import annotations

import platform
from collections.abc import Collection
from datetime import datetime, timedelta

from trackit_console.clock import Clock, has_passed
from trackit_console.monitor.loaded_settings import LoadedSettings
from trackit_console.store.database import Database
from trackit_console.store.monitoring_views import CONSOLE, Host
from trackit_console.store.transaction import Transaction

HEARTBEAT = timedelta(seconds=5)
FORGET_AFTER = timedelta(minutes=15)
"""The time between two looks for hosts that died long ago."""


class SteppedDown(Exception):
    """Another console hosts the monitor, or a program of its own does: this one ends."""


class Heartbeat:
    """The heartbeat of one host; `share` is the number of mailboxes that it may own."""

    def __init__(self, database: Database, host_id: str, kind: str, clock: Clock) -> None:
        self.share = 0
        self._database = database
        self._host_id = host_id
        self._kind = kind
        self._clock = clock
        self._started_at = clock.now()
        self._last: datetime | None = None
        self._forgot_at: datetime | None = None

    @property
    def due(self) -> bool:
        return self._last is None or has_passed(HEARTBEAT, self._last, self._clock.now())

    def hurry(self) -> None:
        """Makes the next one due at once: consoles hear of a start or stop without waiting for `HEARTBEAT`."""
        self._last = None

    def beat(self, loaded: LoadedSettings | None, visited: Collection[int]) -> None:
        """Reports the host. `loaded` None: it is stopped. `visited` are the mailboxes with a visit now, which it keeps.

        Raises `SteppedDown`.
        """
        now = self._clock.now()
        state = "running" if loaded else "stopped"
        revision = loaded.revision if loaded else 0
        host = Host(self._host_id, platform.node() or "localhost", self._kind, state, revision, self._started_at, now)
        with self._database.begin() as transaction:
            if loaded:
                self.host_or_step_down(transaction)
            # Before `_give_back` counts the running hosts: this one must be among them.
            transaction.monitoring.report(host)
            transaction.mailbox_leases.renew(self._host_id)
            self._give_back(transaction, loaded, visited)
        if self._forgot_at is None or has_passed(FORGET_AFTER, self._forgot_at, now):
            # In a transaction of its own: the rows of other hosts are not locked together with the leases.
            with self._database.begin() as transaction:
                transaction.monitoring.forget_dead()
            self._forgot_at = now
        # Only now: a beat that the database refused is due again at once.
        self._last = now

    def host_or_step_down(self, transaction: Transaction) -> None:
        """Of several consoles one hosts the monitor, and none while a program of its own does; raises `SteppedDown`."""
        if self._kind == CONSOLE and not transaction.monitoring.host_in_console(self._host_id):
            raise SteppedDown

    def _give_back(self, transaction: Transaction, loaded: LoadedSettings | None, visited: Collection[int]) -> None:
        """Frees what this host owns above its fair share, and what it visits no more: disabled, deleted, or stopped."""
        standing = transaction.monitoring.standing(self._host_id)
        enabled, owned = loaded.enabled if loaded else {}, standing.owned
        # Rounded up: rounded down, some mailboxes would belong to nobody.
        self.share = -(-len(enabled) // max(1, standing.running_hosts))
        kept = [number for number in owned if number in enabled]
        idle = [number for number in kept if number not in visited]
        above = idle[: max(0, len(kept) - self.share)]
        if free := [number for number in owned if number not in enabled and number not in visited] + above:
            transaction.mailbox_leases.give_back(self._host_id, free)
