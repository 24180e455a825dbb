"""**Ticket Templates**: what tickets begin with (IN-01, MON-04)."""

from __future__ import annotations

from collections.abc import Sequence

from trackit_console.console.compiled.ui_templates_page import Ui_TemplatesPage
from trackit_console.console.context import Context
from trackit_console.console.pages.list_page import ListPage
from trackit_console.console.pages.object_list import ObjectList
from trackit_console.console.pages.ticket_template_list import TemplateList


class TemplatesPage(ListPage):
    """One list."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, Ui_TemplatesPage())

    def make_lists(self) -> Sequence[ObjectList]:
        return (TemplateList(self.ui, self, self.context.services.ticket_templates),)
