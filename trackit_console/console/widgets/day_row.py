"""The opening hours of one day: a box, and from when to when, as often as it is needed (NOT-04)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from trackit_console.console.widgets.flow_layout import FlowLayout
from trackit_console.console.widgets.week_hours import USUAL, Span, as_time

TIME_WIDTH = 74
ROW_HEIGHT = 34


class _TimeLine(QLineEdit):
    """A time of day."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(text, parent)
        self.setFixedWidth(TIME_WIDTH)
        self.setMaxLength(12)
        self.editingFinished.connect(self._tidy)

    def _tidy(self) -> None:
        self.setText(as_time(self.text()))


class _SpanRow(QWidget):
    """From when to when, and a button that takes it away."""

    changed, left, removed = Signal(), Signal(), Signal()

    def __init__(self, span: Span, parent: QWidget) -> None:
        super().__init__(parent)
        self.opens, self.closes = (_TimeLine(text, self) for text in span)
        self.remove_button = QPushButton("✕", self, autoDefault=False)
        self.remove_button.setProperty("link", "true")
        self.remove_button.clicked.connect(self.removed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for widget in (self.opens, QLabel("–", self), self.closes, self.remove_button):
            row.addWidget(widget)
        for line in (self.opens, self.closes):
            line.textEdited.connect(self.changed)
            line.editingFinished.connect(self.left)

    @property
    def span(self) -> Span:
        return as_time(self.opens.text()), as_time(self.closes.text())


class DayRow(QWidget):
    """The spans of one day, and a button for another one."""

    changed, left, rebuilt = Signal(), Signal(), Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.open_box = QCheckBox(parent)
        self.spans: list[_SpanRow] = []
        self.closed_label = QLabel(self)
        self.closed_label.setProperty("role", "dim")
        self.more_button = QPushButton(self, autoDefault=False)
        self.more_button.setProperty("link", "true")
        self._row = FlowLayout(self, spacing=14, row_spacing=4)
        for widget in (self.closed_label, self.more_button):
            self._row.addWidget(widget)
        self.closed_label.setMinimumHeight(ROW_HEIGHT)
        self.setMinimumHeight(ROW_HEIGHT)
        self.open_box.toggled.connect(self._toggled)
        self.more_button.clicked.connect(self._add_another)
        self._refresh()

    @property
    def value(self) -> list[Span]:
        return [each.span for each in self.spans]

    def show_spans(self, spans: Sequence[Span]) -> None:
        for each in self.spans:
            each.hide()  # at once: `deleteLater` comes with the next turn of the event loop
            each.deleteLater()
        self.spans = []
        for span in spans:
            self._add(span)
        with QSignalBlocker(self.open_box):
            self.open_box.setChecked(bool(spans))
        self._refresh()

    def _add(self, span: Span) -> _SpanRow:
        made = _SpanRow(span, self)
        made.changed.connect(self.changed)
        made.left.connect(self.left)
        made.removed.connect(lambda: self._remove(made))
        self._row.insert_before(self.more_button, made)
        self.spans.append(made)
        return made

    def _remove(self, span: _SpanRow) -> None:
        self.show_spans([each.span for each in self.spans if each is not span])
        self._told()

    def _toggled(self, is_open: bool) -> None:
        self.show_spans([USUAL] if is_open else [])
        self._told()

    def _add_another(self) -> None:
        last = self.spans[-1].closes.text()
        self._add(("", "") if last >= USUAL[1] else (last, USUAL[1]))
        self._refresh()
        self.spans[-1].opens.setFocus()
        self.spans[-1].opens.selectAll()
        self._told()

    def _told(self) -> None:
        self.rebuilt.emit()
        self.changed.emit()
        self.left.emit()

    def _refresh(self) -> None:
        self.closed_label.setVisible(not self.spans)
        self.more_button.setVisible(bool(self.spans))
        for each in self.spans:
            each.remove_button.setVisible(len(self.spans) > 1)
