"""Decides what becomes of the mail to each recipient: whether it is sent, when, and what it says (NOT-01, MSG-08, FIL-04)."""

from __future__ import annotations

from dataclasses import dataclass

from trackit_console.domain.listeners import Reader
from trackit_console.domain.records import AppliedReason
from trackit_console.helpdesk.notifications.letter import Letter
from trackit_console.helpdesk.notifications.occasions import NO_THREAD, Story, Thread
from trackit_console.helpdesk.notifications.recipients import Recipient, recipients_of
from trackit_console.helpdesk.notifications.rendering import Rendered
from trackit_console.helpdesk.notifications.schedules import Delay, delay_of
from trackit_console.helpdesk.notifications.sending_settings import SendingSettings
from trackit_console.helpdesk.occurrences import Occurrence
from trackit_console.settings.notification_templates import NotificationTemplate
from trackit_console.settings.recipients import Recipients


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of the mail to one recipient. `why_not` None: it is sent, after `delay`."""

    recipient: Recipient
    mail: Rendered
    thread: Thread
    delay: Delay
    why_not: AppliedReason | None


def decide_mails(
    occurrence: Occurrence,
    template: NotificationTemplate,
    recipients: Recipients,
    *,
    by: str,
    settings: SendingSettings,
    read: Reader,
) -> list[Decision]:
    """What becomes of the mail to each recipient. What is sent is counted for the limits of those that follow."""
    book = settings.address_books.of(read)
    letter = Letter(template, Story(occurrence, read), by, settings)
    decisions = []
    for recipient in recipients_of(occurrence, recipients, book):
        private_notes = recipient.technician is not None
        mail = letter.private if private_notes else letter.public
        why_not = settings.permission.why_not(recipient, mail.subject, by, occurrence, book)
        thread, delay = NO_THREAD, delay_of(recipient, occurrence, settings.schedules)
        if why_not is None:
            if delay.digest is None:  # a digest is one mail, however much is in it
                book.count(recipient.key, occurrence.details.ref if occurrence.details else None)
            thread = letter.private_thread if private_notes else letter.public_thread
        decisions.append(Decision(recipient, mail, thread, delay, why_not))
    return decisions
