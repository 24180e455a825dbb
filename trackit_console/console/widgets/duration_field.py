"""A field for a length of time, in hours and minutes."""

from __future__ import annotations

from typing import Any

from pydantic.fields import FieldInfo
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSignalBlocker, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSpinBox, QWidget

from trackit_console.console.display_text import label
from trackit_console.console.widgets.pill import restyle
from trackit_console.console.widgets.value_field import ValueField
from trackit_console.settings.presentation import presentation_of

MOST_HOURS = 99_999
SPIN_WIDTH = 96


def duration_text(minutes: int) -> str:
    """A length of time in words: `30 min`, `4 h`, `1 h 30 min`."""
    hours, rest = divmod(minutes, 60)
    parts = [QCoreApplication.translate("DurationField", "{number} h").format(number=hours)] if hours else []
    if rest or not hours:
        parts.append(QCoreApplication.translate("DurationField", "{number} min").format(number=rest))
    return " ".join(parts)


class DurationField(ValueField):
    """`value` is a number of minutes. A field that may be empty is so at 0, and says what that means."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hours, self.minutes = QSpinBox(self), QSpinBox(self)
        self._empty = QLabel(self)
        self._empty.setProperty("role", "dim")
        self._words_if_empty = ""
        self.hours.setRange(0, MOST_HOURS)
        self.minutes.setRange(0, 59)
        self.minutes.setSingleStep(5)
        self.setFocusProxy(self.hours)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for spin in (self.hours, self.minutes):
            spin.setFixedWidth(SPIN_WIDTH)
            spin.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            spin.installEventFilter(self)
            spin.lineEdit().setTextMargins(8, 0, 0, 0)  # style sheets do not apply to the inner line edit
            spin.valueChanged.connect(self._edited)
            spin.editingFinished.connect(self.left)
            row.addWidget(spin)
        row.addWidget(self._empty)
        row.addStretch(1)
        self.retranslate()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ignores the wheel without focus: scrolling the form must not change what is under the pointer."""
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        # What marks a field as wrong is drawn at the spin boxes: this widget has no frame.
        if event.type() == QEvent.Type.DynamicPropertyChange and self.hours.property("wrong") != self.property("wrong"):
            for spin in (self.hours, self.minutes):
                spin.setProperty("wrong", self.property("wrong"))
                restyle(spin)
        return super().event(event)

    def _edited(self) -> None:
        self._show_empty()
        self.changed.emit()

    @property
    def value(self) -> int:
        """The minutes."""
        return self.hours.value() * 60 + self.minutes.value()

    def show_value(self, value: Any) -> None:
        """Shows so many minutes; anything else as none."""
        minutes = value if isinstance(value, int) else 0
        with QSignalBlocker(self.hours), QSignalBlocker(self.minutes):
            self.hours.setValue(minutes // 60)
            self.minutes.setValue(minutes % 60)
        self._show_empty()

    def _show_empty(self) -> None:
        self._empty.setText(self._words_if_empty if self.value == 0 else "")

    def describe(self, field: FieldInfo) -> None:
        shown = presentation_of(field)
        self._words_if_empty = label(shown.empty) if shown.empty else ""
        self._show_empty()

    def retranslate(self) -> None:
        self.hours.setSuffix(f" {self.tr('h')}")
        self.minutes.setSuffix(f" {self.tr('min')}")
        self.setAccessibleName(self.accessibleName())

    def setAccessibleName(self, name: str) -> None:
        """Each part is known by the title of the field and its unit."""
        super().setAccessibleName(name)
        self.hours.setAccessibleName(self.tr("{field}: hours").format(field=name))
        self.minutes.setAccessibleName(self.tr("{field}: minutes").format(field=name))

    def setAccessibleDescription(self, description: str) -> None:
        """What is wrong is read where the focus goes."""
        super().setAccessibleDescription(description)
        self.hours.setAccessibleDescription(description)
