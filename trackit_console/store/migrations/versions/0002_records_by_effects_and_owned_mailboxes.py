"""Alert tickets, copies in two mailboxes told apart, schedule and ownership of mailboxes in the database, codes instead of English.

The outbox is made anew: no version before this one put anything into it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mssql
from sqlalchemy.types import TypeEngine

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_DATETIME2: Callable[[int], TypeEngine[datetime]] = mssql.DATETIME2
_VARBINARY: Callable[[str], TypeEngine[bytes]] = mssql.VARBINARY
_BINARY = "Latin1_General_100_BIN2"

_SOURCES = {"Email": "email", "System - Email Monitor": "email_monitor"}
_NOTE_KINDS = {
    "Email Received": "email_received",
    "Email Sent": "email_sent",
    "Bounce": "bounce",
    "Automatic reply": "automatic_reply",
    "System": "system",
}
_AUDITED = (
    "mailbox",
    "technician",
    "requestor",
    "ticket template",
    "message",
    "email monitor settings",
    "email monitor",
    "email filters",
    "outgoing email",
    "restricted file types",
)
"""What an audited change was about; the longer of two that begin alike first."""


def moment() -> TypeEngine[datetime]:
    """A moment in UTC, to the microsecond."""
    return sa.DateTime().with_variant(_DATETIME2(6), "mssql")


def hash_key() -> TypeEngine[str]:
    """A SHA-256 in hexadecimal."""
    return sa.Unicode(length=64).with_variant(mssql.NVARCHAR(64, collation=_BINARY), "mssql")


def content() -> TypeEngine[bytes]:
    """Bytes of any length."""
    return sa.LargeBinary().with_variant(_VARBINARY("max"), "mssql")


def upgrade() -> None:
    """On SQLite with foreign keys off (see `schema.upgrade`): it changes tables by making them anew."""
    _records()
    _addresses()
    _mail()
    _outbox()
    _monitoring()
    _settings()


def downgrade() -> None:
    """There is no way back but a backup: tickets and the ledger would lose what keeps mail from being taken twice."""
    raise RuntimeError("a database is not taken back to an older schema")


def _records() -> None:
    if op.get_context().dialect.name == "sqlite":
        with op.batch_alter_table("records", table_kwargs={"sqlite_autoincrement": True}) as batch:
            # Named again although it stays as it is: only a table that is made anew gets AUTOINCREMENT.
            batch.alter_column("status", existing_type=sa.Unicode(length=20), existing_nullable=False, nullable=False)
    records = sa.table("records", *(sa.column(each) for each in ("status", "priority", "source", "subject")))
    op.execute(records.update().values(status=sa.func.lower(records.c.status), priority=sa.func.lower(records.c.priority)))
    _recode(records, records.c.source, _SOURCES)
    op.execute(records.update().where(records.c.subject == sa.literal("(no subject)", sa.Unicode())).values(subject=_text("")))
    op.add_column("notes", sa.Column("position", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("notes", sa.Column("reasons", sa.Unicode(), nullable=True))
    notes = sa.table("notes", sa.column("kind"), sa.column("author"))
    _recode(notes, notes.c.kind, _NOTE_KINDS)
    op.execute(notes.update().where(notes.c.kind == _text("system")).values(author=_text("")))
    op.create_table(
        "record_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Unicode(length=20), nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_record_links_record_id")),
        sa.ForeignKeyConstraint(["other_id"], ["records.id"], name=op.f("fk_record_links_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_links")),
        sa.UniqueConstraint("record_id", "other_id", "kind", name=op.f("uq_record_links_record_id_other_id_kind")),
    )
    op.create_index(op.f("ix_record_links_other_id"), "record_links", ["other_id"])


def _recode(table: sa.TableClause, column: sa.ColumnClause[str], codes: dict[str, str]) -> None:
    for words, code in codes.items():
        op.execute(table.update().where(column == _text(words)).values({column.name: _text(code)}))


def _text(value: str) -> sa.BindParameter[str]:
    """A literal of NVARCHAR, so that it can be written out as SQL."""
    return sa.literal(value, sa.Unicode())


def _addresses() -> None:
    if not op.get_context().as_sql:
        for name in ("requestors", "technician_addresses"):
            _rewrite_addresses(name)


def _rewrite_addresses(name: str) -> None:
    """Domains were kept as written; now `xn--bcher-kva.example` and `bücher.example` are one. Two that meet stay as they are."""
    table = sa.table(name, sa.column("address", sa.Unicode()))
    connection = op.get_bind()
    kept = set(connection.scalars(sa.select(table.c.address)))
    for address in sorted(kept):
        key = _key(address)
        if key not in kept:
            connection.execute(table.update().where(table.c.address == address).values(address=key))
            kept.add(key)


def _key(address: str) -> str:
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{'.'.join(_label(each) for each in domain.split('.'))}".casefold()


def _label(label: str) -> str:
    try:
        return label.encode("ascii").decode("idna") if label.startswith("xn--") else label
    except UnicodeError:
        return label


def _mail() -> None:
    op.add_column("deliveries", sa.Column("copy_key", hash_key(), nullable=True))
    op.add_column("deliveries", sa.Column("copied_at", moment(), nullable=True))
    op.create_index(
        op.f("ix_deliveries_copy_key"),
        "deliveries",
        ["copy_key"],
        unique=True,
        mssql_where=sa.column("copy_key").is_not(None),
    )
    op.add_column("raw_messages", sa.Column("headers_only", sa.Boolean(), nullable=False, server_default=sa.false()))


def _outbox() -> None:
    op.drop_table("outbox")
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Unicode(length=20), nullable=False),
        sa.Column("kind", sa.Unicode(length=20), nullable=False),
        sa.Column("recipients", sa.Unicode(), nullable=False),
        sa.Column("subject", sa.Unicode(length=800), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.Unicode(length=1000), nullable=False),
        sa.Column("message_key", hash_key(), nullable=False),
        sa.Column("unique_key", hash_key(), nullable=False),
        sa.Column("content", content(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("next_try_at", moment(), nullable=False),
        sa.Column("claim_owner", sa.Unicode(length=36), nullable=True),
        sa.Column("claim_expires_at", moment(), nullable=True),
        sa.Column("sent_at", moment(), nullable=True),
        sa.Column("error", sa.Unicode(length=4000), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_outbox_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("unique_key", name=op.f("uq_outbox_unique_key")),
    )
    op.create_index(op.f("ix_outbox_message_key"), "outbox", ["message_key"])
    op.create_index(op.f("ix_outbox_state_next_try_at"), "outbox", ["state", "next_try_at"])


def _monitoring() -> None:
    op.add_column("monitor_control", sa.Column("console_host_id", sa.Unicode(length=36), nullable=True))
    op.add_column("monitor_control", sa.Column("console_expires_at", moment(), nullable=True))
    with op.batch_alter_table("mailbox_state") as batch:
        batch.add_column(sa.Column("visit_begun_at", moment(), nullable=True))
        batch.add_column(sa.Column("authentication_failures", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("alert_record_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("error_facts", sa.Unicode(), nullable=True))
        batch.add_column(sa.Column("polls_served", sa.Integer(), nullable=False, server_default="0"))
        batch.create_foreign_key(op.f("fk_mailbox_state_alert_record_id"), "records", ["alert_record_id"], ["id"])
        batch.drop_column("error_remedy")
    state = sa.table("mailbox_state", *(sa.column(each) for each in ("poll_requests", "polls_served", *_ERROR)))
    # The last error was kept in English; the next visit says it anew.
    op.execute(state.update().values(polls_served=state.c.poll_requests, **dict.fromkeys(_ERROR, sa.null())))


_ERROR = ("error_step", "error_code", "error_detail")


def _settings() -> None:
    op.add_column("monitor_settings", sa.Column("message_size_limit", sa.Integer(), nullable=False, server_default="100"))
    op.add_column("audit", sa.Column("object_kind", sa.Unicode(length=40), nullable=False, server_default=""))
    op.add_column("audit", sa.Column("object_name", sa.Unicode(length=255), nullable=False, server_default=""))
    audit = sa.table("audit", *(sa.column(each) for each in ("subject", "object_kind", "object_name")))
    for kind in _AUDITED:
        named = sa.func.substring(audit.c.subject, len(kind) + 2, 255)
        mine = sa.and_(audit.c.object_kind == _text(""), audit.c.subject.like(_text(f"{kind}%")))
        op.execute(audit.update().where(mine).values(object_kind=_text(kind.replace(" ", "_")), object_name=named))
    with op.batch_alter_table("audit") as batch:
        batch.drop_column("subject")
