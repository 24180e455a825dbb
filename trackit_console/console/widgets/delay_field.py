"""Whether the actions of a business rule wait, and for how long (NOT-03)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox, QSpinBox, QVBoxLayout, QWidget

from trackit_console.console.editors import Editor
from trackit_console.console.field_texts import show_item
from trackit_console.console.widgets.part_form import PartForm, make_combo
from trackit_console.console.widgets.parted_field import PartedField
from trackit_console.console.widgets.wheel import ignore_wheel
from trackit_console.settings.rule_delay import Delay
from trackit_console.settings.validation import Finding

SPACING = 8
WIDTH = 280
AT_ONCE, LATER = "at_once", "later"


class DelayField(PartedField):
    """`value` is a plain `Delay`, None where the actions are done at once."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.when = QComboBox(self)
        self.when.setObjectName("when")
        self.when.setMaximumWidth(WIDTH)
        editors: dict[str, Editor] = {"amount": QSpinBox(), "unit": make_combo(), "unless": make_combo()}
        self.form = PartForm(Delay, editors, (("amount", "unit", "unless"),), parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING)
        column.addWidget(self.when)
        column.addWidget(self.form)
        ignore_wheel(self.when)
        self.setFocusProxy(self.when)
        self.retranslate()
        self.show_value(None)
        self.when.currentIndexChanged.connect(self._chosen)
        self.form.changed.connect(self.changed)
        self.form.left.connect(self.left)

    @property
    def value(self) -> dict[str, Any] | None:
        """The delay."""
        return self.form.plain if self.when.currentData() == LATER else None

    def show_value(self, value: Any) -> None:
        """Shows the delay."""
        plain = dict(value) if isinstance(value, BaseModel | Mapping) else None
        with QSignalBlocker(self.when):
            self.when.setCurrentIndex(self.when.findData(AT_ONCE if plain is None else LATER))
        self.form.show_values(plain or {})
        self.form.setVisible(plain is not None)

    def _chosen(self) -> None:
        self.form.setVisible(self.when.currentData() == LATER)
        self.changed.emit()
        self.left.emit()

    def show_findings(self, found: Mapping[str, Finding]) -> None:
        self.setFocusProxy(self.form.show_findings(found) or self.when)

    def setAccessibleName(self, name: str) -> None:
        """The choice is known by the title of the field."""
        super().setAccessibleName(name)
        self.when.setAccessibleName(name)

    def retranslate(self) -> None:
        """Sets all texts in the current language."""
        show_item(self.when, 0, self.tr("The actions are done at once"), AT_ONCE)
        show_item(self.when, 1, self.tr("The actions are done later"), LATER)
        self.form.retranslate()
