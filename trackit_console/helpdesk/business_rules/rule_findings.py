"""Business rules that undo each other, or ask for what is not there, found without a record (NOT-03).

The monitor ends a chase by itself (`store.unit_of_work`), but only after the record was changed several times, and it begins anew with the
next event. What is said here is advice: such rules are kept and work as written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from trackit_console.helpdesk.business_rules.facts import normal, normal_value
from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.rule_actions import AddNoteToRecord, AssignTo, SetField
from trackit_console.settings.rule_conditions import CONDITION_LABELS, Condition
from trackit_console.settings.validation_rules import CONTEXT as SETTINGS
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

TECHNICIAN = "technician"
_UNDO = QT_TRANSLATE_NOOP("helpdesk", "These rules undo each other: {rules}. Each sets the field {field} to another value.")
_UNKNOWN = QT_TRANSLATE_NOOP(
    "helpdesk",
    "Business rule “{rule}” has a condition about {field}: there is no “{value}”. Choose another value, or delete the condition.",
)
_STATUS_EVENTS: Mapping[str, tuple[str, ...]] = {
    "closed": ("closed",),
    "open": ("reopened", "updated"),
    "waiting": ("reopened", "updated"),
}
"""A record that was closed is reopened by the others (`helpdesk.record_changes`)."""
_OPPOSITES: Mapping[str, str] = {"is": "is_not", "contains": "does_not_contain", "is_empty": "is_not_empty"}
_OPPOSITE_OF: Mapping[str, str] = {**_OPPOSITES, **{after: before for before, after in _OPPOSITES.items()}}


@dataclass(frozen=True, slots=True)
class RuleConflict:
    """`rules` are the names of rules that set the field again and again, in the order of the list; `field` is one of a condition."""

    field: str
    rules: tuple[str, ...]

    @property
    def phrase(self) -> Phrase:
        named = ", ".join(f"“{each}”" for each in self.rules)
        return Phrase("helpdesk", _UNDO, {"rules": named, "field": Phrase(SETTINGS, CONDITION_LABELS[self.field])})


@dataclass(frozen=True, slots=True)
class UnknownValue:
    """The rule of this name compares `field` with the name `value`, which nothing has: the answer is always the same."""

    rule: str
    field: str
    value: str

    @property
    def phrase(self) -> Phrase:
        field = Phrase(SETTINGS, CONDITION_LABELS[self.field])
        return Phrase("helpdesk", _UNKNOWN, {"rule": self.rule, "field": field, "value": self.value})


RuleFinding = RuleConflict | UnknownValue


def unknown_in_conditions(rules: Sequence[BusinessRule], names: Mapping[str, Iterable[str]]) -> list[UnknownValue]:
    """What the conditions of enabled rules name and what is not there; `names` are what there is, by the field of a condition."""
    known = {field: {normal(each) for each in of_field} for field, of_field in names.items()}
    return [
        UnknownValue(each.name, condition.field, condition.value)
        for each in rules
        if each.enabled
        for condition in each.conditions
        # A part of a name says nothing about what there is.
        if condition.operator in ("is", "is_not") and condition.field in known
        if normal_value(condition.field, condition.value) not in known[condition.field]
    ]


def rule_conflicts(rules: Sequence[BusinessRule]) -> list[RuleConflict]:
    """The enabled rules that answer each other's changes of a field for ever, as far as their conditions tell."""
    setting = [_Setting(each) for each in rules if each.enabled]
    found: dict[RuleConflict, None] = {}
    for field in ("status", "priority", "category", TECHNICIAN):
        about = [each for each in setting if field in each.sets]
        for names in _circles(about, field):
            found[RuleConflict(field, names)] = None
    return list(found)


def _circles(rules: Sequence[_Setting], field: str) -> list[tuple[str, ...]]:
    """The names of the rules in each circle: those that lead to each other, directly or through others."""
    after = {at: {to for to, other in enumerate(rules) if _follows(rules[at], other, field)} for at in range(len(rules))}
    before = {at: {source for source, led_to in after.items() if at in led_to} for at in after}
    left, found = set(after), []
    while left:
        at = min(left)
        circle = _reached(at, after) & _reached(at, before)
        left -= circle | {at}
        if circle:
            found.append(tuple(rules[each].rule.name for each in sorted(circle)))
    return found


def _reached(start: int, follows: Mapping[int, set[int]]) -> set[int]:
    found: set[int] = set()
    waiting = list(follows[start])
    while waiting:
        at = waiting.pop()
        if at not in found:
            found.add(at)
            waiting += follows[at]
    return found


def _follows(first: _Setting, then: _Setting, field: str) -> bool:
    """Whether what `first` does to the field can make `then` act, and give it another value."""
    return (
        normal(first.sets[field]) != normal(then.sets[field])
        and not then.events.isdisjoint(first.causes(field))
        and not then.modules.isdisjoint(first.modules)
        and then.may_hold(first.sets)
        and not _contradict(first, then)
    )


class _Setting:
    """A rule, and the fields that it sets with the values that they have at the end."""

    def __init__(self, rule: BusinessRule) -> None:
        self.rule = rule
        self.events, self.modules = frozenset(rule.events), frozenset(rule.modules)
        self.sets: dict[str, str] = {}
        for each in rule.actions:
            if isinstance(each, SetField):
                self.sets[each.field] = each.value
            elif isinstance(each, AssignTo):
                self.sets[TECHNICIAN] = each.technician

    def causes(self, field: str) -> frozenset[str]:
        """The events that follow each time the rule sets the field to another value."""
        by_field = {"status": _STATUS_EVENTS.get(self.sets.get("status", ""), ()), TECHNICIAN: ("assigned",)}
        noted = ("note_added",) if any(isinstance(each, AddNoteToRecord) for each in self.rule.actions) else ()
        return frozenset((*by_field.get(field, ("updated",)), *noted))

    def may_hold(self, after: Mapping[str, str]) -> bool:
        """Whether the conditions may hold right after another rule set the fields in `after`."""
        answers = [_holds(each, after) for each in self.rule.conditions]
        if not answers:
            return True
        enough = all if self.rule.match == "all" else any
        return enough(answer is not False for answer in answers)

    @cached_property
    def fixed(self) -> list[Condition]:
        """The conditions that always have to hold, about fields that the rule leaves as they are."""
        all_needed = self.rule.match == "all" or len(self.rule.conditions) == 1
        own = {*self.sets, "changed_field"}
        return [each for each in self.rule.conditions if each.field not in own] if all_needed else []


def _holds(condition: Condition, after: Mapping[str, str]) -> bool | None:
    """Whether it holds after the fields were set; None where that depends on the record."""
    field, operator = condition.field, condition.operator
    if field == "changed_field":
        changed = condition.value in after
        # Another field that was changed as well is not known here.
        return (changed or None) if operator == "is" else (False if changed else None)
    if field not in after:
        return None
    if operator in ("is_empty", "is_not_empty"):
        return (not after[field]) is (operator == "is_empty")
    if field == TECHNICIAN:
        return None
    return _compared(operator, normal(after[field]), normal_value(field, condition.value))


def _compared(operator: str, actual: str, wanted: str) -> bool:
    match operator:
        case "is" | "is_not":
            return (actual == wanted) is (operator == "is")
        case "contains" | "does_not_contain":
            return (wanted in actual) is (operator == "contains")
        case "begins_with":
            return actual.startswith(wanted)
    return actual.endswith(wanted)


def _contradict(first: _Setting, then: _Setting) -> bool:
    """Whether no record fulfils the conditions of both, about fields that neither of them changes."""
    changed = {*first.sets, *then.sets}
    return any(
        _exclude(one, other)
        for one in first.fixed
        for other in then.fixed
        if one.field == other.field and one.field not in changed
    )


def _exclude(one: Condition, other: Condition) -> bool:
    same = normal_value(one.field, one.value) == normal_value(other.field, other.value)
    if one.operator == other.operator == "is":
        return not same
    return _OPPOSITE_OF.get(one.operator) == other.operator and same
