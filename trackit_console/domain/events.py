"""What happened to records, told to listeners within the transaction that did it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from trackit_console.domain.records import Record, RecordRef

if TYPE_CHECKING:
    from trackit_console.domain.effects import Change


class EventKind(StrEnum):
    """The events that notifications and business rules can react to."""

    RECORD_CREATED = "record_created"
    RECORD_UPDATED = "record_updated"
    NOTE_ADDED = "note_added"
    ASSIGNED = "assigned"
    CLOSED = "closed"
    REOPENED = "reopened"
    DELETED = "deleted"
    EMAIL_RECEIVED = "email_received"
    PROCESSING_STOPPED = "processing_stopped"
    PROCESSING_RESUMED = "processing_resumed"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `record` is None where it is not about a record; `fields` are those that were changed.

    `quiet`: a program or a loop caused it, so no mail may be sent because of it (MSG-08).
    """

    kind: EventKind
    record: RecordRef | None = None
    note_id: int | None = None
    delivery_id: int | None = None
    mailbox_id: int | None = None
    fields: tuple[str, ...] = ()
    quiet: bool = False


ReadRecords = Callable[[Collection[RecordRef]], Mapping[RecordRef, Record]]
"""The present state of records, within the same transaction; those that do not exist are left out."""


class Listener(Protocol):
    """Hears of the events of one round and may answer with further changes, which are applied in the same transaction."""

    def __call__(self, events: Sequence[Event], read: ReadRecords) -> Sequence[Change]: ...
