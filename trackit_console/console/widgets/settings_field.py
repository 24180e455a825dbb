"""Base of fields that edit a group of settings within a form, such as a schedule: an editor for each field of the group."""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType
from typing import Any, ClassVar, get_args

from pydantic import BaseModel, ValidationError
from PySide6.QtCore import QEvent, QSignalBlocker
from PySide6.QtWidgets import QCheckBox, QLabel, QVBoxLayout, QWidget

from trackit_console.console.display_text import label
from trackit_console.console.editor_signals import listen
from trackit_console.console.editors import Editor, show, value_of
from trackit_console.console.field_texts import describe
from trackit_console.console.widgets.pill import restyle
from trackit_console.console.widgets.value_field import ValueField
from trackit_console.console.widgets.wheel import ignore_wheel
from trackit_console.settings.pydantic_errors import findings

LABEL_SPACING = 4


class SettingsField(ValueField):
    """`value` is an object of `model`; while a part is wrong, the plain data that the model refuses.

    Titles, help and limits of the parts come from the model. The message stands at the form's field, the red bar at the part.
    """

    model: ClassVar[type[BaseModel]]

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editors: dict[str, Editor] = self.make_editors()
        self.parts: dict[str, QWidget] = {name: self._part(name, editor) for name, editor in self.editors.items()}
        self.setFocusProxy(next(iter(self.editors.values())))
        self.lay_out()
        # Before the values: a list has its choices from the model.
        self.retranslate()
        self.show_value(None)

    # ------------------------------------------------------------------ provided by each field

    def make_editors(self) -> dict[str, Editor]:
        """The editors by the names of the fields of `model`, in their order."""
        raise TypeError(type(self).__name__)

    def lay_out(self) -> None:
        """Places `parts`, each an editor with its title."""
        raise TypeError(type(self).__name__)

    def show_parts(self) -> None:
        """Shows the parts that apply to the current values."""

    # ------------------------------------------------------------------ shared

    def _part(self, name: str, editor: Editor) -> QWidget:
        editor.setObjectName(name)
        listen(editor, self._edited, self._left)
        ignore_wheel(editor)
        part = QWidget(self)
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(LABEL_SPACING)
        if not isinstance(editor, QCheckBox):
            title = QLabel(part)
            title.setObjectName(f"{name}_label")
            title.setProperty("role", "label")
            title.setBuddy(editor)
            column.addWidget(title)
        column.addWidget(editor)
        return part

    def _edited(self, *_value: object) -> None:
        self.show_parts()
        self._mark_wrong()
        self.changed.emit()

    def _left(self, *_value: object) -> None:
        self.left.emit()

    @property
    def plain(self) -> dict[str, Any]:
        """What the editors hold."""
        return {name: self._plain(name, editor) for name, editor in self.editors.items()}

    def _plain(self, name: str, editor: Editor) -> Any:
        value = value_of(editor)
        optional = NoneType in get_args(self.model.model_fields[name].annotation)
        return None if optional and value == "" else value

    @property
    def value(self) -> Any:
        """The group of settings."""
        plain = self.plain
        try:
            return self.model.model_validate(plain)
        except ValidationError:
            return plain

    def show_value(self, value: Any) -> None:
        """Shows the group; None shows the defaults."""
        plain = dict(value) if isinstance(value, BaseModel | Mapping) else dict(self.model())
        for name, editor in self.editors.items():
            with QSignalBlocker(editor):
                show(editor, plain.get(name))
        self.show_parts()
        self._mark_wrong()

    def retranslate(self) -> None:
        """Sets all texts in the current language; the values stay."""
        for name, editor in self.editors.items():
            field = self.model.model_fields[name]
            describe(editor, None, field)
            if isinstance(editor, QCheckBox):
                editor.setText(label(field.title or ""))
            elif (title := self.parts[name].findChild(QLabel, f"{name}_label")) is not None:
                title.setText(label(field.title or ""))

    # ------------------------------------------------------------------ what is wrong

    def event(self, event: QEvent) -> bool:
        # What marks a field as wrong is drawn at its parts: this widget has no frame.
        if event.type() == QEvent.Type.DynamicPropertyChange:
            self._mark_wrong()
        return super().event(event)

    def _mark_wrong(self) -> None:
        wrong = self._wrong_parts() if self.property("wrong") else set()
        for name, editor in self.editors.items():
            if bool(editor.property("wrong")) != (name in wrong):
                editor.setProperty("wrong", "true" if name in wrong else None)
                restyle(editor)
        self._describe_wrong(wrong)

    def _wrong_parts(self) -> set[str]:
        try:
            self.model.model_validate(self.plain)
        except ValidationError as error:
            return {each.field.partition(".")[0] for each in findings(error)}
        return set()

    def setAccessibleDescription(self, description: str) -> None:
        """What is wrong is read at the part that is."""
        super().setAccessibleDescription(description)
        self._describe_wrong(self._wrong_parts() if description else set())

    def _describe_wrong(self, wrong: set[str]) -> None:
        for name, editor in self.editors.items():
            editor.setAccessibleDescription(self.accessibleDescription() if name in wrong else "")
