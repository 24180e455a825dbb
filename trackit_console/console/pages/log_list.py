"""The list on the **Logs** page: its look, its place while lines are added, and what is copied (LOG-02)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QTableView

from trackit_console.console.models.log_lines_model import LEVEL, MESSAGE, TIME, LogLinesModel
from trackit_console.console.theme import Theme
from trackit_console.console.widgets.cells import CELL_MARGIN, CellDelegate
from trackit_console.log_lines import Level

if TYPE_CHECKING:
    from trackit_console.log_reader import LogPart

ROW_HEIGHT = 28
TIME_SAMPLE = "2000-00-00 00:00:00,000 "


class LogList(QObject):
    """Shows the model in `view`. While its last line is visible, it stays so; otherwise what is read stays in place."""

    def __init__(self, view: QTableView, theme: Theme) -> None:
        super().__init__(view)
        self.view = view
        self.model = LogLinesModel(self)
        view.setModel(self.model)
        # Before the font is set: pills have that of the console.
        self._cells = CellDelegate(theme, self.model.cell, view)
        view.setItemDelegate(self._cells)
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        view.verticalHeader().setMinimumSectionSize(ROW_HEIGHT)
        view.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        header = view.horizontalHeader()
        header.setHighlightSections(False)
        header.setFont(QApplication.font())
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        view.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        view.viewport().installEventFilter(self)
        copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), view, self.copy)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.fit()
        return super().eventFilter(watched, event)

    def retitle(self, headings: tuple[str, str, str], level_words: dict[Level, str]) -> None:
        """Shows the list in another language."""
        self.model.retitle(headings, level_words)
        self.fit()

    def fit(self) -> None:
        """Makes the message as wide as its longest line: what does not fit is reached by scrolling, not cut."""
        self.view.ensurePolished()
        metrics = self.view.fontMetrics()
        time = metrics.horizontalAdvance(TIME_SAMPLE) + 2 * CELL_MARGIN
        words = self.model.level_words.values()
        level = max((metrics.horizontalAdvance(each) for each in words), default=0) + 4 * CELL_MARGIN
        # By its number of letters, which are all as wide in this font: measuring each line would be slow.
        longest = max((line.message for line in self.model.lines), key=len, default="")
        message = metrics.horizontalAdvance(longest) + 2 * CELL_MARGIN + 4
        for column, width in ((TIME, time), (LEVEL, level), (MESSAGE, message)):
            least = self.view.viewport().width() - time - level if column == MESSAGE else 0
            self.view.setColumnWidth(column, max(width, least))

    # ------------------------------------------------------------------ what is shown

    def show_newest(self, part: LogPart) -> None:
        """Shows the newest lines of a file, the last one at the bottom."""
        self.model.show_part(part)
        self.fit()
        self.jump_to_newest()

    def add_older(self, part: LogPart) -> None:
        """Adds lines on top; what was at the top of the view stays there."""
        top = self.view.rowAt(0)
        self.model.add_older(part)
        self.fit()
        self._show_at_top(max(top, 0) + len(part.lines))

    def _show_at_top(self, row: int) -> None:
        self.view.scrollTo(
            self.model.index(min(row, self.model.rowCount() - 1), TIME), QAbstractItemView.ScrollHint.PositionAtTop
        )

    def add_newer(self, part: LogPart) -> None:
        """Adds lines below."""
        bar = self.view.verticalScrollBar()
        at_the_end, top = bar.value() >= bar.maximum(), self.view.rowAt(0)
        before = self.model.lines[top] if 0 <= top < len(self.model.lines) else None
        self.model.add_newer(part)
        self.fit()
        if at_the_end:
            self.jump_to_newest()
        elif before is not None and self.model.lines and self.model.start > 0:
            # Lines on top may have gone.
            self._show_at_top(next((at for at, line in enumerate(self.model.lines) if line.start >= before.start), 0))

    def jump_to_newest(self) -> None:
        """Scrolls to the last line."""
        self.view.scrollToBottom()

    # ------------------------------------------------------------------ selected lines

    @property
    def selected(self) -> int:
        """The number of selected lines."""
        return len(self.view.selectionModel().selectedRows())

    def when_selected(self, slot: Callable[[], None]) -> None:
        """Has `slot` called when other lines are selected, or none."""
        self.view.selectionModel().selectionChanged.connect(slot)
        self.model.modelReset.connect(slot)

    def copy(self) -> None:
        """**Copy**: the selected lines as they stand in the file."""
        rows = sorted(index.row() for index in self.view.selectionModel().selectedRows())
        if rows:
            QGuiApplication.clipboard().setText("\n".join(self.model.lines[row].text for row in rows))
