"""Writes a report as text, for mail programs without HTML and for the command line."""

from __future__ import annotations

from trackit_console.helpdesk.reports.document import Document, Table, cell_text

_GAP = "  "
_WIDEST = 60
"""Characters of a column: a long subject is cut, its record stands beside it."""


def text_of(document: Document) -> str:
    """The report in lines."""
    parts = [f"{document.title}\n{document.about}", *(_section(each, document) for each in document.tables)]
    return "\n\n".join(parts) + "\n"


def _section(table: Table, document: Document) -> str:
    title = str(table.title)
    lines = [title, "-" * len(title)]
    if not table.rows:
        return "\n".join([*lines, str(table.empty)])
    rows = [
        [str(each) for each in table.columns],
        *([_cut(cell_text(cell, document.zone)) for cell in row] for row in table.rows),
    ]
    numbers = [all(isinstance(row[at], int | None) for row in table.rows) for at in range(len(table.columns))]
    widths = [max(len(row[at]) for row in rows) for at in range(len(table.columns))]
    for row in rows:
        cells = [
            cell.rjust(width) if number else cell.ljust(width) for cell, width, number in zip(row, widths, numbers, strict=True)
        ]
        lines.append(_GAP.join(cells).rstrip())
    return "\n".join([*lines, *([str(table.note)] if table.note else [])])


def _cut(text: str) -> str:
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"
