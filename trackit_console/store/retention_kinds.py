"""How each kind of data that has an age is found and removed; which rows are due is in `retention_conditions`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, SQLColumnExpression

from trackit_console.store.activity_words import remove_words
from trackit_console.store.retention_conditions import (
    Condition,
    Cutoff,
    activity_due,
    archive_due,
    attachments_due,
    audit_due,
    messages_due,
    outgoing_mail_due,
    quarantine_due,
    scheduled_actions_due,
)
from trackit_console.store.tables import (
    ActivityRow,
    AuditRow,
    Base,
    DeliveryRow,
    OutboxRow,
    OutboxTryRow,
    QuarantineRow,
    RawMessageRow,
    ScheduledActionRow,
)


@dataclass(frozen=True, slots=True)
class RetentionKind:
    """How a kind of data is found and removed.

    Due rows are looked for in `source`, by `due`, in the order of `order`; `id` is their key. `removed_from` are the tables that lose
    rows, with their columns of that key, in the order of their foreign keys. `first_removed` removes what is found by the key
    otherwise. `size` has the bytes of a row, where it is large.
    """

    source: type[Base]
    id: SQLColumnExpression[int]
    removed_from: Sequence[tuple[type[Base], SQLColumnExpression[int]]]
    due: Callable[[Cutoff], Condition]
    order: SQLColumnExpression[Any]
    size: SQLColumnExpression[int] | None = None
    first_removed: Callable[[Connection, Sequence[int]], None] | None = None


def _originals(due: Callable[[Cutoff], Condition]) -> RetentionKind:
    raw = (RawMessageRow, RawMessageRow.delivery_id)
    return RetentionKind(DeliveryRow, DeliveryRow.id, [raw], due, DeliveryRow.id, DeliveryRow.size)


RETENTION_KINDS: Mapping[str, RetentionKind] = {
    "activity": RetentionKind(
        ActivityRow,
        ActivityRow.delivery_id,
        [(ActivityRow, ActivityRow.delivery_id)],
        activity_due,
        ActivityRow.at,
        first_removed=remove_words,
    ),
    "messages": _originals(messages_due),
    "attachments": _originals(attachments_due),
    "archive": _originals(archive_due),
    "outgoing_mail": RetentionKind(
        OutboxRow,
        OutboxRow.id,
        [(OutboxTryRow, OutboxTryRow.outbox_id), (OutboxRow, OutboxRow.id)],
        outgoing_mail_due,
        OutboxRow.created_at,
    ),
    "audit": RetentionKind(AuditRow, AuditRow.id, [(AuditRow, AuditRow.id)], audit_due, AuditRow.at),
    "scheduled_actions": RetentionKind(
        ScheduledActionRow,
        ScheduledActionRow.id,
        [(ScheduledActionRow, ScheduledActionRow.id)],
        scheduled_actions_due,
        ScheduledActionRow.due_at,
    ),
    "quarantine": RetentionKind(
        QuarantineRow, QuarantineRow.delivery_id, [(QuarantineRow, QuarantineRow.delivery_id)], quarantine_due, QuarantineRow.at
    ),
}
