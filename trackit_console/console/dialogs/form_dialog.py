"""Base of dialogs with a form: binding, validation, unsaved edits, language, help and size (T-04, T-05, T-08)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import SecretStr
from PySide6.QtCore import QEvent, QSettings, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QWidget

from trackit_console.console.form_binding import Binding
from trackit_console.console.geometry import limit_to_screen, restore_geometry, save_geometry
from trackit_console.console.language import is_language_change, name_buttons
from trackit_console.console.message_boxes import ask
from trackit_console.settings.validation import Finding
from trackit_console.store.row_mapping import Stored

_CHECKED_WHILE_TYPING = ("client_secret",)
_TOLD_AT_ONCE = ("secret_id",)


class FormDialog(QDialog):
    """Shows `stored` in the form `ui`, whose editors are named as in `names`."""

    def __init__(
        self, ui: Any, names: Iterable[str], window_settings: QSettings, stored: Stored[Any] | None, parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self.ui = ui
        self.stored = stored
        """What **Save** replaces, with the version that was read last; None adds a new one."""
        ui.setupUi(self)
        self._window_settings = window_settings
        self._original_state: dict[str, Any] = {}
        self.binding = Binding(ui, names, self)
        self.binding.left.connect(self._check_field)
        # After setupUi, which sets the size of the form as it was drawn.
        restore_geometry(self, type(self).__name__, window_settings)
        limit_to_screen(self)

    # ------------------------------------------------------------------ provided by each dialog

    def read(self) -> tuple[Any, list[Finding]]:
        """The settings object of the form (None if it is not valid) and all findings."""
        raise TypeError(type(self).__name__)

    def state(self) -> dict[str, Any]:
        """The contents of the form, to detect unsaved changes."""
        raise TypeError(type(self).__name__)

    @property
    def help_page(self) -> str:
        """The page of the help that F1 opens."""
        raise TypeError(type(self).__name__)

    def show_texts(self) -> None:
        """Sets the texts that are not in the .ui file; called by the constructor and when the language changes."""
        raise TypeError(type(self).__name__)

    def show_fields(self) -> None:
        """Shows the fields that apply to the current choices."""
        raise TypeError(type(self).__name__)

    # ------------------------------------------------------------------ validating

    def validated(self) -> Any:
        """The settings object of the form. If it is not valid: shows the findings, focuses the first one, returns None."""
        made, found = self.read()
        self.binding.show(found)
        if found:
            self.reveal([each.field for each in found])
            self.binding.focus_first(found)
            return None
        return made

    def reveal(self, names: Sequence[str]) -> None:
        """Expands the section that hides one of the fields."""

    def _check_field(self, name: str) -> None:
        _, found = self.read()
        self.binding.show(found, [name])

    def check_again(self, edited: str) -> None:
        """Updates shown findings after an edit: it may have fixed a finding at another field.

        What can only be a mistake is told at once at the edited field; other rules wait until the field is left, because half a
        value breaks them.
        """
        wrong = self.binding.wrong_fields
        if wrong or edited in _CHECKED_WHILE_TYPING:
            _, found = self.read()
            self.binding.show(found, wrong)
            if edited not in wrong:
                self.binding.show([each for each in found if each.rule in _TOLD_AT_ONCE], [edited])

    # ------------------------------------------------------------------ shared

    def opened(self) -> None:
        """Marks the current contents of the form as unchanged, and shows what is wrong with stored settings."""
        self._original_state = self.state()
        found = self.stored.findings if self.stored else ()
        self.binding.show(found)
        self.reveal([each.field for each in found])

    @property
    def unsaved(self) -> bool:
        """Whether closing would lose edits."""
        return _plain(self.state()) != _plain(self._original_state)

    def may_close(self) -> bool:
        """Whether nothing would be lost, or the user agrees to lose it."""
        if not self.unsaved:
            return True
        words = self.tr("What you typed has not been saved.")
        return ask(self, self.windowTitle(), words, [self.tr("Discard"), self.tr("Keep editing")]) == 0

    def done(self, result: int) -> None:
        # Every way to close a dialog ends here.
        save_geometry(self, type(self).__name__, self._window_settings)
        super().done(result)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F1:
            from trackit_console.console.dialogs.help import open_help

            open_help(self, self.help_page)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if is_language_change(event):
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        """Sets all texts in the current language; the contents of the form stay."""
        # The texts of the form first: what follows replaces some of them.
        self.ui.retranslateUi(self)
        self.binding.retranslate()
        self.show_texts()
        self.show_fields()
        name_buttons(self)


def _plain(state: dict[str, Any]) -> dict[str, Any]:
    """The state with secrets in clear, because they are compared by value."""
    return {name: each.get_secret_value() if isinstance(each, SecretStr) else each for name, each in state.items()}
