"""A table model over plain rows: a column is a heading and a function from a row to what stands there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSize, QSortFilterProxyModel, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from trackit_console.console.phrases import tip
from trackit_console.console.theme import Theme
from trackit_console.console.widgets.pill import Tone

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex
SORT_ROLE = Qt.ItemDataRole.UserRole
TONE_ROLE = Qt.ItemDataRole.UserRole + 1
ROW_HEIGHT = 38


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """`text` is shown, `tone` makes it a pill, `order` sorts, `tip` is shown on hover; `stretch` takes the room left over."""

    heading: str
    text: Callable[[Row], str]
    tone: Callable[[Row], Tone] | None = None
    order: Callable[[Row], Any] | None = None
    tip: Callable[[Row], str] | None = None
    right: bool = False
    stretch: bool = False
    checked: Callable[[Row], bool] | None = None


class TableModel(QAbstractTableModel, Generic[Row]):
    """Rows that are replaced as a whole; `checked` columns are toggled through `on_check`."""

    def __init__(
        self, columns: Sequence[Column[Row]], parent: QObject, on_check: Callable[[Row, bool], None] | None = None
    ) -> None:
        super().__init__(parent)
        self.columns = columns
        self.rows: list[Row] = []
        self._on_check = on_check

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Shows `rows`; nothing moves under the reader's eyes when they are the same."""
        if list(rows) == self.rows:
            return
        if len(rows) == len(self.rows):
            self.rows = list(rows)
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self.columns) - 1))
            return
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self.rows[index.row()], self.columns[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return column.text(row)
        if role == SORT_ROLE:
            return column.order(row) if column.order else column.text(row).casefold()
        if role == TONE_ROLE:
            return column.tone(row) if column.tone else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(column.tip(row) if column.tip else column.text(row))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.CheckStateRole and column.checked:
            return Qt.CheckState.Checked if column.checked(row) else Qt.CheckState.Unchecked
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or self._on_check is None:
            return False
        self._on_check(self.rows[index.row()], Qt.CheckState(value) == Qt.CheckState.Checked)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsUserCheckable if self.columns[index.column()].checked else flags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].heading
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight if self.columns[section].right else Qt.AlignmentFlag.AlignLeft
        return None


class Table(QObject, Generic[Row]):
    """A `QTableView` with its model, sorted and searched; `current` is the row that is selected."""

    def __init__(self, view: QTableView, model: TableModel[Row], theme: Theme) -> None:
        super().__init__(view)
        self.view = view
        self.model = model
        self._proxy = QSortFilterProxyModel(self)
        self._proxy.setSourceModel(model)
        self._proxy.setSortRole(SORT_ROLE)
        self._proxy.setFilterKeyColumn(-1)
        self._proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        view.setModel(self._proxy)
        view.setItemDelegate(PillDelegate(theme, view))
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        view.setTextElideMode(Qt.TextElideMode.ElideRight)
        header = view.horizontalHeader()
        header.setHighlightSections(False)
        header.setResizeContentsPrecision(20)  # measuring every row would stop the window
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(False)
        view.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        for number, column in enumerate(model.columns):
            mode = QHeaderView.ResizeMode.Stretch if column.stretch else QHeaderView.ResizeMode.ResizeToContents
            header.setSectionResizeMode(number, mode)

    def show_rows(self, rows: Sequence[Row], key: Callable[[Row], Any]) -> None:
        """Shows `rows`; the selected one stays selected if it is still there."""
        kept = key(self.current) if self.current is not None else None
        self.model.show_rows(rows)
        if kept is not None and (self.current is None or key(self.current) != kept):
            self.select(lambda row: bool(key(row) == kept))

    def select(self, wanted: Callable[[Row], bool]) -> bool:
        """Selects the first row that is `wanted`; answers whether there is one."""
        for number, row in enumerate(self.model.rows):
            if wanted(row):
                self.view.selectRow(self._proxy.mapFromSource(self.model.index(number, 0)).row())
                return True
        return False

    def search(self, words: str) -> None:
        """Leaves the rows that have `words` somewhere."""
        self._proxy.setFilterFixedString(words)

    @property
    def shown(self) -> int:
        """How many rows are left by the search."""
        return self._proxy.rowCount()

    @property
    def current(self) -> Row | None:
        """The selected row."""
        chosen = self.view.selectionModel().selectedRows()
        return self.model.rows[self._proxy.mapToSource(chosen[0]).row()] if chosen else None


class PillDelegate(QStyledItemDelegate):
    """Draws cells that have a tone as pills."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tone, words = index.data(TONE_ROLE), str(index.data() or "")
        if not tone or not words:
            super().paint(painter, option, index)
            return
        empty = QStyleOptionViewItem(option)
        self.initStyleOption(empty, index)
        empty.text = ""
        style = empty.widget.style()
        style.drawControl(style.ControlElement.CE_ItemViewItem, empty, painter, empty.widget)
        self._draw(painter, option, tone, words)

    def _draw(self, painter: QPainter, option: QStyleOptionViewItem, tone: Tone, words: str) -> None:
        tokens = self._theme.tokens
        colours = {
            "ok": (tokens.ok_soft, tokens.ok),
            "bad": (tokens.bad_soft, tokens.bad),
            "warn": (tokens.warn_soft, tokens.warn),
            "dim": (tokens.bg, tokens.dim),
        }
        area = option.rect
        font = option.font
        font.setPixelSize(12)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font)
        room = min(painter.fontMetrics().horizontalAdvance(words) + 20, area.width() - 12)
        shape = area.adjusted(8, (area.height() - 22) // 2, 0, 0)
        shape.setSize(QSize(room, 22))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours[tone][0]))
        painter.drawRoundedRect(shape, 11, 11)
        painter.setPen(QColor(colours[tone][1]))
        elided = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room - 18)
        painter.drawText(shape, Qt.AlignmentFlag.AlignCenter, elided)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        size = super().sizeHint(option, index)
        return QSize(size.width() + 24, ROW_HEIGHT)
