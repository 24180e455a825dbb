"""The list of service levels: its columns and words (NOT-04)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from trackit_console.console.definition_pill import definition_pill
from trackit_console.console.dialogs.service_level import ServiceLevelDialog
from trackit_console.console.display_text import label
from trackit_console.console.models.column import Column
from trackit_console.console.pages.definition_list import DefinitionList
from trackit_console.console.settings_problem import problem_of_settings
from trackit_console.console.widgets.duration_field import duration_text
from trackit_console.domain.audit import Audited
from trackit_console.settings.default_notification_templates import DUE_SOON, OVERDUE
from trackit_console.settings.default_service_levels import DEFAULT_SERVICE_LEVELS
from trackit_console.settings.people import PRIORITY_LABELS
from trackit_console.settings.service_levels import LEVEL_MODULE_LABELS, ServiceLevel

if TYPE_CHECKING:
    from trackit_console.console.dialogs.object_dialog import ObjectDialog
    from trackit_console.settings.notification_templates import NotificationTemplate
    from trackit_console.store.kept_objects import Uses
    from trackit_console.store.row_mapping import Stored


class ServiceLevelList(DefinitionList):
    """A record has the first one that is turned on and fits it."""

    name = "service_levels"
    audited = Audited.SERVICE_LEVEL

    def columns(self) -> list[Column[Stored[Any]]]:
        return [
            Column(_title("name"), lambda row: row.value.name, stretch=True),
            Column(
                self.tr("Records"),
                lambda row: _words(row.value.modules, LEVEL_MODULE_LABELS),
                tip=lambda row: _words(row.value.modules, LEVEL_MODULE_LABELS),
            ),
            Column(
                _title("priorities"), lambda row: _words(row.value.priorities, PRIORITY_LABELS) or self.tr("all"), stretch=True
            ),
            Column(_title("first_response_minutes"), lambda row: _time(row.value.first_response_minutes), right=True),
            Column(_title("closing_minutes"), lambda row: _time(row.value.closing_minutes), right=True),
            Column(
                self.tr("Time"),
                lambda row: self.tr("around the clock") if row.value.around_the_clock else self.tr("business hours"),
            ),
            Column(_title("reminders"), lambda row: str(len(row.value.reminders)), right=True),
            Column(
                self.tr("State"),
                lambda row: definition_pill(row)[1],
                tone=lambda row: definition_pill(row)[0],
                tip=problem_of_settings,
            ),
        ]

    def dialog(self, stored: Stored[Any] | None) -> ObjectDialog:
        dialog = ServiceLevelDialog(self.page.context.window_settings, stored, self.page)

        def offer(templates: Sequence[Stored[NotificationTemplate]]) -> None:
            dialog.offer_templates([each.value.name for each in templates])

        context = self.page.context
        context.tasks.run(context.services.notification_templates.all, owner=dialog, then=offer, failed=self.page.show_problem)
        return dialog

    def words_if_empty(self) -> tuple[str, str, str]:
        words = self.tr(
            "A service level gives records a time for the first response and for closing, and reminds those who work on them. "
            "Begin with one for each priority; nothing happens until you turn them on."
        )
        return self.tr("No service level yet"), words, self.tr("Add the defaults")

    def fill_empty(self) -> None:
        self.add_defaults()

    def add_defaults(self) -> None:
        """**Add the defaults**: one for each priority, turned off, with the templates of their reminders."""
        services = self.page.context.services

        def add() -> None:
            services.notification_templates.add_all([DUE_SOON, OVERDUE])
            services.service_levels.add_all(DEFAULT_SERVICE_LEVELS)

        self.page.do(add, then=lambda _none: self.read())

    def deleting(self, value: ServiceLevel, uses: Uses) -> tuple[str, str, str]:
        detail = self.tr("Records that have it keep their due times; nobody is reminded of them any more.")
        question = self.tr("Delete the service level {name}?").format(name=value.name)
        return self.tr("Delete service level"), question, detail


def _title(name: str) -> str:
    return label(ServiceLevel.model_fields[name].title or "")


def _words(values: Sequence[str], labels: dict[str, str]) -> str:
    return ", ".join(label(labels.get(each, str(each))) for each in values)


def _time(minutes: Any) -> str:
    return duration_text(minutes) if isinstance(minutes, int) else "–"
