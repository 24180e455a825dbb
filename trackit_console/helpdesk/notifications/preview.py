"""Shows what a notification would say about a record, and who would get it, before it is turned on (NOT-01)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trackit_console.domain.listeners import Reader
from trackit_console.domain.records import NoteKind, RecordRef
from trackit_console.helpdesk.notifications.letter import Letter
from trackit_console.helpdesk.notifications.mail_decisions import decide_mails
from trackit_console.helpdesk.notifications.occasions import NOTES_READ, Story
from trackit_console.helpdesk.notifications.rendering import Rendered
from trackit_console.helpdesk.notifications.sending_settings import SendingSettings
from trackit_console.helpdesk.occurrences import Occurrence
from trackit_console.helpdesk.reaction_settings import ReactionSettings
from trackit_console.helpdesk.reasons import reason_phrase
from trackit_console.settings.event_names import EventName
from trackit_console.settings.notification_templates import NotificationTemplate
from trackit_console.settings.notifications import Notification
from trackit_console.user_messages import Phrase


@dataclass(frozen=True, slots=True)
class PreviewedRecipient:
    """Somebody who is ticked. `why_not` says why they would not get the mail, None if they would.

    `not_before` is when it would be sent, None for at once; `in_digest`: together with others. `mail` is theirs: technicians may see
    private notes.
    """

    name: str
    address: str
    mail: Rendered
    why_not: Phrase | None = None
    not_before: datetime | None = None
    in_digest: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """The mail as those outside the help desk would get it, and its recipients; none without a notification.

    `why_nobody` says why nothing at all would be sent, None if mail may be sent.
    """

    subject: str
    text: str
    html: str
    recipients: tuple[PreviewedRecipient, ...] = ()
    why_nobody: Phrase | None = None


def preview(
    template: NotificationTemplate,
    notification: Notification | None,
    occurrence: Occurrence,
    settings: ReactionSettings,
    read: Reader,
) -> Preview:
    """What would be sent. `template` and `notification` need not be kept or enabled; nothing is changed or sent."""
    compiled = SendingSettings.of(settings)
    by = notification.name if notification else template.name
    mail = Letter(template, Story(occurrence, read), by, compiled).public
    why_nobody = compiled.why_nobody(occurrence)
    return Preview(
        mail.subject,
        mail.text,
        mail.html,
        _recipients(template, notification, occurrence, compiled, read) if notification else (),
        reason_phrase(why_nobody) if why_nobody else None,
    )


def occurrence_on(record: RecordRef, event: EventName, read: Reader) -> Occurrence | None:
    """An occurrence that a record might have now, with the last note that somebody wrote on it; None if there is no such record."""
    details = read.details([record]).get(record)
    if details is None:
        return None
    written = (each for each in read.history(record, NOTES_READ) if each.note.kind in (NoteKind.EMAIL_RECEIVED, NoteKind.NOTE))
    return Occurrence(event, f"preview {record}", read.now, details=details, note=next(written, None))


def _recipients(
    template: NotificationTemplate, notification: Notification, occurrence: Occurrence, settings: SendingSettings, read: Reader
) -> tuple[PreviewedRecipient, ...]:
    decisions = decide_mails(occurrence, template, notification.recipients, by=notification.name, settings=settings, read=read)
    return tuple(
        PreviewedRecipient(
            each.recipient.name,
            each.recipient.address,
            each.mail,
            reason_phrase(each.why_not) if each.why_not else None,
            each.delay.until,
            each.delay.digest is not None,
        )
        for each in decisions
    )
