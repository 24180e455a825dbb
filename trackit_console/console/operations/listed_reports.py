"""Reports as the list shows them: with their runs (NOT-02)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trackit_console.settings.reports import Report
from trackit_console.store.row_mapping import Stored


@dataclass(frozen=True, slots=True)
class ListedReport(Stored[Report]):
    """`next_run_at` is None while it is not sent by schedule; `error` is the code of why the last try failed."""

    next_run_at: datetime | None = None
    last_run_at: datetime | None = None
    error: str | None = None
