"""Business rules in words, as the list and the dialog show them (NOT-03)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.helpdesk.rule_factory import rule, when
from trackit_console.helpdesk.business_rules.condition_wording import conditions_in_words
from trackit_console.helpdesk.business_rules.event_wording import events_in_words
from trackit_console.helpdesk.business_rules.wording import rule_in_words
from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.default_business_rules import DEFAULT_BUSINESS_RULES
from trackit_console.settings.event_names import EVENT_LABELS
from trackit_console.settings.rule_conditions import CONDITION_CHOICES, CONDITION_LABELS, Condition

pytestmark = pytest.mark.covers("NOT-03")
URGENT = [{"type": "set_field", "field": "priority", "value": "Urgent"}]


def words(**fields: Any) -> str:
    return " ".join(map(str, rule_in_words(rule(**{"actions": URGENT, **fields}))))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "When a ticket is created, the priority is set to Urgent."),
        (
            {"conditions": [when("subject", "contains", "urgent")]},
            "When a ticket is created and its subject contains “urgent”, the priority is set to Urgent.",
        ),
        (
            {"conditions": [when("status", "is", "open"), when("technician", "is_empty"), when("sender_role", "is", "unknown")]},
            "When a ticket is created and its status is Open, it is assigned to nobody and an unknown sender wrote it, "
            "the priority is set to Urgent.",
        ),
        (
            {"match": "any", "conditions": [when("subject", "contains", each) for each in ("urgent", "outage", "down")]},
            "When a ticket is created and its subject contains “urgent”, “outage” or “down”, the priority is set to Urgent.",
        ),
        (
            {"match": "any", "conditions": [when("category", "is", "VIP"), when("mailbox", "is_not", "Sales")]},
            "When a ticket is created and either its category is “VIP” or the mailbox is not “Sales”, the priority is set to Urgent.",
        ),
        (
            {"events": ["updated", "reopened"], "conditions": [when("changed_field", "is", "due_at")]},
            "When a ticket is changed or a ticket is reopened and the field Due was changed, the priority is set to Urgent.",
        ),
        (
            {"modules": ["Ticket", "Requestor", "Assignment"], "stop_after": True},
            "When a ticket, an assignment or a requestor is created, the priority is set to Urgent. The rules behind it are skipped.",
        ),
        (
            {
                "delay": {"amount": 4, "unit": "business_hours", "unless": "answered"},
                "conditions": [when("status", "is", "open")],
            },
            "When a ticket is created and its status is Open, this happens 4 business hours later: the priority is set to Urgent. "
            "Nothing happens if a technician answered meanwhile. The conditions must still hold then.",
        ),
        (
            {"delay": {"amount": 1, "unit": "hours", "unless": "nothing"}},
            "When a ticket is created, this happens 1 hour later: the priority is set to Urgent.",
        ),
    ],
)
def test_a_rule_reads_as_a_sentence(fields: dict[str, Any], sentence: str) -> None:
    assert words(**fields) == sentence


@pytest.mark.parametrize(
    ("actions", "done"),
    [
        (
            [
                {
                    "type": "send_notification",
                    "template": "News",
                    "recipients": {"requestor": True, "addresses": ["a@example.com"]},
                }
            ],
            "“News” is sent to the requestor and a@example.com",
        ),
        ([{"type": "assign", "technician": "ada@example.com"}], "the record is assigned to ada@example.com"),
        ([{"type": "assign"}], "the record is assigned to nobody"),
        ([{"type": "add_note", "text": "See {subject}\nagain"}], "the note “See {subject} again” is added for technicians"),
        ([{"type": "add_note", "text": "Hello", "private": False}], "the note “Hello” is added"),
        (
            [{"type": "create_record", "subject": "Order {record}", "technician": "ada@example.com"}],
            "the linked assignment “Order {record}” is created for ada@example.com",
        ),
        (
            [{"type": "update_linked", "module": "Ticket", "field": "category", "value": "Done"}],
            "the category of linked tickets is set to “Done”",
        ),
        (
            [*URGENT, {"type": "update_linked"}],
            "the priority is set to Urgent, then the status of linked records is set to Closed",
        ),
    ],
)
def test_each_action_reads_as_a_part_of_it(actions: list[dict[str, Any]], done: str) -> None:
    assert words(actions=actions) == f"When a ticket is created, {done}."


@pytest.mark.parametrize("event", EVENT_LABELS)
@pytest.mark.parametrize("field", CONDITION_LABELS)
def test_every_event_and_every_field_has_words(event: str, field: str) -> None:
    choices = CONDITION_CHOICES.get(field)
    value = next(iter(choices)) if choices else "x"
    found = rule(events=[event], conditions=[when(field, "is_not", value)])
    for each in (events_in_words(found), conditions_in_words(found)):
        assert "{" not in str(each) and str(each)


def test_a_rule_that_is_being_typed_reads_with_gaps() -> None:
    typed = BusinessRule.model_construct(
        name="", events=[], conditions=[Condition.model_construct(field="subject", operator="contains", value="")], actions=[]
    )
    assert str(rule_in_words(typed)[0]) == ("When nothing in particular happens and its subject contains …, nothing is done yet.")


def test_long_texts_are_shortened() -> None:
    said = words(actions=[{"type": "add_note", "text": "long " * 100}])
    assert "…” is added" in said
    assert len(said) < 160


def test_the_rules_that_come_with_the_product_read_well() -> None:
    for each in DEFAULT_BUSINESS_RULES:
        assert all(str(sentence).endswith(".") and "{field}" not in str(sentence) for sentence in rule_in_words(each))
