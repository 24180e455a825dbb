"""Writes the rows of a report as a CSV file for spreadsheets (SEC-03)."""

from __future__ import annotations

from trackit_console.helpdesk.reports.document import Document, cell_text
from trackit_console.settings.csv_files import write_rows

BYTE_ORDER_MARK = "\ufeff"
"""By it Excel knows UTF-8; without it, it takes the code page of the country."""


def csv_of(document: Document) -> str:
    """All rows, with a byte order mark. What a spreadsheet would take for a formula is text."""
    return BYTE_ORDER_MARK + write_rows([[cell_text(cell, document.zone) for cell in row] for row in document.file])
