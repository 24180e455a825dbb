"""Why a message is taken but not answered (MSG-08)."""

from __future__ import annotations

from trackit_console.domain.records import AppliedReason, RecordTarget
from trackit_console.helpdesk.automatic_mail import automatic_reason, unanswered_reason
from trackit_console.helpdesk.incoming import Incoming
from trackit_console.helpdesk.rate_limits import exceeded_limit


def quiet_reasons(incoming: Incoming, record: RecordTarget | None) -> tuple[AppliedReason, ...]:
    """Why a change of `record`, None for a new one, must be quiet; empty if it may be answered."""
    limit = exceeded_limit(incoming.delivery, record, incoming.directory.recent, incoming.policy.loop_protection)
    return tuple(each for each in (automatic_reason(incoming), unanswered_reason(incoming.message), limit) if each)
