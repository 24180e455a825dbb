"""Notifications, business rules, service levels, reports, what is to happen later, and all that the outbox keeps of a mail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mssql
from sqlalchemy.types import TypeEngine

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_DATETIME2: Callable[[int], TypeEngine[datetime]] = mssql.DATETIME2
_BINARY = "Latin1_General_100_BIN2"
DEFINITIONS = (
    "notification_templates",
    "notifications",
    "business_rules",
    "service_levels",
    "reports",
    "notification_schedules",
)
NINE_TO_FIVE = (
    '{"time_zone": "UTC", "hours": [{"days": ["monday", "tuesday", "wednesday", "thursday", "friday"], '
    '"opens": "09:00", "closes": "17:00"}], "holidays": []}'
)


def moment() -> TypeEngine[datetime]:
    """A moment in UTC, to the microsecond."""
    return sa.DateTime().with_variant(_DATETIME2(6), "mssql")


def binary_text(length: int) -> TypeEngine[str]:
    """Text that compares byte by byte."""
    return sa.Unicode(length=length).with_variant(mssql.NVARCHAR(length, collation=_BINARY), "mssql")


def upgrade() -> None:
    """A running help desk goes on as before: nothing of this is sent or done until an admin turns it on."""
    _settings()
    _records()
    _outbox()
    for name in DEFINITIONS:
        _definitions(name)
    _later()


def downgrade() -> None:
    """There is no way back but a backup, as for the versions before."""
    raise RuntimeError("a database is not taken back to an older schema")


def _settings() -> None:
    op.add_column("settings_revision", sa.Column("immediate", sa.Integer(), nullable=False, server_default="0"))
    limits = {"mails_to_recipient": "60", "mails_to_recipient_about_record": "10", "answers_in_a_day": "20"}
    for name, default in limits.items():
        op.add_column("loop_protection", sa.Column(name, sa.Integer(), nullable=False, server_default=default))
    op.create_table(
        "business_hours",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("definition", sa.Unicode(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business_hours")),
    )
    table = sa.table("business_hours", sa.column("id"), sa.column("version"), sa.column("definition"))
    row: dict[str, Any] = {"id": sa.literal(1), "version": sa.literal(1), "definition": sa.literal(NINE_TO_FIVE, sa.Unicode())}
    op.execute(sa.insert(table).values(row))


def _records() -> None:
    op.add_column("records", sa.Column("service_level", sa.Unicode(length=255), nullable=True))
    for name in ("first_response_due_at", "close_due_at", "responded_at", "waiting_since"):
        op.add_column("records", sa.Column(name, moment(), nullable=True))
    op.add_column("records", sa.Column("paused_seconds", sa.Integer(), nullable=False, server_default="0"))
    closed = sa.text("closed_at IS NOT NULL")
    op.create_index(op.f("ix_records_closed_at"), "records", ["closed_at"], sqlite_where=closed, mssql_where=closed)
    op.create_table(
        "undeliverable_addresses",
        sa.Column("address", binary_text(255), nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.Column("reason", sa.Unicode(length=1000), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_undeliverable_addresses_record_id")),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_undeliverable_addresses")),
    )
    op.create_index(op.f("ix_undeliverable_addresses_record_id"), "undeliverable_addresses", ["record_id"])


def _outbox() -> None:
    op.add_column("outbox", sa.Column("delivered", sa.Unicode(), nullable=True))
    op.add_column("outbox", sa.Column("refused", sa.Unicode(), nullable=True))
    op.add_column("outbox", sa.Column("recipient_key", binary_text(255), nullable=False, server_default=""))
    op.add_column("outbox", sa.Column("digest", binary_text(64), nullable=True))
    op.add_column("outbox", sa.Column("digest_id", sa.Integer(), nullable=True))
    op.add_column("outbox", sa.Column("sender_name", sa.Unicode(length=255), nullable=False, server_default=""))
    op.add_column("outbox", sa.Column("begins_at", moment(), nullable=True))
    op.add_column("outbox", sa.Column("requestor_id", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_outbox_requestor_id"), "outbox", ["requestor_id"])
    op.create_index(op.f("ix_outbox_digest_id"), "outbox", ["digest_id"])
    op.create_index(op.f("ix_outbox_created_at_recipient_key"), "outbox", ["created_at", "recipient_key"])
    op.create_index(op.f("ix_outbox_record_id"), "outbox", ["record_id"])
    claimed = sa.text("claim_owner IS NOT NULL")
    of_owner = ["claim_owner", "state", "next_try_at"]
    op.create_index(
        op.f("ix_outbox_claim_owner_state_next_try_at"), "outbox", of_owner, sqlite_where=claimed, mssql_where=claimed
    )
    op.create_table(
        "outgoing_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account_version", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", moment(), nullable=True),
        sa.Column("next_try_at", moment(), nullable=True),
        sa.Column("error", sa.Unicode(length=4000), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_state")),
    )
    state = sa.table("outgoing_state", *(sa.column(name) for name in ("id", "account_version", "failures")))
    op.execute(sa.insert(state).values(id=sa.literal(1), account_version=sa.literal(0), failures=sa.literal(0)))
    op.create_table(
        "outbox_tries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outbox_id", sa.Integer(), nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.Column("what", sa.Unicode(length=20), nullable=False),
        sa.Column("actor", sa.Unicode(length=255), nullable=False),
        sa.Column("detail", sa.Unicode(), nullable=True),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_outbox_tries_outbox_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_tries")),
    )
    op.create_index(op.f("ix_outbox_tries_outbox_id"), "outbox_tries", ["outbox_id"])


def _definitions(name: str) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Unicode(length=255), nullable=False),
        sa.Column("name_key", binary_text(255), nullable=False),
        sa.Column("definition", sa.Unicode(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("name_key", name=op.f(f"uq_{name}_name_key")),
    )


def _later() -> None:
    op.create_table(
        "report_runs",
        sa.Column("report_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("schedule", sa.Unicode(length=1000), nullable=False),
        sa.Column("next_run_at", moment(), nullable=False),
        sa.Column("last_run_at", moment(), nullable=True),
        sa.Column("error", sa.Unicode(length=4000), nullable=True),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_report_runs_report_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_report_runs")),
    )
    op.create_index(op.f("ix_report_runs_next_run_at"), "report_runs", ["next_run_at"])
    op.create_table(
        "scheduled_actions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Unicode(length=20), nullable=False),
        sa.Column("kind", sa.Unicode(length=20), nullable=False),
        sa.Column("source", sa.Unicode(length=255), nullable=False),
        sa.Column("unique_key", binary_text(64), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("due_at", moment(), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("done_at", moment(), nullable=True),
        sa.Column("payload", sa.Unicode(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_scheduled_actions_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheduled_actions")),
        sa.UniqueConstraint("unique_key", name=op.f("uq_scheduled_actions_unique_key")),
    )
    op.create_index(op.f("ix_scheduled_actions_state_due_at"), "scheduled_actions", ["state", "due_at"])
    op.create_index(op.f("ix_scheduled_actions_record_id"), "scheduled_actions", ["record_id"])
