"""Notification templates as the database keeps them: what pages do with them as with other definitions (NOT-01)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trackit_console.console.operations.kept_definitions import KeptDefinitions
from trackit_console.console.operations.listing import Listing

if TYPE_CHECKING:
    from trackit_console.console.database_connection import DatabaseConnection
    from trackit_console.settings.notification_templates import NotificationTemplate
    from trackit_console.store.row_mapping import Stored


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
