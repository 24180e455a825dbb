"""Keys that act while one widget has the focus."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


def shortcut_in(widget: QWidget, keys: QKeySequence | Qt.Key, slot: Callable[[], object]) -> None:
    """Calls `slot` when `keys` are pressed in `widget`; elsewhere in the window they keep their meaning."""
    shortcut = QShortcut(QKeySequence(keys), widget, slot)
    # Not as an argument of the constructor: PySide 6.11 ignores it there, and the keys would act in the whole window.
    shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
