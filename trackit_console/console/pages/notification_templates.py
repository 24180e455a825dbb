"""**Notification Templates**: what the mail of the help desk says (NOT-01)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from trackit_console.console.compiled.ui_notification_templates_page import Ui_NotificationTemplatesPage
from trackit_console.console.context import Context
from trackit_console.console.dialogs.notification_template import NotificationTemplateDialog
from trackit_console.console.dialogs.object_dialog import ObjectDialog
from trackit_console.console.display_text import label
from trackit_console.console.models.column import Column
from trackit_console.console.pages.definition_list import DefinitionList
from trackit_console.console.pages.definition_page import DefinitionPage
from trackit_console.console.pages.object_list import ObjectList
from trackit_console.domain.audit import Audited
from trackit_console.settings.default_notification_templates import DEFAULT_NOTIFICATION_TEMPLATES
from trackit_console.settings.notification_templates import NotificationTemplate

if TYPE_CHECKING:
    from trackit_console.store.kept_objects import Uses
    from trackit_console.store.row_mapping import Stored


class NotificationTemplatesPage(DefinitionPage):
    """One list. Its order means nothing, so it can be sorted."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, Ui_NotificationTemplatesPage())

    def make_lists(self) -> Sequence[ObjectList]:
        return (NotificationTemplateList(self.ui, self, self.context.services.notification_templates),)


class NotificationTemplateList(DefinitionList):
    """The rows are `ListedTemplate`s."""

    name = "notification_templates"
    audited = Audited.NOTIFICATION_TEMPLATE

    def __init__(self, ui: Any, page: NotificationTemplatesPage, objects: Any) -> None:
        super().__init__(ui, page, objects)
        self.view.setSortingEnabled(True)

    def columns(self) -> list[Column[Stored[Any]]]:
        fields = NotificationTemplate.model_fields
        return [
            Column(label(fields["name"].title or ""), lambda row: row.value.name, stretch=True),
            Column(label(fields["subject"].title or ""), lambda row: row.value.subject, stretch=True),
            Column(self.tr("Used by"), _users, tip=lambda row: "\n".join(getattr(row, "used_by", ())), stretch=True),
        ]

    def defaults(self) -> Sequence[NotificationTemplate]:
        return DEFAULT_NOTIFICATION_TEMPLATES

    def dialog(self, stored: Stored[Any] | None) -> ObjectDialog:
        return NotificationTemplateDialog(self.page.context, stored, self.page)

    def words_if_empty(self) -> tuple[str, str, str]:
        words = self.tr("A template is the subject and the text of a mail. Begin with those that come with the product.")
        return self.tr("No notification template yet"), words, self.tr("Add the defaults")

    def deleting(self, value: NotificationTemplate, uses: Uses) -> tuple[str, str, str]:
        question = self.tr("Delete the notification template {name}?").format(name=value.name)
        return self.tr("Delete notification template"), question, self.tr("No notification, rule or service level uses it.")


def _users(row: Any) -> str:
    return ", ".join(getattr(row, "used_by", ()))
