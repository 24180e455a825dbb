"""Business rules in words, as lists and dialogs show them (NOT-03).

A rule that is still being typed may have fields without a value: they are read as “…”.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from trackit_console.helpdesk.business_rules.action_wording import action_in_words
from trackit_console.helpdesk.business_rules.phrases import MISSING, chained, phrase, quoted
from trackit_console.helpdesk.business_rules.value_labels import value_label
from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.event_names import EVENTS_WITHOUT_RECORD, MODULE_LABELS
from trackit_console.settings.rule_conditions import WITHOUT_VALUE, Condition
from trackit_console.settings.rule_delay import Delay
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

_OR = QT_TRANSLATE_NOOP("helpdesk", "{first} or {rest}")
_AND = QT_TRANSLATE_NOOP("helpdesk", "{first} and {rest}")
_COMMA = QT_TRANSLATE_NOOP("helpdesk", "{first}, {rest}")
_THEN = QT_TRANSLATE_NOOP("helpdesk", "{first}, then {rest}")

# ------------------------------------------------------------------ whole rules

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
    either = rule.match == "any" and len(_grouped(rule)) > 1
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


# ------------------------------------------------------------------ events

_EVENTS: Mapping[str, str] = {
    "created": QT_TRANSLATE_NOOP("helpdesk", "{record} is created"),
    "updated": QT_TRANSLATE_NOOP("helpdesk", "{record} is changed"),
    "note_added": QT_TRANSLATE_NOOP("helpdesk", "a note is added to {record}"),
    "assigned": QT_TRANSLATE_NOOP("helpdesk", "{record} is assigned"),
    "closed": QT_TRANSLATE_NOOP("helpdesk", "{record} is closed"),
    "reopened": QT_TRANSLATE_NOOP("helpdesk", "{record} is reopened"),
    "email_received": QT_TRANSLATE_NOOP("helpdesk", "an email for {record} is received"),
    "processing_stopped": QT_TRANSLATE_NOOP("helpdesk", "email processing has stopped"),
    "processing_resumed": QT_TRANSLATE_NOOP("helpdesk", "email processing goes on again"),
}
_RECORDS: Mapping[str, str] = {
    "Ticket": QT_TRANSLATE_NOOP("helpdesk", "a ticket"),
    "Assignment": QT_TRANSLATE_NOOP("helpdesk", "an assignment"),
    "Requestor": QT_TRANSLATE_NOOP("helpdesk", "a requestor"),
    "Announcement": QT_TRANSLATE_NOOP("helpdesk", "an announcement"),
}
_ANY_RECORD = QT_TRANSLATE_NOOP("helpdesk", "a record")
_NO_EVENT = QT_TRANSLATE_NOOP("helpdesk", "nothing in particular happens")


def events_in_words(rule: BusinessRule) -> Phrase:
    """On what the rule is judged: “a ticket is created or a ticket is changed”."""
    record = _record(rule.modules)
    happened = [phrase(_EVENTS[each], record=record) for each in rule.events if each not in EVENTS_WITHOUT_RECORD]
    happened += [phrase(_EVENTS[each]) for each in rule.events if each in EVENTS_WITHOUT_RECORD]
    return _listed(happened, _OR) or phrase(_NO_EVENT)


def _record(modules: Sequence[str]) -> Phrase:
    every = len(modules) in (0, len(MODULE_LABELS))
    named = [phrase(text) for module, text in _RECORDS.items() if module in modules]
    return phrase(_ANY_RECORD) if every else _listed(named, _OR) or phrase(_ANY_RECORD)


# ------------------------------------------------------------------ conditions

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
    words = [_condition(group) for group in _grouped(rule)]
    return _listed(words, _OR if rule.match == "any" else _AND)


def _grouped(rule: BusinessRule) -> list[list[Condition]]:
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
    return phrase(_COMPARISONS[operator], field=named, value=_listed([_value(each) for each in group], _OR) or MISSING)


def _value(condition: Condition) -> Phrase:
    shown = value_label(condition.field, condition.value)
    return shown if isinstance(shown, Phrase) else quoted(shown)


def _listed(words: Iterable[Phrase], last: str) -> Phrase | None:
    """“a, b or c”, where `last` joins the last two."""
    every = list(words)
    return (
        chained([*every[:-2], phrase(last, first=every[-2], rest=every[-1])], _COMMA) if len(every) > 1 else chained(every, last)
    )
