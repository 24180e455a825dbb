"""The conditions of a business rule in words (NOT-03)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from trackit_console.helpdesk.business_rules.phrases import AND, MISSING, OR, listed, phrase, quoted
from trackit_console.helpdesk.business_rules.value_labels import value_label
from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.rule_conditions import WITHOUT_VALUE, Condition
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

_FIELDS: Mapping[str, str] = {
    "subject": QT_TRANSLATE_NOOP("helpdesk", "its subject"),
    "text": QT_TRANSLATE_NOOP("helpdesk", "the text of the note"),
    "status": QT_TRANSLATE_NOOP("helpdesk", "its status"),
    "priority": QT_TRANSLATE_NOOP("helpdesk", "its priority"),
    "category": QT_TRANSLATE_NOOP("helpdesk", "its category"),
    "source": QT_TRANSLATE_NOOP("helpdesk", "its source"),
    "template": QT_TRANSLATE_NOOP("helpdesk", "its ticket template"),
    "requestor": QT_TRANSLATE_NOOP("helpdesk", "the requestor's name"),
    "requestor_email": QT_TRANSLATE_NOOP("helpdesk", "the requestor's address"),
    "technician": QT_TRANSLATE_NOOP("helpdesk", "the assigned technician"),
    "sender": QT_TRANSLATE_NOOP("helpdesk", "the sender's address"),
    "mailbox": QT_TRANSLATE_NOOP("helpdesk", "the mailbox"),
}
_COMPARISONS: Mapping[str, str] = {
    "is": QT_TRANSLATE_NOOP("helpdesk", "{field} is {value}"),
    "is_not": QT_TRANSLATE_NOOP("helpdesk", "{field} is not {value}"),
    "contains": QT_TRANSLATE_NOOP("helpdesk", "{field} contains {value}"),
    "does_not_contain": QT_TRANSLATE_NOOP("helpdesk", "{field} does not contain {value}"),
    "begins_with": QT_TRANSLATE_NOOP("helpdesk", "{field} begins with {value}"),
    "ends_with": QT_TRANSLATE_NOOP("helpdesk", "{field} ends with {value}"),
    "is_empty": QT_TRANSLATE_NOOP("helpdesk", "{field} is empty"),
    "is_not_empty": QT_TRANSLATE_NOOP("helpdesk", "{field} is not empty"),
}
_NOBODY: Mapping[str, str] = {
    "is_empty": QT_TRANSLATE_NOOP("helpdesk", "it is assigned to nobody"),
    "is_not_empty": QT_TRANSLATE_NOOP("helpdesk", "it is assigned to a technician"),
}
_CHANGED: Mapping[str, str] = {
    "is": QT_TRANSLATE_NOOP("helpdesk", "the field {value} was changed"),
    "is_not": QT_TRANSLATE_NOOP("helpdesk", "the field {value} was not changed"),
}
_SENDERS: Mapping[tuple[str, str], str] = {
    ("is", "technician"): QT_TRANSLATE_NOOP("helpdesk", "a technician wrote it"),
    ("is", "requestor"): QT_TRANSLATE_NOOP("helpdesk", "a requestor wrote it"),
    ("is", "unknown"): QT_TRANSLATE_NOOP("helpdesk", "an unknown sender wrote it"),
    ("is_not", "technician"): QT_TRANSLATE_NOOP("helpdesk", "no technician wrote it"),
    ("is_not", "requestor"): QT_TRANSLATE_NOOP("helpdesk", "no requestor wrote it"),
    ("is_not", "unknown"): QT_TRANSLATE_NOOP("helpdesk", "the sender is known"),
}
_GROUPED_BY_OR = ("is", "contains", "begins_with", "ends_with")


def conditions_in_words(rule: BusinessRule) -> Phrase | None:
    """What has to be so: “its subject contains “urgent” or “outage””; None without conditions."""
    words = [_condition(group) for group in grouped_conditions(rule)]
    return listed(words, OR if rule.match == "any" else AND)


def grouped_conditions(rule: BusinessRule) -> list[list[Condition]]:
    """One by one; of any of several words, those about one field together."""
    if rule.match != "any":
        return [[each] for each in rule.conditions]
    return [part for _, found in groupby(rule.conditions, _kind) for part in _apart(list(found))]


def _kind(condition: Condition) -> tuple[str, str]:
    return condition.field, condition.operator


def _apart(conditions: list[Condition]) -> list[list[Condition]]:
    together = conditions[0].operator in _GROUPED_BY_OR and conditions[0].field in _FIELDS
    return [conditions] if together else [[each] for each in conditions]


def _condition(group: Sequence[Condition]) -> Phrase:
    first = group[0]
    field, operator = first.field, first.operator
    if field == "sender_role" and (operator, first.value) in _SENDERS:
        return phrase(_SENDERS[operator, first.value])
    if field == "technician" and operator in _NOBODY:
        return phrase(_NOBODY[operator])
    if field == "changed_field" and operator in _CHANGED:
        return phrase(_CHANGED[operator], value=_value(first))
    named = phrase(_FIELDS.get(field, _FIELDS["subject"]))
    if operator in WITHOUT_VALUE:
        return phrase(_COMPARISONS[operator], field=named)
    return phrase(_COMPARISONS[operator], field=named, value=listed([_value(each) for each in group], OR) or MISSING)


def _value(condition: Condition) -> Phrase:
    shown = value_label(condition.field, condition.value)
    return shown if isinstance(shown, Phrase) else quoted(shown)
