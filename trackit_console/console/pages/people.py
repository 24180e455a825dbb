"""**People**: the requestors and technicians whose mail is recognized (MSG-03, MSG-05)."""

from __future__ import annotations

from collections.abc import Sequence

from trackit_console.console.compiled.ui_people_page import Ui_PeoplePage
from trackit_console.console.context import Context
from trackit_console.console.pages.list_page import ListPage
from trackit_console.console.pages.object_list import ObjectList
from trackit_console.console.pages.people_lists import RequestorList, TechnicianList


class PeoplePage(ListPage):
    """A tab for each of the two lists; the search is about both."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, Ui_PeoplePage())
        self.ui.tabs.currentChanged.connect(self.refresh_actions)

    def make_lists(self) -> Sequence[ObjectList]:
        services = self.context.services
        return RequestorList(self.ui, self, services.requestors), TechnicianList(self.ui, self, services.technicians)

    @property
    def current(self) -> ObjectList:
        at: int = self.ui.tabs.currentIndex()
        return self.lists[at]
