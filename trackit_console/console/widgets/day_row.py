"""The opening hours of one day: a box, and from when to when, as often as it is needed (NOT-04)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton, QWidget

from trackit_console.console.widgets.flow_layout import FlowLayout
from trackit_console.console.widgets.span_row import SpanRow
from trackit_console.console.widgets.week_hours import USUAL, Span

ROW_HEIGHT = 34


class DayRow(QWidget):
    """The spans of one day, and a button for another one."""

    changed, left, rebuilt = Signal(), Signal(), Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.open_box = QCheckBox(parent)
        self.spans: list[SpanRow] = []
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

    def _add(self, span: Span) -> SpanRow:
        made = SpanRow(span, self)
        made.changed.connect(self.changed)
        made.left.connect(self.left)
        made.removed.connect(lambda: self._remove(made))
        self._row.insert_before(self.more_button, made)
        self.spans.append(made)
        return made

    def _remove(self, span: SpanRow) -> None:
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
