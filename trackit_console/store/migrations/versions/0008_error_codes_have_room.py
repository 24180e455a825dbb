"""Three errors of Microsoft Graph have codes that were too long for their column: SQL Server kept no visit that ended with one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Widens the column."""
    with op.batch_alter_table("mailbox_state") as batch:
        batch.alter_column(
            "error_code", existing_type=sa.Unicode(length=40), type_=sa.Unicode(length=100), existing_nullable=True
        )


def downgrade() -> None:
    """There is no way back but a backup, as for the versions before."""
    raise RuntimeError("a database is not taken back to an older schema")
