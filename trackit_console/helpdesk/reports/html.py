"""Writes a report as HTML that mail programs show: tables with styles of their own, and bars without images.

Outlook on Windows shows HTML as Word does: it knows no `<style>` reliably, no `div` widths and no flexible layout, so colours and widths
stand at the cells, as attributes and as styles.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from trackit_console.helpdesk.reports.document import Cell, Document, Table, cell_text

_FONT = "font-family:'Segoe UI',Arial,sans-serif"
_TEXT, _DIM, _LINE, _BAR = "#1f2328", "#57606a", "#d0d7de", "#2f6db5"
_CELL = f"padding:4px 10px 4px 0;border-bottom:1px solid {_LINE};{_FONT};font-size:13px;color:{_TEXT};vertical-align:top"
_PAGE = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light"><title>{title}</title></head>
<body bgcolor="#ffffff" style="margin:0;padding:16px;background-color:#ffffff;color:{text};{font}">
<h1 style="margin:0 0 4px 0;font-size:20px;{font}">{title}</h1>
<p style="margin:0 0 12px 0;font-size:13px;color:{dim};{font}">{about}</p>
{tables}
</body></html>
"""


def html_of(document: Document) -> str:
    """The report as a page. Whatever is in subjects and names is text in it (SEC-03)."""
    return _PAGE.format(
        title=escape(document.title),
        about=escape(str(document.about)),
        tables="\n".join(_section(each, document) for each in document.tables),
        text=_TEXT,
        dim=_DIM,
        font=_FONT,
    )


def _section(table: Table, document: Document) -> str:
    heading = f'<h2 style="margin:20px 0 4px 0;font-size:15px;{_FONT}">{escape(str(table.title))}</h2>'
    if not table.rows:
        return f"{heading}\n{_paragraph(str(table.empty))}"
    note = f"\n{_paragraph(str(table.note))}" if table.note else ""
    numbers = _number_columns(table)
    titles = "".join(_heading_cell(str(each), at in numbers) for at, each in enumerate(table.columns))
    most = table.full or max((_number(row) for row in table.rows), default=0)
    rows = "\n".join(_row(row, table, document, numbers, most) for row in table.rows)
    bar_heading = f'<th style="{_CELL}" width="40%"></th>' if table.bars else ""
    return (
        f'{heading}\n<table cellspacing="0" cellpadding="0" border="0" width="100%" style="max-width:760px;border-collapse:collapse">\n'
        f"<tr>{titles}{bar_heading}</tr>\n{rows}\n</table>{note}"
    )


def _paragraph(text: str) -> str:
    return f'<p style="margin:4px 0;font-size:13px;color:{_DIM};{_FONT}">{escape(text)}</p>'


def _number_columns(table: Table) -> set[int]:
    return {at for at in range(len(table.columns)) if all(isinstance(row[at], int | None) for row in table.rows)}


def _heading_cell(text: str, number: bool) -> str:
    align = "right" if number else "left"
    return f'<th scope="col" align="{align}" style="{_CELL};color:{_DIM};font-weight:600;text-align:{align}">{escape(text)}</th>'


def _row(row: Sequence[Cell], table: Table, document: Document, numbers: set[int], most: int) -> str:
    cells = "".join(_cell(cell_text(cell, document.zone), at in numbers) for at, cell in enumerate(row))
    return f"<tr>{cells}{_bar(_number(row), most) if table.bars else ''}</tr>"


def _cell(text: str, number: bool) -> str:
    align = "right" if number else "left"
    return f'<td align="{align}" style="{_CELL};text-align:{align}">{escape(text) or "&nbsp;"}</td>'


def _number(row: Sequence[Cell]) -> int:
    return row[-1] if isinstance(row[-1], int) else 0


def _bar(number: int, most: int) -> str:
    """A table of one coloured and one empty cell: the number itself stands beside it, so the bar says nothing to a screen reader."""
    width = max(1, number * 100 // most) if number else 0
    filled = f'<td width="{width}%" bgcolor="{_BAR}" style="background-color:{_BAR};font-size:1px;line-height:12px">&nbsp;</td>'
    rest = '<td style="font-size:1px;line-height:12px">&nbsp;</td>'
    cells = (filled if width else "") + (rest if width < 100 else "")
    table = '<table role="presentation" aria-hidden="true" cellspacing="0" cellpadding="0" border="0" width="100%">'
    return f'<td width="40%" style="{_CELL}">{table}<tr>{cells}</tr></table></td>'
