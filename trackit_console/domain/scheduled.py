"""What becomes of a scheduled action when it is due (NOT-03, NOT-04). `effects.ScheduleAction` asks for one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from trackit_console.domain.effects import Change, ScheduledKind
from trackit_console.domain.records import RecordDetails, RecordRef

if TYPE_CHECKING:
    from trackit_console.domain.listeners import Reader


@dataclass(frozen=True, slots=True)
class DueAction:
    """A scheduled action whose time has come.

    `source` and `payload` are what `ScheduleAction` said; `record` is None where it is about none; `scheduled_at` is the moment of the
    transaction that asked for it.
    """

    kind: ScheduledKind
    source: str
    record: RecordRef | None
    due_at: datetime
    scheduled_at: datetime
    payload: str


class ScheduledHandler(Protocol):
    """Judges a due action anew and answers what is to change; None when it is no longer needed.

    Called within the transaction that ends the action: what is answered is kept together with that, or neither is. `details` are those of
    the record as it is now, locked until then; None where the action is about no record.
    """

    def __call__(self, action: DueAction, details: RecordDetails | None, read: Reader) -> Change | None: ...
