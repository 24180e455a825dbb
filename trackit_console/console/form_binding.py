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
from PySide6.QtCore import QEvent, QObject, QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QCheckBox, QComboBox, QLabel, QLineEdit, QWidget

from trackit_console.console.display_text import label, translated
from trackit_console.console.editors import Editor, forget_stored, held, listen, show, show_stored_hint
from trackit_console.console.field_texts import browse, describe, offer
from trackit_console.console.widgets.date_field import DateField
from trackit_console.console.widgets.mnemonics import letters_of, with_mnemonic
from trackit_console.console.widgets.pill import restyle
from trackit_console.settings.field_types import is_secret
from trackit_console.settings.validation import Finding


class Binding(QObject):
    """The editors of one form. `edited` and `left` report the name of a field that the user changed or left."""

    edited = Signal(str)
    left = Signal(str)

    def __init__(self, form: object, names: Iterable[str], parent: QWidget) -> None:
        super().__init__(parent)
        self._form = form
        self._whole = parent
        self._editors: dict[str, Editor] = {}
        self._fields: dict[str, FieldInfo] = {}
        self._choices: dict[str, Mapping[Any, str]] = {}
        self._findings: dict[str, Finding] = {}
        for name in names:
            editor = getattr(form, name, None)
            if isinstance(editor, Editor):
                self._editors[name] = editor
                listen(editor, partial(self._edited, name), partial(self._left, name))
                self._ignore_wheel(editor)
            button = getattr(form, f"{name}_browse", None)
            if isinstance(button, QAbstractButton):
                button.clicked.connect(partial(self._browse, name))
            message = getattr(form, f"{name}_message", None)
            if isinstance(message, QLabel):
                message.setTextFormat(Qt.TextFormat.PlainText)
            self._show_finding(name)

    def _edited(self, name: str, *_value: object) -> None:
        self.edited.emit(name)

    def _left(self, name: str, *_value: object) -> None:
        self.left.emit(name)

    def _browse(self, name: str, *_checked: object) -> None:
        editor = self._editors[name]
        if isinstance(editor, QLineEdit) and name in self._fields and browse(editor, self._fields[name]):
            self.edited.emit(name)
            self.left.emit(name)

    def _ignore_wheel(self, editor: Editor) -> None:
        """Ignores the mouse wheel without focus: scrolling the form must not change the fields under the pointer."""
        if isinstance(editor, QAbstractSpinBox | QComboBox):
            editor.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            editor.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    @property
    def names(self) -> list[str]:
        """The fields that have an editor."""
        return list(self._editors)

    def describe(self, model: type[BaseModel]) -> None:
        """Applies labels, help, units, choices and limits of `model` to its editors."""
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
        for name in self._editors:
            self._show_finding(name)
        self._show_titles()

    def _show_titles(self) -> None:
        """Sets the labels, with unique Alt keys for the visible ones."""
        titled = {name: self._titled(name) for name in self._fields}
        taken = letters_of(self._whole, {widget for widget in titled.values() if widget is not None})
        for name, widget in titled.items():
            title = label(self._fields[name].title or "")
            if widget is not None:
                widget.setText(with_mnemonic(title, taken) if self._is_shown(name) else title)

    def _titled(self, name: str) -> QLabel | QCheckBox | None:
        editor, beside = self._editors[name], getattr(self._form, f"{name}_label", None)
        if isinstance(editor, QCheckBox):
            return editor
        if isinstance(beside, QLabel):
            beside.setBuddy(editor)
            return beside
        return None

    def _is_shown(self, name: str) -> bool:
        container = getattr(self._form, f"{name}_field", None)
        return not isinstance(container, QWidget) or not container.isHidden()

    def fill(self, values: Mapping[str, Any]) -> None:
        """Shows `values` without emitting `edited`. Of a stored secret, only that it is stored."""
        for name, value in values.items():
            editor = self._editors.get(name)
            if editor is not None:
                with QSignalBlocker(editor):
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
        value = held(self._editors[name])
        if is_secret(field):
            return SecretStr(value) if value else None
        may_be_empty = NoneType in get_args(field.annotation)
        return None if may_be_empty and value in ("", 0) else value

    def show(self, findings: Sequence[Finding], only: Iterable[str] | None = None) -> None:
        """Shows each finding at its field and removes old ones; `only` limits this to some fields."""
        first = {each.field: each for each in reversed(findings)}
        for name in self._editors if only is None else only:
            self._findings.pop(name, None)
            if name in first:
                self._findings[name] = first[name]
            self._show_finding(name)

    def focus_first(self, findings: Sequence[Finding]) -> None:
        """Focuses the first field with a finding, from top to bottom."""
        wrong = [
            editor for name, editor in self._editors.items() if name in {each.field for each in findings} and editor.isVisible()
        ]
        if wrong:
            min(wrong, key=lambda editor: editor.mapToGlobal(QPoint()).y()).setFocus()

    def _show_finding(self, name: str) -> None:
        """Shows or removes the finding of a field and its red bar."""
        words = translated(self._findings[name].message) if name in self._findings else ""
        message = getattr(self._form, f"{name}_message", None)
        if isinstance(message, QLabel):
            message.setText(words)
            message.setVisible(bool(words))
        editor = self._editors.get(name)
        if editor is not None:
            editor.setAccessibleDescription(words)
            if bool(editor.property("wrong")) != bool(words):
                editor.setProperty("wrong", "true" if words else None)
                restyle(editor)

    @property
    def complaints(self) -> list[str]:
        """The fields that show a finding."""
        return list(self._findings)

    def set_visible(self, names: Iterable[str]) -> None:
        """Shows the fields of `names` and hides the others."""
        shown = set(names)
        for name in self._editors:
            container = getattr(self._form, f"{name}_field", None)
            if isinstance(container, QWidget):
                container.setVisible(name in shown)
        self._show_titles()


def kept(model: type[BaseModel], stored: BaseModel | None, typed: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of `stored` that a form keeps: secrets that were not typed again (IN-12) and fields without an editor.

    If `stored` is of another type than `model`, only the fields that both have.
    """
    if stored is None:
        return {}
    common = {name: field for name, field in model.model_fields.items() if name in type(stored).model_fields}
    untouched = [name for name, field in common.items() if (typed.get(name) is None if is_secret(field) else name not in typed)]
    return {name: getattr(stored, name) for name in untouched}
