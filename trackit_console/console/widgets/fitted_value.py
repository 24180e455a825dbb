"""Edits the value of a condition or of a field that is set, by the editor that fits the field (NOT-03)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QSignalBlocker
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget

from trackit_console.console.display_text import label
from trackit_console.console.editor_signals import listen
from trackit_console.console.editors import show, value_of
from trackit_console.console.widgets.pill import restyle
from trackit_console.console.widgets.value_field import ValueField
from trackit_console.console.widgets.wheel import ignore_wheel
from trackit_console.settings.rule_conditions import CONDITION_CHOICES

LEAST_WIDTH = 140


class FittedValue(ValueField):
    """A list where the field has a list of values, a line with suggestions where there are some, otherwise a line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice, self.suggested, self.line = QComboBox(self), QComboBox(self), QLineEdit(self)
        self.suggested.setEditable(True)
        self.suggested.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._suggestions: Mapping[str, Sequence[str]] = {}
        self._field = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for name, editor in (("choice", self.choice), ("suggested", self.suggested), ("line", self.line)):
            editor.setObjectName(name)
            editor.setMinimumWidth(LEAST_WIDTH)
            listen(editor, self._edited, self._left)
            ignore_wheel(editor)
            row.addWidget(editor)
        self.fit("subject")

    def suggest(self, suggestions: Mapping[str, Sequence[str]]) -> None:
        """What is suggested for each field."""
        self._suggestions = suggestions
        self.fit(self._field)

    def fit(self, field: str) -> None:
        """Shows the editor for `field`; what was entered stays where it can."""
        text = self.value if self._field else ""
        self._field = field
        with QSignalBlocker(self.choice), QSignalBlocker(self.suggested):
            self.choice.clear()
            self.suggested.clear()
            self.suggested.addItems(list(self._suggestions.get(field, ())))
        self.retranslate()
        for editor in (self.choice, self.suggested, self.line):
            editor.setVisible(editor is self.editor)
        self.setFocusProxy(self.editor)
        choices = CONDITION_CHOICES.get(field, {})
        if choices:
            self.show_value(text if text in choices else next(iter(choices)))
        else:
            self.show_value("" if any(text in each for each in CONDITION_CHOICES.values()) else text)

    @property
    def editor(self) -> QComboBox | QLineEdit:
        """The editor that is shown."""
        if self._field in CONDITION_CHOICES:
            return self.choice
        return self.suggested if self._suggestions.get(self._field) else self.line

    @property
    def value(self) -> str:
        """What is chosen or typed."""
        return str(value_of(self.editor) or "")

    def show_value(self, value: Any) -> None:
        """Shows `value`; one that the list has not is added to it."""
        with QSignalBlocker(self.editor):
            show(self.editor, value)

    def retranslate(self) -> None:
        """Sets the texts of the list in the current language."""
        with QSignalBlocker(self.choice):
            for value, words in CONDITION_CHOICES.get(self._field, {}).items():
                at = self.choice.findData(value)
                if at < 0:
                    self.choice.addItem(label(words), value)
                else:
                    self.choice.setItemText(at, label(words))

    def _edited(self, *_value: object) -> None:
        self.changed.emit()

    def _left(self, *_value: object) -> None:
        self.left.emit()

    def event(self, event: QEvent) -> bool:
        # What marks a field as wrong is drawn at its editors: this widget has no frame.
        if event.type() == QEvent.Type.DynamicPropertyChange:
            for editor in (self.choice, self.suggested, self.line):
                if editor.property("wrong") != self.property("wrong"):
                    editor.setProperty("wrong", self.property("wrong"))
                    restyle(editor)
        return super().event(event)

    def setAccessibleName(self, name: str) -> None:
        """The editors are known by the name of the field."""
        super().setAccessibleName(name)
        for editor in (self.choice, self.suggested, self.line):
            editor.setAccessibleName(name)

    def setAccessibleDescription(self, description: str) -> None:
        """What is wrong is read where the focus is."""
        super().setAccessibleDescription(description)
        for editor in (self.choice, self.suggested, self.line):
            editor.setAccessibleDescription(description)
