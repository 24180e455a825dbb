"""Several of a few values, each with a check box: modules, days of the week."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic.fields import FieldInfo
from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from trackit_console.console.display_text import label
from trackit_console.console.widgets.flow_layout import FlowLayout
from trackit_console.console.widgets.value_field import ValueField
from trackit_console.settings.presentation import presentation_of

SPACING, ROW_SPACING = 16, 4


class ChecksField(ValueField):
    """`value` is the list of the values that are ticked, in the order of the choices that `offer` was given."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boxes: dict[Any, QCheckBox] = {}
        self._choices: Mapping[Any, str] = {}
        self._flow = FlowLayout(self, SPACING, ROW_SPACING)
        # The layout needs the height that fits its width.
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def describe(self, field: FieldInfo) -> None:
        """Offers the choices of the field."""
        self.offer(presentation_of(field).choices)

    def offer(self, choices: Mapping[Any, str]) -> None:
        """Makes the boxes, or updates their texts in the current language."""
        self._choices = choices
        for value in choices:
            if value not in self.boxes:
                self._add(value)
        self.retranslate()

    def _add(self, value: Any) -> None:
        box = QCheckBox(self)
        box.setObjectName(str(value))
        box.toggled.connect(self._ticked)
        if not self.boxes:
            self.setFocusProxy(box)
        self.boxes[value] = box
        self._flow.addWidget(box)

    def _ticked(self) -> None:
        self.changed.emit()
        self.left.emit()

    @property
    def value(self) -> list[Any]:
        """What is ticked."""
        return [value for value, box in self.boxes.items() if box.isChecked()]

    def show_value(self, value: Any) -> None:
        """Ticks the boxes of `value`, a list."""
        ticked = value if isinstance(value, list | tuple) else ()
        for each, box in self.boxes.items():
            with QSignalBlocker(box):
                box.setChecked(each in ticked)

    def retranslate(self) -> None:
        """Sets the texts of the boxes in the current language."""
        for value, words in self._choices.items():
            self.boxes[value].setText(label(words))
            self.boxes[value].setAccessibleName(label(words))

    def setAccessibleDescription(self, description: str) -> None:
        """What is wrong is read where the focus goes."""
        super().setAccessibleDescription(description)
        for box in self.boxes.values():
            box.setAccessibleDescription(description)
