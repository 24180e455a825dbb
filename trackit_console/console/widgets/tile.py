"""A tile of **Email Configurations**: title, missing settings and state (T-01 to T-03)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from trackit_console.console.display_text import tip
from trackit_console.console.icons import icon
from trackit_console.console.theme import Theme
from trackit_console.console.widgets.flow_layout import FlowLayout
from trackit_console.console.widgets.layouts import clear
from trackit_console.console.widgets.pill import Pill, Tone

BAR = 5
RADIUS = 8.0
ICON_FIELD = 32


@dataclass(frozen=True, slots=True)
class TileState:
    """The content of a tile: sentences about missing settings, and states as pills."""

    missing: Sequence[str] = ()
    pills: Sequence[tuple[Tone, str]] = ()


class Tile(QWidget):
    """A large button. Besides the red bar, text says what is missing, also to screen readers."""

    activated = Signal()

    def __init__(self, theme: Theme, icon_name: str, title: str = "", words: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon_name = icon_name
        self._state = TileState()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMinimumSize(QSize(220, 176))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._icon = QLabel(self, alignment=Qt.AlignmentFlag.AlignCenter)
        self._icon.setProperty("role", "icon")
        self._icon.setFixedSize(ICON_FIELD, ICON_FIELD)
        self._title, self._words, self._missing_label = self._label("tile"), self._label("dim"), self._label("problem")
        self._pills = FlowLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 18, 18, 16)
        column.setSpacing(4)
        column.addWidget(self._icon)
        column.addSpacing(6)
        column.addWidget(self._title)
        column.addWidget(self._words)
        column.addSpacing(4)
        column.addWidget(self._missing_label)
        column.addSpacing(4)
        column.addLayout(self._pills)
        column.addStretch(1)
        theme.changed.connect(self._colour)
        self._colour()
        self.show_words(title, words)
        self.show_state(self._state)

    def _label(self, role: str) -> QLabel:
        made = QLabel(self, wordWrap=True)
        made.setTextFormat(Qt.TextFormat.PlainText)
        made.setProperty("role", role)
        return made

    def show_words(self, title: str, words: str) -> None:
        """Sets title and description."""
        self._title.setText(title)
        self._words.setText(words)
        self.setAccessibleName(title)

    @property
    def state(self) -> TileState:
        """The current content."""
        return self._state

    def show_state(self, state: TileState) -> None:
        """Shows missing settings and states."""
        self._state = state
        said = "\n".join(state.missing)
        self._missing_label.setText(said)
        self._missing_label.setVisible(bool(said))
        self.setToolTip(tip(said))
        self.setAccessibleDescription(" ".join([*state.missing, *(words for _, words in state.pills)]))
        self._show_pills(state.pills)
        self.update()

    def _show_pills(self, pills: Sequence[tuple[Tone, str]]) -> None:
        clear(self._pills)
        for tone, words in pills:
            pill = Pill(self)
            self._pills.addWidget(pill)
            pill.show_state(tone, words)
        # takeAt does not do it: without pills the tile would keep the height that it had with them.
        self._pills.invalidate()
        self.updateGeometry()

    def _colour(self) -> None:
        self._icon.setPixmap(icon(self._icon_name, self._theme.tokens.accent).pixmap(20, 20))
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.activated.emit()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.activated.emit()

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()

    def leaveEvent(self, event: object) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = QPainterPath()
        # Moved by half a pixel: a line is drawn around its coordinates and would be blurred.
        shape.addRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        painter.fillPath(shape, QColor(tokens.pane))
        if self._state.missing:
            painter.setClipPath(shape)
            painter.fillRect(0, 0, BAR, self.height(), QColor(tokens.bad))
            # Else the border would be cut to half its width: it lies on the edge of the clip.
            painter.setClipping(False)
        marked = self.hasFocus() or self.underMouse()
        painter.setPen(QPen(QColor(tokens.accent if marked else tokens.line), 2 if self.hasFocus() else 1))
        painter.drawPath(shape)

    def focusInEvent(self, event: object) -> None:
        self.update()

    def focusOutEvent(self, event: object) -> None:
        self.update()
