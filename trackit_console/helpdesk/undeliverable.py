"""Which addresses mail cannot reach, by the bounces that came (MSG-09). The mark is for people: it keeps no mail back."""

from __future__ import annotations

from collections.abc import Collection

from trackit_console.domain.addresses import address_key
from trackit_console.domain.effects import Change, MarkDeliverable, MarkUndeliverable
from trackit_console.domain.records import RecordRef
from trackit_console.mail import Message

REASON_LIMIT = 300
"""Characters of the words of a bounce that are kept."""


def undeliverable(message: Message, record: RecordRef) -> list[MarkUndeliverable]:
    """A mark for each address that a bounce about `record` says is not reached; none while the system goes on trying."""
    bounce = message.bounce
    if bounce is None or not bounce.permanent:
        return []
    return [MarkUndeliverable(each, _reason(message, bounce.status, each), record) for each in bounce.recipients]


def deliverable_again(message: Message, marked: Collection[str]) -> list[MarkDeliverable]:
    """Takes the mark of the sender away, if there is one: who writes has a mailbox."""
    return [MarkDeliverable(message.sender.address)] if address_key(message.sender.address) in marked else []


def marked_after(marked: frozenset[str], change: Change) -> frozenset[str]:
    """The keys of the addresses that are marked once `change` is applied."""
    for each in change.effects:
        if isinstance(each, MarkUndeliverable):
            marked |= {address_key(each.address)}
        elif isinstance(each, MarkDeliverable):
            marked -= {address_key(each.address)}
    return marked


def _reason(message: Message, status: str, address: str) -> str:
    """The status, and the line in which the server says why: the one with the status in it, or with the address."""
    lines = [line.strip() for line in message.text.splitlines()]
    said = next((line for sign in (status, address) for line in lines if sign and sign in line and line != sign), "")
    return said[:REASON_LIMIT] if status in said else f"{status} {said}"[:REASON_LIMIT].strip()
