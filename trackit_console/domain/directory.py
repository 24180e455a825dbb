"""What a decision must know of the database: the question, and the answer as a plain value (MSG-02, MSG-03, MSG-05)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from trackit_console.domain.records import Person, Record, RecordRef


@dataclass(frozen=True, slots=True)
class LookupRequest:
    """What must be looked up before a batch of messages can be decided.

    `addresses` are keys of `domain.addresses.address_key`; `copy_keys` those of `Delivery.copy_key`.
    """

    addresses: frozenset[str] = frozenset()
    records: frozenset[RecordRef] = frozenset()
    message_ids: frozenset[str] = frozenset()
    copy_keys: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Directory:
    """What the database knows about the senders, keywords, message ids and contents of a batch.

    People are by address key, `records` by their reference, `by_message_id` the record of a message that we took or
    sent, `copies` the record of a message that was taken already, by copy key.
    """

    technicians: Mapping[str, Person] = field(default_factory=dict)
    requestors: Mapping[str, Person] = field(default_factory=dict)
    records: Mapping[RecordRef, Record] = field(default_factory=dict)
    by_message_id: Mapping[str, Record] = field(default_factory=dict)
    copies: Mapping[str, RecordRef] = field(default_factory=dict)
