"""Paints the cells of a table: text, or a pill with a soft background.

Painting through the style sheet takes four times as long per cell, and lists are repainted whenever mail comes in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from trackit_console.console.colours import Tokens
from trackit_console.console.theme import Theme
from trackit_console.console.widgets.pill import Tone

CELL_MARGIN = 10
PILL_HEIGHT = 22
PILL_PADDING = 10
PILL_FONT_PX = 12

# Computed once: looking up a Qt enumeration costs as much as drawing a word.
ONE_LINE = Qt.TextFlag.TextSingleLine.value | Qt.AlignmentFlag.AlignVCenter.value
LEFT, RIGHT, CENTRE = (
    ONE_LINE | side.value for side in (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignHCenter)
)
ELIDED = Qt.TextElideMode.ElideRight
SELECTED = QStyle.StateFlag.State_Selected


@dataclass(frozen=True, slots=True)
class Cell:
    """The content of a cell; `tone` makes it a pill, `right` aligns numbers."""

    words: str
    tone: Tone | None = None
    right: bool = False


class CellDelegate(QStyledItemDelegate):
    """`look` returns the cell at a row and a column."""

    def __init__(self, theme: Theme, look: Callable[[int, int], Cell], parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._look = look
        self._pill_font = QFont(parent.font())
        self._pill_font.setFamily(parent.font().family())  # otherwise it takes on the font of a list of fixed width
        self._pill_font.setPixelSize(PILL_FONT_PX)
        self._pill_metrics = QFontMetrics(self._pill_font)

    def width(self, cell: Cell, metrics: QFontMetrics) -> int:
        """Width of `cell` in pixels."""
        if cell.tone:
            return self._pill_metrics.horizontalAdvance(cell.words) + 2 * (PILL_PADDING + CELL_MARGIN)
        return metrics.horizontalAdvance(cell.words) + 2 * CELL_MARGIN + 4

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        cell, area = self._look(index.row(), index.column()), option.rect
        colours = _colours(self._theme.tokens)
        left, top, width, height = area.x(), area.y(), area.width(), area.height()
        if option.state & SELECTED:
            painter.fillRect(area, colours["soft"])
        # The line that the style sheet draws below an item is missing in cells with a delegate of their own.
        painter.fillRect(left, top + height - 1, width, 1, colours["line"])
        room = QRect(left + CELL_MARGIN, top, width - 2 * CELL_MARGIN, height - 1)
        if cell.tone and cell.words:
            self._paint_pill(painter, room, cell.words, colours[f"{cell.tone} soft"], colours[cell.tone])
            return
        painter.setPen(colours["text"])
        words = option.fontMetrics.elidedText(cell.words, ELIDED, room.width())
        painter.drawText(room, RIGHT if cell.right else LEFT, words)

    def _paint_pill(self, painter: QPainter, room: QRect, words: str, soft: QColor, strong: QColor) -> None:
        width = min(self._pill_metrics.horizontalAdvance(words) + 2 * PILL_PADDING, room.width())
        shape = QRect(room.x(), room.y() + (room.height() - PILL_HEIGHT) // 2, width, PILL_HEIGHT)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(soft)
        painter.drawRoundedRect(shape, PILL_HEIGHT / 2, PILL_HEIGHT / 2)
        painter.setPen(strong)
        painter.setFont(self._pill_font)
        painter.drawText(shape, CENTRE, self._pill_metrics.elidedText(words, ELIDED, width - 2 * PILL_PADDING + 2))
        painter.restore()


@cache
def _colours(tokens: Tokens) -> dict[str, QColor]:
    named = {
        "text": tokens.text,
        "line": tokens.line,
        "soft": tokens.soft,
        "ok": tokens.ok,
        "ok soft": tokens.ok_soft,
        "bad": tokens.bad,
        "bad soft": tokens.bad_soft,
        "warn": tokens.warn,
        "warn soft": tokens.warn_soft,
        "dim": tokens.dim,
        "dim soft": tokens.bg,
    }
    return {name: QColor(colour) for name, colour in named.items()}
