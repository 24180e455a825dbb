"""Who sent a message, whether that is accepted, and who becomes the requestor (MSG-03, MSG-05, FIL-03)."""

from __future__ import annotations

from dataclasses import dataclass

from trackit_console.domain.addresses import ADDRESS_UNITS, address_key
from trackit_console.domain.directory import Directory
from trackit_console.domain.effects import CreateRequestor
from trackit_console.domain.records import AppliedReason, Person, Placeholder
from trackit_console.helpdesk.filter_matcher import Role
from trackit_console.helpdesk.policy import Policy
from trackit_console.helpdesk.reasons import Reason, applied
from trackit_console.mail import Message
from trackit_console.settings.filters import AcceptFrom
from trackit_console.settings.monitor import UnknownSenders
from trackit_console.settings.text_rules import is_address

REQUESTOR = Placeholder("requestor")


@dataclass(frozen=True, slots=True)
class Sender:
    """The sender: a technician, a requestor, both or neither. Inactive people count as well (FIL-04)."""

    technician: Person | None
    requestor: Person | None
    own: bool

    @classmethod
    def of(cls, message: Message, directory: Directory, policy: Policy) -> Sender:
        """Looks up who wrote `message`."""
        key = address_key(message.sender.address)
        return cls(directory.technicians.get(key), directory.requestors.get(key), key in policy.own_addresses)

    @classmethod
    def in_role(cls, role: Role) -> Sender:
        """Somebody of this role, for a question about mail that nobody has sent yet."""
        person = Person(0, "", "")
        return cls(person if role is Role.TECHNICIAN else None, person if role is Role.REQUESTOR else None, own=False)

    @property
    def role(self) -> Role:
        """The role for filter rules; a technician who is also a requestor counts as a technician."""
        return Role.TECHNICIAN if self.technician else Role.REQUESTOR if self.requestor else Role.UNKNOWN


def is_accepted(sender: Sender, accept_from: AcceptFrom) -> bool:
    """Whether mail of this sender is processed at all (FIL-03)."""
    if accept_from == "everyone":
        return True
    by_technician = accept_from != "requestors" and sender.technician is not None
    return by_technician or (accept_from != "technicians" and sender.requestor is not None)


def requestor_for(
    message: Message, sender: Sender, unknown: UnknownSenders
) -> tuple[tuple[CreateRequestor, ...], int | Placeholder | None, AppliedReason]:
    """The effect that creates the requestor, if any, the requestor's id, and why."""
    if sender.requestor:
        return (), sender.requestor.id, applied(Reason.KNOWN_REQUESTOR, name=sender.requestor.name)
    address = message.sender.address
    chosen = for_address(address, unknown)
    if chosen == "refuse" and not sender.technician:
        return (), None, applied(Reason.UNKNOWN_SENDER)
    if chosen == "create_requestor":
        new = CreateRequestor(REQUESTOR, message.sender.name or address, address)
        return (new,), REQUESTOR, applied(Reason.NEW_REQUESTOR)
    return (), None, applied(Reason.NO_REQUESTOR)


def for_address(address: str, unknown: UnknownSenders) -> UnknownSenders:
    """What happens to new mail from an unknown sender with this address: nobody can be a requestor without a usable one."""
    usable = is_address(address) and len(address) <= ADDRESS_UNITS
    return "no_requestor" if unknown == "create_requestor" and not usable else unknown
