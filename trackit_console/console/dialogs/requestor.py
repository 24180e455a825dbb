"""**Requestor**: the fields of a requestor."""

from __future__ import annotations

from trackit_console.console.compiled.ui_requestor_dialog import Ui_RequestorDialog
from trackit_console.console.dialogs.object_dialog import ObjectDialog
from trackit_console.settings.people import Requestor


class RequestorDialog(ObjectDialog):
    """**Requestor** (MSG-03)."""

    model, form = Requestor, Ui_RequestorDialog

    @property
    def titles(self) -> tuple[str, str]:
        return self.tr("New requestor"), self.tr("Edit requestor")
