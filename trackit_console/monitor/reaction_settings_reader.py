"""Reads the settings by which listeners react to events, as they are in a transaction (NOT-01, NOT-03, NOT-04)."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel

from trackit_console.domain.addresses import address_key
from trackit_console.helpdesk.reaction_settings import ReactionSettings
from trackit_console.settings.business_hours import BusinessHours
from trackit_console.settings.definition_names import definition_key
from trackit_console.store.definitions import Definitions
from trackit_console.store.transaction import Transaction

Definition = TypeVar("Definition", bound=BaseModel)


def read_reaction_settings(transaction: Transaction) -> ReactionSettings:
    """The settings as they are in this transaction; what is disabled, or refused by today's rules, is left out."""
    settings = transaction.settings
    outgoing = settings.outgoing()
    mailboxes = [each.value for each in transaction.mailboxes.all()]
    from_address = outgoing.value.from_address if outgoing else None
    own = [each.address for each in mailboxes if each.address] + ([from_address] if from_address else [])
    from_key = address_key(from_address) if from_address else ""
    hours = settings.business_hours()
    return ReactionSettings(
        from_address=from_address,
        from_name=next((each.title for each in mailboxes if each.address and address_key(each.address) == from_key), ""),
        own_addresses=frozenset(address_key(each) for each in own),
        monitor=settings.monitor().value,
        filters=settings.filters().value,
        loop_protection=settings.loop_protection().value,
        # Of hours that are refused, such as those in a time zone that this computer does not know, nothing can be counted.
        business_hours=BusinessHours() if hours.findings else hours.value,
        templates={
            definition_key(each.value.name): each.value for each in transaction.notification_templates.all() if not each.findings
        },
        notifications=_enabled(transaction.notifications),
        rules=_enabled(transaction.business_rules),
        service_levels=_enabled(transaction.service_levels),
        schedules=_enabled(transaction.notification_schedules),
    )


def _enabled(definitions: Definitions[Definition]) -> tuple[Definition, ...]:
    return tuple(each.value for each in definitions.all() if not each.findings and getattr(each.value, "enabled", False))
