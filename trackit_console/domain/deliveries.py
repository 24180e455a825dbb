"""One message in one mailbox, and what became of it: what the ledger keeps (RUN-03)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from trackit_console.domain.records import AppliedReason, RecordRef, RecordTarget


@dataclass(frozen=True, slots=True)
class MessageRef:
    """The server's own identity of one message (RUN-03).

    `scope` is what the identity holds within (IMAP: UIDVALIDITY and folder), `uid` the identity there, both as text and
    case-sensitive.
    """

    scope: str
    uid: str


def epoch_prefix(epoch: int) -> str:
    """How the scope of a reference begins in a mailbox that read `epoch` other accounts or folders before; empty in the first."""
    return f"{epoch}: " if epoch else ""


class Outcome(StrEnum):
    """What became of a message; the words are those of the command line's JSON."""

    CREATED = "created"
    NOTED = "noted"
    COMMANDED = "commanded"
    FILTERED = "filtered"
    REFUSED = "refused"
    QUARANTINED = "quarantined"
    IGNORED = "ignored"


PROCESSED = frozenset((Outcome.CREATED, Outcome.NOTED, Outcome.COMMANDED))
"""The outcomes of messages that became records or notes."""


@dataclass(frozen=True, slots=True)
class MatchedRule:
    """The filter rule that stopped a message: `rule_list` is `sender` or `subject`."""

    rule_list: str
    text: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message and what became of it.

    `raw` is the message as the server handed it over, or its header block alone when `headers_only`; `size` is what the
    server says of the whole message, in bytes. `content_key` is the hash of the bytes, `copy_key` that of Message-ID and
    content for a message that made a record or a note: no second delivery may have it. `record` is the record that the
    message is on; `detail` the technical text of a quarantined one. `sender_key` is the key of the sender's address,
    `text_key` the hash of subject and new text: by them the mail of the last hour is counted (MSG-08).
    """

    ref: MessageRef
    raw: bytes
    size: int
    seen_at: datetime
    outcome: Outcome
    reasons: tuple[AppliedReason, ...] = ()
    content_key: str = ""
    copy_key: str | None = None
    message_id: str | None = None
    sender: str = ""
    subject: str = ""
    record: RecordTarget | None = None
    matched_rule: MatchedRule | None = None
    detail: str = ""
    headers_only: bool = False
    sender_key: str = ""
    text_key: str = ""

    @property
    def processed(self) -> bool:
        """Whether the message became a record or a note."""
        return self.outcome in PROCESSED

    @property
    def keeps_raw(self) -> bool:
        """Processed messages and quarantined ones keep their bytes; filtered, refused and copied ones do not."""
        return bool(self.raw) and (self.processed or self.outcome is Outcome.QUARANTINED)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the ledger holds of a delivery now."""

    delivery_id: int
    ref: MessageRef
    outcome: Outcome
    record: RecordRef | None
