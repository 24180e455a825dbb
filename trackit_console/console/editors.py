"""The kinds of editors in a form: how each shows and returns a value and reports edits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import SecretStr
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QSpinBox, QWidget

from trackit_console.console.widgets.date_field import DateField
from trackit_console.console.widgets.list_field import ListField
from trackit_console.console.widgets.value_field import ValueField

Editor = QLineEdit | QSpinBox | QCheckBox | QComboBox | QPlainTextEdit | DateField | ListField | ValueField
PROPERTY = "holds_stored_secret"


def listen(editor: Editor, edited: Callable[..., None], left: Callable[..., None]) -> None:
    """Calls `edited` when the user changes the editor, `left` when it loses the focus after a change."""
    if isinstance(editor, QLineEdit):
        # Not textChanged: filling the form by the program is no edit.
        editor.textEdited.connect(edited)
        editor.editingFinished.connect(left)
    elif isinstance(editor, QSpinBox):
        editor.lineEdit().setTextMargins(8, 0, 0, 0)  # style sheets do not apply to the inner line edit
        editor.valueChanged.connect(edited)
        editor.editingFinished.connect(left)
    elif isinstance(editor, DateField):
        editor.dateChanged.connect(edited)
        editor.editingFinished.connect(left)
    elif isinstance(editor, ListField | ValueField):
        editor.changed.connect(edited)
        editor.left.connect(left)
    elif isinstance(editor, QPlainTextEdit):
        # Tab leaves this field like every other; by default it would insert a tab.
        editor.setTabChangesFocus(True)
        editor.textChanged.connect(edited)
        # Needs no reference: the editor owns it as its parent.
        _FocusOutReporter(editor, left)
    elif isinstance(editor, QCheckBox):
        # No `left`: a check box has no half-typed value that would be checked too early.
        editor.toggled.connect(edited)
    else:
        # Also emitted while typing into an editable list, which currentIndexChanged is not.
        editor.currentTextChanged.connect(edited)
        if (line := editor.lineEdit()) is not None:
            line.editingFinished.connect(left)


class _FocusOutReporter(QObject):
    """Reports when a `QPlainTextEdit` loses the focus, for which Qt has no signal."""

    def __init__(self, editor: QWidget, left: Callable[..., None]) -> None:
        super().__init__(editor)
        self._left = left
        editor.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self._left()
        return super().eventFilter(watched, event)


def show(editor: Editor, value: Any) -> None:
    """Shows `value`. Of a secret, only that it is stored."""
    if isinstance(editor, QLineEdit):
        secret = isinstance(value, SecretStr) or editor.echoMode() != QLineEdit.EchoMode.Normal
        editor.setText("" if secret or value is None else str(value))
        if secret and value is not None:
            editor.setProperty(PROPERTY, True)
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


def show_stored_hint(editor: QLineEdit) -> None:
    """Shows in the current language that a secret is stored."""
    if editor.property(PROPERTY):
        editor.setPlaceholderText(QCoreApplication.translate("Binding", "Stored. Type a new one to replace it."))


def forget_stored(editor: QLineEdit) -> None:
    """Removes the note that a secret is stored."""
    if editor.property(PROPERTY):
        editor.setProperty(PROPERTY, False)
        editor.setPlaceholderText("")


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
