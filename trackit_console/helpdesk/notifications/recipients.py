"""Who is to get a mail: everybody who is ticked, each once (NOT-01). Who may get it is decided in `permission`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trackit_console.domain.addresses import address_key
from trackit_console.domain.records import Person
from trackit_console.helpdesk.filter_matcher import Role
from trackit_console.helpdesk.notifications.address_book import AddressBook
from trackit_console.helpdesk.occurrences import Occurrence
from trackit_console.settings.recipients import Recipients


@dataclass(frozen=True, slots=True)
class Recipient:
    """One address that a mail is for; `key` is its `address_key`.

    `technician` and `requestor` are whose address it is in the help desk. `as_requestor`: it is that of the record's requestor,
    who was ticked as such.
    """

    address: str
    key: str
    name: str = ""
    technician: Person | None = None
    requestor: Person | None = None
    as_requestor: bool = False

    @property
    def role(self) -> Role:
        """A technician who is also a requestor counts as a technician, as for mail that comes in."""
        return Role.TECHNICIAN if self.technician else Role.REQUESTOR if self.requestor else Role.UNKNOWN


@dataclass(frozen=True, slots=True)
class _Wanted:
    address: str
    name: str = ""
    as_requestor: bool = False
    on_thread: bool = False


def wanted_keys(occurrence: Occurrence, recipients: Recipients, book: AddressBook) -> set[str]:
    """The keys of the addresses of all who are ticked: what the address book is asked about them at once."""
    return {address_key(each.address) for each in _wanted(occurrence, recipients, book)}


def recipients_of(occurrence: Occurrence, recipients: Recipients, book: AddressBook) -> list[Recipient]:
    """All who are ticked, each address once, and nobody on the thread by a second address."""
    wanted = list(_wanted(occurrence, recipients, book))
    book.prepare({address_key(each.address) for each in wanted})
    found: dict[str, Recipient] = {}
    for each in wanted:
        key = address_key(each.address)
        technician, requestor = book.person(key)
        if key in found or (each.on_thread and technician and any(other.technician == technician for other in found.values())):
            continue
        person = technician or requestor
        name = each.name or (person.name if person else "")
        found[key] = Recipient(each.address, key, name, technician, requestor, each.as_requestor)
    return list(found.values())


def _wanted(occurrence: Occurrence, recipients: Recipients, book: AddressBook) -> Iterator[_Wanted]:
    """Those with names first: of an address that is ticked twice, the first counts."""
    details = occurrence.details
    if details and recipients.requestor and details.requestor:
        yield _Wanted(details.requestor.email, details.requestor.name, as_requestor=True)
    if details and recipients.technician and details.technician:
        yield _Wanted(details.technician.email, details.technician.name)
    for technician in book.technicians if recipients.all_technicians else ():
        yield _Wanted(technician.email, technician.name)
    for address in recipients.addresses:
        yield _Wanted(address)
    for key in sorted(details.participants) if details and recipients.participants else ():
        yield _Wanted(key, on_thread=True)
