"""Checks a condition of a business rule against the facts of an occurrence (NOT-03)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from trackit_console.helpdesk.business_rules.condition_result import OPPOSITES, ConditionResult
from trackit_console.helpdesk.business_rules.facts import Facts, normal_value
from trackit_console.settings.rule_conditions import Condition

_COMPARE: Mapping[str, Callable[[str, str], bool]] = {
    "is": str.__eq__,
    "contains": str.__contains__,
    "begins_with": str.startswith,
    "ends_with": str.endswith,
}


def check(condition: Condition, facts: Facts) -> ConditionResult:
    """Judges one condition."""
    operator = OPPOSITES.get(condition.operator, condition.operator)
    values = facts.comparable(condition.field)
    if operator == "is_empty":
        found = not values
    else:
        compare, wanted = _COMPARE[operator], normal_value(condition.field, condition.value)
        found = any(compare(each, wanted) for each in values)
    return ConditionResult(condition, found is (operator == condition.operator), facts.actual(condition.field))
