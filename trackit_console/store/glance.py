"""What a console asks once a second: who runs the monitor, and whether anything else that it shows has changed (RUN-07).

One statement of values of our own: to a database server it is one round trip, alone or before what it found changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from trackit_console.store.backup_status import BACKUP_STATUS
from trackit_console.store.monitoring import alive
from trackit_console.store.monitoring_views import Host, Wanted
from trackit_console.store.tables import (
    ActivityRow,
    AuditRow,
    MailboxStateRow,
    MonitorControlRow,
    MonitorHostRow,
    OutboxRow,
    OutboxTryRow,
    PropertyRow,
    QuarantineRow,
    RevisionRow,
)


@dataclass(frozen=True, slots=True)
class Glance:
    """`marks` differ from those of another glance when something was changed, taken in, sent or visited in between."""

    wanted: Wanted
    hosts: Sequence[Host]
    marks: tuple[object, ...]

    @property
    def revision(self) -> tuple[object, ...]:
        """Of the marks those that move with the settings."""
        return self.marks[:2]


def glance(now: datetime | None) -> Select[*tuple[Any, ...]]:
    """The question at the moment `now`, None for that of SQL Server; its rows are read by `glance_in`."""
    host, control = MonitorHostRow, MonitorControlRow
    return (
        select(
            *(control.wanted, control.restarts, control.changed_at, control.changed_by),
            *(host.id, host.name, host.kind, host.state, host.revision, host.started_at, host.heartbeat_at),
            *(each.scalar_subquery().label(f"mark_{number}") for number, each in enumerate(_marks())),
        )
        # The row of what is wanted is there even when no host is alive.
        .select_from(control.__table__.outerjoin(host.__table__, alive(now)))
        .order_by(host.started_at)
    )


def glance_in(rows: Sequence[Sequence[Any]]) -> Glance:
    """What the rows say that `glance` found."""
    hosts = [Host(*row[4:11]) for row in rows if row[4] is not None]
    return Glance(Wanted(*rows[0][:4]), hosts, tuple(rows[0][11:]))


def _marks() -> list[Select[Any]]:
    state = MailboxStateRow
    return [
        select(RevisionRow.revision),
        select(RevisionRow.immediate),
        select(func.max(ActivityRow.delivery_id)),
        select(func.count()).select_from(QuarantineRow).where(QuarantineRow.state == "open"),
        select(func.max(AuditRow.id)),
        select(PropertyRow.value).where(PropertyRow.name == BACKUP_STATUS),
        select(func.max(OutboxRow.id)),
        select(func.max(OutboxTryRow.id)),
        # A visit that begins or ends, and a request to poll, moves at least one of these.
        *(select(func.max(each)) for each in (state.last_poll_at, state.next_poll_at, state.visit_begun_at)),
        *(select(func.count(each)) for each in (state.mailbox_id, state.next_poll_at, state.visit_begun_at)),
        *(select(func.sum(each)) for each in (state.failures, state.unread, state.poll_requests, state.polls_served)),
        select(func.sum(state.alert_record_id)),
    ]
