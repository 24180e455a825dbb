"""Which rows are older than their age: a condition for each kind of data (`settings.retention`).

Nothing here touches the ledger (`deliveries`): without it a message would be taken twice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased

from trackit_console.domain.outgoing_mail import MailState
from trackit_console.settings.mailbox import MailboxType
from trackit_console.settings.post_action import PostAction
from trackit_console.store.scheduled_actions import CANCELLED, DONE
from trackit_console.store.tables import (
    ActivityRow,
    AttachmentRow,
    AuditRow,
    DeliveryRow,
    MailboxRow,
    NoteRow,
    OutboxRow,
    QuarantineRow,
    RawMessageRow,
    RecordRow,
    ScheduledActionRow,
)

Condition = ColumnElement[bool]
"""What a row is due by."""
Cutoff = Callable[[str], datetime | None]
"""The moment before which a kind of data is too old; None while it is kept for ever."""

# ---------------------------------------------------------------------- mail that came

_WAITS_IN_QUARANTINE = select(QuarantineRow.delivery_id).where(QuarantineRow.state == "open")
_HAS_ATTACHMENTS = (
    select(AttachmentRow.id)
    .join(NoteRow, NoteRow.id == AttachmentRow.note_id)
    .where(NoteRow.delivery_id == DeliveryRow.id, AttachmentRow.stored)
    .exists()
)
_IN_ARCHIVE = and_(
    DeliveryRow.post_action == PostAction.MOVE.value,
    select(MailboxRow.id).where(MailboxRow.id == DeliveryRow.mailbox_id, MailboxRow.type == MailboxType.POP3.value).exists(),
)
"""POP3 has no folders: what is moved there is kept here (MON-06)."""
_DONE_ON_THE_SERVER = or_(
    DeliveryRow.settled_at.is_not(None),
    select(MailboxRow.id).where(MailboxRow.id == DeliveryRow.mailbox_id, MailboxRow.deleted_at.is_not(None)).exists(),
)
"""Until then a copy may still have to be made of the original."""


def activity_due(before: Cutoff) -> Condition:
    """Lines of the activity; not of messages that wait in quarantine."""
    waits = _WAITS_IN_QUARANTINE.where(QuarantineRow.delivery_id == ActivityRow.delivery_id).exists()
    return and_(ActivityRow.at < before("activity"), ~waits)


def _kept_original(before: datetime | None) -> Condition:
    """The cheap conditions first: whether there are bytes is asked last, since they lie between the rows that are asked."""
    waits = _WAITS_IN_QUARANTINE.where(QuarantineRow.delivery_id == DeliveryRow.id).exists()
    kept = select(RawMessageRow.delivery_id).where(RawMessageRow.delivery_id == DeliveryRow.id).exists()
    return and_(DeliveryRow.recorded_at < before, DeliveryRow.outcome.is_not(None), _DONE_ON_THE_SERVER, ~waits, kept)


def messages_due(before: Cutoff) -> Condition:
    """Originals of messages without attachments."""
    return and_(~_IN_ARCHIVE, ~_HAS_ATTACHMENTS, _kept_original(before("messages")))


def archive_due(before: Cutoff) -> Condition:
    """Originals that are kept here because POP3 has no folders, without attachments."""
    return and_(_IN_ARCHIVE, ~_HAS_ATTACHMENTS, _kept_original(before("archive")))


def attachments_due(before: Cutoff) -> Condition:
    """Originals of messages with attachments; those of the archive have two ages to reach."""
    archived = before("archive")
    free = ~_IN_ARCHIVE if archived is None else or_(~_IN_ARCHIVE, DeliveryRow.recorded_at < archived)
    return and_(free, _HAS_ATTACHMENTS, _kept_original(before("attachments")))


def quarantine_due(before: Cutoff) -> Condition:
    """Messages of the quarantine about which somebody has decided."""
    return and_(QuarantineRow.state != "open", QuarantineRow.at < before("quarantine"))


# ---------------------------------------------------------------------- what was sent and done

_Digest = aliased(OutboxRow)
_Part = aliased(OutboxRow)


def outgoing_mail_due(before: Cutoff) -> Condition:
    """A sent mail goes once a note has its Message-ID: a reply finds its record by either (MSG-03). The parts of a digest were not
    sent by themselves; the digest goes after them, since they show its state.
    """
    ended = OutboxRow.state.in_((MailState.SENT.value, MailState.FAILED.value, MailState.DISCARDED.value))
    old = and_(
        OutboxRow.created_at < before("outgoing_mail"),
        or_(OutboxRow.sent_at.is_(None), OutboxRow.sent_at < before("outgoing_mail")),
    )
    noted = select(NoteRow.id).where(NoteRow.message_key == OutboxRow.message_key).exists()
    about_nothing = and_(OutboxRow.record_id.is_(None), OutboxRow.requestor_id.is_(None))
    found_otherwise = or_(OutboxRow.state != MailState.SENT.value, OutboxRow.digest_id.is_not(None), about_nothing, noted)
    waits = and_(_Digest.id == OutboxRow.digest_id, _Digest.state == MailState.WAITING.value)
    with_its_digest = ~select(_Digest.id).where(waits).exists()
    without_parts = ~select(_Part.id).where(_Part.digest_id == OutboxRow.id).exists()
    return and_(ended, old, found_otherwise, with_its_digest, without_parts)


def scheduled_actions_due(before: Cutoff) -> Condition:
    """Delayed actions that were done or cancelled. What was done once is not done again while its record is open, so its row stays as long."""
    limit = before("scheduled_actions")
    about = RecordRow.id == ScheduledActionRow.record_id
    open_record = select(RecordRow.id).where(about, or_(RecordRow.closed_at.is_(None), RecordRow.closed_at >= limit)).exists()
    return and_(
        ScheduledActionRow.state.in_((DONE, CANCELLED)),
        ScheduledActionRow.due_at < limit,
        ScheduledActionRow.done_at < limit,
        ~open_record,
    )


def audit_due(before: Cutoff) -> Condition:
    """Entries of the audit."""
    return AuditRow.at < before("audit")
