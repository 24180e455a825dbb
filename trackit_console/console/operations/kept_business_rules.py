"""Business rules as the database keeps them: what pages do with them as with other definitions (NOT-03)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trackit_console.console.operations.kept_definitions import KeptDefinitions

if TYPE_CHECKING:
    from trackit_console.console.database_connection import DatabaseConnection
    from trackit_console.settings.business_rules import BusinessRule


class KeptBusinessRules(KeptDefinitions["BusinessRule"]):
    """The operations on business rules."""

    def __init__(self, connection: DatabaseConnection) -> None:
        super().__init__(connection, "BusinessRule", lambda transaction: transaction.business_rules, "business_rules")

    def add_defaults(self) -> int:
        """Adds the rules that come with the product, turned off, and the templates that they name; answers how many rules."""
        from trackit_console.settings.default_business_rules import DEFAULT_BUSINESS_RULES
        from trackit_console.settings.default_notification_templates import DEFAULT_NOTIFICATION_TEMPLATES
        from trackit_console.settings.rule_actions import SendNotification

        sent = {each.template for rule in DEFAULT_BUSINESS_RULES for each in rule.actions if isinstance(each, SendNotification)}
        templates = [each for each in DEFAULT_NOTIFICATION_TEMPLATES if each.name in sent]
        with self._connection.database.begin() as transaction:
            kept, actor = transaction.notification_templates, self._connection.actor
            kept.add_all([each for each in templates if kept.named(each.name) is None], actor)
            new: list[BusinessRule] = [
                each for each in DEFAULT_BUSINESS_RULES if transaction.business_rules.named(each.name) is None
            ]
            transaction.business_rules.add_all(new, actor)
            return len(new)
