"""**Report**: what it is about, when it is sent, and to whom (NOT-02)."""

from __future__ import annotations

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget

from trackit_console.console.compiled.ui_report_dialog import Ui_ReportDialog
from trackit_console.console.dialogs.object_dialog import ObjectDialog
from trackit_console.console.widgets.time_zone_choice import local_time_zone
from trackit_console.settings.reports import Report, proposed_report
from trackit_console.settings.schedules import Schedule
from trackit_console.store.row_mapping import Stored

ADDRESSES_HEIGHT = 76
"""Two addresses; there are seldom more, and the whole form fits on a small screen."""


class ReportDialog(ObjectDialog):
    """The fields of `Report`; a new one is sent by the clock of this computer."""

    model, form, page = Report, Ui_ReportDialog, "reports"

    def __init__(self, window_settings: QSettings, stored: Stored[Report] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(window_settings, stored, parent)
        self.ui.recipients.list.setFixedHeight(ADDRESSES_HEIGHT)
        if stored is None:
            self.binding.fill({"schedule": Schedule(time_zone=local_time_zone())})
            self.opened()

    @property
    def titles(self) -> tuple[str, str]:
        return self.tr("New report"), self.tr("Edit report")

    def propose(self) -> None:
        """Fills in a first report. Nobody typed it: closing the dialog loses nothing."""
        proposed = proposed_report(local_time_zone())
        self.fill_with(proposed.model_copy(update={"name": self.tr("Mail of the week")}))
        self.opened()
        self.ui.recipients.setFocus()
