"""What happened, with everything that notifications and business rules may ask about it (NOT-01, NOT-03).

The events of one round are put together: a new ticket, its first note and its mail are one occurrence of each kind, all with
the same note and mail.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from trackit_console.domain.events import Event, EventKind, ReceivedMail
from trackit_console.domain.records import AppliedReason, KeptNote, NoteKind, Person, RecordDetails, RecordRef
from trackit_console.helpdesk.commands.lines import read_command_text
from trackit_console.helpdesk.reasons import Reason
from trackit_console.settings.event_names import EventName

SenderRole = Literal["technician", "requestor", "unknown"]
EVENT_NAMES: Mapping[EventKind, EventName] = {
    EventKind.RECORD_CREATED: "created",
    EventKind.RECORD_UPDATED: "updated",
    EventKind.NOTE_ADDED: "note_added",
    EventKind.ASSIGNED: "assigned",
    EventKind.CLOSED: "closed",
    EventKind.REOPENED: "reopened",
    EventKind.EMAIL_RECEIVED: "email_received",
    EventKind.PROCESSING_STOPPED: "processing_stopped",
    EventKind.PROCESSING_RESUMED: "processing_resumed",
}
_WRITTEN_BY_PEOPLE = (NoteKind.EMAIL_RECEIVED, NoteKind.NOTE)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An event as admins choose it. `note` and `received` are what it came with: the mail behind a new ticket, a reply, a reopening.

    `sender_key` is the key of the address of who is behind it, None where nobody wrote a mail: then a technician or a rule did it.
    `mailbox` is the one that the event is about, or that the mail came to. `changed_fields` are those of an update. `by` are the names of
    the rules that led to it. `commanded`: an email command did it, of which the sender gets an answer.
    """

    event: EventName
    key: str
    at: datetime
    quiet: bool = False
    details: RecordDetails | None = None
    note: KeptNote | None = None
    received: ReceivedMail | None = None
    sender: Person | None = None
    sender_role: SenderRole = "technician"
    sender_key: str | None = None
    mailbox: str | None = None
    changed_fields: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    reasons: tuple[AppliedReason, ...] = ()
    commanded: bool = False


class OccurrenceReader(Protocol):
    """The part of a `domain.listeners.Reader` that occurrences are read by."""

    @property
    def now(self) -> datetime: ...

    def new_key(self) -> str: ...

    def details(self, refs: Collection[RecordRef]) -> Mapping[RecordRef, RecordDetails]: ...

    def notes(self, ids: Collection[int]) -> Mapping[int, KeptNote]: ...

    def received(self, delivery_ids: Collection[int]) -> Mapping[int, ReceivedMail]: ...

    def mailbox_title(self, mailbox_id: int) -> str | None: ...

    def known_people(self, addresses: Collection[str]) -> tuple[Mapping[str, Person], Mapping[str, Person]]: ...


def occurrences(events: Sequence[Event], read: OccurrenceReader) -> list[Occurrence]:
    """The occurrences of one round, in its order. What a program wrote into a history, and the first note of a new record, is no note
    that was added.
    """
    named = [each for each in events if each.kind in EVENT_NAMES]
    if not named:
        return []
    details = read.details({each.record for each in named if each.record})
    notes = _Notes(events, read)
    mail = read.received({each.delivery_id for each in events if each.delivery_id is not None})
    mail_of = {each.record: mail[number] for each in events if (number := each.delivery_id) is not None and number in mail}
    people = read.known_people({each.sender_key for each in mail.values() if each.sender_key})
    created = {each.record for each in named if each.kind is EventKind.RECORD_CREATED}
    commanded = [mail.get(each.delivery_id or 0) for each in events if _is_done_command(each)]
    found = []
    key = read.new_key()
    for number, each in enumerate(named):
        note = notes.of(each)
        if each.kind is EventKind.NOTE_ADDED and (each.record in created or note is None):
            continue
        if each.record is not None and each.record not in details:
            continue  # it was deleted in the same round
        # Two people may have written about one record: each mail is an occurrence of its own.
        received = mail.get(each.delivery_id) if each.delivery_id is not None else mail_of.get(each.record)
        sender, role = sender_of(received, people)
        found.append(
            Occurrence(
                EVENT_NAMES[each.kind],
                f"{key}.{number}",
                read.now,
                each.quiet,
                details[each.record] if each.record else None,
                note,
                received,
                sender,
                role,
                received.sender_key if received else None,
                _mailbox(each, received, read),
                each.fields,
                each.by,
                each.reasons,
                commanded=received is not None and received in commanded,
            )
        )
    return found


class _Notes:
    """The notes of a round that people wrote."""

    def __init__(self, events: Sequence[Event], read: OccurrenceReader) -> None:
        kept = read.notes({each.note_id for each in events if each.note_id is not None})
        commanded = {each.delivery_id for each in events if each.kind is EventKind.COMMAND_ANSWERED}
        written = [note for _, note in sorted(kept.items()) if _is_written(note, commanded)]
        self._by_id = {each.id: each for each in written}
        self._by_delivery = {each.delivery_id: each for each in written if each.delivery_id is not None}
        self._last_on = {each.record: each for each in written}

    def of(self, event: Event) -> KeptNote | None:
        """The note that was added, that of the mail that came, or the last one on the record."""
        if event.kind is EventKind.NOTE_ADDED:
            return self._by_id.get(event.note_id or 0)
        if event.delivery_id is not None:
            return self._by_delivery.get(event.delivery_id)
        return self._last_on.get(event.record) if event.record else None


def _is_done_command(event: Event) -> bool:
    """The answer to a command that was refused does not tell what became of the message."""
    return event.kind is EventKind.COMMAND_ANSWERED and any(each.code == Reason.EMAIL_COMMAND for each in event.reasons)


def _mailbox(event: Event, received: ReceivedMail | None, read: OccurrenceReader) -> str | None:
    """The mailbox that the event is about, or that its mail came to."""
    if event.mailbox_id is not None:
        return read.mailbox_title(event.mailbox_id)
    return received.mailbox or None if received else None


def _is_written(note: KeptNote, commanded: Collection[int | None]) -> bool:
    """Whether people wrote it for people. Mail with nothing but command lines is no news to anybody else."""
    if note.note.kind not in _WRITTEN_BY_PEOPLE:
        return False
    commands = read_command_text(note.note.text) if note.delivery_id in commanded else None
    return commands is None or bool(commands.rest.strip())


def sender_of(
    received: ReceivedMail | None, people: tuple[Mapping[str, Person], Mapping[str, Person]]
) -> tuple[Person | None, SenderRole]:
    """Without mail, somebody of the help desk did it."""
    if received is None:
        return None, "technician"
    technicians, requestors = people
    if technician := technicians.get(received.sender_key):
        return technician, "technician"
    requestor = requestors.get(received.sender_key)
    return requestor, "requestor" if requestor else "unknown"
