"""Deliveries of messages about which nothing could be decided: unreadable, not downloadable, taken before (RUN-03, RUN-04).

What becomes of a message that can be read is decided in `intake`.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from trackit_console.domain.deliveries import Delivery, MessageRef, Outcome
from trackit_console.domain.records import AppliedReason
from trackit_console.helpdesk.reasons import Reason, applied
from trackit_console.mail import Message, parse
from trackit_console.mail.content_identity import content_identity

MEGABYTE = 1024 * 1024


def content_key(raw: bytes) -> str:
    """The identity of a message by its bytes (RUN-03)."""
    return hashlib.sha256(raw).hexdigest()


def copy_key(message: Message, template: str | None) -> str | None:
    """The identity by which copies are known: Message-ID, content, and the ticket template of the mailbox.

    Two mailboxes with different templates make a record each. None without a Message-ID: two persons may write the same.
    """
    if not message.message_id:
        return None
    parts = (message.message_id, content_identity(message), template or "")
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def arrived(ref: MessageRef, raw: bytes, seen_at: datetime) -> Delivery:
    """A message that came and is not decided about yet: until then it counts as one that could not be processed."""
    return Delivery(
        ref=ref,
        raw=raw,
        size=len(raw),
        seen_at=seen_at,
        outcome=Outcome.QUARANTINED,
        reasons=(applied(Reason.PROCESSING_FAILED),),
        content_key=content_key(raw),
    )


def named(delivery: Delivery, message: Message) -> Delivery:
    """`delivery` with what lists show of a message that could be read."""
    return replace(delivery, message_id=message.message_id, sender=str(message.sender), subject=message.subject)


def failed(delivery: Delivery, problem: Exception) -> Delivery:
    """A message whose reading or deciding raised: set aside whole (RUN-04)."""
    reasons = (applied(Reason.PROCESSING_FAILED),)
    return replace(delivery, outcome=Outcome.QUARANTINED, reasons=reasons, detail=f"{type(problem).__name__}: {problem}")


def taken_before(delivery: Delivery, message: Message) -> Delivery:
    """A message whose bytes this mailbox took already, under another identity."""
    return replace(named(delivery, message), outcome=Outcome.IGNORED, reasons=(applied(Reason.TAKEN_BEFORE),))


def not_downloaded(
    ref: MessageRef, headers: bytes, size: int, seen_at: datetime, reason: AppliedReason, detail: str = ""
) -> Delivery:
    """A message that is set aside by its reference and headers alone, because its whole could not be had."""
    aside = replace(arrived(ref, headers, seen_at), size=size, reasons=(reason,), content_key="", detail=detail)
    aside = replace(aside, headers_only=True)
    return named(aside, parse(headers)) if headers else aside


def why_not_downloaded(reason: Reason, *, size: int, limit_megabytes: int, tries: int) -> AppliedReason:
    """The reason with the facts that its sentence names."""
    if reason is Reason.TOO_LARGE:
        return applied(reason, size=-(-size // MEGABYTE), limit=limit_megabytes)
    return applied(reason, tries=tries)
