"""What pages do with notifications and their templates, and how a template reads with the values of a record (NOT-01)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from trackit_console.console.operations.kept_definitions import KeptDefinitions
from trackit_console.console.operations.listing import Listing

if TYPE_CHECKING:
    from trackit_console.console.database_connection import DatabaseConnection
    from trackit_console.domain.records import RecordRef
    from trackit_console.helpdesk.notifications.rendering import Rendered
    from trackit_console.settings.notification_templates import NotificationTemplate
    from trackit_console.settings.notifications import Notification
    from trackit_console.store.record_views import RecordView
    from trackit_console.store.row_mapping import Stored

LATEST_RECORDS = 20
"""Records that a preview offers; any other is named by its number."""


class KeptNotifications(KeptDefinitions["Notification"]):
    """The operations on notifications."""

    def __init__(self, connection: DatabaseConnection) -> None:
        super().__init__(connection, "Notification", lambda transaction: transaction.notifications, "notifications")

    def page(self, search: str, limit: int) -> Listing[Stored[Notification]]:
        """As for other definitions; the rows are `ListedNotification`s."""
        from trackit_console.console.operations.listed_notifications import ListedNotification
        from trackit_console.settings.definition_names import definition_key

        with self._connection.database.reading() as transaction:
            found = transaction.notifications.page(search, limit)
            templates = {definition_key(each.value.name) for each in transaction.notification_templates.all()}
            rows = [
                ListedNotification(each.id, each.version, each.value, each.findings, _template_key(each) not in templates)
                for each in found
            ]
            return Listing(rows, transaction.notifications.count(search))

    def add_defaults(self) -> int:
        """Adds the notifications that come with the product, turned off, and the templates that they name."""
        from trackit_console.settings.notification_templates import DEFAULT_NOTIFICATION_TEMPLATES
        from trackit_console.settings.notifications import DEFAULT_NOTIFICATIONS

        named = {each.template for each in DEFAULT_NOTIFICATIONS}
        templates = [each for each in DEFAULT_NOTIFICATION_TEMPLATES if each.name in named]
        with self._connection.database.begin() as transaction:
            kept, actor = transaction.notification_templates, self._connection.actor
            kept.add_all([each for each in templates if not kept.findings(each, None)], actor)
            new = [each for each in DEFAULT_NOTIFICATIONS if not transaction.notifications.findings(each, None)]
            transaction.notifications.add_all(new, actor)
            return len(new)


def _template_key(notification: Stored[Notification]) -> str:
    from trackit_console.settings.definition_names import definition_key

    # One that was changed by hand may lack it.
    return definition_key(str(getattr(notification.value, "template", "")))


class KeptNotificationTemplates(KeptDefinitions["NotificationTemplate"]):
    """The operations on notification templates."""

    def __init__(self, connection: DatabaseConnection) -> None:
        super().__init__(
            connection,
            "NotificationTemplate",
            lambda transaction: transaction.notification_templates,
            "notification_templates",
        )

    def page(self, search: str, limit: int) -> Listing[Stored[NotificationTemplate]]:
        """As for other definitions; the rows are `ListedTemplate`s."""
        from trackit_console.console.operations.listed_notifications import ListedTemplate
        from trackit_console.settings.definition_names import definition_key

        with self._connection.database.reading() as transaction:
            templates = transaction.notification_templates
            users = templates.users()
            rows = [
                ListedTemplate(each.id, each.version, each.value, each.findings, users.get(definition_key(each.value.name), ()))
                for each in templates.page(search, limit)
            ]
            return Listing(rows, templates.count(search))

    def names(self) -> list[str]:
        """The names of all templates, in the order of the alphabet."""
        return sorted((each.value.name for each in self.all()), key=str.casefold)

    def named(self, name: str) -> Stored[NotificationTemplate] | None:
        """The template of this name."""
        with self._connection.database.reading() as transaction:
            return transaction.notification_templates.named(name)


class NotificationOperations:
    """Shows what templates say."""

    def __init__(self, connection: DatabaseConnection) -> None:
        self._connection = connection

    def latest_records(self) -> Sequence[RecordView]:
        """The tickets that a preview offers, the newest first."""
        from trackit_console.store.record_query import RecordQuery

        with self._connection.database.reading() as transaction:
            return transaction.record_list.page(RecordQuery(), LATEST_RECORDS)

    def preview(self, template: NotificationTemplate, record: RecordRef | None) -> Rendered | None:
        """`template` with the values of `record`, or with sample values; it need not be valid. None: there is no such record.

        Whoever gets it is taken for somebody outside the help desk: private notes are not shown.
        """
        from trackit_console.helpdesk.notifications.preview import occurrence_on, preview
        from trackit_console.helpdesk.notifications.rendering import Rendered, render
        from trackit_console.monitor.reaction_settings_reader import read_reaction_settings
        from trackit_console.settings.tokens import SAMPLE_VALUES

        if record is None:
            return render(template, SAMPLE_VALUES)
        with self._connection.database.reading() as transaction:
            occurrence = occurrence_on(record, "note_added", transaction.reader)
            if occurrence is None:
                return None
            shown = preview(template, None, occurrence, read_reaction_settings(transaction), transaction.reader)
            return Rendered(shown.subject, shown.text, shown.html)
