"""When so much mail came within an hour or a day that nothing is answered any more (MSG-08).

The mail itself is always taken. What a program writes without saying so is stopped here: no answer of ours, no next answer of
the program.
"""

from __future__ import annotations

from trackit_console.domain.deliveries import Delivery
from trackit_console.domain.directory import RecentMail
from trackit_console.domain.records import AppliedReason, RecordTarget
from trackit_console.helpdesk.reasons import Reason, applied
from trackit_console.settings.loop_protection import LoopProtection


def exceeded_limit(
    delivery: Delivery, record: RecordTarget | None, recent: RecentMail, limits: LoopProtection
) -> AppliedReason | None:
    """The first limit that this message exceeds, which came after those of `recent` and is on `record`; None if it is within all."""
    sender = delivery.sender_key
    counted = (
        (Reason.MANY_ABOUT_RECORD, recent.by_record.get((sender, record), 0) if record else 0, limits.answers_per_record),  # type: ignore[arg-type]
        (Reason.MANY_OF_SAME_TEXT, recent.by_text.get(delivery.text_key, 0), limits.answers_to_same_text),
        (Reason.MANY_OF_SAME_TEXT_IN_A_DAY, recent.by_text_in_a_day.get(delivery.text_key, 0), limits.answers_in_a_day),
        (Reason.MANY_OF_SENDER, recent.by_sender.get(sender, 0), limits.answers_per_sender),
        (Reason.MANY_IN_MAILBOX, recent.in_mailbox, limits.answers_per_mailbox),
    )
    return next((applied(reason, limit=limit) for reason, before, limit in counted if before >= limit), None)
