"""Base of the pages with lists of definitions: the actions of a `ListPage`, their order, a copy, turning on and off."""

from __future__ import annotations

from typing import Any

from trackit_console.console.context import Context
from trackit_console.console.pages.definition_list import DefinitionList
from trackit_console.console.pages.list_page import ListPage


class DefinitionPage(ListPage):
    """The form has `duplicate_button`, and where order and state count `up_button`, `down_button` and `enable_button`.

    `defaults_button` adds what comes with the product; it is shown while some of that is missing from a list that is not empty.
    """

    transfers = False

    def __init__(self, context: Context, ui: Any) -> None:
        super().__init__(context, ui)
        ui.duplicate_button.clicked.connect(self.duplicate)
        if hasattr(ui, "up_button"):
            ui.up_button.clicked.connect(self.move_up)
            ui.down_button.clicked.connect(self.move_down)
        if hasattr(ui, "enable_button"):
            ui.enable_button.clicked.connect(self.toggle)
        if hasattr(ui, "defaults_button"):
            ui.defaults_button.clicked.connect(self.add_defaults)

    @property
    def current(self) -> DefinitionList:
        found = self.lists[0]
        assert isinstance(found, DefinitionList)
        return found

    def duplicate(self) -> None:
        """**Duplicate**."""
        self.current.duplicate()

    def move_up(self) -> None:
        """**Move up**."""
        self.current.move(-1)

    def move_down(self) -> None:
        """**Move down**."""
        self.current.move(1)

    def add_defaults(self) -> None:
        """**Add the defaults**."""
        self.current.add_defaults()

    def toggle(self) -> None:
        """**Turn on** or **Turn off** the selected object."""
        stored = self.current.table.current
        if stored is not None:
            self.current.set_enabled(not stored.value.enabled)

    def refresh_actions(self) -> None:
        super().refresh_actions()
        ui, stored = self.ui, self.current.table.current
        ui.duplicate_button.setEnabled(stored is not None)
        if hasattr(ui, "up_button"):
            ui.up_button.setEnabled(self.current.may_move(-1))
            ui.down_button.setEnabled(self.current.may_move(1))
        if hasattr(ui, "defaults_button"):
            ui.defaults_button.setVisible(self.current.defaults_missing)
        if hasattr(ui, "enable_button"):
            ui.enable_button.setEnabled(stored is not None)
            on = stored is not None and getattr(stored.value, "enabled", False)
            ui.enable_button.setText(self.tr("Turn off") if on else self.tr("Turn on"))
