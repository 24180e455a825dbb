"""The kinds of editors in a form: how each shows and returns a value."""

from __future__ import annotations

from typing import Any

from pydantic import SecretStr
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QSpinBox

from trackit_console.console.stored_secret_hint import STANDS_FOR_STORED, show_stored_hint
from trackit_console.console.widgets.date_field import DateField
from trackit_console.console.widgets.list_field import ListField
from trackit_console.console.widgets.value_field import ValueField

Editor = QLineEdit | QSpinBox | QCheckBox | QComboBox | QPlainTextEdit | DateField | ListField | ValueField


def show(editor: Editor, value: Any) -> None:
    """Shows `value`. Of a secret, only that it is stored."""
    if isinstance(editor, QLineEdit):
        secret = isinstance(value, SecretStr) or editor.echoMode() != QLineEdit.EchoMode.Normal
        editor.setText("" if secret or value is None else str(value))
        if secret and value is not None:
            editor.setProperty(STANDS_FOR_STORED, True)
            show_stored_hint(editor)
    elif isinstance(editor, QPlainTextEdit):
        editor.setPlainText(str(value or ""))
    elif isinstance(editor, ListField):
        editor.show_lines(value or [])
    elif isinstance(editor, ValueField):
        editor.show_value(value)
    elif isinstance(editor, DateField):
        editor.show_day(value)
    elif isinstance(editor, QSpinBox):
        editor.setValue(_number(editor, value))
    elif isinstance(editor, QCheckBox):
        editor.setChecked(bool(value))
    else:
        _choose(editor, value)


def _number(editor: QSpinBox, value: Any) -> int:
    """What comes nearest to `value`, which is no number of this field if the database was changed by hand."""
    return min(max(value, editor.minimum()), editor.maximum()) if isinstance(value, int) else 0


def _choose(editor: QComboBox, value: Any) -> None:
    at = editor.findData(value)
    if at >= 0:
        editor.setCurrentIndex(at)
    elif editor.isEditable():
        editor.setCurrentText(str(value or ""))
    elif value:  # a choice of another version, a template that was deleted: shown, so that it is not replaced unseen
        editor.addItem(str(value), value)
        editor.setCurrentIndex(editor.count() - 1)


def value_of(editor: Editor) -> Any:
    """The value in the editor."""
    if isinstance(editor, QLineEdit):
        # Spaces around a server name come from pasting; in a password they may be meant.
        return editor.text().strip() if editor.echoMode() == QLineEdit.EchoMode.Normal else editor.text()
    if isinstance(editor, QPlainTextEdit):
        # As it stands: a message about it names its lines.
        text = editor.toPlainText()
        return text if text.strip() else ""
    if isinstance(editor, DateField):
        return editor.day
    if isinstance(editor, ListField):
        return editor.lines
    if isinstance(editor, ValueField):
        return editor.value
    if isinstance(editor, QSpinBox):
        return editor.value()
    if isinstance(editor, QCheckBox):
        return editor.isChecked()
    return editor.currentText().strip() if editor.isEditable() else editor.currentData()
