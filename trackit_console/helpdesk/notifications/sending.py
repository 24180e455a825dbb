"""Decides which mail an occurrence makes: to whom, whether, when and what it says (NOT-01, MSG-08, FIL-04).

Notifications, business rules and service levels call `mails_for`; `preview` shows what it would do.
"""

from __future__ import annotations

from dataclasses import dataclass

from trackit_console.domain.effects import Effect, MailKind, SendMail
from trackit_console.domain.events import Reader
from trackit_console.domain.records import AppliedReason, RecordRef
from trackit_console.helpdesk.notifications.composing import Draft, compose
from trackit_console.helpdesk.notifications.held_back import told_once
from trackit_console.helpdesk.notifications.letter import Letter
from trackit_console.helpdesk.notifications.message_ids import message_id_for
from trackit_console.helpdesk.notifications.occasions import NO_THREAD, Story, Thread
from trackit_console.helpdesk.notifications.permission import TOLD_IN_HISTORY
from trackit_console.helpdesk.notifications.recipients import Recipient, recipients_of
from trackit_console.helpdesk.notifications.rendering import Rendered
from trackit_console.helpdesk.notifications.schedules import Delay, delay_of
from trackit_console.helpdesk.notifications.sending_settings import SendingSettings
from trackit_console.helpdesk.occurrences import Occurrence
from trackit_console.helpdesk.reasons import Reason, applied
from trackit_console.settings.definition_names import definition_key
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


def mails_for(
    occurrence: Occurrence,
    template: str,
    recipients: Recipients,
    *,
    by: str,
    key: str,
    settings: SendingSettings,
    read: Reader,
) -> list[Effect]:
    """A mail for each recipient who may be told, and a system note about what was held back.

    `template` is a name. `by` is the name of the notification, rule or service level; `key` makes the unique key of a mail together with
    its recipient: what has the same key is sent once.
    """
    if settings.from_address is None or settings.why_nobody(occurrence):
        return []
    book = settings.address_books.of(read)
    record = occurrence.details.ref if occurrence.details else None
    found = settings.templates.get(definition_key(template))
    if found is None:
        missing = applied(Reason.MAIL_WITHOUT_TEMPLATE, mail=by, template=template)
        return list(told_once(record, [missing], book, read))
    decisions = decide_mails(occurrence, found, recipients, by=by, settings=settings, read=read)
    sent: list[Effect] = [
        _mail(each, record, settings.from_address, occurrence, by, key, settings) for each in decisions if each.why_not is None
    ]
    held_back = [each.why_not for each in decisions if each.why_not and each.why_not.code in TOLD_IN_HISTORY]
    return [*sent, *told_once(record, held_back, book, read, is_new=occurrence.event == "created")]


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


def _mail(
    decision: Decision,
    record: RecordRef | None,
    from_address: str,
    occurrence: Occurrence,
    by: str,
    key: str,
    settings: SendingSettings,
) -> SendMail:
    recipient, mail = decision.recipient, decision.mail
    unique_key = f"{key} {recipient.key}"
    draft = Draft(
        kind=MailKind.NOTIFICATION,
        from_name=settings.from_name,
        from_address=from_address,
        to=[(recipient.name, recipient.address)],
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        message_id=message_id_for(unique_key, from_address),
        date=occurrence.at,
        in_reply_to=decision.thread.in_reply_to,
        references=decision.thread.references,
    )
    composed = compose(draft)
    return SendMail(
        MailKind.NOTIFICATION,
        (recipient.address,),
        composed.subject,
        composed.message_id,
        composed.content,
        unique_key,
        record,
        decision.delay.until,
        decision.delay.digest,
        by,
    )
