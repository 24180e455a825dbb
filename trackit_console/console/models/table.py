"""A list on a page: a `QTableView` with its model, selection, search and column widths."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import Generic

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QObject, QSettings, Qt, Signal
from PySide6.QtWidgets import QTableView

from trackit_console.console.models.column import Column, Row
from trackit_console.console.models.column_widths import ColumnWidths
from trackit_console.console.models.table_model import TableModel
from trackit_console.console.theme import Theme
from trackit_console.console.widgets.cells import Cell, CellDelegate
from trackit_console.console.widgets.choice_delegate import ChoiceDelegate

ROW_HEIGHT = 38


class Table(QObject, Generic[Row]):
    """A `QTableView` with its model; `current` is the selected row, `picked` is emitted when the selection changes.

    `remember_sorting` is for lists that are read whole: of the others, only the newest rows are there to be sorted (T-08).
    """

    picked = Signal()

    def __init__(
        self,
        view: QTableView,
        model: TableModel[Row],
        theme: Theme,
        window_settings: QSettings,
        *,
        remember_sorting: bool = False,
    ) -> None:
        super().__init__(view)
        self.view = view
        self.model = model
        # Only with a model does a view have a selection model, and a header sections.
        view.setModel(model)
        view.selectionModel().selectionChanged.connect(self.picked)
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        view.setTextElideMode(Qt.TextElideMode.ElideRight)
        view.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        header = view.horizontalHeader()
        header.setHighlightSections(False)
        header.setStretchLastSection(False)
        # A view with sorting enabled sorts by its first column at once; rows stand as they were read until a heading is clicked.
        view.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        cells = CellDelegate(theme, self._cell, view)
        for number, column in enumerate(model.columns):
            if not column.checked:  # the style draws check boxes
                view.setItemDelegateForColumn(number, self._delegate(number, cells, theme) if column.edit else cells)
        self._widths = ColumnWidths(view, model, cells.width, window_settings)
        self._window_settings = window_settings
        if remember_sorting:
            self._restore_sorting()
            header.sortIndicatorChanged.connect(self._keep_sorting)

    def _delegate(self, number: int, cells: CellDelegate, theme: Theme) -> CellDelegate:
        """For a column that is edited in place: with a list of its choices if it has some, in the language of the moment."""
        if self.model.columns[number].choices is None:
            return cells
        return ChoiceDelegate(theme, self._cell, lambda: self.model.columns[number].choices or {}, self.view)

    @property
    def _sorting_key(self) -> str:
        return f"{type(self.model.parent()).__name__}/{self.view.objectName()}/sorting"

    def _restore_sorting(self) -> None:
        column, _, order = str(self._window_settings.value(self._sorting_key, "")).partition(" ")
        if column.isdigit() and int(column) < len(self.model.columns):
            descending = order == Qt.SortOrder.DescendingOrder.name
            self.view.sortByColumn(int(column), Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder)

    def _keep_sorting(self, column: int, order: Qt.SortOrder) -> None:
        self._window_settings.setValue(self._sorting_key, f"{column} {order.name}")

    def _cell(self, row: int, column: int) -> Cell:
        return self.model.columns[column].cell(self.model.rows[row])

    def retitle(self, columns: Sequence[Column[Row]]) -> None:
        """Shows the columns in another language."""
        self.model.retitle(columns)
        self._widths.fit()
        self.view.viewport().update()

    def hide_columns(self, hidden: Collection[int]) -> None:
        """Hides these columns and shows the others."""
        for number in range(len(self.model.columns)):
            self.view.setColumnHidden(number, number in hidden)
        self._widths.share()

    def show_rows(self, rows: Sequence[Row], key: Callable[[Row], Hashable]) -> None:
        """Shows `rows`; those that were selected stay so, wherever they stand now, and no others are. `key` tells rows apart.

        The list stays where it was scrolled to.
        """
        scrolled = self.view.verticalScrollBar().value()
        with self._selection_kept(key):
            self.model.show_rows(rows)
            self._widths.fit()
        self.view.verticalScrollBar().setValue(scrolled)

    @contextmanager
    def _selection_kept(self, key: Callable[[Row], Hashable]) -> Iterator[None]:
        # Remembered before the model changes: a reset clears the selection, and rows that are replaced leave it where it was.
        selected = {key(row) for row in self.selection}
        index = self.view.currentIndex()
        focus = key(self.model.rows[index.row()]) if index.isValid() else None
        yield
        now = {key(row): number for number, row in enumerate(self.model.rows)}
        self.select_rows(sorted(now[each] for each in selected if each in now))
        if index.isValid() and focus in now:
            self._move_focus(self.model.index(now[focus], index.column()))

    def select_rows(self, numbers: Sequence[int]) -> None:
        """Selects the rows at `numbers`, in ascending order, and no others; the focus of the keyboard stays where it is."""
        if numbers == self._selected_numbers:
            return
        wanted = QItemSelection()
        # By ranges: thousands of single rows would take Qt seconds.
        for _, run in groupby(enumerate(numbers), lambda each: each[1] - each[0]):
            part = [number for _, number in run]
            wanted.select(self.model.index(part[0], 0), self.model.index(part[-1], 0))
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.view.selectionModel().select(wanted, flags)

    def _move_focus(self, index: QModelIndex) -> None:
        """The arrow keys go on from `index`; the view does not scroll to it."""
        scrolls = self.view.hasAutoScroll()
        self.view.setAutoScroll(False)
        self.view.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        self.view.setAutoScroll(scrolls)

    def select(self, wanted: Callable[[Row], bool]) -> bool:
        """Selects the first row that is `wanted`; returns whether there is one."""
        for number, row in enumerate(self.model.rows):
            if wanted(row):
                self.view.selectRow(number)
                return True
        return False

    def search(self, words: str) -> None:
        """Shows only rows that contain `words`; those that were selected stay so if they are among them."""
        with self._selection_kept(id):
            self.model.search(words)
        self.picked.emit()

    @property
    def shown(self) -> int:
        """Number of rows that match the search."""
        return self.model.rowCount()

    @property
    def every_row(self) -> Sequence[Row]:
        """The rows of the list, those that the search hides as well."""
        return self.model.every_row

    @property
    def total(self) -> int:
        """Number of rows without the search."""
        return len(self.model.every_row)

    @property
    def selection(self) -> list[Row]:
        """The selected rows, from top to bottom."""
        return [self.model.rows[number] for number in self._selected_numbers]

    @property
    def _selected_numbers(self) -> list[int]:
        return sorted(each.row() for each in self.view.selectionModel().selectedRows())

    @property
    def current(self) -> Row | None:
        """The selected row, or None."""
        chosen = self.view.selectionModel().selectedRows()
        return self.model.rows[chosen[0].row()] if chosen else None
