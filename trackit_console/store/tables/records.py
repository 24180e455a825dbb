"""Tables of people and records: technicians, requestors, tickets, assignments, announcements, notes, attachments."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, column
from sqlalchemy.orm import Mapped, mapped_column

from trackit_console.store.column_types import binary_text, hash_key, long_text, nvarchar
from trackit_console.store.tables.base import Base


class TechnicianRow(Base):
    """Someone who works on records. A deleted one stays without addresses: notes go on naming who wrote in whose context."""

    __tablename__ = "technicians"
    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    deleted_at: Mapped[datetime | None]
    name: Mapped[str] = mapped_column(nvarchar(255))
    email: Mapped[str] = mapped_column(nvarchar(255))


class TechnicianAddressRow(Base):
    """An address that is mapped to a technician, by its key (`domain.addresses`, MSG-05). `position` 0 is the technician's own."""

    __tablename__ = "technician_addresses"
    address: Mapped[str] = mapped_column(binary_text(255), primary_key=True)
    technician_id: Mapped[int] = mapped_column(ForeignKey("technicians.id"), index=True)
    position: Mapped[int]
    written: Mapped[str] = mapped_column(nvarchar(255))


class RequestorRow(Base):
    """Someone who asks for help; `address` is the key of the email (`domain.addresses`), unique."""

    __tablename__ = "requestors"
    # In the order of the list, and with what is searched: no page of it is sorted or looked up row by row.
    __table_args__ = (Index(None, "name", "email"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(nvarchar(255))
    email: Mapped[str] = mapped_column(nvarchar(255))
    address: Mapped[str] = mapped_column(binary_text(255), unique=True)
    created_at: Mapped[datetime]


class RecordRow(Base):
    """A ticket, assignment or announcement; the keyword `[Ticket - 12]` names `module` and `id`.

    `status`, `priority` and `source` are codes of `domain.records`. People quote ids in mail, so the number of a deleted
    record must not be given again: SQLite does so only with AUTOINCREMENT.
    """

    __tablename__ = "records"
    # Both databases add the key of the table to an index: all or the open tickets by number, and how many there are.
    __table_args__ = (
        Index(None, "module"),
        Index(None, "module", "status"),
        # What was closed in a period (NOT-02). Open ones need no place in it.
        Index(None, "closed_at", sqlite_where=column("closed_at").is_not(None), mssql_where=column("closed_at").is_not(None)),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    module: Mapped[str] = mapped_column(nvarchar(20))
    subject: Mapped[str] = mapped_column(nvarchar(800))
    status: Mapped[str] = mapped_column(nvarchar(20))
    priority: Mapped[str] = mapped_column(nvarchar(20))
    source: Mapped[str] = mapped_column(nvarchar(40))
    template: Mapped[str | None] = mapped_column(nvarchar(255))
    requestor_id: Mapped[int | None] = mapped_column(ForeignKey("requestors.id"), index=True)
    technician_id: Mapped[int | None] = mapped_column(ForeignKey("technicians.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(index=True)
    updated_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    category: Mapped[str | None] = mapped_column(nvarchar(255))
    due_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    service_level: Mapped[str | None] = mapped_column(nvarchar(255))
    first_response_due_at: Mapped[datetime | None]
    close_due_at: Mapped[datetime | None]
    responded_at: Mapped[datetime | None]
    waiting_since: Mapped[datetime | None]
    paused_seconds: Mapped[int] = mapped_column(default=0)


class NoteRow(Base):
    """An entry in the history of a record, or of a requestor.

    `technician_id` is in whose context it was made (MSG-05), `author` who wrote it; `message_key` finds the record of
    a reply by its In-Reply-To and References (MSG-03). `kind` is a code; a system note has `reasons` (JSON: codes with
    facts) and no text. `position` orders notes of one transaction. `participants` are the keys of the addresses in From,
    To and Cc, one a line; a `private` note is for technicians alone.
    """

    __tablename__ = "notes"
    # A reply is found by the hash: a Message-ID can be longer than the 1,700 bytes of an index key of SQL Server.
    __table_args__ = (
        Index(None, "record_id", "id"),
        Index(None, "message_key"),
        # Few notes are about a requestor: the others need no place in the index.
        Index(
            None,
            "requestor_id",
            sqlite_where=column("requestor_id").is_not(None),
            mssql_where=column("requestor_id").is_not(None),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int | None] = mapped_column(ForeignKey("records.id"))
    requestor_id: Mapped[int | None] = mapped_column(ForeignKey("requestors.id"))
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("deliveries.id"), index=True)
    kind: Mapped[str] = mapped_column(nvarchar(20))
    at: Mapped[datetime]
    position: Mapped[int] = mapped_column(default=0)
    technician_id: Mapped[int | None] = mapped_column(ForeignKey("technicians.id"))
    author: Mapped[str] = mapped_column(nvarchar(512))
    text: Mapped[str] = mapped_column(long_text())
    quoted_text: Mapped[str | None] = mapped_column(long_text())
    reasons: Mapped[str | None] = mapped_column(long_text())
    message_id: Mapped[str | None] = mapped_column(nvarchar(1000))
    message_key: Mapped[str | None] = mapped_column(hash_key())
    participants: Mapped[str | None] = mapped_column(long_text())
    private: Mapped[bool] = mapped_column(default=False)


class AttachmentRow(Base):
    """A file of a note. Its bytes are those of the part of the raw message with this `sha256`.

    `stored` is False for a restricted file type: the note tells of it, the record does not have it (MSG-04).
    """

    __tablename__ = "attachments"
    id: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[int] = mapped_column(ForeignKey("notes.id"), index=True)
    name: Mapped[str] = mapped_column(nvarchar(255))
    content_type: Mapped[str] = mapped_column(nvarchar(255))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(hash_key())
    stored: Mapped[bool]


class RecordLinkRow(Base):
    """Two records that belong together. `kind` is a code of `domain.records.LinkKind`."""

    __tablename__ = "record_links"
    __table_args__ = (UniqueConstraint("record_id", "other_id", "kind"), Index(None, "other_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("records.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("records.id"))
    kind: Mapped[str] = mapped_column(nvarchar(20))
    at: Mapped[datetime]
