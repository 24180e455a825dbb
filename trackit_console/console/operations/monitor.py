"""Starting, stopping and hurrying the monitor, whoever hosts it (MON-05, MON-07)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trackit_console.domain.audit import Audited

if TYPE_CHECKING:
    from trackit_console.console.database_connection import DatabaseConnection


class MonitorOperations:
    """Each is a request in the database that every host obeys."""

    def __init__(self, connection: DatabaseConnection) -> None:
        self._connection = connection

    def set_wanted(self, running: bool) -> None:
        """**Start Now** and **Stop Now**, for every host."""
        with self._connection.database.begin() as transaction:
            transaction.monitoring.want(running, self._connection.actor)
            transaction.audit.noted("started" if running else "stopped", Audited.MONITOR, self._connection.actor)
            if running:
                # Also those that wait with a growing delay after failures: the admin expects to see something happen.
                transaction.mailbox_states.make_due()

    def restart(self) -> None:
        """**Restart**, for every host."""
        with self._connection.database.begin() as transaction:
            transaction.monitoring.want_restart(self._connection.actor)
            transaction.audit.noted("restarted", Audited.MONITOR, self._connection.actor)
            transaction.mailbox_states.make_due()

    def poll_now(self, mailbox_id: int | None = None) -> None:
        """**Poll Now**, of one mailbox or of all."""
        with self._connection.database.begin() as transaction:
            transaction.mailbox_states.request_poll(mailbox_id)
