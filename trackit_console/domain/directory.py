"""What a decision must know of the database: the question, and the answer as a plain value (MSG-02, MSG-03, MSG-05)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from trackit_console.domain.deliveries import Delivery
from trackit_console.domain.records import Person, Record, RecordRef


def name_key(name: str) -> str:
    """The form in which two spellings of a person's name are equal, letter case and blanks aside."""
    return " ".join(name.split()).casefold()


@dataclass(frozen=True, slots=True)
class LookupRequest:
    """What must be looked up before a batch of messages can be decided.

    `addresses` are keys of `domain.addresses.address_key`; `copy_keys` those of `Delivery.copy_key`; `technician_names` those of
    `name_key`.
    """

    addresses: frozenset[str] = frozenset()
    records: frozenset[RecordRef] = frozenset()
    message_ids: frozenset[str] = frozenset()
    copy_keys: frozenset[str] = frozenset()
    text_keys: frozenset[str] = frozenset()
    technician_names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RecentMail:
    """How many messages came within the last hour (MSG-08).

    `by_sender` is by the key of the sender's address, `by_record` by that and the record that they are on, `by_text` by
    `Delivery.text_key`; `in_mailbox` counts those of the mailbox. `by_text_in_a_day` counts the last 24 hours.
    """

    by_sender: Mapping[str, int] = field(default_factory=dict)
    by_record: Mapping[tuple[str, RecordRef], int] = field(default_factory=dict)
    by_text: Mapping[str, int] = field(default_factory=dict)
    in_mailbox: int = 0
    by_text_in_a_day: Mapping[str, int] = field(default_factory=dict)

    def counting(self, delivery: Delivery) -> RecentMail:
        """With one more message: those of one batch count for each other."""
        key, text, on = delivery.sender_key, delivery.text_key, delivery.record
        return RecentMail(
            {**self.by_sender, key: self.by_sender.get(key, 0) + 1},
            {**self.by_record, (key, on): self.by_record.get((key, on), 0) + 1} if isinstance(on, RecordRef) else self.by_record,
            {**self.by_text, text: self.by_text.get(text, 0) + 1},
            self.in_mailbox + 1,
            {**self.by_text_in_a_day, text: self.by_text_in_a_day.get(text, 0) + 1},
        )


@dataclass(frozen=True, slots=True)
class Directory:
    """What the database knows about the senders, keywords, message ids and contents of a batch.

    People are by address key, `records` by their reference, `by_message_id` the record of a message that we took or
    sent, `copies` the record of a message that was taken already, by copy key, None where it was deleted. `participants` are the keys of the addresses
    in From, To and Cc of the mail on a record, `recent` how much mail came lately, `undeliverable` those from which mail of ours came back. `technicians_by_name` are by `name_key`; names need not be unique.
    """

    technicians: Mapping[str, Person] = field(default_factory=dict)
    requestors: Mapping[str, Person] = field(default_factory=dict)
    records: Mapping[RecordRef, Record] = field(default_factory=dict)
    by_message_id: Mapping[str, Record] = field(default_factory=dict)
    copies: Mapping[str, RecordRef | None] = field(default_factory=dict)
    participants: Mapping[RecordRef, frozenset[str]] = field(default_factory=dict)
    recent: RecentMail = field(default_factory=RecentMail)
    technicians_by_name: Mapping[str, tuple[Person, ...]] = field(default_factory=dict)
    undeliverable: frozenset[str] = frozenset()
