"""A column of a list: a heading, and functions from a row to what its cell shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from trackit_console.console.widgets.cells import Cell
from trackit_console.console.widgets.pill import Tone

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """`text` is shown, `tone` makes it a pill, `order` is the sort key, `tip` the tool tip; `stretch` takes the remaining width.

    `least` and `most` are widths in pixels. In a list whose stretched column has a `least`, that one keeps it: first the
    columns that have a `least` of their own give way, then the list scrolls sideways. A column is not fitted beyond `most`.
    `edit` is the value that is edited in place, typed, or chosen from `choices` (value to label).
    """

    heading: str
    text: Callable[[Row], str]
    tone: Callable[[Row], Tone | None] | None = None
    order: Callable[[Row], Any] | None = None
    tip: Callable[[Row], str] | None = None
    right: bool = False
    stretch: bool = False
    least: int = 0
    most: int = 0
    checked: Callable[[Row], bool] | None = None
    edit: Callable[[Row], str] | None = None
    choices: Mapping[str, str] | None = None

    def key(self, row: Row) -> Any:
        """The sort key of `row`."""
        return self.order(row) if self.order else self.text(row).casefold()

    def cell(self, row: Row) -> Cell:
        """The cell of `row`."""
        return Cell(self.text(row), self.tone(row) if self.tone else None, self.right)
