"""An occurrence as if an event happened to a record as it is now, on which rules are tried (NOT-03)."""

from __future__ import annotations

from collections.abc import Sequence

from trackit_console.domain.listeners import Reader
from trackit_console.domain.records import KeptNote, NoteKind, RecordDetails
from trackit_console.helpdesk.occurrences import Occurrence, sender_of
from trackit_console.settings.event_names import EventName

HISTORY_LIMIT = 1000
"""Notes of a record among which the one is looked for that the event came with."""
_WRITTEN_BY_PEOPLE = (NoteKind.EMAIL_RECEIVED, NoteKind.NOTE)


def occurrence_on(details: RecordDetails, event: EventName, read: Reader, changed_fields: Sequence[str] = ()) -> Occurrence:
    """As if `event` happened to the record as it is now, by the note that came first or last, as fits the event."""
    written = [each for each in read.history(details.ref, HISTORY_LIMIT) if each.note.kind in _WRITTEN_BY_PEOPLE]
    note = _note_of(event, written)
    delivery = note.delivery_id if note else None
    received = read.received([delivery]).get(delivery) if delivery is not None else None
    sender, role = sender_of(received, read.known_people([received.sender_key]) if received else ({}, {}))
    return Occurrence(
        event=event,
        key="trial",
        at=read.now,
        details=details,
        note=note,
        received=received,
        sender=sender,
        sender_role=role,
        sender_key=received.sender_key if received else None,
        mailbox=received.mailbox or None if received else None,
        changed_fields=tuple(changed_fields),
    )


def _note_of(event: EventName, written: Sequence[KeptNote]) -> KeptNote | None:
    """`written` has the newest first."""
    if not written:
        return None
    return written[-1] if event == "created" else written[0]
