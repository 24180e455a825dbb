"""What may be due beside the mailboxes, for a round without a host (`monitor --once`): one statement for all of it (RUN-01)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CompoundSelect, Row, Select, func, null, select

from trackit_console.domain.outgoing_mail import MailState
from trackit_console.store.backup_status import WRITTEN_STATUS, BackupStatus, read_status
from trackit_console.store.monitoring_views import Wanted
from trackit_console.store.outbox import due_mail
from trackit_console.store.scheduled_actions import due_actions
from trackit_console.store.server_clock import ago, present
from trackit_console.store.statements import flag
from trackit_console.store.tables import (
    ActivityRow,
    DatabaseSizeRow,
    MonitorControlRow,
    OutboxRow,
    OutgoingRow,
    OutgoingStateRow,
    ReportRow,
)


@dataclass(frozen=True, slots=True)
class DueWork:
    """`wanted` is what was said of the monitor last. `mail`: something in the outbox may be sent now; `waiting` mails are in it.

    `failing`: the outgoing account did not work the last time. `actions`: a scheduled action is due. `reports`: there are some, whose
    schedules have to be looked at. `retention`: old data was not looked for lately. `unindexed`: mail waits for the index by which it
    is found. `backup_status`: how the backups go, from which follows whether one is due. `at` is when all that was, by the clock of
    the database.
    """

    at: datetime
    wanted: Wanted
    mail: bool
    waiting: int
    failing: bool
    actions: bool
    reports: bool
    retention: bool
    unindexed: bool
    backup_status: BackupStatus


def due_work(at: datetime | None, removal_interval: timedelta) -> Select[*tuple[Any, ...]]:
    """The question at the moment `at`, None for that of SQL Server; its one row is read by `due_work_in`."""
    now, control = present(at), MonitorControlRow
    account = select(OutgoingRow.version).scalar_subquery()
    waiting = select(func.count()).select_from(OutboxRow).where(OutboxRow.state == MailState.WAITING.value)
    looked_lately = select(DatabaseSizeRow.day).where(
        DatabaseSizeRow.at > ago(int(removal_interval.total_seconds()), at),
        DatabaseSizeRow.at <= now,  # a later moment is one of a clock that was ahead
    )
    flags: dict[str, Select[Any] | CompoundSelect[Any]] = {
        "mail": due_mail(account, at),
        "failing": select(OutgoingStateRow.id).where(OutgoingStateRow.failures > 0),
        "actions": due_actions(now),
        "reports": select(ReportRow.id),
        "looked_lately": looked_lately,
        "unindexed": select(ActivityRow.delivery_id).where(ActivityRow.indexed.is_(None)),
    }
    return select(
        (now if at is None else null()).label("at"),
        *(control.wanted, control.restarts, control.changed_at, control.changed_by),
        waiting.scalar_subquery().label("waiting"),
        WRITTEN_STATUS.scalar_subquery().label("backup_status"),
        *(flag(asked).label(name) for name, asked in flags.items()),
    )


def due_work_in(row: Row[*tuple[Any, ...]], at: datetime | None) -> DueWork:
    """What the row says that `due_work` found at `at`."""
    return DueWork(
        at=at or row.at,
        wanted=Wanted(row.wanted, row.restarts, row.changed_at, row.changed_by),
        mail=bool(row.mail),
        waiting=row.waiting,
        failing=bool(row.failing),
        actions=bool(row.actions),
        reports=bool(row.reports),
        retention=not row.looked_lately,
        unindexed=bool(row.unindexed),
        backup_status=read_status(row.backup_status),
    )
