"""Which business rules undo each other, as far as they tell without a record (NOT-03)."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.helpdesk.rule_factory import rule, when
from trackit_console.helpdesk.business_rules.rule_findings import rule_conflicts, unknown_in_conditions
from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.default_business_rules import DEFAULT_BUSINESS_RULES

pytestmark = pytest.mark.covers("NOT-03")


def sets(name: str, value: str, field: str = "priority", **fields: Any) -> BusinessRule:
    """A rule that sets a field whenever a record is changed."""
    usual: dict[str, Any] = {"events": ["updated"], "actions": [{"type": "set_field", "field": field, "value": value}]}
    return rule(name, **{**usual, **fields})


def conditions(*every: dict[str, str], match: str = "all") -> dict[str, Any]:
    return {"conditions": list(every), "match": match}


NOT_HIGH = conditions(when("priority", "is_not", "High"))
UNDOING = {
    "on every change": (sets("A", "High"), sets("B", "Low")),
    "unless it is so already": (sets("A", "High", **NOT_HIGH), sets("B", "Low", **conditions(when("priority", "is", "High")))),
    "by what was changed": (
        sets("A", "High", **conditions(when("changed_field", "is", "priority"))),
        sets("B", "Low", **conditions(when("changed_field", "is", "priority"))),
    ),
    "closed and opened again": (
        sets("A", "closed", "status", events=["reopened"]),
        sets("B", "open", "status", events=["closed"]),
    ),
    "one of several conditions is enough": (
        sets("A", "High", **conditions(when("priority", "is", "Urgent"), when("subject", "contains", "x"), match="any")),
        sets("B", "Low"),
    ),
    "with a delay": (sets("A", "High", delay={"amount": 1, "unit": "hours"}), sets("B", "Low")),
    "assigned to and fro": (
        rule("A", events=["assigned"], actions=[{"type": "assign", "technician": "ada@example.com"}]),
        rule("B", events=["assigned"], actions=[{"type": "assign", "technician": "bo@example.com"}]),
    ),
    "by their notes": tuple(
        rule(
            name,
            events=["note_added"],
            actions=[{"type": "set_field", "field": "priority", "value": value}, {"type": "add_note", "text": "Set."}],
        )
        for name, value in (("A", "High"), ("B", "Low"))
    ),
}
AT_PEACE = {
    "the same value": (sets("A", "High"), sets("B", "High")),
    "different fields": (sets("A", "High"), sets("B", "Printers", "category")),
    "one of them is off": (sets("A", "High"), sets("B", "Low", enabled=False)),
    "another event": (sets("A", "High"), sets("B", "Low", events=["created"])),
    "another module": (sets("A", "High"), sets("B", "Low", modules=["Assignment"])),
    "only what was Urgent": (sets("A", "High", **conditions(when("priority", "is", "Urgent"))), sets("B", "Low")),
    "other categories": (
        sets("A", "High", **conditions(when("category", "is", "Printers"))),
        sets("B", "Low", **conditions(when("category", "is", "Scanners"))),
    ),
    "opposite words in the subject": (
        sets("A", "High", **conditions(when("subject", "contains", "urgent"))),
        sets("B", "Low", **conditions(when("subject", "does_not_contain", "URGENT"))),
    ),
    "by changes of another field": (
        sets("A", "High", **conditions(when("changed_field", "is_not", "priority"))),
        sets("B", "Low", **conditions(when("changed_field", "is_not", "priority"))),
    ),
}


@pytest.mark.parametrize("rules", UNDOING.values(), ids=UNDOING)
def test_rules_that_undo_each_other_are_named(rules: tuple[BusinessRule, ...]) -> None:
    [found] = rule_conflicts(rules)
    assert found.rules == ("A", "B")


@pytest.mark.parametrize("rules", AT_PEACE.values(), ids=AT_PEACE)
def test_rules_that_cannot_answer_each_other_are_not(rules: tuple[BusinessRule, ...]) -> None:
    assert rule_conflicts(rules) == []


def test_a_circle_of_three_is_told_in_one_sentence() -> None:
    rules = [
        sets("A", "High", **conditions(when("priority", "is", "Low"))),
        sets("B", "Urgent", **conditions(when("priority", "is", "High"))),
        sets("C", "Low", **conditions(when("priority", "is", "Urgent"))),
    ]
    [found] = rule_conflicts(rules)
    assert str(found.phrase) == "These rules undo each other: “A”, “B”, “C”. Each sets the field Priority to another value."


def test_the_last_of_several_values_counts() -> None:
    both = [{"type": "set_field", "field": "priority", "value": each} for each in ("Low", "High")]
    assert rule_conflicts([sets("A", "High"), rule("B", events=["updated"], actions=both)]) == []


def test_the_rules_that_come_with_the_product_are_at_peace() -> None:
    assert rule_conflicts([each.model_copy(update={"enabled": True}) for each in DEFAULT_BUSINESS_RULES]) == []


def test_many_rules_are_looked_through_quickly() -> None:
    values = ("Low", "Medium", "High", "Urgent")
    rules = [sets(f"Rule {number}", values[number % 4]) for number in range(300)]
    began = time.perf_counter()
    [found] = rule_conflicts(rules)
    assert len(found.rules) == 300
    assert time.perf_counter() - began < 5


def test_a_condition_that_names_what_is_not_there_is_told() -> None:
    names = {"mailbox": ["Sales EU"], "template": ["Outage"], "technician": ["Ada", "ada@example.com"]}
    gone = [
        when("mailbox", "is", "Sales"),
        when("template", "is_not", "Fault"),
        when("technician", "is", "Bo"),
    ]
    known = [
        when("mailbox", "is", "sales  eu"),
        when("mailbox", "contains", "Sal"),
        when("mailbox", "is_empty"),
        when("template", "is", "OUTAGE"),
        when("technician", "is", "Ada@Example.com"),
        when("subject", "is", "Sales"),
    ]
    rules = [rule("A", conditions=[*known, *gone]), rule("Off", enabled=False, conditions=gone), rule("B", conditions=known)]
    assert [str(each.phrase) for each in unknown_in_conditions(rules, names)] == [
        "Business rule “A” has a condition about Mailbox: there is no “Sales”. Choose another value, or delete the condition.",
        "Business rule “A” has a condition about Ticket Template: there is no “Fault”. "
        "Choose another value, or delete the condition.",
        "Business rule “A” has a condition about Assigned technician: there is no “Bo”. "
        "Choose another value, or delete the condition.",
    ]
