"""Renders the rows of an HTML table as lines of text, aligned in columns if that is affordable (MSG-07, SEC-03).

Columns are aligned by padding, and a hostile table needs gigabytes of it: one cell of 70,000 lines beside one of 36,000
characters is enough. The padding is therefore counted before any of it is made.
"""

from __future__ import annotations

from itertools import accumulate

Cell = list[str]
"""The lines of a cell, without trailing blanks. An empty last line separates its row from the next."""
SEPARATOR = "  "


class Blanks:
    """The number of spaces that may still be added for the layout of a text, as a part of those for the whole message."""

    def __init__(self, left: int, whole: Blanks | None = None) -> None:
        self._left = left
        self._whole = whole

    def at_most(self, limit: int) -> Blanks:
        """A part of these for one text: no more than `limit`. What is taken from it is taken from these too."""
        return Blanks(limit, self)

    def take(self, wanted: int) -> bool:
        """Takes `wanted` spaces and returns True, or takes none and returns False if too few are left."""
        if wanted > self._left or (self._whole is not None and not self._whole.take(wanted)):
            return False
        self._left -= wanted
        return True


def table_lines(rows: list[list[Cell]], blanks: Blanks) -> list[str]:
    """The lines of all rows: in columns, or cell by cell if `blanks` does not suffice for columns."""
    widths = _widths(rows)
    rows = [[cell for cell, width in zip(row, widths, strict=False) if width] for row in rows]  # without spacer columns
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
    """The number of spaces that columns of these widths need. Nothing is written after the last cell of a row."""
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
        lines.append(SEPARATOR.join((*padded, last)).rstrip())  # padding the last cell too could cost lines times width
    return lines


def _one_by_one(row: list[Cell]) -> list[str]:
    filled = [cell for cell in row if cell]
    if all(len(cell) == 1 for cell in filled):
        return [SEPARATOR.join(cell[0] for cell in filled)] if filled else []
    return [line for cell in filled for line in cell]
