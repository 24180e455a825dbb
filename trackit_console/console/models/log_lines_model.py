"""The lines of a log file that are shown: a window of bounded length that moves over the file (LOG-02)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from trackit_console.console.display_text import tip
from trackit_console.console.models.table_model import FLAGS, Index
from trackit_console.console.widgets.cells import Cell
from trackit_console.console.widgets.pill import Tone
from trackit_console.log_lines import Level, LogLine
from trackit_console.log_reader import Identity, LogPart

MOST_LINES = 20_000
TIME, LEVEL, MESSAGE = range(3)
TONES: dict[Level, Tone] = {
    Level.DEBUG: "dim",
    Level.INFO: "dim",
    Level.WARNING: "warn",
    Level.ERROR: "bad",
    Level.CRITICAL: "bad",
}


class LogLinesModel(QAbstractTableModel):
    """Time, level and message. `start` and `end` are the bytes of the file between which its wanted lines are here.

    What is added at one end beyond `MOST_LINES` goes at the other; `cut_below` tells that newer lines went.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.lines: list[LogLine] = []
        self.start = self.end = self.size = 0
        self.cut_below = False
        self.identity: Identity = (0, 0)
        self.headings: Sequence[str] = ("", "", "")
        self.level_words: dict[Level, str] = {}

    @property
    def has_older(self) -> bool:
        """Whether the file has lines above these."""
        return self.start > 0

    @property
    def last_level(self) -> Level | None:
        """The level of the last complete line."""
        return next((line.level for line in reversed(self.lines) if line.start < self.end), None)

    def retitle(self, headings: Sequence[str], level_words: dict[Level, str]) -> None:
        """Shows headings and levels in another language."""
        self.headings, self.level_words = headings, level_words
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, TIME, MESSAGE)
        if self.lines:
            self.dataChanged.emit(self.index(0, LEVEL), self.index(len(self.lines) - 1, LEVEL))

    # ------------------------------------------------------------------ moving over the file

    def show_part(self, part: LogPart) -> None:
        """Shows `part` and nothing else."""
        self.beginResetModel()
        self.lines = part.lines[-MOST_LINES:]
        self.start = self.lines[0].start if len(part.lines) > MOST_LINES else part.start
        self.end, self.size, self.identity = part.end, part.size, part.identity
        self.cut_below = False
        self.endResetModel()

    def clear(self) -> None:
        """Shows no lines."""
        self.show_part(LogPart([], 0, 0, 0, (0, 0)))

    def add_older(self, part: LogPart) -> None:
        """Adds the lines of `part`, which ends where these begin, on top."""
        older = part.lines[-MOST_LINES:]
        start = older[0].start if len(part.lines) > MOST_LINES else part.start
        if older:
            self.beginInsertRows(QModelIndex(), 0, len(older) - 1)
            self.lines = older + self.lines
            self.endInsertRows()
        self.start = start
        if len(self.lines) > MOST_LINES:
            self.end, self.cut_below = self.lines[MOST_LINES].start, True
            self._remove(MOST_LINES, len(self.lines))

    def add_newer(self, part: LogPart) -> None:
        """Adds the lines of `part`, which begins where these end, below. Another part replaces what is shown."""
        if part.start != self.end or part.identity != self.identity:
            self.show_part(part)
            return
        if not part.lines and part.end == self.end:
            self.size = part.size
            return
        # A last line that was not complete is in the part again.
        complete = next((at for at in range(len(self.lines), 0, -1) if self.lines[at - 1].start < part.start), 0)
        self._remove(complete, len(self.lines))
        if part.lines:
            self.beginInsertRows(QModelIndex(), len(self.lines), len(self.lines) + len(part.lines) - 1)
            self.lines = self.lines + part.lines
            self.endInsertRows()
        self.end, self.size = part.end, part.size
        if len(self.lines) > MOST_LINES:
            self._remove(0, len(self.lines) - MOST_LINES)
            self.start = self.lines[0].start

    def _remove(self, first: int, behind: int) -> None:
        if first < behind:
            self.beginRemoveRows(QModelIndex(), first, behind - 1)
            self.lines = self.lines[:first] + self.lines[behind:]
            self.endRemoveRows()

    # ------------------------------------------------------------------ what Qt asks

    def cell(self, row: int, column: int) -> Cell:
        """What is painted at a row and a column."""
        line = self.lines[row]
        if column == LEVEL:
            return Cell(self._level(line), TONES[line.level] if line.heads and line.level else None)
        return Cell(line.at if column == TIME else line.message)

    def _level(self, line: LogLine) -> str:
        return self.level_words[line.level] if line.heads and line.level else ""

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.headings)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.cell(index.row(), index.column()).words
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == MESSAGE:
            return tip(self.lines[index.row()].message)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        return FLAGS

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.headings[section]
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft
        return None
