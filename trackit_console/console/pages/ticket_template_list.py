"""The list of ticket templates: its columns and words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trackit_console.console.dialogs.object_dialog import ObjectDialog
from trackit_console.console.dialogs.ticket_template import TemplateDialog
from trackit_console.console.display_text import label
from trackit_console.console.models.column import Column
from trackit_console.console.pages.object_list import ObjectList
from trackit_console.domain.audit import Audited
from trackit_console.settings.people import DEFAULT_TEMPLATE, NAME, PRIORITY_LABELS, TicketTemplate
from trackit_console.settings.people_checks import template_key

if TYPE_CHECKING:
    from trackit_console.store.kept_objects import Uses
    from trackit_console.store.row_mapping import Stored


class TemplateList(ObjectList):
    """What tickets begin with (IN-01, MON-04)."""

    name = "templates"
    audited = Audited.TICKET_TEMPLATE

    def columns(self) -> list[Column[Stored[Any]]]:
        return [
            Column(label(NAME), lambda row: row.value.name, stretch=True),
            Column(
                label(TicketTemplate.model_fields["subject"].title or ""),
                lambda row: row.value.subject or self.tr("(that of the message)"),
                stretch=True,
            ),
            Column(
                label(TicketTemplate.model_fields["priority"].title or ""),
                # One that was written by hand is shown as it is.
                lambda row: label(PRIORITY_LABELS.get(row.value.priority, row.value.priority)),
            ),
        ]

    def dialog(self, stored: Stored[Any] | None) -> ObjectDialog:
        return TemplateDialog(self.page.context.window_settings, stored, self.page)

    def words_if_empty(self) -> tuple[str, str, str]:
        words = self.tr("Add a template for tickets that begin with another subject or priority than others.")
        return self.tr("No ticket template yet"), words, self.tr("Add a ticket template")

    def refusal(self, value: TicketTemplate, uses: Uses) -> Exception | None:
        from trackit_console.store.saving_errors import TemplateInUse

        return TemplateInUse(value.name, uses.mailboxes, uses.alert_ticket) if uses.in_settings else None

    def deleting(self, value: TicketTemplate, uses: Uses) -> tuple[str, str, str]:
        detail = self.tr("Tickets that were made with it stay as they are.")
        if template_key(value.name) == template_key(DEFAULT_TEMPLATE.name):
            detail = self.tr(
                "Mailboxes without a template use it. Without it their tickets keep the subject and have medium priority."
            )
        return self.tr("Delete ticket template"), self.tr("Delete the template {name}?").format(name=value.name), detail

    def key_words(self, value: TicketTemplate) -> str:
        return value.name
