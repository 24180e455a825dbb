"""Between the widgets of a form and the fields of a settings model: they find each other by name.

A form has for the field `port` the editor `port`, the container `port_field` and the label `port_message` for what is
wrong with it. A new field is one line in the model and one widget in the form.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import NoneType
from typing import Any, get_args

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QSpinBox, QWidget

from trackit_console.console.display_text import translated
from trackit_console.console.widgets.pill import restyle
from trackit_console.settings.field_types import IntRange, SingleLineText, is_secret, limits_of
from trackit_console.settings.validation import Finding

Editor = QLineEdit | QSpinBox | QCheckBox | QComboBox


class Binding(QObject):
    """The editors of one form. `edited` tells the name of a field that a person changed, `left` one that was left."""

    edited = Signal(str)
    left = Signal(str)

    def __init__(self, form: object, names: Iterable[str], parent: QObject) -> None:
        super().__init__(parent)
        self._form = form
        self._editors: dict[str, Editor] = {}
        for name in names:
            editor = getattr(form, name, None)
            if isinstance(editor, Editor):
                self._editors[name] = editor
                self._listen(name, editor)
                self._ignore_wheel(editor)
            message = getattr(form, f"{name}_message", None)
            if isinstance(message, QLabel):
                message.setTextFormat(Qt.TextFormat.PlainText)
            self.show_text(name, "")

    def _listen(self, name: str, editor: Editor) -> None:
        """Every editor tells its changes in its own way."""

        def edited(*_value: object) -> None:
            self.edited.emit(name)

        def left(*_value: object) -> None:
            self.left.emit(name)

        if isinstance(editor, QLineEdit):
            editor.textEdited.connect(edited)
            editor.editingFinished.connect(left)
        elif isinstance(editor, QSpinBox):
            editor.lineEdit().setTextMargins(8, 0, 0, 0)  # style sheets do not reach in there
            editor.valueChanged.connect(edited)
            editor.editingFinished.connect(left)
        elif isinstance(editor, QCheckBox):
            editor.toggled.connect(edited)
        else:
            editor.currentTextChanged.connect(edited)
            if (line := editor.lineEdit()) is not None:
                line.editingFinished.connect(left)

    def _ignore_wheel(self, editor: Editor) -> None:
        """Scrolling through a form must not change the fields that pass under the pointer."""
        if isinstance(editor, QSpinBox | QComboBox):
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

    def limit(self, model: type[BaseModel]) -> None:
        """Gives editors the limits that the model declares; a wrong value can still be typed, and is told."""
        for name, field in model.model_fields.items():
            editor, limits = self._editors.get(name), limits_of(field)
            if isinstance(editor, QSpinBox) and isinstance(limits, IntRange):
                editor.setMaximum(max(limits.most, editor.maximum()))
            elif isinstance(editor, QLineEdit) and isinstance(limits, SingleLineText):
                editor.setMaxLength(max(limits.most, 1000))

    def fill(self, values: Mapping[str, Any]) -> None:
        """Shows `values`; a stored secret is told, never shown. It does not count as editing."""
        for name, value in values.items():
            editor = self._editors.get(name)
            if editor is not None:
                with QSignalBlocker(editor):
                    _show(editor, value)

    def forget_secrets(self) -> None:
        """No secret is stored any more."""
        for editor in self._editors.values():
            if isinstance(editor, QLineEdit) and editor.echoMode() != QLineEdit.EchoMode.Normal:
                editor.setPlaceholderText("")

    def values(self, model: type[BaseModel]) -> dict[str, Any]:
        """What the editors hold, as the fields of `model` want it."""
        return {name: self._value(name, field) for name, field in model.model_fields.items() if name in self._editors}

    def _value(self, name: str, field: FieldInfo) -> Any:
        value = _held(self._editors[name])
        if is_secret(field):
            return SecretStr(value) if value else None
        may_be_empty = NoneType in get_args(field.annotation)
        return None if may_be_empty and value in ("", 0) else value

    def show(self, findings: Sequence[Finding], only: Iterable[str] | None = None) -> None:
        """Shows each finding at its field and takes old ones away; `only` leaves the other fields as they are."""
        told = {each.field: translated(each.message) for each in reversed(findings)}
        for name in self._editors if only is None else only:
            self.show_text(name, told.get(name, ""))

    def focus_first(self, findings: Sequence[Finding]) -> None:
        """Puts the cursor into the first wrong field, in the order of the form."""
        wrong = [
            editor for name, editor in self._editors.items() if name in {each.field for each in findings} and editor.isVisible()
        ]
        if wrong:
            min(wrong, key=lambda editor: editor.mapToGlobal(QPoint()).y()).setFocus()

    def show_text(self, name: str, words: str) -> None:
        """Shows `words` under the field, with the red bar at its edge; empty words take both away."""
        message = getattr(self._form, f"{name}_message", None)
        if isinstance(message, QLabel):
            message.setText(words)
            message.setVisible(bool(words))
        editor = self._editors.get(name)
        if editor is not None and bool(editor.property("wrong")) != bool(words):
            editor.setProperty("wrong", "true" if words else None)
            editor.setAccessibleDescription(words)
            restyle(editor)

    def message_of(self, name: str) -> str:
        """What stands under the field now."""
        message = getattr(self._form, f"{name}_message", None)
        return message.text() if isinstance(message, QLabel) else ""

    @property
    def complaints(self) -> list[str]:
        """The fields that have something said under them now."""
        return [name for name in self._editors if self.message_of(name)]

    def set_visible(self, names: Iterable[str]) -> None:
        """Shows just the fields of `names`."""
        shown = set(names)
        for name in self._editors:
            container = getattr(self._form, f"{name}_field", None)
            if isinstance(container, QWidget):
                container.setVisible(name in shown)


def kept(model: type[BaseModel], stored: BaseModel | None, typed: Mapping[str, Any]) -> dict[str, Any]:
    """What a form over `stored` leaves as it is: secrets that were not typed again (IN-12), and fields without an editor.

    `stored` may be of another type than `model`; then it is what both have.
    """
    if stored is None:
        return {}
    common = {name: field for name, field in model.model_fields.items() if name in type(stored).model_fields}
    untouched = [name for name, field in common.items() if (typed.get(name) is None if is_secret(field) else name not in typed)]
    return {name: getattr(stored, name) for name in untouched}


def _show(editor: Editor, value: Any) -> None:
    if isinstance(editor, QLineEdit):
        secret = isinstance(value, SecretStr)
        editor.setText("" if secret or value is None else str(value))
        if secret:
            editor.setPlaceholderText(QCoreApplication.translate("Binding", "Stored. Type a new one to replace it."))
    elif isinstance(editor, QSpinBox):
        editor.setValue(value or 0)
    elif isinstance(editor, QCheckBox):
        editor.setChecked(bool(value))
    else:
        _choose(editor, value)


def _choose(editor: QComboBox, value: Any) -> None:
    at = editor.findData(value)
    if at >= 0:
        editor.setCurrentIndex(at)
    elif editor.isEditable():
        editor.setCurrentText(str(value or ""))


def _held(editor: Editor) -> Any:
    if isinstance(editor, QLineEdit):
        return editor.text().strip() if editor.echoMode() == QLineEdit.EchoMode.Normal else editor.text()
    if isinstance(editor, QSpinBox):
        return editor.value()
    if isinstance(editor, QCheckBox):
        return editor.isChecked()
    return editor.currentText().strip() if editor.isEditable() else editor.currentData()
