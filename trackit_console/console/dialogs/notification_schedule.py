"""**Notification schedule**: when somebody wants no mail, or one mail instead of many."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget

from trackit_console.console.compiled.ui_notification_schedule_dialog import Ui_NotificationScheduleDialog
from trackit_console.console.dialogs.object_dialog import ObjectDialog
from trackit_console.console.schedule_words import held_back_text
from trackit_console.console.widgets.notice import show_notice
from trackit_console.console.widgets.time_zone_choice import local_time_zone
from trackit_console.settings.notification_schedules import NotificationSchedule
from trackit_console.settings.quiet_hours import QuietHours
from trackit_console.settings.schedules import Schedule
from trackit_console.settings.text_rules import is_address
from trackit_console.store.row_mapping import Stored

ADDRESSES_HEIGHT = 76
"""Two addresses; there are seldom more."""
_STAND_IN = {"name": "-", "whose": "technicians"}
"""In place of fields that the sentence does not need, and that may be empty while it is shown."""


class NotificationScheduleDialog(ObjectDialog):
    """The form, and above it the sentence that says what the schedule does."""

    model, form, page = NotificationSchedule, Ui_NotificationScheduleDialog, "notification-schedules"

    def __init__(self, window_settings: QSettings, stored: Stored[Any] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(window_settings, stored, parent)
        self.ui.addresses.list.setFixedHeight(ADDRESSES_HEIGHT)
        if stored is None:
            self._begin_here()
        self.binding.edited.connect(self._edited)
        self.show_fields()

    def _begin_here(self) -> None:
        """A new schedule means the clock on this wall, not UTC."""
        zone = local_time_zone()
        self.binding.fill({"quiet_hours": QuietHours(time_zone=zone), "digest_schedule": Schedule(time_zone=zone)})
        self.opened()

    @property
    def titles(self) -> tuple[str, str]:
        return self.tr("New notification schedule"), self.tr("Edit notification schedule")

    def state(self) -> dict[str, Any]:
        """What is wrong in a field that is hidden is left out: its message could not be seen either."""
        state, hidden = super().state(), self._hidden
        if "addresses" in hidden:
            state["addresses"] = [each for each in state["addresses"] if is_address(each)]
        if "digest_schedule" in hidden and not isinstance(state["digest_schedule"], Schedule):
            state["digest_schedule"] = Schedule()
        return state

    @property
    def _hidden(self) -> set[str]:
        chosen = {"addresses": self.ui.whose.currentData(), "digest_schedule": self.ui.digest.currentData()}
        needed = {"addresses": "addresses", "digest_schedule": "by_schedule"}
        return {name for name in chosen if chosen[name] != needed[name]}

    def show_fields(self) -> None:
        hidden = self._hidden
        self.binding.set_visible(name for name in self.binding.names if name not in hidden)
        self._show_summary()

    def _edited(self, _name: str) -> None:
        self.show_fields()

    def _show_summary(self) -> None:
        """The sentence; empty while a part of it is wrong, which is told at its field."""
        try:
            made = NotificationSchedule.model_validate(self.state() | _STAND_IN)
        except ValidationError:
            show_notice(self.ui.summary, self.tr("What is entered is not complete yet."), "warn")
            return
        show_notice(self.ui.summary, held_back_text(made), "dim")
