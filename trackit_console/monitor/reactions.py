"""Who listens to the events of a transaction, by the settings as they are in it (NOT-01, NOT-03, NOT-04)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Generic, TypeVar

from pydantic import BaseModel

from trackit_console.domain.addresses import address_key
from trackit_console.domain.effects import ScheduledKind
from trackit_console.domain.events import Listener
from trackit_console.domain.scheduled import ScheduledHandler
from trackit_console.helpdesk.business_rules.acting import Tools
from trackit_console.helpdesk.business_rules.delaying import DelayedRules
from trackit_console.helpdesk.business_rules.listener import RulesListener
from trackit_console.helpdesk.notifications.command_answers import CommandAnswerListener
from trackit_console.helpdesk.notifications.filled_text import fill
from trackit_console.helpdesk.notifications.listener import NotificationListener
from trackit_console.helpdesk.notifications.sending import mails_for
from trackit_console.helpdesk.notifications.sending_settings import SendingSettings
from trackit_console.helpdesk.reaction_settings import ReactionSettings
from trackit_console.helpdesk.service_levels.listener import ServiceLevelListener
from trackit_console.helpdesk.service_levels.reminders import RemindersDue
from trackit_console.settings.business_hours import BusinessHours
from trackit_console.settings.definition_names import definition_key
from trackit_console.store.definitions import Definitions
from trackit_console.store.transaction import Transaction

Definition = TypeVar("Definition", bound=BaseModel)
Made = TypeVar("Made")


class Reactions(Generic[Made]):
    """What is made of the settings, such as the listeners of a database.

    It is kept until a counter of the settings moves, so a transaction costs one read.
    """

    def __init__(self, make: Callable[[ReactionSettings], Made]) -> None:
        self._make = make
        self._compiled: tuple[tuple[int, int], Made] | None = None

    def __call__(self, transaction: Transaction) -> Made:
        revision = transaction.audit.revision()
        counters = (revision.number, revision.immediate)
        compiled = self._compiled
        if compiled is None or compiled[0] != counters:
            # Several threads may do this at once: each comes to the same, and the last one stays.
            self._compiled = compiled = (counters, self._make(read_reaction_settings(transaction)))
        return compiled[1]


def listeners(settings: ReactionSettings) -> Sequence[Listener]:
    """Service levels first, so that rules see due times; notifications last, so that they tell what rules did.

    All of them send by the same settings: what one sends counts for the limits of the others. Those that have nothing to
    do are left out: where nobody listens, events cost nothing.
    """
    sending = SendingSettings.of(settings)
    listening: list[Listener] = []
    if settings.service_levels:
        listening.append(ServiceLevelListener(settings))
    if settings.rules:
        listening.append(RulesListener(settings, _tools(sending)))
    if settings.from_address and settings.notifications:
        listening.append(NotificationListener(settings, sending))
    if settings.from_address:
        listening.append(CommandAnswerListener(settings, sending))
    return listening


def handlers(settings: ReactionSettings) -> Mapping[ScheduledKind, ScheduledHandler]:
    """Who judges scheduled actions when they are due."""
    tools = rule_tools(settings)
    return {
        ScheduledKind.RULE: DelayedRules(settings.rules, tools),
        ScheduledKind.REMINDER: RemindersDue(settings, tools.send),
    }


def rule_tools(settings: ReactionSettings) -> Tools:
    """By what business rules send mail and fill tokens."""
    return _tools(SendingSettings.of(settings))


def _tools(sending: SendingSettings) -> Tools:
    return Tools(partial(mails_for, settings=sending), partial(fill, help_desk=sending.help_desk))


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
