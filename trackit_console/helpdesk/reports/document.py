"""What a report says, apart from how it is written: tables of cells, and the rows of its file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from trackit_console.helpdesk.notifications.plain_text import one_line
from trackit_console.user_messages import Phrase

Cell = str | int | date | datetime | Phrase | None
"""None is an empty cell; a moment is shown by the clock of the report's time zone."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a heading; `empty` is said when there are no rows.

    `bars`: the numbers of the last column are shown as bars beside it, the largest over the whole width, or `full` where it is given.
    """

    title: Phrase
    columns: tuple[Phrase, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: Phrase
    bars: bool = False
    full: int | None = None
    note: Phrase | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A report. `about` says which time it is about, by which clock; `file` are the rows of the CSV file, its heading first."""

    title: str
    about: Phrase
    tables: tuple[Table, ...]
    file: Sequence[Sequence[Cell]]
    zone: ZoneInfo


def cell_text(cell: Cell, zone: ZoneInfo) -> str:
    """A cell in words, on one line."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):  # before date, of which it is one
        return f"{cell.astimezone(zone):%Y-%m-%d %H:%M}"
    return one_line(str(cell))
