"""What the mail of the last days did, as occurrences: read for all messages together, not for each (NOT-03)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from trackit_console.domain.events import Event, ReceivedMail
from trackit_console.domain.records import KeptNote, Person, RecordDetails, RecordRef
from trackit_console.helpdesk.occurrences import Occurrence, OccurrenceReader, occurrences

MESSAGES = 1000
"""Messages that are looked at, the newest."""
PREVIEW_DAYS = 30


def past_occurrences(messages: Sequence[Sequence[Event]], read: OccurrenceReader) -> Iterator[list[Occurrence]]:
    """The occurrences of each message, in their order; `messages` are the events that each made."""
    known = _ReadAhead([event for events in messages for event in events], read)
    return (occurrences(events, known) for events in messages)


class _ReadAhead:
    """An `OccurrenceReader` that has read what many events are about, and then answers for each from memory."""

    def __init__(self, events: Sequence[Event], read: OccurrenceReader) -> None:
        self._read = read
        self._details = read.details({each.record for each in events if each.record})
        self._notes = read.notes({each.note_id for each in events if each.note_id is not None})
        self._mail = read.received({each.delivery_id for each in events if each.delivery_id is not None})
        self._people = read.known_people({each.sender_key for each in self._mail.values() if each.sender_key})

    @property
    def now(self) -> datetime:
        return self._read.now

    def new_key(self) -> str:
        return self._read.new_key()

    def details(self, refs: Collection[RecordRef]) -> Mapping[RecordRef, RecordDetails]:
        return {ref: self._details[ref] for ref in refs if ref in self._details}

    def notes(self, ids: Collection[int]) -> Mapping[int, KeptNote]:
        return {number: self._notes[number] for number in ids if number in self._notes}

    def received(self, delivery_ids: Collection[int]) -> Mapping[int, ReceivedMail]:
        return {number: self._mail[number] for number in delivery_ids if number in self._mail}

    def mailbox_title(self, mailbox_id: int) -> str | None:
        return self._read.mailbox_title(mailbox_id)

    def known_people(self, addresses: Collection[str]) -> tuple[Mapping[str, Person], Mapping[str, Person]]:
        return self._people
