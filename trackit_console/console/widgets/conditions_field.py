"""The conditions of a business rule: a row for each (NOT-03)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QLabel, QWidget

from trackit_console.console.language import name_buttons
from trackit_console.console.widgets.condition_row import ConditionRow
from trackit_console.console.widgets.parted_field import within
from trackit_console.console.widgets.rows_field import RowsField


class ConditionsField(RowsField[ConditionRow]):
    """`value` are plain conditions."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._suggestions: Mapping[str, Sequence[str]] = {}
        self.none_label = QLabel(self)
        self.none_label.setProperty("role", "dim")
        self.add_button.clicked.connect(self.add)
        self.column.insertWidget(1, self.none_label)
        self.retranslate()

    def suggest(self, suggestions: Mapping[str, Sequence[str]]) -> None:
        """What is suggested as the value of each field."""
        self._suggestions = suggestions
        for row in self.rows:
            row.value.suggest(suggestions)

    def add(self) -> None:
        """**Add condition**."""
        row = self.append()
        self.rows_changed()
        row.field.setFocus()
        self.changed.emit()

    def make_row(self) -> ConditionRow:
        row = ConditionRow(self)
        row.value.suggest(self._suggestions)
        return row

    def rows_changed(self) -> None:
        self.none_label.setVisible(not self.rows)
        super().rows_changed()

    def retranslate(self) -> None:
        """Sets all texts in the current language."""
        self.none_label.setText(self.tr("No conditions: the rule acts on every such event."))
        self.add_button.setText(self.tr("Add condition"))
        for at, row in enumerate(self.rows):
            row.retranslate(at + 1)
            row.show_findings(within(self._found, at))
        name_buttons(self)
