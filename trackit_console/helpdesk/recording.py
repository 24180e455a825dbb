"""From a decision to what is written of it: the entry for the ledger, with note, attachments and remarks (MSG-04, MSG-05)."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from trackit_console.helpdesk.intake import Decision, Filtered, Ignored, NewTicket, NoteOn, Policy, Refused, SetAside
from trackit_console.helpdesk.reasons import Reason, applied, reason_phrase
from trackit_console.helpdesk.restricted_files import restricted_type
from trackit_console.mail import Attachment, Message
from trackit_console.store.entries import AppliedReason, Entry, KeptAttachment, NewNote, NewRecord, NoteKind, Outcome, Quarantined

SOURCE_EMAIL = "Email"
"""The Ticket Source of tickets that come from mail."""
NO_SUBJECT = "(no subject)"


def content_key(raw: bytes) -> str:
    """The identity of a message by its bytes (RUN-03)."""
    return hashlib.sha256(raw).hexdigest()


def entry_of(decision: Decision, message: Message, came: Entry, policy: Policy) -> Entry:
    """`came` (see `arrived`) completed with what was decided about `message`."""
    named = replace(_named(came, message), reasons=decision.reasons)
    match decision:
        case SetAside(reasons):
            return replace(named, outcome=Outcome.QUARANTINED, quarantined=Quarantined(reasons[0].code))
        case Filtered(matched_rule):
            return replace(named, outcome=Outcome.FILTERED, matched_rule=matched_rule)
        case Refused():
            return replace(named, outcome=Outcome.REFUSED)
        case Ignored(target, reasons):
            return replace(named, outcome=Outcome.IGNORED, target=target, remark=_told(reasons))
        case NewTicket() | NoteOn():
            return _with_note(decision, message, named, policy)


def arrived(scope: str, uid: str, raw: bytes, seen_at: datetime) -> Entry:
    """A message that came and is not decided about yet: until then it counts as one that could not be processed."""
    return Entry(
        scope=scope,
        uid=uid,
        raw=raw,
        content_key=content_key(raw),
        seen_at=seen_at,
        outcome=Outcome.QUARANTINED,
        quarantined=Quarantined(Reason.PROCESSING_FAILED.value),
        reasons=(applied(Reason.PROCESSING_FAILED),),
    )


def failed(message: Entry, problem: Exception) -> Entry:
    """The entry of a message whose reading or deciding raised: set aside whole (RUN-04)."""
    return replace(message, quarantined=Quarantined(Reason.PROCESSING_FAILED.value, f"{type(problem).__name__}: {problem}"))


def taken_before(came: Entry, message: Message) -> Entry:
    """The entry of a message whose bytes this mailbox took already, under another identity."""
    return replace(_named(came, message), outcome=Outcome.IGNORED, reasons=(applied(Reason.TAKEN_BEFORE),))


def _named(came: Entry, message: Message) -> Entry:
    """`came` with what lists show of a message that could be read."""
    return replace(came, quarantined=None, message_id=message.message_id, sender=str(message.sender), subject=message.subject)


def not_handed_over(scope: str, uid: str, seen_at: datetime, tries: int) -> Entry:
    """The entry of a message that the server announced but never gave."""
    reasons = (applied(Reason.NOT_DOWNLOADABLE, tries=tries),)
    empty = arrived(scope, uid, b"", seen_at)
    return replace(empty, content_key="", reasons=reasons, quarantined=Quarantined(Reason.NOT_DOWNLOADABLE.value))


def broke_down(came: Entry, tries: int) -> Entry:
    """The entry of a message that ended the process `tries` times: set aside unread (RUN-04)."""
    return replace(
        came, reasons=(applied(Reason.ENDED_THE_PROCESS, tries=tries),), quarantined=Quarantined(Reason.ENDED_THE_PROCESS.value)
    )


def _with_note(decision: NewTicket | NoteOn, message: Message, named: Entry, policy: Policy) -> Entry:
    files = [(each, restricted_type(each, policy.restricted_file_types)) for each in message.attachments]
    refused = tuple(applied(Reason.RESTRICTED_FILE, name=each.name, type=kind) for each, kind in files if kind)
    repaired = tuple(applied(Reason.REPAIRED, problem=each) for each in message.problems)
    note = NewNote(
        kind=NoteKind.EMAIL_RECEIVED,
        author=str(message.sender),
        # A message forwarded without a word of its own: the history is the message.
        text=message.new_text or message.text,
        quoted_text=message.quoted_text if message.new_text else "",
        technician_id=_technician_id(decision),
        attachments=tuple(_kept(each, kind is None) for each, kind in files),
    )
    told = replace(
        named, note=note, reasons=(*decision.reasons, *refused, *repaired), remark=_told((*decision.remarks, *refused))
    )
    if isinstance(decision, NoteOn):
        return replace(told, outcome=Outcome.NOTED, target=decision.target, reopen=decision.reopen)
    return replace(told, outcome=Outcome.CREATED, new_record=_ticket(decision, message))


def _ticket(decision: NewTicket, message: Message) -> NewRecord:
    return NewRecord(
        module="Ticket",
        subject=decision.template.subject or message.subject or NO_SUBJECT,
        priority=decision.template.priority,
        source=SOURCE_EMAIL,
        template=decision.template_name,
        requestor_id=decision.requestor.id if decision.requestor else None,
        new_requestor=decision.new_requestor,
    )


def _technician_id(decision: NewTicket | NoteOn) -> int | None:
    if isinstance(decision, NoteOn):
        return decision.technician_id
    return decision.technician.id if decision.technician else None


def _told(reasons: tuple[AppliedReason, ...]) -> str:
    """What the record's history tells in a System note, a line each."""
    return "\n".join(str(reason_phrase(each)) for each in reasons)


def _kept(attachment: Attachment, stored: bool) -> KeptAttachment:
    return KeptAttachment(attachment.name, attachment.content_type, attachment.size, attachment.sha256, stored)
