"""Locks a form while what it holds is being saved."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


class FormLock:
    """Disables `form`, and gives the focus back to the same field afterwards: Qt takes it from a widget that is disabled."""

    def __init__(self, form: QWidget) -> None:
        self._form = form
        self._focused: QWidget | None = None

    def lock(self) -> None:
        """Locks the form; does nothing if it is locked."""
        if self._form.isEnabled():
            self._focused = self._form.window().focusWidget()  # before disabling, which moves the focus on
            self._form.setEnabled(False)

    def unlock(self) -> None:
        """Unlocks the form and restores its focus; does nothing if it is not locked."""
        if self._form.isEnabled():
            return
        self._form.setEnabled(True)
        if self._focused is not None and self._form.isAncestorOf(self._focused):
            self._focused.setFocus()
