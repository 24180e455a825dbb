"""Base of the dialogs that edit one object: the fields of its model, and nothing else (DB-04)."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, ValidationError
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget

from trackit_console.console.dialogs.saving_dialog import SavingDialog
from trackit_console.console.language import name_buttons
from trackit_console.settings.people_checks import at_fields
from trackit_console.settings.pydantic_errors import findings
from trackit_console.settings.validation import Finding
from trackit_console.store.row_mapping import Stored


class ObjectDialog(SavingDialog):
    """Edits `stored`, or makes a new object. What another one has already is found by whoever saves."""

    model: ClassVar[type[BaseModel]]
    form: ClassVar[type[Any]]
    page: ClassVar[str] = "people"

    def __init__(self, window_settings: QSettings, stored: Stored[Any] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(self.form(), self.model.model_fields, window_settings, stored, parent)
        self.binding.describe(self.model)
        self.binding.edited.connect(self.check_again)
        if stored is not None:
            self.binding.fill(dict(stored.value))
        else:
            defaults = {name: field.get_default(call_default_factory=True) for name, field in self.model.model_fields.items()}
            self.binding.fill(
                {name: value for name, value in defaults.items() if not self.model.model_fields[name].is_required()}
            )
        self.show_texts()
        self.binding.retranslate()
        name_buttons(self)
        self.opened()

    def fill_with(self, value: BaseModel) -> None:
        """Fills the form with `value`, which is not saved yet."""
        self.binding.fill(dict(value))
        self.show_fields()

    @property
    def titles(self) -> tuple[str, str]:
        """The titles of the dialog for a new object and for a stored one."""
        raise TypeError(type(self).__name__)

    @property
    def help_page(self) -> str:
        return self.page

    @property
    def save_as_new(self) -> str:
        return self.tr("Save as a new one")

    def show_texts(self) -> None:
        self.setWindowTitle(self.titles[self.stored is not None])

    def show_fields(self) -> None:
        """All fields always apply."""

    def state(self) -> dict[str, Any]:
        return self.binding.values(self.model)

    def read(self) -> tuple[Any, list[Finding]]:
        values = self.state()
        try:
            return self.model.model_validate(values), []
        except ValidationError as error:
            return None, at_fields(findings(error), values)
