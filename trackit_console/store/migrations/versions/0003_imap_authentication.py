"""IMAP mailboxes of Exchange Online that sign in with an app registration instead of a password."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Every IMAP mailbox had a password before; the cloud is that of the app registration, which it may have from now on."""
    op.add_column("mailboxes", sa.Column("authentication", sa.Unicode(length=20), nullable=True))
    mailboxes = sa.table("mailboxes", sa.column("type"), sa.column("authentication"), sa.column("cloud"))
    by_imap = mailboxes.c.type == sa.literal("imap", sa.Unicode())
    defaults = {"authentication": "password", "cloud": "worldwide"}
    values = {name: sa.literal(value, sa.Unicode()) for name, value in defaults.items()}
    op.execute(mailboxes.update().where(by_imap).values(values))


def downgrade() -> None:
    """There is no way back but a backup, as for the versions before."""
    raise RuntimeError("a database is not taken back to an older schema")
