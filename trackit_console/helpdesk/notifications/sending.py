"""Makes the mail that an occurrence gives rise to, as effects (NOT-01). `mail_decisions` decides what becomes of it.

Notifications, business rules and service levels call `mails_for`; `preview` shows what it would do.
"""

from __future__ import annotations

from trackit_console.domain.effects import Effect, MailKind, SendMail
from trackit_console.domain.listeners import Reader
from trackit_console.domain.records import RecordRef
from trackit_console.helpdesk.notifications.composing import Draft, compose
from trackit_console.helpdesk.notifications.held_back import told_once
from trackit_console.helpdesk.notifications.mail_decisions import Decision, decide_mails
from trackit_console.helpdesk.notifications.message_ids import message_id_for
from trackit_console.helpdesk.notifications.permission import TOLD_IN_HISTORY
from trackit_console.helpdesk.notifications.sending_settings import SendingSettings
from trackit_console.helpdesk.occurrences import Occurrence
from trackit_console.helpdesk.reasons import Reason, applied
from trackit_console.settings.definition_names import definition_key
from trackit_console.settings.recipients import Recipients


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
