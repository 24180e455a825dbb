"""Base of fields that are made of several widgets, such as recipients or opening hours. `editors` treats them like a line edit."""

from __future__ import annotations

from typing import Any

from pydantic.fields import FieldInfo
from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QWidget

from trackit_console.console.language import is_language_change


class ValueField(QWidget):
    """`value` is what the settings model gets, or plain data that the model refuses with its own words."""

    changed = Signal()
    """The user changed something."""
    left = Signal()
    """The user finished a part that can be checked."""

    @property
    def value(self) -> Any:
        """What the field holds."""
        raise TypeError(type(self).__name__)

    def show_value(self, value: Any) -> None:
        """Shows `value` without emitting `changed`. Of settings that are wrong it may be plain data."""
        raise TypeError(type(self).__name__)

    def describe(self, field: FieldInfo) -> None:
        """Takes choices, units and the like from the field of the settings model; called again when the language changes."""

    def retranslate(self) -> None:
        """Sets all texts in the current language; the value stays."""
        raise TypeError(type(self).__name__)

    def changeEvent(self, event: QEvent) -> None:
        if is_language_change(event):
            self.retranslate()
        super().changeEvent(event)
