"""A table model of a list that is too long to be read whole: the database sorts it, and rows follow while the user scrolls."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Signal

from trackit_console.console.models.column import Row
from trackit_console.console.models.table_model import Index, TableModel


class PagedTableModel(TableModel[Row]):
    """`count` is the length of the whole list. `more_wanted` asks for rows behind those that are shown, `reordered` for others."""

    more_wanted = Signal()
    reordered = Signal()

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.count = 0
        self._awaits_more = False

    @property
    def order(self) -> tuple[int, bool] | None:
        """The column that the user sorts by, and whether descending; None before a heading was clicked."""
        return self._order

    def expect(self, count: int) -> None:
        """The list has `count` rows; the first of them are shown next."""
        self.count, self._awaits_more = count, False

    def add_part(self, rows: Sequence[Row], count: int, key: Callable[[Row], Hashable]) -> None:
        """Adds the next rows. One that is shown already is left out: the list moves by one when a record is made meanwhile."""
        self.count, self._awaits_more = count, False
        known = {key(row) for row in self.rows}
        new = [row for row in rows if key(row) not in known]
        if not new:
            # Nothing more is there to be read, whatever was counted: asking again would never end.
            self.count = len(self.rows)
            return
        self.beginInsertRows(QModelIndex(), len(self.rows), len(self.rows) + len(new) - 1)
        self._all = [*self._all, *new]
        self.rows = [*self.rows, *new]
        self.endInsertRows()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Keeps the order and asks for rows in it."""
        self._order = (column, order == Qt.SortOrder.DescendingOrder) if 0 <= column < len(self.columns) else None
        self.reordered.emit()

    def _arranged(self) -> list[Row]:
        return list(self._all)

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and not self._awaits_more and len(self.rows) < self.count

    def fetchMore(self, parent: Index) -> None:
        self._awaits_more = True
        self.more_wanted.emit()
