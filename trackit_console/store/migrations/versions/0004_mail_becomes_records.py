"""Loop protection, email commands, who takes part in a record, fields that commands set, and versions of what admins edit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mssql
from sqlalchemy.types import TypeEngine

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_DATETIME2: Callable[[int], TypeEngine[datetime]] = mssql.DATETIME2
_BINARY = "Latin1_General_100_BIN2"
MODULES = ("ticket", "assignment", "requestor", "announcement")
ACTIONS = ("create", "update", "delete")


def moment() -> TypeEngine[datetime]:
    """A moment in UTC, to the microsecond."""
    return sa.DateTime().with_variant(_DATETIME2(6), "mssql")


def binary_text(length: int) -> TypeEngine[str]:
    """Text that compares byte by byte."""
    return sa.Unicode(length=length).with_variant(mssql.NVARCHAR(length, collation=_BINARY), "mssql")


def upgrade() -> None:
    """Mail that came before is not counted for the limits: they are about the last hour."""
    _mail()
    _records()
    _settings()
    _versions()
    _people()


def downgrade() -> None:
    """There is no way back but a backup, as for the versions before."""
    raise RuntimeError("a database is not taken back to an older schema")


def _mail() -> None:
    op.add_column("activity", sa.Column("sender_key", binary_text(255), nullable=True))
    op.add_column("activity", sa.Column("text_key", binary_text(64), nullable=True))
    op.drop_index(op.f("ix_activity_at"), table_name="activity")
    op.create_index(op.f("ix_activity_at_sender_key_text_key"), "activity", ["at", "sender_key", "text_key"])


def _records() -> None:
    op.add_column("records", sa.Column("category", sa.Unicode(length=255), nullable=True))
    op.add_column("records", sa.Column("due_at", moment(), nullable=True))
    op.add_column("records", sa.Column("expires_at", moment(), nullable=True))
    op.add_column("notes", sa.Column("participants", sa.Unicode(), nullable=True))
    op.add_column("notes", sa.Column("private", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(op.f("ix_records_module"), "records", ["module"])
    op.create_index(op.f("ix_records_module_status"), "records", ["module", "status"])
    filled = sa.column("requestor_id").is_not(None)
    op.create_index(op.f("ix_notes_requestor_id"), "notes", ["requestor_id"], sqlite_where=filled, mssql_where=filled)


def _settings() -> None:
    for name, default in (("closed_tickets", "reopen"), ("keyword_from_strangers", "accept")):
        op.add_column(
            "monitor_settings", sa.Column(name, sa.Unicode(length=20), nullable=False, server_default=_literal(default))
        )
    limits = {"answers_per_sender": 20, "answers_per_record": 5, "answers_to_same_text": 3, "answers_per_mailbox": 500}
    op.create_table(
        "loop_protection",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("automatic_mail", sa.Unicode(length=20), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in limits),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loop_protection")),
    )
    _insert("loop_protection", {"id": 1, "version": 1, "automatic_mail": "activity", **limits})
    switches = [f"{action}_{module}" for module in MODULES for action in ACTIONS]
    op.create_table(
        "email_commands",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in switches),
        sa.Column("trusted_server", sa.Unicode(length=255), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_commands")),
    )
    _insert("email_commands", {"id": 1, "version": 1, **dict.fromkeys(switches, False)})


def _versions() -> None:
    for table in ("technicians", "requestors", "ticket_templates"):
        op.add_column(table, sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.create_table(
        "file_type_settings",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_type_settings")),
    )
    _insert("file_type_settings", {"id": 1, "version": 1})


def _people() -> None:
    op.add_column("technicians", sa.Column("deleted_at", moment(), nullable=True))
    op.create_index(op.f("ix_requestors_name_email"), "requestors", ["name", "email"])


def _insert(name: str, row: dict[str, object]) -> None:
    """A plain INSERT: `bulk_insert` would write SET IDENTITY_INSERT into the SQL for SQL Server."""
    table = sa.table(name, *(sa.column(each) for each in row))
    op.execute(sa.insert(table).values({each: _literal(value) for each, value in row.items()}))


def _literal(value: object) -> sa.ColumnElement[Any]:
    if isinstance(value, str):
        return sa.literal(value, sa.Unicode())
    return sa.literal(value, sa.Boolean() if isinstance(value, bool) else sa.Integer())
