"""Helpers for layouts whose widgets are made at run time."""

from __future__ import annotations

from PySide6.QtWidgets import QLayout


def clear(layout: QLayout) -> None:
    """Removes all widgets and spaces from `layout` and deletes the widgets."""
    while item := layout.takeAt(0):
        if (widget := item.widget()) is not None:
            widget.deleteLater()  # not at once: the click that is being handled may have come from it
