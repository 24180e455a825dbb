"""The list of the messages that were set aside and wait for a person (RUN-04). Deciding about one is in `quarantine`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trackit_console.domain.reason_json import reasons_from_json
from trackit_console.domain.records import AppliedReason
from trackit_console.store.tables import ActivityRow, DeliveryRow, MailboxRow, QuarantineRow, RawMessageRow


@dataclass(frozen=True, slots=True)
class QuarantineView:
    """A message that waits, as lists show it; `code` is that of its first reason, `size` in bytes.

    `whole` says whether all of it is kept: of a message that the server did not hand over, at most the headers are.
    """

    delivery_id: int
    at: datetime
    mailbox: str
    sender: str
    subject: str
    code: str
    reasons: tuple[AppliedReason, ...]
    detail: str
    tries: int
    size: int
    whole: bool


def waiting_messages(session: Session) -> list[QuarantineView]:
    """Every message that waits, the newest first. Reads no content."""
    # Columns, not rows as objects: 10,000 of them would take half a second to build.
    asked = (
        select(
            QuarantineRow.delivery_id,
            QuarantineRow.at,
            QuarantineRow.reason,
            QuarantineRow.detail,
            QuarantineRow.tries,
            ActivityRow.sender,
            ActivityRow.subject,
            ActivityRow.reasons,
            MailboxRow.name,
            DeliveryRow.size,
            RawMessageRow.headers_only,
        )
        .join(ActivityRow, ActivityRow.delivery_id == QuarantineRow.delivery_id)
        .join(DeliveryRow, DeliveryRow.id == QuarantineRow.delivery_id)
        .join(MailboxRow, MailboxRow.id == DeliveryRow.mailbox_id)
        .outerjoin(RawMessageRow, RawMessageRow.delivery_id == QuarantineRow.delivery_id)
        .where(QuarantineRow.state == "open")
        .order_by(QuarantineRow.delivery_id.desc())
    )
    return [
        QuarantineView(
            delivery_id=row.delivery_id,
            at=row.at,
            mailbox=row.name,
            sender=row.sender,
            subject=row.subject,
            code=row.reason,
            reasons=reasons_from_json(row.reasons),
            detail=row.detail,
            tries=row.tries,
            size=row.size,
            whole=row.headers_only is False,
        )
        for row in session.execute(asked)
    ]
