"""A table model over plain rows: a column is a heading and a function from a row to its text.

Sorting and searching are done here, over the few rows that were read. Each call from Qt into Python may have to wait for
the monitor's thread to release the interpreter, so a cell is drawn with a single call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSettings, Qt, Signal
from PySide6.QtWidgets import QHeaderView, QTableView

from trackit_console.console.display_text import tip
from trackit_console.console.theme import Theme
from trackit_console.console.widgets.cells import Cell, CellDelegate
from trackit_console.console.widgets.pill import Tone

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex
ROW_HEIGHT = 38
HEADING_MARGIN = 36
MOST = 1 << 24
"""Stands for a width that the user chose: it is never adjusted."""
MEASURED_ROWS = 50
"""Number of rows that are measured for the width of a column; measuring all would be slow."""

FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """`text` is shown, `tone` makes it a pill, `order` is the sort key, `tip` the tool tip; `stretch` takes the remaining width."""

    heading: str
    text: Callable[[Row], str]
    tone: Callable[[Row], Tone] | None = None
    order: Callable[[Row], Any] | None = None
    tip: Callable[[Row], str] | None = None
    right: bool = False
    stretch: bool = False
    checked: Callable[[Row], bool] | None = None

    def key(self, row: Row) -> Any:
        """The sort key of `row`."""
        return self.order(row) if self.order else self.text(row).casefold()

    def cell(self, row: Row) -> Cell:
        """The cell of `row`."""
        return Cell(self.text(row), self.tone(row) if self.tone else None, self.right)


class TableModel(QAbstractTableModel, Generic[Row]):
    """A model whose rows are replaced as a whole; `rows` are the visible ones, sorted and filtered.

    `checked` columns are toggled through `on_check`.
    """

    def __init__(
        self, columns: Sequence[Column[Row]], parent: QObject, on_check: Callable[[Row, bool], None] | None = None
    ) -> None:
        super().__init__(parent)
        self.columns = columns
        self.rows: list[Row] = []
        self._all: list[Row] = []
        self._on_check = on_check
        self._order: tuple[int, bool] | None = None
        self._words = ""

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Shows `rows`; does nothing if they are the same as before."""
        self._all = list(rows)
        self._arrange()

    def search(self, words: str) -> None:
        """Shows only rows that contain `words`, ignoring case."""
        self._words = words.casefold()
        self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sorts by a column, or restores the original order for -1. The selection stays."""
        self._order = (column, order == Qt.SortOrder.DescendingOrder) if 0 <= column < len(self.columns) else None
        self.layoutAboutToBeChanged.emit()
        old = self.persistentIndexList()
        moved = [self.rows[index.row()] for index in old]
        self.rows = self._arranged()
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
        rows = self._arranged()
        if rows == self.rows:
            return
        if len(rows) == len(self.rows):
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
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self.rows[index.row()], self.columns[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return column.text(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(column.tip(row) if column.tip else column.text(row))
        if role == Qt.ItemDataRole.CheckStateRole and column.checked:
            return Qt.CheckState.Checked if column.checked(row) else Qt.CheckState.Unchecked
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or self._on_check is None:
            return False
        self._on_check(self.rows[index.row()], Qt.CheckState(value) == Qt.CheckState.Checked)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        return FLAGS | Qt.ItemFlag.ItemIsUserCheckable if self.columns[index.column()].checked else FLAGS

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].heading
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight if self.columns[section].right else Qt.AlignmentFlag.AlignLeft
        return None


class Table(QObject, Generic[Row]):
    """A `QTableView` with its model; `current` is the selected row, `picked` is emitted when the selection changes."""

    picked = Signal()

    def __init__(self, view: QTableView, model: TableModel[Row], theme: Theme, window_settings: QSettings) -> None:
        super().__init__(view)
        self.view = view
        self.model = model
        self._window_settings = window_settings
        self._key = f"{type(model.parent()).__name__}/{view.objectName()}"
        self._fitted: dict[int, int] = {}
        self._fitting = True
        view.setModel(model)
        view.selectionModel().selectionChanged.connect(self.picked)
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        view.setTextElideMode(Qt.TextElideMode.ElideRight)
        header = view.horizontalHeader()
        header.setHighlightSections(False)
        header.setStretchLastSection(False)
        view.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self._cells = CellDelegate(theme, self._cell, view)
        for number, column in enumerate(model.columns):
            mode = QHeaderView.ResizeMode.Stretch if column.stretch else QHeaderView.ResizeMode.Interactive
            header.setSectionResizeMode(number, mode)
            if not column.checked:  # the style draws check boxes
                view.setItemDelegateForColumn(number, self._cells)
        header.sectionResized.connect(self._resized)
        self._restore()
        self._fit()

    def _restore(self) -> None:
        """Restores the widths that the user chose (T-08)."""
        for number, column in enumerate(self.model.columns):
            kept = self._window_settings.value(f"{self._key}/{number}")
            if kept is not None and not column.stretch:
                self._fitted[number] = MOST
                self.view.horizontalHeader().resizeSection(number, int(kept))

    def _resized(self, number: int, _before: int, width: int) -> None:
        if not self._fitting and not self.model.columns[number].stretch:
            self._fitted[number] = MOST
            self._window_settings.setValue(f"{self._key}/{number}", width)

    def _cell(self, row: int, column: int) -> Cell:
        return self.model.columns[column].cell(self.model.rows[row])

    def _fit(self) -> None:
        """Widens columns to fit their contents; never narrows them, so that a list does not jump while it fills."""
        self._fitting = True
        for number, column in enumerate(self.model.columns):
            wanted = 0 if column.stretch else self._width(number)
            if wanted > self._fitted.get(number, 0):
                self._fitted[number] = wanted
                self.view.horizontalHeader().resizeSection(number, wanted)
        self._fitting = False

    def _width(self, number: int) -> int:
        column, header = self.model.columns[number], self.view.horizontalHeader()
        heading = header.fontMetrics().horizontalAdvance(column.heading) + HEADING_MARGIN
        metrics = self.view.fontMetrics()
        return max([heading, *(self._cells.width(column.cell(row), metrics) for row in self.model.rows[:MEASURED_ROWS])])

    def retitle(self, columns: Sequence[Column[Row]]) -> None:
        """Shows the columns in another language."""
        self.model.retitle(columns)
        self._fit()
        self.view.viewport().update()

    def show_rows(self, rows: Sequence[Row], key: Callable[[Row], Any]) -> None:
        """Shows `rows`; the selected row stays selected if it still exists."""
        kept = key(self.current) if self.current is not None else None
        self.model.show_rows(rows)
        self._fit()
        if kept is not None and (self.current is None or key(self.current) != kept):
            self.select(lambda row: bool(key(row) == kept))

    def select(self, wanted: Callable[[Row], bool]) -> bool:
        """Selects the first row that is `wanted`; returns whether there is one."""
        for number, row in enumerate(self.model.rows):
            if wanted(row):
                self.view.selectRow(number)
                return True
        return False

    def search(self, words: str) -> None:
        """Shows only rows that contain `words`; the selected row stays selected if it is among them."""
        kept = self.current
        self.model.search(words)
        if self.current is not kept and not self.select(lambda row: row is kept):
            self.view.clearSelection()
        self.picked.emit()

    @property
    def shown(self) -> int:
        """Number of rows that match the search."""
        return self.model.rowCount()

    @property
    def current(self) -> Row | None:
        """The selected row, or None."""
        chosen = self.view.selectionModel().selectedRows()
        return self.model.rows[chosen[0].row()] if chosen else None
