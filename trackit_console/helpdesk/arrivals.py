"""Deliveries without a decision: messages that are unreadable, not downloadable or already taken (RUN-03, RUN-04).

`intake` decides about messages that can be read.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from trackit_console.domain.addresses import address_key
from trackit_console.domain.deliveries import Delivery, MessageRef, Outcome
from trackit_console.domain.records import AppliedReason
from trackit_console.helpdesk.reasons import Reason, applied
from trackit_console.mail import Message, parse
from trackit_console.mail.content_identity import content_identity
from trackit_console.mail.keywords import without_keywords

MEGABYTE = 1024 * 1024


def content_key(raw: bytes) -> str:
    """The identity of a message by its bytes: SHA-256 in hexadecimal (RUN-03)."""
    return hashlib.sha256(raw).hexdigest()


def copy_key(message: Message, template: str | None) -> str | None:
    """The identity that copies of a message share: a hash of Message-ID, content and the mailbox's ticket template.

    Two mailboxes with different templates create one record each. None without a Message-ID: two people may write the
    same text.
    """
    if not message.message_id:
        return None
    parts = (message.message_id, content_identity(message), template or "")
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def arrived(ref: MessageRef, raw: bytes, seen_at: datetime) -> Delivery:
    """A received message before the decision. Until then its outcome is that it could not be processed."""
    return Delivery(
        ref=ref,
        raw=raw,
        size=len(raw),
        seen_at=seen_at,
        outcome=Outcome.QUARANTINED,
        reasons=(applied(Reason.PROCESSING_FAILED),),
        content_key=content_key(raw),
    )


def with_header_fields(delivery: Delivery, message: Message) -> Delivery:
    """`delivery` with the header fields of the parsed message that lists show."""
    return replace(delivery, message_id=message.message_id, sender=str(message.sender), subject=message.subject)


def text_key(message: Message) -> str:
    """The identity of what is said, whoever says it: a hash of subject and new text, keywords and white space aside (MSG-08)."""
    words = " ".join(without_keywords(f"{message.subject}\n{message.new_text}").casefold().split())
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()


def identified(delivery: Delivery, message: Message, template: str | None) -> Delivery:
    """`with_header_fields`, and the keys by which copies and the mail of one sender or text are found.

    Copies share `copy_key` in mailboxes with this ticket template.
    """
    return replace(
        delivery,
        message_id=message.message_id,
        sender=str(message.sender),
        subject=message.subject,
        copy_key=copy_key(message, template),
        sender_key=address_key(message.sender.address),
        text_key=text_key(message),
    )


def failed(delivery: Delivery, problem: Exception) -> Delivery:
    """A message whose parsing or decision raised `problem`: quarantined with all its bytes (RUN-04)."""
    reasons = (applied(Reason.PROCESSING_FAILED),)
    detail = f"{type(problem).__name__}: {problem}"
    return replace(delivery, outcome=Outcome.QUARANTINED, reasons=reasons, detail=detail, copy_key=None)


def taken_before(delivery: Delivery) -> Delivery:
    """A message that this mailbox already took, with the same bytes under another UID."""
    return replace(delivery, outcome=Outcome.IGNORED, reasons=(applied(Reason.TAKEN_BEFORE),), copy_key=None)


def not_downloaded(
    ref: MessageRef, headers: bytes, size: int, seen_at: datetime, reason: AppliedReason, detail: str = ""
) -> Delivery:
    """A message that could not be downloaded: quarantined with its reference and headers only."""
    # Without a content key: that is the hash of the whole message, which nobody has seen.
    delivery = replace(arrived(ref, headers, seen_at), size=size, reasons=(reason,), content_key="", detail=detail)
    delivery = replace(delivery, headers_only=True)
    return with_header_fields(delivery, parse(headers)) if headers else delivery


def why_not_downloaded(reason: Reason, *, size: int, limit_megabytes: int, tries: int) -> AppliedReason:
    """The reason with the facts of its sentence. `size` is in bytes."""
    if reason is Reason.TOO_LARGE:
        return applied(reason, size=-(-size // MEGABYTE), limit=limit_megabytes)
    return applied(reason, tries=tries)
