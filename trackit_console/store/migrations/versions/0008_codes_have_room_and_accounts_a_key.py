"""Three errors of Microsoft Graph and a choice of Loop Protection were too long for their columns: SQL Server kept neither.

And which account a mailbox was read from is kept: after a change, mail of the new one was taken for that of the old one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mssql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Widens the columns. Mailboxes get their source key when they are saved: it cannot be made in SQL."""
    hash_key = sa.Unicode(length=64).with_variant(mssql.NVARCHAR(64, collation="Latin1_General_100_BIN2"), "mssql")
    with op.batch_alter_table("mailbox_state") as batch:
        batch.alter_column(
            "error_code", existing_type=sa.Unicode(length=40), type_=sa.Unicode(length=100), existing_nullable=True
        )
        batch.add_column(sa.Column("source_key", hash_key, nullable=True))
        batch.add_column(sa.Column("epoch", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("loop_protection") as batch:
        batch.alter_column(
            "automatic_mail", existing_type=sa.Unicode(length=20), type_=sa.Unicode(length=40), existing_nullable=False
        )


def downgrade() -> None:
    """There is no way back but a backup, as for the versions before."""
    raise RuntimeError("a database is not taken back to an older schema")
