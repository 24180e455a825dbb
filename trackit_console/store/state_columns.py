"""The row of a mailbox's state as a value, and its error as columns: a code with facts, which any language can show."""

from __future__ import annotations

import json

from trackit_console.domain.polling import MailboxState, PollError
from trackit_console.domain.reason_json import facts_from_plain, facts_to_plain
from trackit_console.store.column_types import cut
from trackit_console.store.tables import MailboxStateRow


def state_of(row: MailboxStateRow) -> MailboxState:
    """How polling a mailbox goes."""
    return MailboxState(
        mailbox_id=row.mailbox_id,
        cursor=row.cursor,
        last_poll_at=row.last_poll_at,
        last_success_at=row.last_success_at,
        next_poll_at=row.next_poll_at,
        visiting=row.visit_begun_at is not None,
        failures=row.failures,
        authentication_failures=row.authentication_failures,
        alert_record_id=row.alert_record_id,
        error=_error(row),
        unread=row.unread,
        poll_requests=row.poll_requests,
    )


def error_columns(error: PollError | None) -> dict[str, object]:
    """The columns of the last error; all of them None after a visit that went well."""
    if error is None:
        return dict.fromkeys(("error_step", "error_code", "error_facts", "error_detail"))
    return {
        "error_step": error.step,
        "error_code": f"{error.context}.{error.code}",
        "error_facts": json.dumps(facts_to_plain(error.facts), ensure_ascii=False),
        "error_detail": cut(error.detail, 4000),
    }


def _error(row: MailboxStateRow) -> PollError | None:
    if row.error_code is None:
        return None
    # Codes of newer versions are kept as they are; what they mean is asked when they are shown.
    context, _, code = row.error_code.partition(".")
    facts = facts_from_plain(json.loads(row.error_facts or "{}"))
    return PollError(row.error_step or "", context, code, facts, row.error_detail or "")
