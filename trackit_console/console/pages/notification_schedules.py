"""**Notification Schedules**: when recipients want no mail, or one mail instead of many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from trackit_console.console.compiled.ui_notification_schedules_page import Ui_NotificationSchedulesPage
from trackit_console.console.context import Context
from trackit_console.console.definition_pill import definition_pill
from trackit_console.console.dialogs.notification_schedule import NotificationScheduleDialog
from trackit_console.console.dialogs.object_dialog import ObjectDialog
from trackit_console.console.display_text import label
from trackit_console.console.models.column import Column
from trackit_console.console.pages.definition_list import DefinitionList
from trackit_console.console.pages.definition_page import DefinitionPage
from trackit_console.console.pages.object_list import ObjectList
from trackit_console.console.schedule_words import held_back_text, whose_text
from trackit_console.console.settings_problem import problem_of_settings
from trackit_console.domain.audit import Audited
from trackit_console.settings.notification_schedules import NotificationSchedule

if TYPE_CHECKING:
    from trackit_console.store.kept_objects import Uses
    from trackit_console.store.row_mapping import Stored


class NotificationSchedulesPage(DefinitionPage):
    """One list, whose order decides which schedule counts."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, Ui_NotificationSchedulesPage())

    def make_lists(self) -> Sequence[ObjectList]:
        return (NotificationScheduleList(self.ui, self, self.context.services.notification_schedules),)


class NotificationScheduleList(DefinitionList):
    """Each with a sentence that says what it does."""

    name = "notification_schedules"
    audited = Audited.NOTIFICATION_SCHEDULE

    def columns(self) -> list[Column[Stored[Any]]]:
        fields = NotificationSchedule.model_fields
        what = _words_of(held_back_text)
        return [
            Column(
                label(fields["enabled"].title or ""),
                lambda row: definition_pill(row)[1],
                tone=lambda row: definition_pill(row)[0],
                tip=problem_of_settings,
            ),
            Column(label(fields["name"].title or ""), lambda row: row.value.name),
            Column(label(fields["whose"].title or ""), _words_of(whose_text)),
            Column(self.tr("What it does"), what, tip=what, stretch=True),
        ]

    def dialog(self, stored: Stored[Any] | None) -> ObjectDialog:
        return NotificationScheduleDialog(self.page.context.window_settings, stored, self.page)

    def words_if_empty(self) -> tuple[str, str, str]:
        words = self.tr(
            "Notifications are sent as soon as something happens. Add a schedule for people who want no mail at night, or one mail "
            "a day instead of many."
        )
        return self.tr("No notification schedule yet"), words, self.tr("Add a schedule")

    def deleting(self, value: NotificationSchedule, uses: Uses) -> tuple[str, str, str]:
        question = self.tr("Delete the notification schedule {name}?").format(name=value.name)
        detail = self.tr("From now on notifications are sent as soon as something happens. What waits already keeps its time.")
        return self.tr("Delete notification schedule"), question, detail


def _words_of(text: Callable[[NotificationSchedule], str]) -> Callable[[Stored[Any]], str]:
    """`text` of a row; of one that was changed by hand and is wrong, nothing can be said."""
    return lambda row: "" if row.findings else text(row.value)
