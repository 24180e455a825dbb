"""Which computer a change was made on, one row for an account that is read, how long things are kept, and backups."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mssql
from sqlalchemy.types import TypeEngine

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_DATETIME2: Callable[[int], TypeEngine[datetime]] = mssql.DATETIME2
_BINARY = "Latin1_General_100_BIN2"


def moment() -> TypeEngine[datetime]:
    """A moment in UTC, to the microsecond."""
    return sa.DateTime().with_variant(_DATETIME2(6), "mssql")


def binary_text(length: int) -> TypeEngine[str]:
    """Text that compares byte by byte."""
    return sa.Unicode(length=length).with_variant(mssql.NVARCHAR(length, collation=_BINARY), "mssql")


def upgrade() -> None:
    """Mailboxes get their account key when they are saved: it cannot be made in SQL."""
    op.add_column("audit", sa.Column("host", sa.Unicode(length=255), nullable=False, server_default=""))
    op.create_index(op.f("ix_audit_at"), "audit", ["at"])
    op.create_index(op.f("ix_filter_rules_rule_list_text"), "filter_rules", ["rule_list", "text"])
    op.add_column("mailboxes", sa.Column("account_key", binary_text(64), nullable=True))
    known = sa.column("account_key").is_not(None)
    op.create_index(op.f("ix_mailboxes_account_key"), "mailboxes", ["account_key"], unique=True, mssql_where=known)
    _definition("retention")
    _definition("backup_settings")
    op.create_table(
        "database_sizes",
        sa.Column("day", sa.Date().with_variant(mssql.DATE(), "mssql"), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_database_sizes")),
    )


def downgrade() -> None:
    """There is no way back but a backup, as for the versions before."""
    raise RuntimeError("a database is not taken back to an older schema")


def _definition(name: str) -> None:
    """Settings that exist once, as JSON; what it does not name has its default."""
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("definition", sa.Unicode(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    table = sa.table(name, sa.column("id"), sa.column("version"), sa.column("definition"))
    row: dict[str, Any] = {"id": sa.literal(1), "version": sa.literal(1), "definition": sa.literal("{}", sa.Unicode())}
    op.execute(sa.insert(table).values(row))
