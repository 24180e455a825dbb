"""Notifications as the database keeps them: what pages do with them as with other definitions (NOT-01)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trackit_console.console.operations.kept_definitions import KeptDefinitions
from trackit_console.console.operations.listing import Listing

if TYPE_CHECKING:
    from trackit_console.console.database_connection import DatabaseConnection
    from trackit_console.settings.notifications import Notification
    from trackit_console.store.row_mapping import Stored


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
        from trackit_console.settings.default_notification_templates import DEFAULT_NOTIFICATION_TEMPLATES
        from trackit_console.settings.default_notifications import DEFAULT_NOTIFICATIONS

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
