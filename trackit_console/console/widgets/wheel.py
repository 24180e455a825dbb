"""Keeps the mouse wheel from changing fields by accident."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QWidget


def ignore_wheel(editor: QWidget) -> None:
    """Ignores the mouse wheel without focus: scrolling the form must not change the fields under the pointer."""
    if isinstance(editor, QAbstractSpinBox | QComboBox):
        editor.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # by default they take the focus with the wheel
        _WheelGuard(editor)  # owned by the editor as its parent


class _WheelGuard(QObject):
    def __init__(self, editor: QWidget) -> None:
        super().__init__(editor)
        editor.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            # Ignored as well as filtered: the scroll area behind the editor gets the wheel.
            event.ignore()
            return True
        return super().eventFilter(watched, event)
