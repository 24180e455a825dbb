"""Who hears of events, and what may be asked of the database about them, within their transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from trackit_console.domain.events import Event, ReceivedMail, SentMail
from trackit_console.domain.records import KeptNote, Person, Record, RecordDetails, RecordRef

if TYPE_CHECKING:
    from trackit_console.domain.effects import Change


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
