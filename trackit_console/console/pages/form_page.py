"""Base of pages whose fields are those of one settings model: binding, validation, **Save** and **Undo changes**."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from pydantic import ValidationError

from trackit_console.console.context import Context
from trackit_console.console.form_binding import Binding
from trackit_console.console.pages.editing_page import EditingPage, Value
from trackit_console.settings.pydantic_errors import findings
from trackit_console.settings.validation import Finding
from trackit_console.store.row_mapping import Stored


class FormPage(EditingPage[Value]):
    """The form `ui` has an editor for each field, and the buttons `save_button` and `discard_button`."""

    model: ClassVar[type[Any]]

    def __init__(self, context: Context, ui: Any) -> None:
        super().__init__(context)
        self.ui = ui
        ui.setupUi(self)
        self.binding = Binding(ui, self.model.model_fields, self)
        self.binding.describe(self.model)
        self.binding.edited.connect(self.refresh_actions)
        self.binding.left.connect(self._check_field)
        ui.save_button.clicked.connect(self.save)
        ui.discard_button.clicked.connect(self.discard)

    @property
    def save_operation(self) -> Callable[[Stored[Value]], None]:
        """What replaces the stored version; raises `Conflict`."""
        raise TypeError(type(self).__name__)

    def show_texts(self) -> None:
        self.binding.retranslate()

    def values(self) -> dict[str, Any]:
        return self.binding.values(self.model)

    def values_of(self, settings: Value) -> dict[str, Any]:
        return {name: value for name, value in settings if name in self.binding.names}

    def take_over(self, fields: Mapping[str, Any]) -> None:
        self.binding.fill(fields)

    def fill(self, settings: Value) -> None:
        self.binding.fill(dict(settings))

    def show_findings(self, found: Sequence[Finding]) -> None:
        self.binding.show(found)

    def _read(self) -> tuple[Value | None, list[Finding]]:
        try:
            return self.model.model_validate(self.values()), []
        except ValidationError as error:
            return None, findings(error)

    def is_valid(self, name: str) -> bool:
        """Whether a field may be saved as it is; shows what is wrong with it."""
        self._check_field(name)
        return name not in self.binding.wrong_fields

    def _check_field(self, name: str) -> None:
        self.binding.show(self._read()[1], [name])

    def save(self) -> None:
        """**Save**: takes effect when the monitor is started again."""
        made, found = self._read()
        self.binding.show(found)
        self.binding.focus_first(found)
        if made is not None:
            # A second click before the answer would run into a conflict with the first.
            self.ui.save_button.setEnabled(False)
            if self.values() != self.values_of(made):
                self.fill(made)  # as it is kept: a name in other capitals would count as an edit for ever
            self.keep(self.save_operation, made)

    def refresh_actions(self, _edited: str = "") -> None:
        self.ui.save_button.setEnabled(self.unsaved)
        self.ui.discard_button.setEnabled(self.unsaved)
