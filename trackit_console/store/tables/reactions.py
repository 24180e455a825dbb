"""Tables of what happens because of events: templates, notifications, rules, service levels, reports, and what is to happen later.

What admins set is kept whole as JSON (`definition`): it is read whole, and never searched by one of its fields.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from trackit_console.store.column_types import binary_text, hash_key, long_text, nvarchar
from trackit_console.store.tables.base import Base


class DefinitionRow(Base):
    """What the tables of definitions have in common: `name` is unique, letter case aside; `position` is the order in which they are used."""

    __abstract__ = True
    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(nvarchar(255))
    name_key: Mapped[str] = mapped_column(binary_text(255), unique=True)
    definition: Mapped[str] = mapped_column(long_text())


class NotificationTemplateRow(DefinitionRow):
    """The text of mail that is sent."""

    __tablename__ = "notification_templates"


class NotificationRow(DefinitionRow):
    """Which mail is sent on an event (NOT-01)."""

    __tablename__ = "notifications"


class BusinessRuleRow(DefinitionRow):
    """What is done on an event under conditions (NOT-03)."""

    __tablename__ = "business_rules"


class ServiceLevelRow(DefinitionRow):
    """How soon records are answered and closed (NOT-04)."""

    __tablename__ = "service_levels"


class ReportRow(DefinitionRow):
    """A report that is sent by schedule (NOT-02)."""

    __tablename__ = "reports"


class NotificationScheduleRow(DefinitionRow):
    """When a recipient wants no mail, or one mail instead of many."""

    __tablename__ = "notification_schedules"


class BusinessHoursRow(Base):
    """When the help desk works; one row."""

    __tablename__ = "business_hours"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(default=1)
    definition: Mapped[str] = mapped_column(long_text())


class ReportRunRow(Base):
    """When a report is to be sent next, and how it went last; apart from the report, so that a run is no change of it.

    `schedule` is the JSON that `next_run_at` was computed from, empty while the report is not sent; `error` is a code.
    """

    __tablename__ = "report_runs"
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    schedule: Mapped[str] = mapped_column(nvarchar(1000))
    next_run_at: Mapped[datetime] = mapped_column(index=True)
    last_run_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(nvarchar(4000))


class ScheduledActionRow(Base):
    """A delayed action of a rule, or a reminder. `state`: waiting, done, cancelled; `payload` is JSON of whoever asked for it.

    `unique_key` is the hash of what it is about: the same is scheduled once.
    """

    __tablename__ = "scheduled_actions"
    __table_args__ = (UniqueConstraint("unique_key"), Index(None, "state", "due_at"), Index(None, "record_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(nvarchar(20))
    kind: Mapped[str] = mapped_column(nvarchar(20))
    source: Mapped[str] = mapped_column(nvarchar(255))
    unique_key: Mapped[str] = mapped_column(hash_key())
    record_id: Mapped[int | None] = mapped_column(ForeignKey("records.id"))
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    payload: Mapped[str] = mapped_column(long_text())
