"""**Ticket template**: the fields of a ticket template."""

from __future__ import annotations

from trackit_console.console.compiled.ui_template_dialog import Ui_TemplateDialog
from trackit_console.console.dialogs.object_dialog import ObjectDialog
from trackit_console.settings.people import TicketTemplate


class TemplateDialog(ObjectDialog):
    """**Ticket template** (IN-01, MON-04)."""

    model, form, page = TicketTemplate, Ui_TemplateDialog, "templates"

    @property
    def titles(self) -> tuple[str, str]:
        return self.tr("New ticket template"), self.tr("Edit ticket template")
