"""A layout that wraps widgets into rows (pills on a tile, check boxes)."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Places widgets from left to right, then in the next row; `row_spacing` is `spacing` if it is not given.

    Within a row they are centred.
    """

    def __init__(self, parent: QWidget | None = None, spacing: int = 6, row_spacing: int | None = None) -> None:
        super().__init__(parent)
        self._row_spacing = spacing if row_spacing is None else row_spacing
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def insert_before(self, after: QWidget, widget: QWidget) -> None:
        """Adds `widget` in front of `after`, which is in the layout."""
        place = self.indexOf(after)
        self.addWidget(widget)
        self._items.insert(place, self._items.pop())

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arranged(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rectangle: QRect) -> None:
        super().setGeometry(rectangle)
        self._arranged(rectangle, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.sizeHint())
        return size

    def _arranged(self, area: QRect, *, move: bool) -> int:
        y = area.y()
        for row in self._rows(area.width()):
            x, height = area.x(), max(item.sizeHint().height() for item in row)
            for item in row if move else ():
                size = item.sizeHint()
                item.setGeometry(QRect(QPoint(x, y + (height - size.height()) // 2), size))
                x += size.width() + self.spacing()
            y += height + self._row_spacing
        return max(y - self._row_spacing - area.y(), 0)

    def _rows(self, width: int) -> list[list[QLayoutItem]]:
        """The items of each row. For hidden ones no gap is left."""
        rows: list[list[QLayoutItem]] = []
        free = 0
        for item in self._items:
            if item.isEmpty():
                continue
            needed = item.sizeHint().width()
            if not rows or needed > free:
                rows.append([])
                free = width
            rows[-1].append(item)
            free -= needed + self.spacing()
        return rows
