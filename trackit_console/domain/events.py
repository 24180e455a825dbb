"""What happened to records, told to listeners within the transaction that did it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from trackit_console.domain.records import AppliedReason, KeptNote, Person, Record, RecordDetails, RecordRef

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
    COMMAND_ANSWERED = "command_answered"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `record` is None where it is not about a record; `fields` are those that were changed.

    `quiet`: a program or a loop caused it, so no mail may
    be sent because of it (MSG-08). `by` are the names of the rules that led to it, the latest last. `reasons` are what there is to say of it:
    what the sender of an email command is told, why processing has stopped.
    """

    kind: EventKind
    record: RecordRef | None = None
    note_id: int | None = None
    delivery_id: int | None = None
    mailbox_id: int | None = None
    fields: tuple[str, ...] = ()
    quiet: bool = False
    by: tuple[str, ...] = ()
    reasons: tuple[AppliedReason, ...] = ()


@dataclass(frozen=True, slots=True)
class SentMail:
    """How much mail was put into the outbox lately (MSG-08): by the key of the recipient's address, and by that and the record."""

    to_recipient: Mapping[str, int]
    about_record: Mapping[tuple[str, RecordRef], int]


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """A message that was taken: `sender` is the From address with its name as it was written, `sender_key` its key.

    `mailbox` is what the mailbox is called that it came to.
    """

    sender: str
    sender_key: str
    subject: str
    message_id: str | None
    mailbox: str = ""


class Reader(Protocol):
    """The present state of what events are about, within their transaction. What does not exist is left out."""

    @property
    def now(self) -> datetime:
        """The moment of the transaction."""
        ...

    def new_key(self) -> str:
        """A key that nothing else has, for what may happen once because of an event."""
        ...

    def records(self, refs: Collection[RecordRef]) -> Mapping[RecordRef, Record]:
        """The records, locked until the transaction ends."""
        ...

    def details(self, refs: Collection[RecordRef]) -> Mapping[RecordRef, RecordDetails]:
        """The records with their people."""
        ...

    def notes(self, ids: Collection[int]) -> Mapping[int, KeptNote]:
        """Notes by their ids."""
        ...

    def history(self, record: RecordRef, limit: int) -> Sequence[KeptNote]:
        """The last notes of a record, the newest first."""
        ...

    def linked(self, record: RecordRef) -> Sequence[RecordRef]:
        """The records that are linked with this one, in either direction, each once."""
        ...

    def received(self, delivery_ids: Collection[int]) -> Mapping[int, ReceivedMail]:
        """Messages that were taken, by their deliveries."""
        ...

    def mailbox_title(self, mailbox_id: int) -> str | None:
        """What the mailbox is called."""
        ...

    def technicians(self) -> Sequence[Person]:
        """All technicians."""
        ...

    def known_people(self, addresses: Collection[str]) -> tuple[Mapping[str, Person], Mapping[str, Person]]:
        """The technicians and the requestors with these keys of addresses, by key."""
        ...

    def sent_lately(self, recipients: Collection[str], since: datetime) -> SentMail:
        """How much mail was put into the outbox since then for these keys of addresses."""
        ...

    def undeliverable(self, addresses: Collection[str]) -> Mapping[str, str]:
        """Why mail to these keys of addresses came back last (MSG-09); an address without a mark is left out."""
        ...


class Listener(Protocol):
    """Hears of the events of one round and may answer with further changes, which are applied in the same transaction."""

    def __call__(self, events: Sequence[Event], read: Reader) -> Sequence[Change]: ...
