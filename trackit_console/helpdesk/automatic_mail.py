"""What a program wrote, and what must not be answered (MSG-08).

Mail from a mailing list or in bulk is written by people as well: it is a person's mail that is not answered.
"""

from __future__ import annotations

from trackit_console.domain.records import AppliedReason
from trackit_console.helpdesk.incoming import Incoming
from trackit_console.helpdesk.reasons import Reason, applied
from trackit_console.mail import Message

_WRITTEN_BY_PEOPLE = frozenset({"list", "bulk"})


def written_by_a_program(message: Message) -> bool:
    """Whether no person wrote the message."""
    return message.automatic is not None and message.automatic.kind not in _WRITTEN_BY_PEOPLE


def automatic_reason(incoming: Incoming) -> AppliedReason | None:
    """Why the mail adds a note at most and changes nothing else; None for a person's mail."""
    message = incoming.message
    if message.automatic and written_by_a_program(message):
        return applied(Reason.AUTOMATIC, sign=message.automatic.sign)
    return applied(Reason.OWN_ADDRESS) if incoming.sender.own else None


def unanswered_reason(message: Message) -> AppliedReason | None:
    """Why a person's mail is not answered: it came by a mailing list or in bulk, or asks not to be."""
    if message.answers_withheld is None or written_by_a_program(message):
        return None
    return applied(Reason.NOT_ANSWERED, sign=message.answers_withheld)


def makes_a_ticket(incoming: Incoming) -> bool:
    """Whether automatic mail that belongs to no record becomes a ticket, as the admin chose."""
    chosen = incoming.policy.loop_protection.automatic_mail
    automatic = incoming.message.automatic
    is_notification = automatic is not None and automatic.kind == "notification"
    return chosen == "ticket" or (chosen == "ticket_for_notifications" and is_notification)
