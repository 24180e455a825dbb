"""The widths of a list's columns: fitted to their contents, unless the user chose them (T-08)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSettings
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHeaderView, QTableView

from trackit_console.console.models.table_model import TableModel
from trackit_console.console.widgets.cells import Cell

HEADING_MARGIN = 36
CHOSEN_BY_USER = 1 << 24
"""Stands for a width that the user chose: no content is wider, so it is never adjusted."""
MEASURED_ROWS = 50
"""Number of rows that are measured for the width of a column; measuring all would be slow."""


class ColumnWidths(QObject):
    """Sets the widths of the columns in `view`; `measure` returns the width of a cell in pixels."""

    def __init__(
        self,
        view: QTableView,
        model: TableModel[Any],
        measure: Callable[[Cell, QFontMetrics], int],
        window_settings: QSettings,
    ) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self._measure = measure
        self._window_settings = window_settings
        self._key = f"{type(model.parent()).__name__}/{view.objectName()}"
        self._fitted: dict[int, int] = {}
        self._fitting = True
        header = view.horizontalHeader()
        for number, column in enumerate(model.columns):
            mode = QHeaderView.ResizeMode.Stretch if column.stretch else QHeaderView.ResizeMode.Interactive
            header.setSectionResizeMode(number, mode)
        header.sectionResized.connect(self._resized)
        # Looked for by number: the columns are replaced when the language changes.
        self._main = next((number for number, column in enumerate(model.columns) if column.stretch and column.least), None)
        if self._main is not None:
            view.viewport().installEventFilter(self)
        # Stored widths before fitted ones: `fit` must know which columns the user chose.
        self._restore()
        self.fit()

    def _restore(self) -> None:
        for number, column in enumerate(self._model.columns):
            width = self._window_settings.value(f"{self._key}/{number}")
            if width is not None and not column.stretch:
                self._fitted[number] = CHOSEN_BY_USER
                self._view.horizontalHeader().resizeSection(number, int(width))

    def _resized(self, number: int, _before: int, width: int) -> None:
        # Qt emits the same signal for a user's drag and for our own resizing, which must not be stored as a choice.
        # A column that is hidden gets the width 0.
        if not self._fitting and width and not self._model.columns[number].stretch:
            self._fitted[number] = CHOSEN_BY_USER
            self._window_settings.setValue(f"{self._key}/{number}", width)
            self.share()

    def fit(self) -> None:
        """Widens columns to fit their contents; never narrows them, so that a list does not jump while it fills."""
        self._fitting = True
        for number, column in enumerate(self._model.columns):
            needed = 0 if column.stretch else self._needed(number)
            if needed > self._fitted.get(number, 0):
                self._fitted[number] = needed
                self._view.horizontalHeader().resizeSection(number, needed)
        self._fitting = False
        self.share()

    def share(self) -> None:
        """Gives the stretched column its `least` at the cost of others; called when the room or the columns change."""
        if self._main is None:
            return
        self._fitting = True
        columns, header = self._model.columns, self._view.horizontalHeader()
        others = [number for number in range(len(columns)) if number != self._main and not header.isSectionHidden(number)]
        giving = [number for number in others if columns[number].least and self._fitted.get(number) != CHOSEN_BY_USER]
        kept = sum(header.sectionSize(number) for number in others if number not in giving)
        spare = self._view.viewport().width() - kept - sum(columns[number].least for number in (*giving, self._main))
        for number in giving:
            least = columns[number].least
            width = max(least, min(self._fitted.get(number, 0), least + spare))
            header.resizeSection(number, width)
            spare -= width - least
        header.setSectionResizeMode(self._main, QHeaderView.ResizeMode.Stretch if spare >= 0 else QHeaderView.ResizeMode.Fixed)
        if spare < 0:
            header.resizeSection(self._main, columns[self._main].least)
        self._fitting = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.share()
        return super().eventFilter(watched, event)

    def _needed(self, number: int) -> int:
        column, header = self._model.columns[number], self._view.horizontalHeader()
        heading = header.fontMetrics().horizontalAdvance(column.heading) + HEADING_MARGIN
        metrics = self._view.fontMetrics()
        needed = max([heading, *(self._measure(column.cell(row), metrics) for row in self._model.rows[:MEASURED_ROWS])])
        return min(needed, column.most) if column.most else needed
