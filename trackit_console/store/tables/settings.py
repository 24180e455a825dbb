"""Tables of what admins set. Column names are the field names of `settings/`; secrets are sealed text (SEC-02)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, column
from sqlalchemy.orm import Mapped, mapped_column

from trackit_console.store.column_types import day, hash_key, long_text, nvarchar
from trackit_console.store.tables.base import Base


class PropertyRow(Base):
    """The reference product's table of flags; holds `featEmailProcessingPostAction` (MON-06)."""

    __tablename__ = "NAMSYSProperties"
    name: Mapped[str] = mapped_column("NAME", nvarchar(255), primary_key=True)
    value: Mapped[str] = mapped_column("VALUE", nvarchar(4000))


class MailboxRow(Base):
    """One incoming mailbox of any type; columns of other types are NULL. A deleted one stays for its history (IN-12).

    `account_key` is the hash of the account, server and folder that are read: two admins cannot add the same one at once.
    """

    __tablename__ = "mailboxes"
    __table_args__ = (Index(None, "account_key", unique=True, mssql_where=column("account_key").is_not(None)),)
    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    deleted_at: Mapped[datetime | None]
    type: Mapped[str] = mapped_column(nvarchar(20))
    name: Mapped[str] = mapped_column(nvarchar(255))
    enabled: Mapped[bool]
    log_events: Mapped[bool]
    email_address: Mapped[str | None] = mapped_column(nvarchar(255))
    folder: Mapped[str] = mapped_column(nvarchar(255))
    poll_interval: Mapped[int | None]
    ticket_template: Mapped[str | None] = mapped_column(nvarchar(255))
    server: Mapped[str | None] = mapped_column(nvarchar(255))
    port: Mapped[int | None]
    use_ssl: Mapped[bool | None]
    starttls: Mapped[bool | None]
    user_account_name: Mapped[str | None] = mapped_column(nvarchar(255))
    authentication: Mapped[str | None] = mapped_column(nvarchar(20))
    password: Mapped[str | None] = mapped_column(long_text())
    validate_server_certificate: Mapped[bool | None]
    ca_file: Mapped[str | None] = mapped_column(nvarchar(1000))
    pinned_certificate: Mapped[str | None] = mapped_column(nvarchar(64))
    application_id: Mapped[str | None] = mapped_column(nvarchar(36))
    # Sealed texts are longer than what is typed, so secrets have no limit here.
    client_secret: Mapped[str | None] = mapped_column(long_text())
    certificate_file: Mapped[str | None] = mapped_column(nvarchar(1000))
    certificate_password: Mapped[str | None] = mapped_column(long_text())
    directory_id: Mapped[str | None] = mapped_column(nvarchar(36))
    cloud: Mapped[str | None] = mapped_column(nvarchar(20))
    sign_in_url: Mapped[str | None] = mapped_column(nvarchar(2000))
    graph_url: Mapped[str | None] = mapped_column(nvarchar(2000))
    secret_expires: Mapped[date | None] = mapped_column(day())
    user_id: Mapped[str | None] = mapped_column(nvarchar(255))
    exchange_web_service_url: Mapped[str | None] = mapped_column(nvarchar(2000))
    account_key: Mapped[str | None] = mapped_column(hash_key())


class OutgoingRow(Base):
    """The outgoing account; one row at most."""

    __tablename__ = "outgoing"
    # Always 1: two admins who add an account at once collide here instead of having two.
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(default=1)
    authentication: Mapped[str] = mapped_column(nvarchar(20))
    smtp_server_name: Mapped[str | None] = mapped_column(nvarchar(255))
    port: Mapped[int | None]
    security: Mapped[str | None] = mapped_column(nvarchar(10))
    smtp_requires_authentication: Mapped[bool | None]
    user_account_name: Mapped[str | None] = mapped_column(nvarchar(255))
    password: Mapped[str | None] = mapped_column(long_text())
    validate_server_certificate: Mapped[bool | None]
    ca_file: Mapped[str | None] = mapped_column(nvarchar(1000))
    pinned_certificate: Mapped[str | None] = mapped_column(nvarchar(64))
    application_id: Mapped[str | None] = mapped_column(nvarchar(36))
    client_secret: Mapped[str | None] = mapped_column(long_text())
    certificate_file: Mapped[str | None] = mapped_column(nvarchar(1000))
    certificate_password: Mapped[str | None] = mapped_column(long_text())
    directory_id: Mapped[str | None] = mapped_column(nvarchar(36))
    cloud: Mapped[str | None] = mapped_column(nvarchar(20))
    sign_in_url: Mapped[str | None] = mapped_column(nvarchar(2000))
    graph_url: Mapped[str | None] = mapped_column(nvarchar(2000))
    secret_expires: Mapped[date | None] = mapped_column(day())
    from_address: Mapped[str] = mapped_column(nvarchar(255))


class MonitorSettingsRow(Base):
    """Email Monitor Settings; one row. The post action lies in `NAMSYSProperties`."""

    __tablename__ = "monitor_settings"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(default=1)
    poll_interval: Mapped[int]
    emails_to_process: Mapped[int]
    unknown_senders: Mapped[str] = mapped_column(nvarchar(20))
    closed_tickets: Mapped[str] = mapped_column(nvarchar(20))
    keyword_from_strangers: Mapped[str] = mapped_column(nvarchar(20))
    reopen_days: Mapped[int]
    message_size_limit: Mapped[int] = mapped_column(default=100)
    response_url: Mapped[str | None] = mapped_column(nvarchar(2000))
    self_service_response_url: Mapped[str | None] = mapped_column(nvarchar(2000))
    email_event_logging: Mapped[bool]
    create_ticket_on_authentication_failure: Mapped[bool]
    ticket_template: Mapped[str | None] = mapped_column(nvarchar(255))


class FilterSettingsRow(Base):
    """Whose mail is accepted; one row, whose `version` guards the rules as well."""

    __tablename__ = "filter_settings"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(default=1)
    accept_from: Mapped[str] = mapped_column(nvarchar(30))


class FilterRuleRow(Base):
    """A rule for senders or subjects, and how often it stopped a message."""

    __tablename__ = "filter_rules"
    __table_args__ = (Index(None, "rule_list", "position"), Index(None, "rule_list", "text"))
    id: Mapped[int] = mapped_column(primary_key=True)
    rule_list: Mapped[str] = mapped_column(nvarchar(10))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(nvarchar(400))
    enabled: Mapped[bool]
    applies_to: Mapped[str] = mapped_column(nvarchar(20))
    direction: Mapped[str] = mapped_column(nvarchar(20))
    stopped: Mapped[int] = mapped_column(default=0)
    last_stopped_at: Mapped[datetime | None]


class LoopProtectionRow(Base):
    """What becomes of automatic mail, and when nothing is answered any more (MSG-08); one row."""

    __tablename__ = "loop_protection"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(default=1)
    automatic_mail: Mapped[str] = mapped_column(nvarchar(40))
    answers_per_sender: Mapped[int]
    answers_per_record: Mapped[int]
    answers_to_same_text: Mapped[int]
    answers_per_mailbox: Mapped[int]
    mails_to_recipient: Mapped[int]
    mails_to_recipient_about_record: Mapped[int]
    answers_in_a_day: Mapped[int]


class EmailCommandsRow(Base):
    """Which email commands are turned on, by module and action (MSG-06); one row."""

    __tablename__ = "email_commands"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(default=1)
    create_ticket: Mapped[bool]
    update_ticket: Mapped[bool]
    delete_ticket: Mapped[bool]
    create_assignment: Mapped[bool]
    update_assignment: Mapped[bool]
    delete_assignment: Mapped[bool]
    create_requestor: Mapped[bool]
    update_requestor: Mapped[bool]
    delete_requestor: Mapped[bool]
    create_announcement: Mapped[bool]
    update_announcement: Mapped[bool]
    delete_announcement: Mapped[bool]
    trusted_server: Mapped[str | None] = mapped_column(nvarchar(255))


class FileTypeSettingsRow(Base):
    """Guards the list of restricted file types by its `version`; one row."""

    __tablename__ = "file_type_settings"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(default=1)


class RestrictedFileTypeRow(Base):
    """An ending whose files are not added to records (MSG-04)."""

    __tablename__ = "restricted_file_types"
    file_type: Mapped[str] = mapped_column(nvarchar(16), primary_key=True)


class TicketTemplateRow(Base):
    """A form template for tickets."""

    __tablename__ = "ticket_templates"
    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(nvarchar(255), unique=True)
    subject: Mapped[str] = mapped_column(nvarchar(800))
    priority: Mapped[str] = mapped_column(nvarchar(20))


class RetentionRow(Base):
    """How long mail, history and archives are kept: `settings.retention` as JSON; one row."""

    __tablename__ = "retention"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(default=1)
    definition: Mapped[str] = mapped_column(long_text())


class BackupSettingsRow(Base):
    """When the embedded database is backed up: `settings.backups` as JSON; one row."""

    __tablename__ = "backup_settings"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(default=1)
    definition: Mapped[str] = mapped_column(long_text())


class AuditRow(Base):
    """Who changed which setting, when, from what to what; secrets masked (DB-04).

    `action` and `object_kind` are codes, `object_name` is what an admin called the object. `host` is the computer of `actor`.
    """

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(nvarchar(255))
    host: Mapped[str] = mapped_column(nvarchar(255), default="")
    action: Mapped[str] = mapped_column(nvarchar(20))
    object_kind: Mapped[str] = mapped_column(nvarchar(40))
    object_name: Mapped[str] = mapped_column(nvarchar(255))
    before: Mapped[str | None] = mapped_column(long_text())
    after: Mapped[str | None] = mapped_column(long_text())
