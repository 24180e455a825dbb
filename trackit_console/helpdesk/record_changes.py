"""What a person does to a record by hand, as effects. The history tells who did it; the store tells who was faster."""

from __future__ import annotations

from trackit_console.domain.effects import AddNote, Assign, Change, ChangeFields, Close, DeleteRecord, Effect, Reopen, Wait
from trackit_console.domain.records import Note, NoteKind, Person, Priority, Record, RecordRef, Status
from trackit_console.helpdesk.reasons import Reason, applied


def noted(record: RecordRef, text: str, by: str, *, private: bool) -> Change:
    """A note in a person's own words; a `private` one is for technicians alone."""
    return Change((AddNote(record, Note(NoteKind.NOTE, by, text.strip(), private=private)),))


def closed(record: RecordRef, by: str) -> Change:
    """The record is done."""
    return _told(Close(record), record, by, Reason.CLOSED_BY_HAND)


def reopened(record: RecordRef, by: str) -> Change:
    """The record is worked on again."""
    return _told(Reopen(record), record, by, Reason.REOPENED_BY_HAND)


def waiting(record: RecordRef, by: str) -> Change:
    """It is somebody else's turn: the time of its service level does not count."""
    return _told(Wait(record), record, by, Reason.WAITING_BY_HAND)


def continued(record: RecordRef, by: str) -> Change:
    """What was waiting is worked on again."""
    return _told(Reopen(record), record, by, Reason.CONTINUED_BY_HAND)


def assigned(record: RecordRef, technician: Person | None, by: str) -> Change:
    """`technician` works on the record from now on, or nobody."""
    if technician is None:
        return _told(Assign(record, None), record, by, Reason.UNASSIGNED_BY_HAND)
    return _told(Assign(record, technician.id), record, by, Reason.ASSIGNED_BY_HAND, technician=technician.name)


def prioritised(record: RecordRef, priority: Priority, by: str) -> Change:
    """How urgent the record is."""
    return _told(ChangeFields(record, priority=priority), record, by, Reason.PRIORITY_BY_HAND, priority=priority.value)


def deleted(record: RecordRef, by: str) -> Change:
    """The record goes, with its notes."""
    return Change((DeleteRecord(record, by),))


def status_effects(record: Record, status: Status) -> tuple[Effect, ...]:
    """What gives `record` this status. A closed record is opened first: only what is open can wait."""
    match status:
        case Status.CLOSED:
            return (Close(record.ref),)
        case Status.WAITING:
            return (Reopen(record.ref), Wait(record.ref)) if record.closed else (Wait(record.ref),)
    return (Reopen(record.ref),)


def _told(effect: Effect, record: RecordRef, by: str, reason: Reason, **facts: object) -> Change:
    note = Note(NoteKind.SYSTEM, by, reasons=(applied(reason, name=by, **facts),))
    return Change((effect, AddNote(record, note)))
