"""The hint in an empty line edit that a secret is stored: shown, said in another language, removed."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLineEdit

STANDS_FOR_STORED = "holds_stored_secret"
"""The property of a line edit that stands for a stored secret."""


def show_stored_hint(editor: QLineEdit) -> None:
    """Shows in the current language that a secret is stored."""
    if editor.property(STANDS_FOR_STORED):
        editor.setPlaceholderText(QCoreApplication.translate("Binding", "Stored. Type a new one to replace it."))


def forget_stored(editor: QLineEdit) -> None:
    """Removes the note that a secret is stored."""
    if editor.property(STANDS_FOR_STORED):
        editor.setProperty(STANDS_FOR_STORED, False)
        editor.setPlaceholderText("")
