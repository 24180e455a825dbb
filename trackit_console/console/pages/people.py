"""**People**: the requestors and technicians whose mail is recognized (MSG-03, MSG-05)."""

from __future__ import annotations

from collections.abc import Sequence

from trackit_console.console.compiled.ui_people_page import Ui_PeoplePage
from trackit_console.console.context import Context
from trackit_console.console.pages.list_page import ListPage
from trackit_console.console.pages.object_list import ObjectList
from trackit_console.console.pages.person_list import PersonList
from trackit_console.console.pages.requestor_list import RequestorList
from trackit_console.console.pages.technician_list import TechnicianList


class PeoplePage(ListPage):
    """A tab for each of the two lists; the search is about both."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, Ui_PeoplePage())
        self.ui.tabs.currentChanged.connect(self.refresh_actions)
        self.ui.came_back.pressed.connect(self.clear_marks)

    def make_lists(self) -> Sequence[ObjectList]:
        services = self.context.services
        return RequestorList(self.ui, self, services.requestors), TechnicianList(self.ui, self, services.technicians)

    @property
    def current(self) -> PersonList:
        at: int = self.ui.tabs.currentIndex()
        found = self.lists[at]
        assert isinstance(found, PersonList)
        return found

    def refresh_actions(self) -> None:
        super().refresh_actions()
        current = self.current
        self.ui.came_back.show_text(current.marks_text(current.table.current), self.tr("Clear the mark"))

    def clear_marks(self) -> None:
        """**Clear the mark**: mail reaches the selected person again, as far as an admin knows."""
        self.current.clear_marks()
