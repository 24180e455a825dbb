"""The notes that a message adds to a record: the message itself, and a system note about it (MSG-04, MSG-05)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from trackit_console.domain.addresses import address_key
from trackit_console.domain.effects import AddNote, Change
from trackit_console.domain.records import AppliedReason, AttachedFile, Note, NoteKind, RecordTarget
from trackit_console.helpdesk.file_type_names import file_type_name
from trackit_console.helpdesk.policy import Policy
from trackit_console.helpdesk.reasons import Reason, applied
from trackit_console.helpdesk.restricted_files import restricted_type
from trackit_console.mail import Message

PARTICIPANTS_LIMIT = 100
"""Addresses of one message that take part in its record from then on."""
_KINDS = {
    "reply": NoteKind.AUTOMATIC_REPLY,
    "notification": NoteKind.AUTOMATIC_REPLY,
    "bounce": NoteKind.BOUNCE,
}


def email_note(message: Message, technician_id: int | None, policy: Policy) -> Note:
    """The note with the message, in the context of the technician. Each file is marked as accepted or restricted."""
    restricted = policy.restricted_file_types
    kind = _KINDS.get(message.automatic.kind, NoteKind.EMAIL_RECEIVED) if message.automatic else NoteKind.EMAIL_RECEIVED
    return Note(
        kind=kind,
        author=str(message.sender),
        text=message.new_text,
        quoted_text=message.quoted_text,
        technician_id=technician_id,
        message_id=message.message_id,
        files=tuple(
            AttachedFile(each.name, each.content_type, each.size, each.sha256, restricted_type(each, restricted) is None)
            for each in message.attachments
        ),
        # Whatever a program names takes part in nothing: mail to everybody on the thread would go to a MAILER-DAEMON.
        participants=() if message.automatic else _participants(message, policy.own_addresses),
    )


def without_participants(change: Change) -> Change:
    """`change` with notes by which nobody takes part in the record: what is told to its participants is not told to a stranger."""
    effects = (
        replace(each, note=replace(each.note, participants=())) if isinstance(each, AddNote) else each for each in change.effects
    )
    return replace(change, effects=tuple(effects))


def with_private_mail(change: Change) -> Change:
    """`change` with the notes of its message for technicians alone."""
    effects = (
        replace(each, note=replace(each.note, private=True))
        if isinstance(each, AddNote) and each.note.kind is not NoteKind.SYSTEM
        else each
        for each in change.effects
    )
    return replace(change, effects=tuple(effects))


def _participants(message: Message, own: Collection[str]) -> tuple[str, ...]:
    people = (message.sender, *message.reply_to, *message.to, *message.cc)
    keys = dict.fromkeys(address_key(each.address) for each in people if each.address)
    return tuple(key for key in keys if key not in own)[:PARTICIPANTS_LIMIT]


def content_reasons(message: Message, note: Note, restricted: Collection[str]) -> tuple[AppliedReason, ...]:
    """Reasons about the content of the message, for the activity: files that its `note` leaves out, damage that was repaired."""
    left_out = (each for each, file in zip(message.attachments, note.files, strict=True) if not file.stored)
    files = ((each.name, restricted_type(each, restricted)) for each in left_out)
    refused = tuple(applied(Reason.RESTRICTED_FILE, name=name, type=file_type_name(kind)) for name, kind in files if kind)
    return (*refused, *(applied(Reason.REPAIRED, problem=each.value) for each in message.problems))


def system_notes(record: RecordTarget, reasons: Sequence[AppliedReason]) -> list[AddNote]:
    """One system note with `reasons`; none if there are no reasons."""
    return [AddNote(record, Note(NoteKind.SYSTEM, reasons=tuple(reasons)))] if reasons else []
