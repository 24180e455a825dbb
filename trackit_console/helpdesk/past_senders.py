"""The senders of mail of the last days, as the people of today know them (FIL-06)."""

from __future__ import annotations

from trackit_console.domain.addresses import address_key
from trackit_console.domain.past_mail import KnownPeople, PastMessage
from trackit_console.domain.records import Person
from trackit_console.helpdesk.sender import Sender
from trackit_console.mail import Address

_SOMEBODY = Person(0, "", "")


def address_of(message: PastMessage) -> Address:
    """The sender again as name and address: `str(Address)` reversed. An address has no blank before its bracket."""
    name, found, address = message.sender.rpartition(" <")
    if not found:
        return Address("", message.sender)
    if not address.endswith(">"):  # cut to the width of its column
        return Address(message.sender, message.sender_key)
    return Address(name, address[:-1])


def sender_of(message: PastMessage, people: KnownPeople) -> Sender:
    """The sender as today's people know it. Mail of before the keys were kept is looked up by the address as written."""
    return sender_at(message.sender_key or address_key(address_of(message).address), people)


def sender_at(key: str, people: KnownPeople) -> Sender:
    """Whoever has the address with this key."""
    technician = _SOMEBODY if key in people.technicians else None
    return Sender(technician, _SOMEBODY if key in people.requestors else None, own=False)
