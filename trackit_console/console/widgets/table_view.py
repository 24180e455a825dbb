"""A `QTableView` that paints in one go, even while the monitor's thread is busy."""

from __future__ import annotations

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QTableView


class TableView(QTableView):
    """The list of a page."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Keeps hold of the interpreter from the first cell to the last.

        Painted by Qt alone, each cell that asks Python for its text would queue up behind the monitor's thread: 60 cells
        took up to 600 ms beside a busy thread, and 70 ms so.
        """
        super().paintEvent(event)
