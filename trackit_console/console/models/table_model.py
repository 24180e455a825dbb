"""A table model over plain rows.

Sorting and searching are done here, over the few rows that were read. Each call from Qt into Python may have to wait for
the monitor's thread to release the interpreter, so a cell is drawn with a single call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from trackit_console.console.display_text import tip
from trackit_console.console.models.column import Column, Row

Index = QModelIndex | QPersistentModelIndex

FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren


class TableModel(QAbstractTableModel, Generic[Row]):
    """A model whose rows are replaced as a whole; `rows` are the visible ones, sorted and filtered.

    `checked` columns are toggled through `on_check`. What was edited in place is passed to `on_edit` with the number of the
    column, which answers whether it was taken.
    """

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        parent: QObject,
        on_check: Callable[[Row, bool], None] | None = None,
        on_edit: Callable[[Row, int, str], bool] | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = columns
        self.rows: list[Row] = []
        self._all: list[Row] = []
        self._on_check = on_check
        self._on_edit = on_edit
        self._order: tuple[int, bool] | None = None
        self._words = ""

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Shows `rows` in place of those before."""
        self._all = list(rows)
        self._arrange()

    @property
    def every_row(self) -> Sequence[Row]:
        """All rows, those that the search hides as well."""
        return self._all

    def search(self, words: str) -> None:
        """Shows only rows that contain `words`, ignoring case."""
        self._words = words.casefold()
        self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sorts by a column, or restores the original order for -1. The selection stays."""
        self._order = (column, order == Qt.SortOrder.DescendingOrder) if 0 <= column < len(self.columns) else None
        # Persistent indexes are read and moved between the two signals: the selection of the view consists of them.
        self.layoutAboutToBeChanged.emit()
        old = self.persistentIndexList()
        moved = [self.rows[index.row()] for index in old]
        self.rows = self._arranged()
        # By identity: two rows may be equal.
        now = {id(row): number for number, row in enumerate(self.rows)}
        self.changePersistentIndexList(
            old, [self.index(now[id(row)], index.column()) for row, index in zip(moved, old, strict=True)]
        )
        self.layoutChanged.emit()

    def _arranged(self) -> list[Row]:
        rows = [row for row in self._all if self._found(row)] if self._words else list(self._all)
        if self._order is not None:
            column, descending = self._order
            rows.sort(key=self.columns[column].key, reverse=descending)
        return rows

    def _found(self, row: Row) -> bool:
        return any(self._words in column.text(row).casefold() for column in self.columns)

    def _arrange(self) -> None:
        rows, before = self._arranged(), self.rows
        # Snapshots come every second: rows that are the same must not repaint the list.
        if rows == before:
            # All the same the new objects: `sort` finds them by identity.
            self.rows = rows
            return
        # A reset would clear the selection and scroll to the top, so it is left to lists that became longer or shorter.
        if len(rows) == len(before):
            self.rows = rows
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self.columns) - 1))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def retitle(self, columns: Sequence[Column[Row]]) -> None:
        """Replaces the columns by the same ones in another language."""
        self.columns = columns
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(columns) - 1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        # Qt asks for the children of every cell; a table has none.
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self.rows[index.row()], self.columns[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return column.text(row)
        if role == Qt.ItemDataRole.EditRole and column.edit:
            return column.edit(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(column.tip(row) if column.tip else column.text(row))
        if role == Qt.ItemDataRole.CheckStateRole and column.checked:
            return Qt.CheckState.Checked if column.checked(row) else Qt.CheckState.Unchecked
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role == Qt.ItemDataRole.EditRole and self._on_edit is not None:
            return self._on_edit(self.rows[index.row()], index.column(), value)
        if role != Qt.ItemDataRole.CheckStateRole or self._on_check is None:
            return False
        # No dataChanged here: the page shows the changed rows itself.
        self._on_check(self.rows[index.row()], Qt.CheckState(value) == Qt.CheckState.Checked)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        column = self.columns[index.column()]
        if column.checked:
            return FLAGS | Qt.ItemFlag.ItemIsUserCheckable
        return FLAGS | Qt.ItemFlag.ItemIsEditable if column.edit else FLAGS

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].heading
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight if self.columns[section].right else Qt.AlignmentFlag.AlignLeft
        return None
