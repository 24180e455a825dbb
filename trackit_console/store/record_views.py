"""A record, its notes, files and links as the window and the command line show them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from trackit_console.domain.records import (
    AppliedReason,
    LinkKind,
    Module,
    NoteKind,
    Priority,
    RecordRef,
    ServiceLevelState,
    Status,
    TicketSource,
)


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """A file of a note; `stored` False: a restricted type, named only."""

    name: str
    content_type: str
    size: int
    sha256: str
    stored: bool


@dataclass(frozen=True, slots=True)
class NoteView:
    """An entry of a record's history; `technician` is in whose context it was made, empty for nobody's.

    A system note has `reasons` instead of text, or the text of a version that kept no reasons. A `private` note is for
    technicians alone.
    """

    id: int
    at: datetime
    kind: NoteKind
    author: str
    technician: str
    text: str
    quoted_text: str
    reasons: tuple[AppliedReason, ...]
    message_id: str | None
    delivery_id: int | None
    attachments: tuple[AttachmentView, ...]
    private: bool

    @property
    def is_reply(self) -> bool:
        """Whether somebody of the help desk wrote it here and sent it by email."""
        return self.kind is NoteKind.NOTE and self.message_id is not None


@dataclass(frozen=True, slots=True)
class RecordView:
    """A record of any module. `version` grows with every change of it.

    Of a requestor, `subject` and `requestor` are the name; it is always open, has no technician, priority or source.
    """

    module: Module
    id: int
    version: int
    subject: str
    status: Status
    priority: Priority | None
    source: TicketSource | None
    requestor: str
    requestor_email: str
    technician_id: int | None
    technician: str
    created_at: datetime
    updated_at: datetime
    category: str = ""
    template: str = ""
    due_at: datetime | None = None
    expires_at: datetime | None = None
    closed_at: datetime | None = None
    service_level: ServiceLevelState = field(default_factory=ServiceLevelState)

    @property
    def ref(self) -> RecordRef:
        """The record by module and number."""
        return RecordRef(self.module, self.id)


@dataclass(frozen=True, slots=True)
class LinkView:
    """A record that is linked with another; `kind` is how, seen from either end."""

    ref: RecordRef
    subject: str
    status: Status
    kind: LinkKind
