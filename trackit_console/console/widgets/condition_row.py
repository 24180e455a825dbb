"""One condition of a business rule: its field, and the comparisons and values that fit it (NOT-03)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QPushButton, QSizePolicy, QWidget

from trackit_console.console.display_text import label
from trackit_console.console.field_texts import offer
from trackit_console.console.widgets.fitted_value import LEAST_WIDTH, FittedValue
from trackit_console.console.widgets.parted_field import show_finding
from trackit_console.console.widgets.rows_field import SPACING
from trackit_console.console.widgets.wheel import ignore_wheel
from trackit_console.settings.rule_conditions import (
    CONDITION_CHOICES,
    CONDITION_LABELS,
    OPERATOR_LABELS,
    WITHOUT_VALUE,
    Condition,
)
from trackit_console.settings.validation import Finding

_NEW = Condition.model_construct(field="subject", operator="contains", value="")


class ConditionRow(QWidget):
    """One condition: field, comparison, value, and a button that removes it."""

    changed = Signal()
    left = Signal()
    removed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field, self.operator = QComboBox(self), QComboBox(self)
        self.value = FittedValue(self)
        self.remove_button = QPushButton(self, autoDefault=False)
        self.message = QLabel(self)
        self.message.setProperty("role", "error")
        self.message.setWordWrap(True)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACING)
        grid.setVerticalSpacing(4)
        for at, (widget, stretch) in enumerate(((self.field, 3), (self.operator, 2), (self.value, 4), (self.remove_button, 0))):
            grid.addWidget(widget, 0, at)
            grid.setColumnStretch(at, stretch)
        # Below the value, which is what is wrong nearly always.
        grid.addWidget(self.message, 1, 2, 1, 2)
        self.setFocusProxy(self.field)
        for combo in (self.field, self.operator):
            ignore_wheel(combo)
        for editor in (self.field, self.operator, self.value):
            # By the stretch alone: the columns of all rows are equally wide, whatever they show.
            editor.setMinimumWidth(LEAST_WIDTH)
            editor.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.retranslate(1)
        self.show_value(_NEW)
        self.show_findings({})
        self.field.currentIndexChanged.connect(self._field_chosen)
        self.operator.currentIndexChanged.connect(self._operator_chosen)
        self.value.changed.connect(self.changed)
        self.value.left.connect(self.left)
        self.remove_button.clicked.connect(self.removed)

    @property
    def plain(self) -> dict[str, str]:
        """The condition as it stands."""
        operator = self.operator.currentData()
        value = "" if operator in WITHOUT_VALUE else self.value.value
        return {"field": self.field.currentData(), "operator": operator, "value": value}

    def show_value(self, value: Any) -> None:
        """Shows a condition, or what stands in its place in settings that are wrong."""
        plain = dict(value) if isinstance(value, BaseModel | Mapping) else {}
        with QSignalBlocker(self.field), QSignalBlocker(self.operator):
            self.field.setCurrentIndex(max(self.field.findData(plain.get("field")), 0))
            self._fit()
            self.operator.setCurrentIndex(max(self.operator.findData(plain.get("operator")), 0))
        self.value.show_value(str(plain.get("value") or ""))
        self._show_value()

    def _fit(self) -> None:
        """Offers the comparisons that fit the field; the chosen one stays if it is among them."""
        field, chosen = self.field.currentData(), self.operator.currentData()
        fitting = ("is", "is_not") if field in CONDITION_CHOICES else tuple(OPERATOR_LABELS)
        with QSignalBlocker(self.operator):
            self.operator.clear()
            offer(self.operator, {name: OPERATOR_LABELS[name] for name in fitting})
            self.operator.setCurrentIndex(max(self.operator.findData(chosen), 0))
        self.value.fit(field)

    def _show_value(self) -> None:
        self.value.setVisible(self.operator.currentData() not in WITHOUT_VALUE)

    def _field_chosen(self) -> None:
        self._fit()
        self._operator_chosen()

    def _operator_chosen(self) -> None:
        self._show_value()
        self.changed.emit()
        self.left.emit()

    def show_findings(self, found: Mapping[str, Finding]) -> bool:
        """Shows what is wrong with the condition; whether there is something."""
        first = next(iter(found.values()), None)
        wrong_operator = "operator" in found
        show_finding(self.operator, None, found.get("operator"))
        show_finding(self.value, self.message, None if wrong_operator else first)
        if wrong_operator:
            show_finding(self.operator, self.message, first)
        self.setFocusProxy(self.field if first is None else self.operator if wrong_operator else self.value)
        return first is not None

    def retranslate(self, number: int) -> None:
        """Sets all texts in the current language; `number` tells screen readers which condition it is."""
        offer(self.field, CONDITION_LABELS)
        if self.operator.count():
            names = [self.operator.itemData(at) for at in range(self.operator.count())]
            offer(self.operator, {name: OPERATOR_LABELS[name] for name in names})
        fields = Condition.model_fields
        for name, editor in (("field", self.field), ("operator", self.operator), ("value", self.value)):
            editor.setAccessibleName(f"{label(fields[name].title or '')} {number}")
        self.remove_button.setText(self.tr("Remove"))
        self.remove_button.setAccessibleName(self.tr("Remove condition {number}").format(number=number))
