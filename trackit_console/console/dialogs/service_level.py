"""**Service level**: for which records, how soon they are answered and closed, and who is reminded (NOT-04)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget

from trackit_console.console.compiled.ui_service_level_dialog import Ui_ServiceLevelDialog
from trackit_console.console.dialogs.object_dialog import ObjectDialog
from trackit_console.settings.service_levels import ServiceLevel
from trackit_console.store.row_mapping import Stored


class ServiceLevelDialog(ObjectDialog):
    """The fields of `ServiceLevel`; each reminder has a dialog of its own."""

    model, form, page = ServiceLevel, Ui_ServiceLevelDialog, "service-levels"

    def __init__(
        self, window_settings: QSettings, stored: Stored[ServiceLevel] | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(window_settings, stored, parent)
        self.ui.reminders.begin(window_settings)

    @property
    def titles(self) -> tuple[str, str]:
        return self.tr("New service level"), self.tr("Edit service level")

    def offer_templates(self, names: Sequence[str]) -> None:
        """The notification templates that a reminder can have."""
        self.ui.reminders.offer_templates(names)
