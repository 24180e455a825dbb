"""Puts several mails for one recipient into one: what a notification schedule collects (NOT-01).

No reply to it may land on one of its records by mistake. So it answers no message, and its subject has no keyword; the text says how
to answer about one of the records.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from trackit_console.domain.effects import MailKind, SendMail
from trackit_console.domain.records import RecordRef
from trackit_console.helpdesk.notifications.composing import Draft, compose
from trackit_console.helpdesk.notifications.message_ids import message_id_for
from trackit_console.helpdesk.notifications.rendering import text_as_html
from trackit_console.helpdesk.notifications.routing import with_keyword
from trackit_console.helpdesk.notifications.values import moment_text
from trackit_console.mail import parse
from trackit_console.mail.keywords import without_keywords

_HOW_TO_ANSWER = (
    "To answer about one of these records, write a new email with its keyword in the subject. "
    "An answer to this email itself belongs to none of them."
)


@dataclass(frozen=True, slots=True)
class HeldMail:
    """One of the mails; `at` is when it was put into the outbox."""

    message_id: str
    subject: str
    text: str
    record: RecordRef | None
    at: datetime


def held_mail(content: bytes, record: RecordRef | None, at: datetime) -> HeldMail:
    """A mail of the outbox from its bytes."""
    message = parse(content)
    return HeldMail(message.message_id or "", message.subject, message.text, record, at)


def digest_mail(
    held: Sequence[HeldMail], *, to: str, from_name: str, from_address: str, at: datetime, zone: tzinfo = UTC, by: str = ""
) -> SendMail:
    """One mail from those of `held`, in their order, for the address `to`; about no record. `zone` is that of the moments in it.

    The same mails make the same unique key and Message-ID: they are sent once. Raises ValueError without any mail.
    """
    if not held:
        raise ValueError("a digest has at least one mail")
    unique_key = " ".join(("digest", *(each.message_id for each in held)))
    text = digest_text(held, zone)
    composed = compose(
        Draft(
            kind=MailKind.NOTIFICATION,
            from_name=from_name,
            from_address=from_address,
            to=[("", to)],
            subject=_subject(held, from_name or from_address),
            text=text,
            html=text_as_html(text),
            message_id=message_id_for(unique_key, from_address),
            date=at,
        )
    )
    return SendMail(
        MailKind.NOTIFICATION, (to,), composed.subject, composed.message_id, composed.content, unique_key, not_before=at, by=by
    )


def digest_text(held: Sequence[HeldMail], zone: tzinfo) -> str:
    """A heading and the text of each mail."""
    parts = [_HOW_TO_ANSWER] if any(each.record for each in held) else []
    for number, each in enumerate(held, 1):
        subject = with_keyword(each.subject, each.record) if each.record else each.subject
        heading = f"{number}. {subject}\n{moment_text(each.at, zone)}"
        parts.append(f"{heading}\n\n{each.text.strip()}")
    return "\n\n\n".join(parts)


def _subject(held: Sequence[HeldMail], sender: str) -> str:
    number = "1 notification" if len(held) == 1 else f"{len(held)} notifications"
    return f"{number} from {without_keywords(sender).strip()}"
