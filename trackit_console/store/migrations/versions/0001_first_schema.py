"""Everything that the console and the email monitor keep: settings, people, records, the ledger of mail, the monitor's state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mssql
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# SQLAlchemy leaves the constructors of these two without types.
_DATETIME2: Callable[[int], TypeEngine[datetime]] = mssql.DATETIME2
_VARBINARY: Callable[[str], TypeEngine[bytes]] = mssql.VARBINARY

POST_ACTION = "featEmailProcessingPostAction"
SENDER_RULES = ("Postmaster", "Mail Delivery Subsystem", "System Administrator", "Mailer-Daemon")
SUBJECT_RULES = (
    "Undeliverable Mail",
    "Returned Mail",
    "Mail System Error",
    "Delivery Error",
    "Undeliverable:",
    "Failure Notice",
    "Nondeliverable Mail",
    "Mail Delivery Failure",
    "Message Status - undeliverable",
    "Warning: Could not send message",
    "Delivery Notification: Delivery has failed",
    "Mail Undeliverable: Failure Detected",
    "Message Status - opened",
    "Returned Mail: Service Unavailable",
    "Out of Office",
)
RESTRICTED_FILE_TYPES = [
    "exe",
    "com",
    "bat",
    "cmd",
    "cpl",
    "dll",
    "hta",
    "jar",
    "js",
    "jse",
    "jsp",
    "lnk",
    "msc",
    "msi",
    "msp",
    "pif",
    "ps1",
    "reg",
    "scr",
    "sct",
    "vb",
    "vbe",
    "vbs",
    "wsc",
    "wsf",
    "wsh",
]


def moment() -> TypeEngine[datetime]:
    """A moment in UTC, to the microsecond."""
    return sa.DateTime().with_variant(_DATETIME2(6), "mssql")


def day() -> TypeEngine[date]:
    """A date, not the DATETIME that a date becomes in SQL written without a connection."""
    return sa.Date().with_variant(mssql.DATE(), "mssql")


def hash_key() -> TypeEngine[str]:
    """A SHA-256 in hexadecimal."""
    return sa.Unicode(length=64).with_variant(mssql.NVARCHAR(64, collation="Latin1_General_100_BIN2"), "mssql")


def address() -> TypeEngine[str]:
    """The key of an address; SQL Server's default collation would take two for one that differ in width or trailing blanks."""
    return sa.Unicode(length=255).with_variant(mssql.NVARCHAR(255, collation="Latin1_General_100_BIN2"), "mssql")


def content() -> TypeEngine[bytes]:
    """Bytes of any length."""
    return sa.LargeBinary().with_variant(_VARBINARY("max"), "mssql")


def upgrade() -> None:
    """A database of the reference product has its table of flags already, and mail is only marked as read there (MON-06)."""
    if op.get_context().as_sql and op.get_context().dialect.name == "mssql":
        _properties_if_missing()
        post_action = "2"
    elif _has_properties():
        post_action = "0"
    else:
        _properties()
        post_action = "2"
    _settings()
    _people()
    _mail()
    _records()
    _monitoring()
    _first_rows(post_action)


def downgrade() -> None:
    """There is no way back but a backup: mail would be lost."""
    raise RuntimeError("a database is not taken back to an empty one")


def _has_properties() -> bool:
    return not op.get_context().as_sql and sa.inspect(op.get_bind()).has_table("NAMSYSProperties")


def _properties() -> None:
    op.create_table("NAMSYSProperties", *_flag_columns())


def _flag_columns() -> tuple[SchemaItem, ...]:
    return (
        sa.Column("NAME", sa.Unicode(length=255), nullable=False),
        sa.Column("VALUE", sa.Unicode(length=4000), nullable=False),
        sa.PrimaryKeyConstraint("NAME", name=op.f("pk_NAMSYSProperties")),
    )


def _properties_if_missing() -> None:
    """For SQL that is run later, on a database of which nothing is known yet."""
    found = "OBJECT_ID(N'NAMSYSProperties')"
    flag = _flag("0").compile(dialect=op.get_context().dialect, compile_kwargs={"literal_binds": True})
    op.execute(f"IF {found} IS NOT NULL {flag}")
    table = sa.Table("NAMSYSProperties", sa.MetaData(), *_flag_columns())
    made = str(sa.schema.CreateTable(table).compile(dialect=op.get_context().dialect)).strip()
    op.execute(f"IF {found} IS NULL {made}")


def _settings() -> None:
    op.create_table(
        "mailboxes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", moment(), nullable=True),
        sa.Column("type", sa.Unicode(length=20), nullable=False),
        sa.Column("name", sa.Unicode(length=255), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("log_events", sa.Boolean(), nullable=False),
        sa.Column("email_address", sa.Unicode(length=255), nullable=True),
        sa.Column("folder", sa.Unicode(length=255), nullable=False),
        sa.Column("poll_interval", sa.Integer(), nullable=True),
        sa.Column("ticket_template", sa.Unicode(length=255), nullable=True),
        sa.Column("server", sa.Unicode(length=255), nullable=True),
        sa.Column("port", sa.Integer(), nullable=True),
        sa.Column("use_ssl", sa.Boolean(), nullable=True),
        sa.Column("starttls", sa.Boolean(), nullable=True),
        sa.Column("user_account_name", sa.Unicode(length=255), nullable=True),
        sa.Column("password", sa.Unicode(), nullable=True),
        sa.Column("validate_server_certificate", sa.Boolean(), nullable=True),
        sa.Column("ca_file", sa.Unicode(length=1000), nullable=True),
        sa.Column("pinned_certificate", sa.Unicode(length=64), nullable=True),
        sa.Column("application_id", sa.Unicode(length=36), nullable=True),
        sa.Column("client_secret", sa.Unicode(), nullable=True),
        sa.Column("certificate_file", sa.Unicode(length=1000), nullable=True),
        sa.Column("certificate_password", sa.Unicode(), nullable=True),
        sa.Column("directory_id", sa.Unicode(length=36), nullable=True),
        sa.Column("cloud", sa.Unicode(length=20), nullable=True),
        sa.Column("sign_in_url", sa.Unicode(length=2000), nullable=True),
        sa.Column("graph_url", sa.Unicode(length=2000), nullable=True),
        sa.Column("secret_expires", day(), nullable=True),
        sa.Column("user_id", sa.Unicode(length=255), nullable=True),
        sa.Column("exchange_web_service_url", sa.Unicode(length=2000), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailboxes")),
    )
    op.create_table(
        "outgoing",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("authentication", sa.Unicode(length=20), nullable=False),
        sa.Column("smtp_server_name", sa.Unicode(length=255), nullable=True),
        sa.Column("port", sa.Integer(), nullable=True),
        sa.Column("security", sa.Unicode(length=10), nullable=True),
        sa.Column("smtp_requires_authentication", sa.Boolean(), nullable=True),
        sa.Column("user_account_name", sa.Unicode(length=255), nullable=True),
        sa.Column("password", sa.Unicode(), nullable=True),
        sa.Column("validate_server_certificate", sa.Boolean(), nullable=True),
        sa.Column("ca_file", sa.Unicode(length=1000), nullable=True),
        sa.Column("pinned_certificate", sa.Unicode(length=64), nullable=True),
        sa.Column("application_id", sa.Unicode(length=36), nullable=True),
        sa.Column("client_secret", sa.Unicode(), nullable=True),
        sa.Column("certificate_file", sa.Unicode(length=1000), nullable=True),
        sa.Column("certificate_password", sa.Unicode(), nullable=True),
        sa.Column("directory_id", sa.Unicode(length=36), nullable=True),
        sa.Column("cloud", sa.Unicode(length=20), nullable=True),
        sa.Column("sign_in_url", sa.Unicode(length=2000), nullable=True),
        sa.Column("graph_url", sa.Unicode(length=2000), nullable=True),
        sa.Column("secret_expires", day(), nullable=True),
        sa.Column("from_address", sa.Unicode(length=255), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing")),
    )
    op.create_table(
        "monitor_settings",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("poll_interval", sa.Integer(), nullable=False),
        sa.Column("emails_to_process", sa.Integer(), nullable=False),
        sa.Column("unknown_senders", sa.Unicode(length=20), nullable=False),
        sa.Column("reopen_days", sa.Integer(), nullable=False),
        sa.Column("response_url", sa.Unicode(length=2000), nullable=True),
        sa.Column("self_service_response_url", sa.Unicode(length=2000), nullable=True),
        sa.Column("email_event_logging", sa.Boolean(), nullable=False),
        sa.Column("create_ticket_on_authentication_failure", sa.Boolean(), nullable=False),
        sa.Column("ticket_template", sa.Unicode(length=255), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitor_settings")),
    )
    op.create_table(
        "filter_settings",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("accept_from", sa.Unicode(length=30), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filter_settings")),
    )
    op.create_table(
        "filter_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule_list", sa.Unicode(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Unicode(length=400), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("applies_to", sa.Unicode(length=20), nullable=False),
        sa.Column("direction", sa.Unicode(length=20), nullable=False),
        sa.Column("stopped", sa.Integer(), nullable=False),
        sa.Column("last_stopped_at", moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filter_rules")),
    )
    op.create_index(op.f("ix_filter_rules_rule_list_position"), "filter_rules", ["rule_list", "position"])
    op.create_table(
        "restricted_file_types",
        sa.Column("file_type", sa.Unicode(length=16), nullable=False),
        sa.PrimaryKeyConstraint("file_type", name=op.f("pk_restricted_file_types")),
    )
    op.create_table(
        "ticket_templates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Unicode(length=255), nullable=False),
        sa.Column("subject", sa.Unicode(length=800), nullable=False),
        sa.Column("priority", sa.Unicode(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_templates")),
        sa.UniqueConstraint("name", name=op.f("uq_ticket_templates_name")),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.Column("actor", sa.Unicode(length=255), nullable=False),
        sa.Column("action", sa.Unicode(length=20), nullable=False),
        sa.Column("subject", sa.Unicode(length=255), nullable=False),
        sa.Column("before", sa.Unicode(), nullable=True),
        sa.Column("after", sa.Unicode(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )


def _people() -> None:
    op.create_table(
        "technicians",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Unicode(length=255), nullable=False),
        sa.Column("email", sa.Unicode(length=255), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_technicians")),
    )
    op.create_table(
        "technician_addresses",
        sa.Column("address", address(), nullable=False),
        sa.Column("technician_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("written", sa.Unicode(length=255), nullable=False),
        sa.ForeignKeyConstraint(["technician_id"], ["technicians.id"], name=op.f("fk_technician_addresses_technician_id")),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_technician_addresses")),
    )
    op.create_index(op.f("ix_technician_addresses_technician_id"), "technician_addresses", ["technician_id"])
    op.create_table(
        "requestors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Unicode(length=255), nullable=False),
        sa.Column("email", sa.Unicode(length=255), nullable=False),
        sa.Column("address", address(), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requestors")),
        sa.UniqueConstraint("address", name=op.f("uq_requestors_address")),
    )


def _mail() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.Column(
            "ref_key",
            hash_key(),
            nullable=False,
        ),
        sa.Column("scope", sa.Unicode(length=1000), nullable=False),
        sa.Column("uid", sa.Unicode(length=1000), nullable=False),
        sa.Column(
            "content_key",
            hash_key(),
            nullable=True,
        ),
        sa.Column(
            "message_key",
            hash_key(),
            nullable=True,
        ),
        sa.Column("outcome", sa.Unicode(length=20), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("seen_at", moment(), nullable=False),
        sa.Column("recorded_at", moment(), nullable=False),
        sa.Column("settled_at", moment(), nullable=True),
        sa.Column("post_action", sa.Integer(), nullable=True),
        sa.Column("settle_error", sa.Unicode(length=1000), nullable=True),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailboxes.id"], name=op.f("fk_deliveries_mailbox_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("mailbox_id", "ref_key", name=op.f("uq_deliveries_mailbox_id_ref_key")),
    )
    op.create_index(op.f("ix_deliveries_mailbox_id_content_key"), "deliveries", ["mailbox_id", "content_key"])
    op.create_index(op.f("ix_deliveries_mailbox_id_settled_at"), "deliveries", ["mailbox_id", "settled_at"])
    op.create_index(op.f("ix_deliveries_message_key"), "deliveries", ["message_key"])
    op.create_table(
        "raw_messages",
        sa.Column("delivery_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", content(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_raw_messages_delivery_id")),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_raw_messages")),
    )
    op.create_table(
        "quarantine",
        sa.Column("delivery_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Unicode(length=20), nullable=False),
        sa.Column("reason", sa.Unicode(length=40), nullable=False),
        sa.Column("detail", sa.Unicode(length=4000), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_quarantine_delivery_id")),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_quarantine")),
    )
    op.create_index(op.f("ix_quarantine_state"), "quarantine", ["state"])
    op.create_table(
        "activity",
        sa.Column("delivery_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Unicode(length=1000), nullable=True),
        sa.Column("sender", sa.Unicode(length=512), nullable=False),
        sa.Column("subject", sa.Unicode(length=800), nullable=False),
        sa.Column("outcome", sa.Unicode(length=20), nullable=False),
        sa.Column("module", sa.Unicode(length=20), nullable=True),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("reasons", sa.Unicode(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_activity_delivery_id")),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailboxes.id"], name=op.f("fk_activity_mailbox_id")),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_activity")),
    )
    op.create_index(op.f("ix_activity_at"), "activity", ["at"])
    op.create_index(op.f("ix_activity_mailbox_id_at"), "activity", ["mailbox_id", "at"])
    op.create_index(op.f("ix_activity_outcome_at"), "activity", ["outcome", "at"])


def _records() -> None:
    op.create_table(
        "records",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("module", sa.Unicode(length=20), nullable=False),
        sa.Column("subject", sa.Unicode(length=800), nullable=False),
        sa.Column("status", sa.Unicode(length=20), nullable=False),
        sa.Column("priority", sa.Unicode(length=20), nullable=False),
        sa.Column("source", sa.Unicode(length=40), nullable=False),
        sa.Column("template", sa.Unicode(length=255), nullable=True),
        sa.Column("requestor_id", sa.Integer(), nullable=True),
        sa.Column("technician_id", sa.Integer(), nullable=True),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("updated_at", moment(), nullable=False),
        sa.Column("closed_at", moment(), nullable=True),
        sa.ForeignKeyConstraint(["requestor_id"], ["requestors.id"], name=op.f("fk_records_requestor_id")),
        sa.ForeignKeyConstraint(["technician_id"], ["technicians.id"], name=op.f("fk_records_technician_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_records")),
    )
    op.create_index(op.f("ix_records_created_at"), "records", ["created_at"])
    op.create_index(op.f("ix_records_requestor_id"), "records", ["requestor_id"])
    op.create_index(op.f("ix_records_technician_id"), "records", ["technician_id"])
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("requestor_id", sa.Integer(), nullable=True),
        sa.Column("delivery_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Unicode(length=20), nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.Column("technician_id", sa.Integer(), nullable=True),
        sa.Column("author", sa.Unicode(length=512), nullable=False),
        sa.Column("text", sa.Unicode(), nullable=False),
        sa.Column("quoted_text", sa.Unicode(), nullable=True),
        sa.Column("message_id", sa.Unicode(length=1000), nullable=True),
        sa.Column(
            "message_key",
            hash_key(),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_notes_delivery_id")),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_notes_record_id")),
        sa.ForeignKeyConstraint(["requestor_id"], ["requestors.id"], name=op.f("fk_notes_requestor_id")),
        sa.ForeignKeyConstraint(["technician_id"], ["technicians.id"], name=op.f("fk_notes_technician_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    op.create_index(op.f("ix_notes_delivery_id"), "notes", ["delivery_id"])
    op.create_index(op.f("ix_notes_message_key"), "notes", ["message_key"])
    op.create_index(op.f("ix_notes_record_id_id"), "notes", ["record_id", "id"])
    op.create_table(
        "attachments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Unicode(length=255), nullable=False),
        sa.Column("content_type", sa.Unicode(length=255), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column(
            "sha256",
            hash_key(),
            nullable=False,
        ),
        sa.Column("stored", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["note_id"], ["notes.id"], name=op.f("fk_attachments_note_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    op.create_index(op.f("ix_attachments_note_id"), "attachments", ["note_id"])
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Unicode(length=20), nullable=False),
        sa.Column("recipient", sa.Unicode(length=255), nullable=False),
        sa.Column("subject", sa.Unicode(length=800), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.Unicode(length=1000), nullable=False),
        sa.Column(
            "message_key",
            hash_key(),
            nullable=False,
        ),
        sa.Column("content", content(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("next_try_at", moment(), nullable=False),
        sa.Column("sent_at", moment(), nullable=True),
        sa.Column("error", sa.Unicode(length=4000), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_outbox_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(op.f("ix_outbox_message_key"), "outbox", ["message_key"])
    op.create_index(op.f("ix_outbox_state_next_try_at"), "outbox", ["state", "next_try_at"])


def _monitoring() -> None:
    op.create_table(
        "settings_revision",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", moment(), nullable=False),
        sa.Column("changed_by", sa.Unicode(length=255), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settings_revision")),
    )
    op.create_table(
        "monitor_control",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("restarts", sa.Integer(), nullable=False),
        sa.Column("changed_at", moment(), nullable=False),
        sa.Column("changed_by", sa.Unicode(length=255), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitor_control")),
    )
    op.create_table(
        "monitor_hosts",
        sa.Column("id", sa.Unicode(length=36), nullable=False),
        sa.Column("name", sa.Unicode(length=255), nullable=False),
        sa.Column("kind", sa.Unicode(length=20), nullable=False),
        sa.Column("state", sa.Unicode(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("started_at", moment(), nullable=False),
        sa.Column("heartbeat_at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitor_hosts")),
    )
    op.create_table(
        "mailbox_leases",
        sa.Column("mailbox_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("host_id", sa.Unicode(length=36), nullable=True),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("expires_at", moment(), nullable=False),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailboxes.id"], name=op.f("fk_mailbox_leases_mailbox_id")),
        sa.PrimaryKeyConstraint("mailbox_id", name=op.f("pk_mailbox_leases")),
    )
    op.create_table(
        "mailbox_state",
        sa.Column("mailbox_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cursor", sa.Unicode(), nullable=True),
        sa.Column("last_poll_at", moment(), nullable=True),
        sa.Column("last_success_at", moment(), nullable=True),
        sa.Column("next_poll_at", moment(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error_step", sa.Unicode(length=20), nullable=True),
        sa.Column("error_code", sa.Unicode(length=40), nullable=True),
        sa.Column("error_detail", sa.Unicode(length=4000), nullable=True),
        sa.Column("error_remedy", sa.Unicode(length=4000), nullable=True),
        sa.Column("unread", sa.Integer(), nullable=True),
        sa.Column("poll_requests", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailboxes.id"], name=op.f("fk_mailbox_state_mailbox_id")),
        sa.PrimaryKeyConstraint("mailbox_id", name=op.f("pk_mailbox_state")),
    )


def _first_rows(post_action: str) -> None:
    now = datetime.now(UTC).replace(tzinfo=None)
    begun = {"changed_at": now, "changed_by": ""}
    op.execute(_flag(post_action))
    _insert("monitor_settings", [_MONITOR])
    _insert("filter_settings", [{"id": 1, "version": 1, "accept_from": "everyone"}])
    _insert("filter_rules", [_rule("sender", *each) for each in enumerate(SENDER_RULES)])
    _insert("filter_rules", [_rule("subject", *each) for each in enumerate(SUBJECT_RULES)])
    _insert("restricted_file_types", [{"file_type": each} for each in RESTRICTED_FILE_TYPES])
    _insert("ticket_templates", [{"name": "Default", "subject": "", "priority": "Medium"}])
    _insert("settings_revision", [{"id": 1, "revision": 1, **begun}])
    _insert("monitor_control", [{"id": 1, "wanted": False, "restarts": 0, **begun}])


_MONITOR: dict[str, object] = {
    "id": 1,
    "version": 1,
    "poll_interval": 5,
    "emails_to_process": 50,
    "unknown_senders": "create_requestor",
    "reopen_days": 14,
    "email_event_logging": False,
    "create_ticket_on_authentication_failure": False,
}


def _rule(rule_list: str, position: int, text: str) -> dict[str, object]:
    same = {"enabled": True, "applies_to": "both", "direction": "both", "stopped": 0}
    return {"rule_list": rule_list, "position": position, "text": text, **same}


def _insert(name: str, rows: list[dict[str, object]]) -> None:
    """One plain INSERT a row: `bulk_insert` would write SET IDENTITY_INSERT into the SQL for SQL Server."""
    table = sa.table(name, *(sa.column(each) for each in rows[0]))
    for row in rows:
        op.execute(sa.insert(table).values({each: _literal(value) for each, value in row.items()}))


def _literal(value: object) -> object:
    """With its type, so that it can be written out as SQL text."""
    if isinstance(value, datetime):
        return sa.literal(value, moment())
    types: dict[type, TypeEngine[Any]] = {bool: sa.Boolean(), int: sa.Integer(), str: sa.Unicode()}
    return sa.literal(value, types[type(value)])


def _flag(post_action: str) -> sa.Insert:
    """A flag that an admin has set in the table stays as it is."""
    flags = sa.table("NAMSYSProperties", sa.column("NAME", sa.Unicode()), sa.column("VALUE", sa.Unicode()))
    there = sa.exists().where(flags.c.NAME == POST_ACTION)
    chosen = sa.select(sa.literal(POST_ACTION, sa.Unicode()), sa.literal(post_action, sa.Unicode())).where(~there)
    return sa.insert(flags).from_select(["NAME", "VALUE"], chosen)
