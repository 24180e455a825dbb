"""**Service Levels**: how soon records are answered and closed, and who is reminded (NOT-04)."""

from __future__ import annotations

from collections.abc import Sequence

from trackit_console.console.compiled.ui_service_levels_page import Ui_ServiceLevelsPage
from trackit_console.console.context import Context
from trackit_console.console.pages.definition_page import DefinitionPage
from trackit_console.console.pages.object_list import ObjectList
from trackit_console.console.pages.service_level_list import ServiceLevelList


class ServiceLevelsPage(DefinitionPage):
    """One list, whose order counts."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, Ui_ServiceLevelsPage())
        self.ui.hours_button.clicked.connect(lambda: context.open_page("business_hours"))

    def make_lists(self) -> Sequence[ObjectList]:
        return (ServiceLevelList(self.ui, self, self.context.services.service_levels),)
