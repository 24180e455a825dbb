"""The rows of an HTML table as lines of text, in columns where there is room for them (MSG-07, SEC-03).

Columns are made by padding, and a hostile table can ask for gigabytes of it: one cell of 70,000 lines beside one of
36,000 letters. So what the padding would cost is counted before any of it is made.
"""

from __future__ import annotations

from itertools import accumulate

Cell = list[str]
"""The lines of a cell, without blanks at their ends. A last line that is empty parts its row from the next."""
SEPARATOR = "  "


class Blanks:
    """How many blanks may still be added to a text for its layout."""

    def __init__(self, left: int) -> None:
        self._left = left

    def take(self, wanted: int) -> bool:
        """Whether `wanted` more blanks may be added; if so, they are gone."""
        if wanted > self._left:
            return False
        self._left -= wanted
        return True


def table_lines(rows: list[list[Cell]], blanks: Blanks) -> list[str]:
    """The rows below each other: in columns, or cell by cell when `blanks` does not suffice for columns."""
    widths = _widths(rows)
    rows = [[cell for cell, width in zip(row, widths, strict=False) if width] for row in rows]  # columns of spacers
    widths = [width for width in widths if width]
    in_columns = blanks.take(_padding(rows, widths))
    return [line for row in rows for line in (_side_by_side(row, widths) if in_columns else _one_by_one(row))]


def _widths(rows: list[list[Cell]]) -> list[int]:
    widths = [0] * max(map(len, rows), default=0)
    for row in rows:
        for column, cell in enumerate(row):
            widths[column] = max(widths[column], max(map(len, cell), default=0))
    return widths


def _padding(rows: list[list[Cell]], widths: list[int]) -> int:
    """The blanks that columns of these widths need; those after the last cell of a row are never written."""
    starts = list(accumulate((width + len(SEPARATOR) for width in widths), initial=0))
    needed = 0
    for row in rows:
        height = max(map(len, row), default=0)
        needed += height * starts[max(len(row) - 1, 0)] - sum(len(line) for cell in row[:-1] for line in cell)
    return needed


def _side_by_side(row: list[Cell], widths: list[int]) -> list[str]:
    if len(row) == 1:
        return row[0]
    lines = []
    for i in range(max(map(len, row), default=0)):
        *texts, last = (cell[i] if i < len(cell) else "" for cell in row)
        padded = (text.ljust(width) for text, width in zip(texts, widths, strict=False))
        lines.append(SEPARATOR.join((*padded, last)).rstrip())  # the last is not padded: it may be as wide as the message
    return lines


def _one_by_one(row: list[Cell]) -> list[str]:
    filled = [cell for cell in row if cell]
    if all(len(cell) == 1 for cell in filled):
        return [SEPARATOR.join(cell[0] for cell in filled)] if filled else []
    return [line for cell in filled for line in cell]
