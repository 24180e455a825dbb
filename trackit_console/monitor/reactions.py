"""Who listens to the events of a transaction, by the settings as they are in it (NOT-01, NOT-03, NOT-04)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Generic, TypeVar

from trackit_console.domain.effects import ScheduledKind
from trackit_console.domain.listeners import Listener
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
from trackit_console.monitor.reaction_settings_reader import read_reaction_settings
from trackit_console.store.transaction import Transaction

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
