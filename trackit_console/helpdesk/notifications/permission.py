"""Whether a recipient may get a mail, and why not (NOT-01, MSG-08, FIL-04)."""

from __future__ import annotations

from dataclasses import dataclass

from trackit_console.domain.records import AppliedReason, RecordRef
from trackit_console.helpdesk.filter_matcher import FilterMatcher, Hit
from trackit_console.helpdesk.notifications.address_book import AddressBook
from trackit_console.helpdesk.notifications.recipients import Recipient
from trackit_console.helpdesk.occurrences import Occurrence
from trackit_console.helpdesk.reasons import Reason, applied
from trackit_console.helpdesk.sender import Sender
from trackit_console.helpdesk.verdict import stopped_by
from trackit_console.mail import Address
from trackit_console.mail.address_writing import written_address
from trackit_console.settings.loop_protection import LoopProtection
from trackit_console.settings.text_rules import is_address

ABOUT_A_NOTE = frozenset({"note_added", "email_received"})
CONFIRMED = frozenset({"created", "email_received"})
"""Events of which the requestor is told although their own mail caused them: it has arrived. The answer to a command says so too."""
TOLD_IN_HISTORY = frozenset(
    {
        Reason.MAIL_STOPPED_BY_SENDER_RULE,
        Reason.MAIL_STOPPED_BY_SUBJECT_RULE,
        Reason.MANY_MAILS_TO_RECIPIENT,
        Reason.MANY_MAILS_ABOUT_RECORD,
        Reason.MANY_ANSWERS_IN_A_DAY,
    }
)
"""Why a mail was held back that somebody may wait for; the other reasons go without saying."""


@dataclass(frozen=True, slots=True)
class Permission:
    """What limits outgoing mail. `filters` are the rules for sending, `own_addresses` the keys of the help desk's addresses."""

    filters: FilterMatcher
    limits: LoopProtection
    own_addresses: frozenset[str]

    def why_nobody(self, occurrence: Occurrence) -> AppliedReason | None:
        """Why nobody is told of this; None if somebody may be."""
        return applied(Reason.NOBODY_IS_TOLD) if occurrence.quiet else None

    def why_not(
        self, recipient: Recipient, subject: str, by: str, occurrence: Occurrence, book: AddressBook
    ) -> AppliedReason | None:
        """The first reason why this recipient does not get the mail `by` with this subject; None if they get it."""
        return (
            self.no_mailbox(recipient)
            or _did_it(recipient, occurrence)
            or _not_for(recipient, occurrence)
            or _has_it(recipient, occurrence)
            or self.held_back(recipient, subject, by, occurrence.details.ref if occurrence.details else None, book)
            or (self.too_many_answers(recipient, by, book) if _is_from_outside(occurrence) else None)
        )

    def no_mailbox(self, recipient: Recipient) -> AppliedReason | None:
        """Why no mail is ever sent to the address; None if it can be."""
        if not is_address(recipient.address) or written_address(recipient.address) is None:
            return applied(Reason.RECIPIENT_WITHOUT_ADDRESS, recipient=recipient.address)
        own = recipient.key in self.own_addresses
        return applied(Reason.RECIPIENT_IS_HELP_DESK, recipient=recipient.address) if own else None

    def held_back(
        self, recipient: Recipient, subject: str, by: str, record: RecordRef | None, book: AddressBook
    ) -> AppliedReason | None:
        """The rule or limit that keeps a mail back which would be sent otherwise; `by` is what the mail is called."""
        if hit := self.filtered(recipient, subject):
            by_sender = hit.rule_list == "sender"
            reason = Reason.MAIL_STOPPED_BY_SENDER_RULE if by_sender else Reason.MAIL_STOPPED_BY_SUBJECT_RULE
            return applied(reason, mail=by, recipient=recipient.address, rule=hit.rule.text)
        return self._too_many(recipient, by, record, book)

    def too_many_answers(self, recipient: Recipient, by: str, book: AddressBook) -> AppliedReason | None:
        """Whether somebody outside got so much mail that what comes from outside causes no further one."""
        limit = self.limits.answers_in_a_day
        if recipient.technician or book.sent_in_a_day(recipient.key) < limit:
            return None
        return applied(Reason.MANY_ANSWERS_IN_A_DAY, mail=by, recipient=recipient.address, limit=limit)

    def filtered(self, recipient: Recipient, subject: str) -> Hit | None:
        """The rule for sending that keeps a mail with this subject from the recipient; None if none does."""
        person = Sender(recipient.technician, recipient.requestor, own=False)
        return stopped_by(self.filters, "everyone", person, Address(recipient.name, recipient.address), subject).hit

    def _too_many(self, recipient: Recipient, by: str, record: RecordRef | None, book: AddressBook) -> AppliedReason | None:
        """Mail about no record is never too much: it tells of an outage, and no history could say that it was held back."""
        if record is None:
            return None
        about = book.sent_about(recipient.key, record)
        counted = (
            (Reason.MANY_MAILS_ABOUT_RECORD, about, self.limits.mails_to_recipient_about_record),
            (Reason.MANY_MAILS_TO_RECIPIENT, book.sent_to(recipient.key), self.limits.mails_to_recipient),
        )
        exceeded = next(((reason, limit) for reason, sent, limit in counted if sent >= limit), None)
        return applied(exceeded[0], mail=by, recipient=recipient.address, limit=exceeded[1]) if exceeded else None


def _did_it(recipient: Recipient, occurrence: Occurrence) -> AppliedReason | None:
    """A technician has several addresses, and is told at none of them."""
    confirmed = recipient.as_requestor and occurrence.event in CONFIRMED and not occurrence.commanded
    if occurrence.sender_key is None or confirmed:
        return None
    same_technician = (
        recipient.technician is not None
        and occurrence.sender_role == "technician"
        and occurrence.sender is not None
        and recipient.technician.id == occurrence.sender.id
    )
    if recipient.key != occurrence.sender_key and not same_technician:
        return None
    return applied(Reason.RECIPIENT_DID_IT, recipient=recipient.address)


def _is_from_outside(occurrence: Occurrence) -> bool:
    return occurrence.received is not None and occurrence.sender_role != "technician"


def _not_for(recipient: Recipient, occurrence: Occurrence) -> AppliedReason | None:
    private = occurrence.note is not None and occurrence.note.note.private and occurrence.event in ABOUT_A_NOTE
    if not private or recipient.technician:
        return None
    return applied(Reason.RECIPIENT_IS_NO_TECHNICIAN, recipient=recipient.address)


def _has_it(recipient: Recipient, occurrence: Occurrence) -> AppliedReason | None:
    """A reply was sent to its `participants` already: telling them that there is a note would say the same twice."""
    note = occurrence.note.note if occurrence.note and occurrence.event in ABOUT_A_NOTE else None
    if note is None or not note.is_reply or recipient.key not in note.participants:
        return None
    return applied(Reason.RECIPIENT_GOT_REPLY, recipient=recipient.address)
