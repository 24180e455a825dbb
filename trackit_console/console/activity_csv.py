"""The list of messages as CSV, for spreadsheets (SEC-03)."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from trackit_console.console.csv_cells import escaped

if TYPE_CHECKING:
    from trackit_console.store.activity import ActivityView


def activity_csv(views: Sequence[ActivityView]) -> str:
    """The list as CSV; values that a spreadsheet would take for formulas are escaped."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")  # RFC 4180
    writer.writerow(["Time", "Mailbox", "Sender", "Subject", "Outcome", "Record", "Message-ID"])
    for each in views:
        row = [
            each.at.isoformat(),
            each.mailbox,
            each.sender,
            each.subject,
            each.outcome.value,
            str(each.record or ""),
            each.message_id or "",
        ]
        writer.writerow([escaped(value) for value in row])
    return text.getvalue()
