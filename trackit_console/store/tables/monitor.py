"""Tables by which monitors and consoles know of each other: hosts, leases, what is wanted, state of each mailbox."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from trackit_console.store.column_types import day, hash_key, long_text, nvarchar
from trackit_console.store.tables.base import Base


class RevisionRow(Base):
    """Counts the changes of settings, so that every console and monitor sees that there was one (T-02, MON-05). One row.

    `immediate` counts those that take effect without a restart of the monitor: notifications, rules, service levels, reports.
    """

    __tablename__ = "settings_revision"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    revision: Mapped[int]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(nvarchar(255))
    immediate: Mapped[int] = mapped_column(default=0)


class MonitorControlRow(Base):
    """Whether the monitor as a whole is wanted to run, on every host (RUN-01), and which console hosts it. One row.

    `changed_by` is empty until somebody pressed **Start Now** or **Stop Now**. `console_host_id` is a claim that runs
    out: of several consoles exactly one hosts the monitor.
    """

    __tablename__ = "monitor_control"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    wanted: Mapped[bool]
    restarts: Mapped[int]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(nvarchar(255))
    console_host_id: Mapped[str | None] = mapped_column(nvarchar(36))
    console_expires_at: Mapped[datetime | None]


class MonitorHostRow(Base):
    """A process that runs the engine. `state`: running, stopped; `revision` is that of the settings it works with."""

    __tablename__ = "monitor_hosts"
    id: Mapped[str] = mapped_column(nvarchar(36), primary_key=True)
    name: Mapped[str] = mapped_column(nvarchar(255))
    kind: Mapped[str] = mapped_column(nvarchar(20))
    state: Mapped[str] = mapped_column(nvarchar(20))
    revision: Mapped[int]
    started_at: Mapped[datetime]
    heartbeat_at: Mapped[datetime]


class MailboxLeaseRow(Base):
    """Which host owns a mailbox, until when; `token` grows with every visit and fences off the one before (RUN-02)."""

    __tablename__ = "mailbox_leases"
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailboxes.id"), primary_key=True, autoincrement=False)
    host_id: Mapped[str | None] = mapped_column(nvarchar(36))
    # Never reset, not even when the host leaves: a token that was given once must not be given again.
    token: Mapped[int]
    expires_at: Mapped[datetime]


class MailboxStateRow(Base):
    """How polling a mailbox goes: its cursor, when it is due, the last visits, the last error, requests to be polled (MON-07).

    The error is a code with facts (JSON) and the technical detail. `visit_begun_at` is set while a visit is under way:
    one that finds it set knows that the visit before was cut off. `authentication_failures` counts failed sign-ins since
    the last success; `alert_record_id` is the ticket of the present outage (MON-04). `source_key` tells which account and folder
    `cursor` is of (`store.source_keys`), NULL before the mailbox was first changed; `epoch` counts how often that was another one.
    """

    __tablename__ = "mailbox_state"
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailboxes.id"), primary_key=True, autoincrement=False)
    cursor: Mapped[str | None] = mapped_column(long_text())
    source_key: Mapped[str | None] = mapped_column(hash_key())
    epoch: Mapped[int] = mapped_column(default=0)
    last_poll_at: Mapped[datetime | None]
    last_success_at: Mapped[datetime | None]
    next_poll_at: Mapped[datetime | None]
    visit_begun_at: Mapped[datetime | None]
    failures: Mapped[int]
    authentication_failures: Mapped[int] = mapped_column(default=0)
    alert_record_id: Mapped[int | None] = mapped_column(ForeignKey("records.id"))
    error_step: Mapped[str | None] = mapped_column(nvarchar(20))
    error_code: Mapped[str | None] = mapped_column(nvarchar(100))
    error_facts: Mapped[str | None] = mapped_column(long_text())
    error_detail: Mapped[str | None] = mapped_column(nvarchar(4000))
    unread: Mapped[int | None]
    # A visit is asked for while these two differ.
    poll_requests: Mapped[int]
    polls_served: Mapped[int] = mapped_column(default=0)


class DatabaseSizeRow(Base):
    """How many bytes the data took up on a day, so that its growth can be shown; 0 where the server does not tell it.

    `at` is when that was measured last. The host that moves it is the one that removes old data then (`store.database_size`).
    """

    __tablename__ = "database_sizes"
    day: Mapped[date] = mapped_column(day(), primary_key=True)
    bytes: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]
