"""Which records a list shows, and in which order (T-06)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from trackit_console.domain.records import Module, Status


class RecordOrder(StrEnum):
    """What a list of records is sorted by."""

    NUMBER = "number"
    SUBJECT = "subject"
    REQUESTOR = "requestor"
    TECHNICIAN = "technician"
    STATUS = "status"
    PRIORITY = "priority"
    UPDATED = "updated"
    DUE = "due"


NOBODY = 0
"""Stands for no technician: no id is 0."""


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """Which records, and in which order. None means any; `technician_id` may be `NOBODY`.

    `overdue` are those that are not closed and have a due time of their service level behind them (NOT-04). Sorted by `DUE`, records
    without a due time come last either way. Status and technician do not narrow a list of requestors, who have none.
    """

    module: Module = Module.TICKET
    status: Status | None = None
    technician_id: int | None = None
    overdue: bool = False
    text: str = ""
    order: RecordOrder = RecordOrder.NUMBER
    descending: bool = True
