"""A field for several of few values: a check box for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic.fields import FieldInfo
from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from trackit_console.console.display_text import label
from trackit_console.console.language import name_buttons
from trackit_console.console.widgets.value_field import ValueField
from trackit_console.settings.presentation import presentation_of


class ChoicesField(ValueField):
    """`value` is the list of those that are ticked, in the order of the choices, which come from the settings model."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boxes: dict[str, QCheckBox] = {}
        self._choices: Mapping[str, str] = {}
        self._unknown: list[Any] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(20)
        self._row.addStretch(1)

    def describe(self, field: FieldInfo) -> None:
        self._choices = presentation_of(field).choices
        for name in self._choices:
            if name not in self.boxes:
                self._add(name)
        self.retranslate()

    def _add(self, name: str) -> None:
        box = self.boxes[name] = QCheckBox(self)
        box.setObjectName(name)
        box.toggled.connect(self._ticked)
        self._row.insertWidget(self._row.count() - 1, box)
        if len(self.boxes) == 1:
            self.setFocusProxy(box)

    def _ticked(self) -> None:
        self._unknown = []
        self.changed.emit()
        self.left.emit()

    @property
    def value(self) -> list[Any]:
        """What is ticked. A value of another version is kept until the user changes something."""
        return [*(name for name, box in self.boxes.items() if box.isChecked()), *self._unknown]

    def show_value(self, value: Any) -> None:
        """Ticks these."""
        ticked = list(value or ())
        for name, box in self.boxes.items():
            with QSignalBlocker(box):
                box.setChecked(name in ticked)
        self._unknown = [each for each in ticked if each not in self.boxes]

    def retranslate(self) -> None:
        for name, box in self.boxes.items():
            box.setText(label(self._choices[name]))
        name_buttons(self)

    def setAccessibleDescription(self, description: str) -> None:
        """What is wrong is read where the focus goes."""
        super().setAccessibleDescription(description)
        for box in self.boxes.values():
            box.setAccessibleDescription(description)
