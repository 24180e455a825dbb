"""The list of messages as CSV, for spreadsheets (SEC-03)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from trackit_console.settings.csv_files import write_rows

if TYPE_CHECKING:
    from trackit_console.store.activity_views import ActivityView


def activity_csv(views: Sequence[ActivityView]) -> str:
    """The list as CSV; values that a spreadsheet would take for formulas are escaped."""
    heading = ["Time", "Mailbox", "Sender", "Subject", "Outcome", "Record", "Message-ID"]
    return write_rows([heading, *(_row(each) for each in views)])


def _row(view: ActivityView) -> list[str]:
    return [
        view.at.isoformat(),
        view.mailbox,
        view.sender,
        view.subject,
        view.outcome.value,
        str(view.record or ""),
        view.message_id or "",
    ]
