"""Windows and dialogs open where and as large as they were left (T-08)."""

from __future__ import annotations

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget

SCREEN_MARGIN = (40, 60)
"""Pixels that a dialog leaves free beside and above it, for the frame and title bar, which are not part of its size."""


def save_geometry(window: QWidget, name: str, window_settings: QSettings) -> None:
    """Keeps position and size of `window` under `name`."""
    window_settings.setValue(f"{name}/geometry", window.saveGeometry())


def restore_geometry(window: QWidget, name: str, window_settings: QSettings) -> None:
    """Restores what `save_geometry` kept, if anything."""
    if (geometry := window_settings.value(f"{name}/geometry")) is not None:
        # Qt moves a window whose screen is not there any more onto one that is.
        window.restoreGeometry(geometry)


def limit_to_screen(window: QWidget) -> None:
    """Makes `window` no larger than its screen, so that the buttons at its bottom can be reached."""
    room = window.screen().availableSize()
    across, down = SCREEN_MARGIN
    window.resize(min(window.width(), room.width() - across), min(window.height(), room.height() - down))
