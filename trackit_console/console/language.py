"""What happens when the language of the console changes while it is open.

A window, page, dialog or widget that sets words in code has a `retranslate` that sets them again; values, what is typed
and what is selected stay. Qt tells every widget by `changeEvent`; forms also have the `retranslateUi` that `uic` made.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

_NAMED_BY_TEXT = "named_by_text"


def is_language_change(event: QEvent) -> bool:
    """Whether a `changeEvent` calls for `retranslate`."""
    return event.type() == QEvent.Type.LanguageChange


def name_buttons(widget: QWidget) -> None:
    """Screen readers read a button by its words, where it has no name of its own."""
    for button in widget.findChildren(QAbstractButton):
        if button.text() and (not button.accessibleName() or button.property(_NAMED_BY_TEXT)):
            button.setProperty(_NAMED_BY_TEXT, True)
            button.setAccessibleName(button.text().replace("&", ""))
