"""A `QTableView` that repaints without interruption while the monitor's thread is busy."""

from __future__ import annotations

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QTableView


class TableView(QTableView):
    """The list of a page."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Holds the interpreter lock for the whole repaint.

        Otherwise each cell that asks Python for its text waits for the monitor's thread: 60 cells took up to 600 ms beside a
        busy thread, and take 70 ms with the lock held.
        """
        super().paintEvent(event)
