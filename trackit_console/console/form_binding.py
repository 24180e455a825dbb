"""Connects the widgets of a form with the fields of a settings model, by name.

For the field `port`, a form has the editor `port`, the container `port_field`, the labels `port_label` and `port_message`
(for findings) and optionally `port_hint` (help text) and `port_browse` (a button that opens a file dialog). All texts come
from the model: a new field is declared in the model and drawn in the form.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from types import NoneType
from typing import Any, get_args

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from PySide6.QtCore import QObject, QSignalBlocker, Signal
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QWidget

from trackit_console.console.editor_signals import listen
from trackit_console.console.editors import Editor, show, value_of
from trackit_console.console.field_texts import browse, describe, offer
from trackit_console.console.form_findings import FormFindings
from trackit_console.console.form_titles import show_titles
from trackit_console.console.stored_secret_hint import forget_stored, show_stored_hint
from trackit_console.console.widgets.date_field import DateField
from trackit_console.console.widgets.wheel import ignore_wheel
from trackit_console.settings.field_types import is_secret
from trackit_console.settings.validation import Finding


class Binding(QObject):
    """The editors of one form. `edited` and `left` report the name of a field that the user changed or left."""

    edited = Signal(str)
    left = Signal(str)

    def __init__(self, form: object, names: Iterable[str], parent: QWidget) -> None:
        super().__init__(parent)
        self._form = form
        self._form_widget = parent
        self._editors: dict[str, Editor] = {}
        self._fields: dict[str, FieldInfo] = {}
        self._choices: dict[str, Mapping[Any, str]] = {}
        names = tuple(names)
        for name in names:
            editor = getattr(form, name, None)
            if isinstance(editor, Editor):
                self._editors[name] = editor
                listen(editor, partial(self._edited, name), partial(self._left, name))
                ignore_wheel(editor)
            button = getattr(form, f"{name}_browse", None)
            if isinstance(button, QAbstractButton):
                button.clicked.connect(partial(self._browse, name))
        self._findings = FormFindings(form, names, self._editors)

    def _edited(self, name: str, *_value: object) -> None:
        self.edited.emit(name)

    def _left(self, name: str, *_value: object) -> None:
        self.left.emit(name)

    def _browse(self, name: str, *_checked: object) -> None:
        editor = self._editors[name]
        if isinstance(editor, QLineEdit) and name in self._fields and browse(editor, self._fields[name]):
            self.edited.emit(name)
            self.left.emit(name)

    @property
    def names(self) -> list[str]:
        """The fields that have an editor."""
        return list(self._editors)

    def describe(self, model: type[BaseModel]) -> None:
        """Applies labels, help, units, choices and limits of `model` to its editors."""
        # Several models share one form: a shared field has the texts of the model that was described last.
        self._fields |= {name: field for name, field in model.model_fields.items() if name in self._editors and field.title}
        self.retranslate()

    def offer(self, name: str, choices: Mapping[Any, str]) -> None:
        """Fills the list of a field that has no title in the model, such as the type of an account."""
        self._choices[name] = choices
        editor = self._editors[name]
        assert isinstance(editor, QComboBox)
        offer(editor, choices)

    def retranslate(self) -> None:
        """Sets all texts in the current language; values stay."""
        for name, choices in self._choices.items():
            self.offer(name, choices)
        for name, field in self._fields.items():
            hint = getattr(self._form, f"{name}_hint", None)
            describe(self._editors[name], hint, field)
        for editor in self._editors.values():
            if isinstance(editor, DateField):
                editor.retranslate()
            elif isinstance(editor, QLineEdit):
                show_stored_hint(editor)
        self._findings.retranslate()
        self.show_titles()

    def show_titles(self) -> None:
        """Gives the titles of the fields that can be seen their Alt keys; called when a section is folded or unfolded."""
        show_titles(self._form, self._form_widget, self._editors, self._fields)

    def fill(self, values: Mapping[str, Any]) -> None:
        """Shows `values` without emitting `edited`. Of a stored secret, only that it is stored."""
        for name, value in values.items():
            editor = self._editors.get(name)
            if editor is not None:
                with QSignalBlocker(editor):  # Qt signals a change by the program as one by the user
                    show(editor, value)

    def forget_secrets(self) -> None:
        """Removes the note that a secret is stored."""
        for editor in self._editors.values():
            if isinstance(editor, QLineEdit):
                forget_stored(editor)

    def values(self, model: type[BaseModel]) -> dict[str, Any]:
        """The values of the editors, converted for the fields of `model`."""
        return {name: self._value(name, field) for name, field in model.model_fields.items() if name in self._editors}

    def _value(self, name: str, field: FieldInfo) -> Any:
        value = value_of(self._editors[name])
        if is_secret(field):
            return SecretStr(value) if value else None
        # A spin box has no empty state: 0 stands for it, shown by the special value text.
        may_be_empty = NoneType in get_args(field.annotation)
        return None if may_be_empty and value in ("", 0) else value

    def show(self, findings: Sequence[Finding], only: Iterable[str] | None = None) -> None:
        """Shows each finding at its field and removes old ones; `only` limits this to some fields."""
        self._findings.show(findings, only)

    def focus_first(self, findings: Sequence[Finding]) -> None:
        """Focuses the first field with a finding, from top to bottom."""
        self._findings.focus_first(findings)

    @property
    def wrong_fields(self) -> list[str]:
        """The fields that show a finding."""
        return self._findings.fields

    def set_visible(self, names: Iterable[str]) -> None:
        """Shows the fields of `names` and hides the others."""
        shown = set(names)
        for name in self._editors:
            container = getattr(self._form, f"{name}_field", None)
            if isinstance(container, QWidget):
                container.setVisible(name in shown)
        self.show_titles()
