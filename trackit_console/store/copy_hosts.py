"""Which processes work with a database that is copied, or that a copy is written to (RUN-02)."""

from __future__ import annotations

from sqlalchemy import Connection, select

from trackit_console.clock import Clock
from trackit_console.store.copy_errors import MonitorStillRuns
from trackit_console.store.database_url import shown_name
from trackit_console.store.monitoring import alive
from trackit_console.store.server_clock import clock_instead
from trackit_console.store.tables import MonitorHostRow


def refuse_running_monitor(connection: Connection, clock: Clock) -> None:
    """Raises `MonitorStillRuns` while a monitor runs. One that is stopped writes nothing but that it is alive."""
    _refuse(connection, clock, {"running"})


def refuse_any_host(connection: Connection, clock: Clock) -> None:
    """Raises `MonitorStillRuns` while a console or a monitor has the database open: it would go on with the id and key of before."""
    _refuse(connection, clock, {"running", "stopped"})


def _refuse(connection: Connection, clock: Clock, states: set[str]) -> None:
    instead = clock_instead(connection.dialect.name, clock)
    moment = instead.now() if instead else None
    asked = select(MonitorHostRow.name).where(alive(moment), MonitorHostRow.state.in_(sorted(states)))
    if computers := sorted(set(connection.scalars(asked))):
        raise MonitorStillRuns(database=shown_name(connection.engine.url), computers=", ".join(computers))
