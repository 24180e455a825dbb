"""The list of a page that is too long to be read whole: its first rows again, and more while the user scrolls."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Generic, Protocol, TypeVar

from trackit_console.console.models.column import Row
from trackit_console.console.models.paged_table_model import PagedTableModel
from trackit_console.console.models.table import Table
from trackit_console.console.pages.page import Page

PART = 200
"""Rows that are read at a time."""
MOST_READ_AGAIN = 2_000
"""Rows that are read at once after a change; a user who scrolled further gets the rest by scrolling again."""


class ListPart(Protocol):
    """Some rows of a list, and how many it has in all."""

    @property
    def rows(self) -> Sequence[Any]: ...
    @property
    def count(self) -> int: ...


Part = TypeVar("Part", bound=ListPart)


class PagedList(Generic[Row, Part]):
    """Reads the rows of `model`, which `table` shows, on worker threads.

    `work` gets a limit and an offset and answers what reads that part. `shown` is called once the first rows are shown anew,
    `grown` when more were added. `key` tells rows apart.
    """

    def __init__(
        self,
        page: Page,
        table: Table[Row],
        model: PagedTableModel[Row],
        *,
        work: Callable[[int, int], Callable[[], Part]],
        shown: Callable[[Part], None],
        grown: Callable[[], None],
        key: Callable[[Row], Hashable],
    ) -> None:
        self._page = page
        self._table = table
        self._model = model
        self._work = work
        self._shown = shown
        self._grown = grown
        self._key = key
        self._reading = 0
        model.more_wanted.connect(self._read_more)

    def read(self) -> None:
        """Reads the list again, as far as it was read."""
        self._read(min(max(PART, len(self._model.rows)), MOST_READ_AGAIN), 0, self._show)

    def _read_more(self) -> None:
        self._read(PART, len(self._model.rows), self._add)

    def _read(self, limit: int, offset: int, then: Callable[[Part], None]) -> None:
        # Answers come from several threads: only the one that was asked for last counts.
        self._reading += 1
        number = self._reading
        self._page.context.tasks.run(
            self._work(limit, offset),
            owner=self._page,
            then=lambda part: then(part) if number == self._reading else None,
            failed=self._page.show_problem,
        )

    def _show(self, part: Part) -> None:
        bar = self._table.view.verticalScrollBar()
        scrolled = bar.value()
        self._model.expect(part.count)
        self._table.show_rows(part.rows, key=self._key)
        bar.setValue(scrolled)
        self._shown(part)

    def _add(self, part: Part) -> None:
        self._model.add_part(part.rows, part.count, self._key)
        self._grown()
