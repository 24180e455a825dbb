"""Messages of the activity are found by an index of their words. The monitor fills it, also for the mail that is there already."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mssql
from sqlalchemy.types import TypeEngine

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_BINARY = "Latin1_General_100_BIN2"


def binary_text(length: int) -> TypeEngine[str]:
    """Text that compares byte by byte."""
    return sa.Unicode(length=length).with_variant(mssql.NVARCHAR(length, collation=_BINARY), "mssql")


def upgrade() -> None:
    """Neither fills anything: that would take minutes, in which no mail is taken in."""
    op.add_column("activity", sa.Column("indexed", sa.Boolean(), nullable=True))
    waiting = sa.text("indexed IS NULL")
    op.create_index(op.f("ix_activity_delivery_id"), "activity", ["delivery_id"], sqlite_where=waiting, mssql_where=waiting)
    op.create_table(
        "activity_words",
        sa.Column("block", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("word", binary_text(40), nullable=False),
        sa.Column("delivery_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("block", "word", "delivery_id", name=op.f("pk_activity_words")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """There is no way back but a backup, as for the versions before."""
    raise RuntimeError("a database is not taken back to an older schema")
