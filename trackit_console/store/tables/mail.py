"""Tables of mail: the delivery ledger, raw messages, quarantine, activity and the outgoing queue."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, column
from sqlalchemy.orm import Mapped, mapped_column

from trackit_console.domain.search_words import WORD_UNITS
from trackit_console.store.column_types import binary_text, content, hash_key, long_text, nvarchar
from trackit_console.store.tables.base import Base


class DeliveryRow(Base):
    """The ledger: one message in one mailbox, taken once (RUN-03).

    `ref_key` is the hash of the server's identity, `content_key` that of the bytes, so that neither a new UIDVALIDITY
    nor a missing UIDL doubles mail; `copy_key` is that of Message-ID and content, held by the one delivery that made
    the record. `outcome` NULL: announced, not taken yet. `settled_at` NULL: the post action on the server is still to be
    done; `copied_at`: the copy of a move was made already, only the original is still to be deleted.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("mailbox_id", "ref_key"),
        # Not unique: the same bytes can arrive twice, and the ledger has both deliveries.
        Index(None, "mailbox_id", "content_key"),
        Index(None, "mailbox_id", "settled_at"),
        Index(None, "message_key"),
        # Many deliveries have none; a plain unique index of SQL Server allows a single NULL.
        Index(None, "copy_key", unique=True, mssql_where=column("copy_key").is_not(None)),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailboxes.id"))
    ref_key: Mapped[str] = mapped_column(hash_key())
    # Folder and UIDVALIDITY for IMAP: UIDs alone mean nothing after a folder was deleted and created again (RFC 3501 section 2.3.1.1).
    scope: Mapped[str] = mapped_column(nvarchar(1000))
    uid: Mapped[str] = mapped_column(nvarchar(1000))
    content_key: Mapped[str | None] = mapped_column(hash_key())
    message_key: Mapped[str | None] = mapped_column(hash_key())
    copy_key: Mapped[str | None] = mapped_column(hash_key())
    outcome: Mapped[str | None] = mapped_column(nvarchar(20))
    size: Mapped[int]
    tries: Mapped[int] = mapped_column(default=1)
    seen_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    post_action: Mapped[int | None]
    settle_error: Mapped[str | None] = mapped_column(nvarchar(1000))
    copied_at: Mapped[datetime | None]


class RawMessageRow(Base):
    """The bytes of a message that became a note, or that is in quarantine; of one that was too large, its headers."""

    __tablename__ = "raw_messages"
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id"), primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(content())
    headers_only: Mapped[bool] = mapped_column(default=False)


class QuarantineRow(Base):
    """A message that could not be processed, set aside whole (RUN-04). `state`: open, retried, discarded."""

    __tablename__ = "quarantine"
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id"), primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(nvarchar(20), index=True)
    reason: Mapped[str] = mapped_column(nvarchar(40))
    detail: Mapped[str] = mapped_column(nvarchar(4000))
    tries: Mapped[int]
    at: Mapped[datetime]


class ActivityRow(Base):
    """What became of a message, as admins search it: one row a delivery. `reasons` is a JSON list.

    `sender_key` and `text_key` count the mail of the last hour and day from one address and of one text (MSG-08). Their index begins with
    the time: new rows come at its end, where keys in the order of a hash would touch a page for every message. `indexed` is true
    once the words of the message are in `activity_words`, and NULL before.
    """

    __tablename__ = "activity"
    __table_args__ = (
        Index(None, "at", "sender_key", "text_key"),
        Index(None, "mailbox_id", "at"),
        Index(None, "outcome", "at"),
        # Of the few that wait, so that it costs nothing to ask whether there are any.
        Index(None, "delivery_id", sqlite_where=column("indexed").is_(None), mssql_where=column("indexed").is_(None)),
    )
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id"), primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailboxes.id"))
    message_id: Mapped[str | None] = mapped_column(nvarchar(1000))
    sender: Mapped[str] = mapped_column(nvarchar(512))
    subject: Mapped[str] = mapped_column(nvarchar(800))
    outcome: Mapped[str] = mapped_column(nvarchar(20))
    module: Mapped[str | None] = mapped_column(nvarchar(20))
    record_id: Mapped[int | None]
    reasons: Mapped[str] = mapped_column(long_text())
    sender_key: Mapped[str | None] = mapped_column(binary_text(255))
    text_key: Mapped[str | None] = mapped_column(hash_key())
    indexed: Mapped[bool | None]


class ActivityWordRow(Base):
    """A word by which a message of the activity is found (`domain.search_words`).

    `block` is the number of a stretch of deliveries (`store.activity_words`). Key of the key: what is written and removed together lies
    together, and a word that most messages have is read of the newest ones alone.
    """

    __tablename__ = "activity_words"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - read by SQLAlchemy while the class is made
    block: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    word: Mapped[str] = mapped_column(binary_text(WORD_UNITS), primary_key=True)
    # No foreign key: each activity that goes would be looked for in all blocks. Whoever removes one removes its words.
    delivery_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class OutboxRow(Base):
    """A message that is to be sent (OUT-06). `state` is a `domain.outgoing_mail.MailState`, `error` JSON of reasons.

    Whoever sends it claims the row first: `claim_owner` has it until `claim_expires_at` by the database's clock.
    `unique_key` is the hash of what the mail is about, so that one event makes one mail. `recipients` is a JSON list; where the
    server took some and refused others, so are `delivered` and `refused` (for good). `recipient_key` is the key of the first one's
    address, by which mail is counted (MSG-08). Mail with the same `digest` is sent as one, of which `digest_id` is the row.
    `sender_name` is the notification, rule or report that sends it. `begins_at` is from when on it is tried, NULL: from
    `created_at`. A mail about a requestor has `requestor_id` instead of `record_id`.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index(None, "state", "next_try_at"),
        # Few mails are claimed at a time: without this, a claim reads all that wait, and their contents lie in between.
        Index(
            None,
            "claim_owner",
            "state",
            "next_try_at",
            sqlite_where=column("claim_owner").is_not(None),
            mssql_where=column("claim_owner").is_not(None),
        ),
        Index(None, "message_key"),
        Index(None, "created_at", "recipient_key"),
        Index(None, "record_id"),
        UniqueConstraint("unique_key"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(nvarchar(20))
    kind: Mapped[str] = mapped_column(nvarchar(20))
    recipients: Mapped[str] = mapped_column(long_text())
    subject: Mapped[str] = mapped_column(nvarchar(800))
    record_id: Mapped[int | None] = mapped_column(ForeignKey("records.id"))
    message_id: Mapped[str] = mapped_column(nvarchar(1000))
    message_key: Mapped[str] = mapped_column(hash_key())
    unique_key: Mapped[str] = mapped_column(hash_key())
    content: Mapped[bytes] = mapped_column(content())
    tries: Mapped[int]
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    claim_owner: Mapped[str | None] = mapped_column(nvarchar(36))
    claim_expires_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(nvarchar(4000))
    delivered: Mapped[str | None] = mapped_column(long_text())
    refused: Mapped[str | None] = mapped_column(long_text())
    recipient_key: Mapped[str] = mapped_column(binary_text(255), default="")
    digest: Mapped[str | None] = mapped_column(hash_key())
    digest_id: Mapped[int | None] = mapped_column(index=True)
    sender_name: Mapped[str] = mapped_column(nvarchar(255), default="")
    begins_at: Mapped[datetime | None]
    # No foreign key: SQLite adds none to a table that is there.
    requestor_id: Mapped[int | None] = mapped_column(index=True)


class OutgoingStateRow(Base):
    """How sending by the outgoing account goes, one row (OUT-06). While it fails, no mail is tried before `next_try_at`.

    `account_version` is that of the settings which failed: others are tried at once. `error` is JSON of reasons.
    """

    __tablename__ = "outgoing_state"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_version: Mapped[int]
    failures: Mapped[int]
    failing_since: Mapped[datetime | None]
    next_try_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(nvarchar(4000))


class OutboxTryRow(Base):
    """One thing that happened to a mail in the outbox. `what` is a `domain.outgoing_mail.MailStep`, `detail` JSON of reasons.

    `actor` is the admin who did it, or the computer that tried.
    """

    __tablename__ = "outbox_tries"
    id: Mapped[int] = mapped_column(primary_key=True)
    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox.id"), index=True)
    at: Mapped[datetime]
    what: Mapped[str] = mapped_column(nvarchar(20))
    actor: Mapped[str] = mapped_column(nvarchar(255))
    detail: Mapped[str | None] = mapped_column(long_text())


class UndeliverableAddressRow(Base):
    """An address from which mail of ours came back (MSG-09), by its key (`domain.addresses`)."""

    __tablename__ = "undeliverable_addresses"
    address: Mapped[str] = mapped_column(binary_text(255), primary_key=True)
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(nvarchar(1000))
    record_id: Mapped[int | None] = mapped_column(ForeignKey("records.id"), index=True)
