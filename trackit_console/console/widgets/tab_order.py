"""The way of the Tab key through a form whose rows are made while it is used.

Qt keeps one chain for a window, in which what is made later stands last; `QWidget.setTabOrder` loses parts of it where fields consist of
several widgets.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QScrollArea, QWidget

_BY_TAB = Qt.FocusPolicy.TabFocus.value


def move_focus(window: QWidget, forward: bool) -> bool:
    """Focuses the next or the previous field of `window`, as its layouts place them; for `focusNextPrevChild`."""
    fields = list(_fields(window))
    if not fields:
        return False
    now = window.focusWidget()
    at = fields.index(now) if now in fields else -1 if forward else 0
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    fields[(at + (1 if forward else -1)) % len(fields)].setFocus(reason)
    return True


def _fields(widget: QWidget) -> Iterator[QWidget]:
    """What Tab stops at in `widget`, from top to bottom."""
    if widget.focusPolicy().value & _BY_TAB and widget.focusProxy() is None and not isinstance(widget, QScrollArea):
        if widget.isEnabled() and widget.isVisible():
            yield widget
    elif isinstance(widget, QScrollArea):
        if (body := widget.widget()) is not None:
            yield from _fields(body)
    elif (layout := widget.layout()) is not None:
        yield from _fields_of(layout)


def _fields_of(layout: QLayout) -> Iterator[QWidget]:
    for number in range(layout.count()):
        item = layout.itemAt(number)
        if item is not None and (inner := item.layout()) is not None:
            yield from _fields_of(inner)
        elif item is not None and (widget := item.widget()) is not None:
            yield from _fields(widget)
