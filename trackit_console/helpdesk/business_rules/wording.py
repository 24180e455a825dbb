"""Business rules in words, as lists and dialogs show them (NOT-03).

A rule that is still being typed may have fields without a value: they are read as “…”.
"""

from __future__ import annotations

from collections.abc import Mapping

from trackit_console.helpdesk.business_rules.action_wording import action_in_words
from trackit_console.helpdesk.business_rules.condition_wording import conditions_in_words, grouped_conditions
from trackit_console.helpdesk.business_rules.event_wording import events_in_words
from trackit_console.helpdesk.business_rules.phrases import chained, phrase
from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.rule_delay import Delay
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

_THEN = QT_TRANSLATE_NOOP("helpdesk", "{first}, then {rest}")
_DOES = QT_TRANSLATE_NOOP("helpdesk", "When {events}, {actions}.")
_DOES_IF = QT_TRANSLATE_NOOP("helpdesk", "When {events} and {conditions}, {actions}.")
_DOES_IF_EITHER = QT_TRANSLATE_NOOP("helpdesk", "When {events} and either {conditions}, {actions}.")
_LATER = QT_TRANSLATE_NOOP("helpdesk", "When {events}, this happens {time} later: {actions}.")
_LATER_IF = QT_TRANSLATE_NOOP("helpdesk", "When {events} and {conditions}, this happens {time} later: {actions}.")
_LATER_IF_EITHER = QT_TRANSLATE_NOOP("helpdesk", "When {events} and either {conditions}, this happens {time} later: {actions}.")
_STILL = QT_TRANSLATE_NOOP("helpdesk", "The conditions must still hold then.")
_SKIPS = QT_TRANSLATE_NOOP("helpdesk", "The rules behind it are skipped.")
_NOTHING = QT_TRANSLATE_NOOP("helpdesk", "nothing is done yet")
_UNLESS: Mapping[str, str] = {
    "answered": QT_TRANSLATE_NOOP("helpdesk", "Nothing happens if a technician answered meanwhile."),
    "closed": QT_TRANSLATE_NOOP("helpdesk", "Nothing happens if the record was closed meanwhile."),
    "changed": QT_TRANSLATE_NOOP("helpdesk", "Nothing happens if anything happened to the record meanwhile."),
}
_TIMES: Mapping[str, tuple[str, str]] = {
    "minutes": (QT_TRANSLATE_NOOP("helpdesk", "1 minute"), QT_TRANSLATE_NOOP("helpdesk", "{amount} minutes")),
    "hours": (QT_TRANSLATE_NOOP("helpdesk", "1 hour"), QT_TRANSLATE_NOOP("helpdesk", "{amount} hours")),
    "business_hours": (
        QT_TRANSLATE_NOOP("helpdesk", "1 business hour"),
        QT_TRANSLATE_NOOP("helpdesk", "{amount} business hours"),
    ),
}


def rule_in_words(rule: BusinessRule) -> list[Phrase]:
    """What the rule does, in sentences: when and what first, then what keeps a delayed rule from it, then what is skipped."""
    facts = {"events": events_in_words(rule), "actions": actions_in_words(rule)}
    conditions, delay = conditions_in_words(rule), rule.delay
    if conditions is not None:
        facts["conditions"] = conditions
    either = rule.match == "any" and len(grouped_conditions(rule)) > 1
    if delay is None:
        sentences = [phrase(_sentence(_DOES, _DOES_IF, _DOES_IF_EITHER, conditions, either), **facts)]
    else:
        first = _sentence(_LATER, _LATER_IF, _LATER_IF_EITHER, conditions, either)
        sentences = [phrase(first, **facts, time=_time(delay))]
        sentences += [phrase(_UNLESS[delay.unless])] if delay.unless in _UNLESS else []
        sentences += [phrase(_STILL)] if conditions is not None else []
    return [*sentences, *([phrase(_SKIPS)] if rule.stop_after else [])]


def _sentence(plain: str, with_conditions: str, with_either: str, conditions: Phrase | None, either: bool) -> str:
    if conditions is None:
        return plain
    return with_either if either else with_conditions


def _time(delay: Delay) -> Phrase:
    one, many = _TIMES[delay.unit]
    return phrase(one) if delay.amount == 1 else phrase(many, amount=delay.amount)


def actions_in_words(rule: BusinessRule) -> Phrase:
    """What is done, in its order."""
    return chained([action_in_words(each) for each in rule.actions], _THEN) or phrase(_NOTHING)
