"""Opening hours of a week: for each day whether it is open, and from when to when, as often as it is needed (NOT-04)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError
from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from trackit_console.console.display_text import label
from trackit_console.console.language import name_buttons
from trackit_console.console.widgets.flow_layout import FlowLayout
from trackit_console.console.widgets.pill import restyle
from trackit_console.console.widgets.value_field import ValueField
from trackit_console.settings.business_hours import OpenHours
from trackit_console.settings.time_fields import WEEKDAY_LABELS, WEEKDAYS

Span = tuple[str, str]
"""From when to when, as it was typed."""
USUAL: Span = ("09:00", "17:00")
TIME_WIDTH = 74
ROW_HEIGHT = 34
_TIME = re.compile(r"(\d{1,2})(?:[:.h]?(\d{2}))?\s*([ap])?\.?m?\.?", re.IGNORECASE)


def as_time(typed: str) -> str:
    """`9`, `9.30`, `930` and `5 pm` as HH:MM; anything else as it is, which the settings refuse."""
    found = _TIME.fullmatch(typed.strip())
    if found is None:
        return typed.strip()
    hours, minutes, half = int(found[1]), found[2] or "00", (found[3] or "").casefold()
    if half and not 1 <= hours <= 12:
        return typed.strip()
    if half:
        hours = hours % 12 + (12 if half == "p" else 0)
    return f"{hours:02}:{minutes}"


def by_day(hours: Iterable[Any]) -> dict[str, list[Span]]:
    """The spans of each day, in their order. Of settings that are wrong, as much as can be shown."""
    found: dict[str, list[Span]] = {day: [] for day in WEEKDAYS}
    for entry in hours:
        plain = dict(entry) if isinstance(entry, BaseModel | Mapping) else {}
        for day in plain.get("days") or ():
            if day in found:
                found[day].append((str(plain.get("opens", "")), str(plain.get("closes", ""))))
    return {day: sorted(spans) for day, spans in found.items()}


def together(week: Mapping[str, Sequence[Span]]) -> list[Any]:
    """The entries of the settings: days with the same span are one. What is wrong stays plain data."""
    days: dict[Span, list[str]] = {}
    for day in WEEKDAYS:
        for span in week.get(day, ()):
            days.setdefault(span, []).append(day)
    return [_entry({"days": of, "opens": opens, "closes": closes}) for (opens, closes), of in days.items()]


def _entry(plain: dict[str, Any]) -> Any:
    try:
        return OpenHours.model_validate(plain)
    except ValidationError:
        return plain


class _TimeLine(QLineEdit):
    """A time of day."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(text, parent)
        self.setFixedWidth(TIME_WIDTH)
        self.setMaxLength(12)
        self.editingFinished.connect(self._tidy)

    def _tidy(self) -> None:
        self.setText(as_time(self.text()))


class _Span(QWidget):
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


class _Day(QWidget):
    """The spans of one day, and a button for another one."""

    changed, left, rebuilt = Signal(), Signal(), Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.open_box = QCheckBox(parent)
        self.spans: list[_Span] = []
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

    def _add(self, span: Span) -> _Span:
        made = _Span(span, self)
        made.changed.connect(self.changed)
        made.left.connect(self.left)
        made.removed.connect(lambda: self._remove(made))
        self._row.insert_before(self.more_button, made)
        self.spans.append(made)
        return made

    def _remove(self, span: _Span) -> None:
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


class WeekField(ValueField):
    """`value` is a list of `OpenHours`, in the form of `together`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.days = {day: _Day(self) for day in WEEKDAYS}
        self.same_button = QPushButton(self, autoDefault=False)
        self.same_button.setProperty("link", "true")
        self.same_button.clicked.connect(self.use_monday)
        self.setFocusProxy(self.days["monday"].open_box)
        grid = QGridLayout()
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for row, day in enumerate(self.days.values()):
            grid.setRowMinimumHeight(row, ROW_HEIGHT)
            grid.addWidget(_first_line(day.open_box, self), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(day, row, 1)
            day.changed.connect(self.changed)
            day.left.connect(self.left)
            day.rebuilt.connect(self.retranslate)
        foot = QHBoxLayout()
        foot.addWidget(self.same_button)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(grid)
        column.addLayout(foot)
        self.retranslate()

    def event(self, event: QEvent) -> bool:
        # What marks a field as wrong is drawn at the times: this widget has no frame.
        if event.type() == QEvent.Type.DynamicPropertyChange:
            self._mark()
        return super().event(event)

    def _mark(self) -> None:
        for day in self.days.values():
            for each in day.spans:
                wrong = self.property("wrong") and isinstance(_entry(_plain(each.span)), dict)
                for line in (each.opens, each.closes):
                    if bool(line.property("wrong")) != bool(wrong):
                        line.setProperty("wrong", "true" if wrong else None)
                        restyle(line)

    @property
    def value(self) -> list[Any]:
        """The opening hours."""
        return together({name: day.value for name, day in self.days.items()})

    def show_value(self, value: Any) -> None:
        """Shows these opening hours."""
        week = by_day(value or ())
        for name, day in self.days.items():
            day.show_spans(week[name])
        self.retranslate()

    def use_monday(self) -> None:
        """**Monday's hours for Tuesday to Friday**."""
        monday = self.days["monday"].value
        for name in WEEKDAYS[1:5]:
            self.days[name].show_spans(monday)
        self.retranslate()
        self.changed.emit()
        self.left.emit()

    def retranslate(self) -> None:
        self.same_button.setText(self.tr("Use Monday's hours for Tuesday to Friday"))
        for name, day in self.days.items():
            title = label(WEEKDAY_LABELS[name])
            day.open_box.setText(title)
            day.closed_label.setText(self.tr("closed"))
            day.more_button.setText(self.tr("Add hours"))
            day.more_button.setToolTip(self.tr("For example after a lunch break"))
            day.more_button.setAccessibleName(self.tr("Add hours on {day}").format(day=title))
            for each in day.spans:
                each.opens.setAccessibleName(self.tr("{day}, opens").format(day=title))
                each.closes.setAccessibleName(self.tr("{day}, closes").format(day=title))
                each.remove_button.setAccessibleName(self.tr("Remove these hours of {day}").format(day=title))
                each.remove_button.setToolTip(self.tr("Remove these hours"))
        name_buttons(self)
        self._mark()

    def setAccessibleDescription(self, description: str) -> None:
        """What is wrong is read where the focus goes."""
        super().setAccessibleDescription(description)
        self.days["monday"].open_box.setAccessibleDescription(description)


def _first_line(box: QCheckBox, parent: QWidget) -> QWidget:
    """The box beside the first row of times."""
    holder = QWidget(parent)
    holder.setFixedHeight(ROW_HEIGHT)
    line = QHBoxLayout(holder)
    line.setContentsMargins(0, 0, 0, 0)
    line.addWidget(box)
    return holder


def _plain(span: Span) -> dict[str, Any]:
    return {"days": ["monday"], "opens": span[0], "closes": span[1]}
