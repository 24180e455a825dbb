"""**Technician**: the fields of a technician."""

from __future__ import annotations

from trackit_console.console.compiled.ui_technician_dialog import Ui_TechnicianDialog
from trackit_console.console.dialogs.object_dialog import ObjectDialog
from trackit_console.settings.people import Technician


class TechnicianDialog(ObjectDialog):
    """**Technician**, with the addresses that are mapped to them (MSG-05)."""

    model, form = Technician, Ui_TechnicianDialog

    @property
    def titles(self) -> tuple[str, str]:
        return self.tr("New technician"), self.tr("Edit technician")
