"""What is written of one message: plain values between deciding (`helpdesk`) and the ledger (`deliveries`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from trackit_console.store.people import Target


class Outcome(StrEnum):
    """What became of a message; the words are those of the command line's JSON."""

    CREATED = "created"
    NOTED = "noted"
    COMMANDED = "commanded"
    FILTERED = "filtered"
    REFUSED = "refused"
    QUARANTINED = "quarantined"
    IGNORED = "ignored"


class NoteKind(StrEnum):
    """The kinds of notes in a record's history."""

    EMAIL_RECEIVED = "Email Received"
    EMAIL_SENT = "Email Sent"
    BOUNCE = "Bounce"
    AUTOMATIC_REPLY = "Automatic reply"
    SYSTEM = "System"


@dataclass(frozen=True, slots=True)
class AppliedReason:
    """A reason for an outcome: its code (see `helpdesk.reasons`) and the facts of its sentence."""

    code: str
    facts: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewRequestor:
    """A sender who becomes a requestor."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A record that the message creates; its requestor is known, new, or nobody."""

    module: str
    subject: str
    priority: str
    source: str
    template: str | None = None
    requestor_id: int | None = None
    new_requestor: NewRequestor | None = None


@dataclass(frozen=True, slots=True)
class KeptAttachment:
    """A file of a note; `stored` False names a restricted one."""

    name: str
    content_type: str
    size: int
    sha256: str
    stored: bool


@dataclass(frozen=True, slots=True)
class NewNote:
    """A note on the new record, or on `Entry.target`."""

    kind: NoteKind
    author: str
    text: str
    quoted_text: str = ""
    technician_id: int | None = None
    attachments: tuple[KeptAttachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Quarantined:
    """Why a message is set aside; `detail` is the technical text."""

    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class MatchedRule:
    """The filter rule that stopped a message."""

    rule_list: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One message and all that is to be written of it, in one transaction (RUN-03).

    `remark` becomes a System note in the history of the record.
    """

    scope: str
    uid: str
    raw: bytes
    content_key: str
    seen_at: datetime
    outcome: Outcome
    reasons: tuple[AppliedReason, ...] = ()
    message_id: str | None = None
    sender: str = ""
    subject: str = ""
    new_record: NewRecord | None = None
    target: Target | None = None
    reopen: bool = False
    note: NewNote | None = None
    remark: str = ""
    quarantined: Quarantined | None = None
    matched_rule: MatchedRule | None = None

    @property
    def keeps_raw(self) -> bool:
        """Messages that became notes, and quarantined ones, keep their bytes; filtered and refused ones do not."""
        return self.note is not None or self.quarantined is not None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the ledger holds of an entry now; `record` reads `Ticket - 12`."""

    delivery_id: int
    scope: str
    uid: str
    outcome: Outcome
    record: str | None
