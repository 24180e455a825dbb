"""The list of notifications: its columns and words (NOT-01)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from trackit_console.console.definition_pill import definition_pill
from trackit_console.console.dialogs.notification import NotificationDialog
from trackit_console.console.dialogs.notification_template import NotificationTemplateDialog
from trackit_console.console.dialogs.object_dialog import ObjectDialog
from trackit_console.console.display_text import label
from trackit_console.console.models.column import Column
from trackit_console.console.operations.kept_notifications import KeptNotifications
from trackit_console.console.pages.definition_list import DefinitionList
from trackit_console.console.pages.dialog_saving import open_to_save, save_from
from trackit_console.console.recipient_words import recipients_text
from trackit_console.console.saved_by_another import with_conflict_author
from trackit_console.console.settings_problem import problem_of_settings
from trackit_console.console.widgets.pill import Tone
from trackit_console.domain.audit import Audited
from trackit_console.settings.default_notifications import DEFAULT_NOTIFICATIONS
from trackit_console.settings.event_names import CAUSED_BY_LABELS, EVENT_LABELS, EVENTS_WITHOUT_RECORD, MODULE_LABELS
from trackit_console.settings.notifications import Notification
from trackit_console.settings.recipients import Recipients

if TYPE_CHECKING:
    from trackit_console.store.audit import AuditEntry
    from trackit_console.store.kept_objects import Uses
    from trackit_console.store.row_mapping import Stored


class NotificationList(DefinitionList):
    """The rows are `ListedNotification`s."""

    name = "notifications"
    audited = Audited.NOTIFICATION
    objects: KeptNotifications

    def columns(self) -> list[Column[Stored[Any]]]:
        fields = Notification.model_fields
        return [
            Column(
                label(fields["enabled"].title or ""),
                lambda row: self._pill(row)[1],
                tone=lambda row: self._pill(row)[0],
                tip=self._problem,
            ),
            Column(label(fields["name"].title or ""), lambda row: row.value.name, tip=lambda row: row.value.name, stretch=True),
            Column(label(fields["event"].title or ""), _event, tip=_when),
            Column(label(fields["recipients"].title or ""), _recipients, tip=_recipients, stretch=True),
            Column(label(fields["template"].title or ""), _template, tip=_template, stretch=True),
        ]

    def _pill(self, row: Stored[Any]) -> tuple[Tone, str]:
        if getattr(row, "template_missing", False) and not row.findings:
            return "bad", self.tr("Template missing")
        return definition_pill(row)

    def _problem(self, row: Stored[Any]) -> str:
        if getattr(row, "template_missing", False) and not row.findings:
            return self.tr("There is no template {name}. Edit the notification and choose another one.").format(
                name=row.value.template
            )
        return problem_of_settings(row)

    def defaults(self) -> Sequence[Notification]:
        return DEFAULT_NOTIFICATIONS

    def keep_defaults(self) -> int:
        return self.objects.add_defaults()

    def words_if_empty(self) -> tuple[str, str, str]:
        words = self.tr(
            "A notification sends a mail when something happens to a record. Begin with those that come with the product: they are "
            "added turned off, so that you can look at each before you turn it on."
        )
        return self.tr("No notification yet"), words, self.tr("Add the defaults")

    def deleting(self, value: Notification, uses: Uses) -> tuple[str, str, str]:
        question = self.tr("Delete the notification {name}?").format(name=value.name)
        return self.tr("Delete notification"), question, self.tr("Its template stays. Mail that is waiting is still sent.")

    def dialog(self, stored: Stored[Any] | None) -> ObjectDialog:
        dialog = NotificationDialog(self.page.context, stored, self.page)
        dialog.template_wanted.connect(partial(self._open_template, dialog))
        self._offer_templates(dialog)
        return dialog

    def _offer_templates(self, dialog: NotificationDialog) -> None:
        context = self.page.context
        names = context.services.notification_templates.names
        context.tasks.run(names, owner=dialog, then=dialog.offer_templates, failed=self.page.show_problem, quiet=True)

    def _open_template(self, dialog: NotificationDialog, name: str) -> None:
        context = self.page.context
        find = partial(context.services.notification_templates.named, name)
        context.tasks.run(find, owner=dialog, then=partial(self._edit_template, dialog), failed=self.page.show_problem)

    def _edit_template(self, dialog: NotificationDialog, template: Stored[Any] | None) -> None:
        editor = NotificationTemplateDialog(self.page.context, template, dialog)
        open_to_save(editor, partial(self._save_template, dialog, editor))

    def _save_template(self, dialog: NotificationDialog, editor: NotificationTemplateDialog, made: Any) -> None:
        services, before = self.page.context.services, editor.stored

        def last_change(saved: Stored[Any] | None) -> AuditEntry | None:
            named = saved or before
            return services.settings.last_change(Audited.NOTIFICATION_TEMPLATE, named.value.name) if named else None

        def saved(kept: Stored[Any]) -> None:
            dialog.choose_template(kept.value.name)
            self._offer_templates(dialog)

        work = partial(with_conflict_author, partial(services.notification_templates.save, made, before), last_change)
        save_from(editor, self.page, work, made, saved)


def _event(row: Stored[Any]) -> str:
    # One of another version is shown as it is.
    event = str(row.value.event)
    return label(EVENT_LABELS.get(event, event))


def _when(row: Stored[Any]) -> str:
    """The event with the modules, and who has to be behind it."""
    value = row.value
    if row.findings or value.event in EVENTS_WITHOUT_RECORD:
        return _event(row)
    modules = ", ".join(label(MODULE_LABELS[each]) for each in value.modules)
    return f"{_event(row)}\n{modules}\n{label(CAUSED_BY_LABELS[value.caused_by])}"


def _template(row: Stored[Any]) -> str:
    return str(row.value.template or "")


def _recipients(row: Stored[Any]) -> str:
    return recipients_text(row.value.recipients) if isinstance(row.value.recipients, Recipients) else ""
