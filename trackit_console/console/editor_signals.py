"""Which signals of the editors in a form report edits."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit, QSpinBox, QWidget

from trackit_console.console.editors import Editor
from trackit_console.console.widgets.date_field import DateField
from trackit_console.console.widgets.list_field import ListField
from trackit_console.console.widgets.value_field import ValueField


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
