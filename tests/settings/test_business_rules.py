"""Business rules as they are set up: what is refused with its place, and those that come with the product (NOT-03)."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from trackit_console.domain.addresses import address_key
from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.default_business_rules import DEFAULT_BUSINESS_RULES
from trackit_console.settings.default_notification_templates import DEFAULT_NOTIFICATION_TEMPLATES
from trackit_console.settings.definition_checks import unknown_names
from trackit_console.settings.definition_names import definition_key
from trackit_console.settings.pydantic_errors import findings
from trackit_console.settings.rule_actions import ACTION_LABELS

pytestmark = pytest.mark.covers("NOT-03")
NOTE = {"type": "add_note", "text": "x"}


def refused(**fields: Any) -> list[tuple[str, str, str]]:
    """Field, rule and words of what is wrong."""
    with pytest.raises(ValidationError) as caught:
        BusinessRule.model_validate({"name": "A rule", "actions": [NOTE], **fields})
    return [(each.field, each.rule, str(each.message)) for each in findings(caught.value, ACTION_LABELS)]


@pytest.mark.parametrize(
    ("action", "field", "words"),
    [
        ({"type": "add_note", "text": "Hello,\n{requestr_name}"}, "text", "Line 2, column 1: there is no token {requestr_name}. Did you mean {requestor_name}?"),
        ({"type": "add_note", "text": "a {subject"}, "text", "Line 1, column 3: the token that begins here has no closing brace. A brace that is meant as such is written twice."),
        ({"type": "create_record", "subject": "{history}"}, "subject", "Line 1, column 1: {history} has several lines, and a subject has only one. Use it in the text instead."),
        ({"type": "create_record", "subject": "x", "text": "{x}"}, "text", "Line 1, column 1: there is no token {x}. Insert one from the list. A brace that is meant as such is written twice."),
    ],
)  # fmt: skip
def test_a_wrong_token_is_refused_with_its_place(action: dict[str, Any], field: str, words: str) -> None:
    [(place, _, told)] = refused(actions=[NOTE, action])
    assert (place, told) == (f"actions.1.{field}", words)


@pytest.mark.parametrize(
    ("fields", "place", "rule"),
    [
        ({"conditions": [{"field": "priority", "operator": "is", "value": "Huge"}]}, "conditions.0.value", "not_a_choice"),
        ({"conditions": [{"field": "status", "operator": "contains", "value": "open"}]}, "conditions.0.operator", "not_a_choice"),
        ({"conditions": [{"field": "subject", "operator": "contains", "value": " "}]}, "conditions.0.value", "required"),
        ({"conditions": [{"field": "colour", "operator": "is", "value": "x"}]}, "conditions.0.field", "not_a_choice"),
        ({"actions": [NOTE, {"type": "set_field", "field": "status", "value": "done"}]}, "actions.1.value", "not_a_choice"),
        ({"actions": [{"type": "set_field", "field": "category", "value": ""}]}, "actions.0.value", "required"),
        ({"actions": [{"type": "update_linked", "field": "priority", "value": ""}]}, "actions.0.value", "not_a_choice"),
        ({"actions": [{"type": "send_notification", "template": "x"}]}, "actions.0.recipients", "recipients_required"),
        ({"actions": [{"type": "send_notification", "recipients": {"requestor": True}}]}, "actions.0.template", "required"),
        ({"actions": [{"type": "add_note", "text": " \n"}]}, "actions.0.text", "required"),
        ({"actions": [{"type": "create_record", "subject": " "}]}, "actions.0.subject", "required"),
        ({"actions": [{"type": "explode"}]}, "actions.0.type", "not_a_choice"),
        ({"delay": {"amount": 0}}, "delay.amount", "whole_number"),
        ({"modules": []}, "modules", "required"),
        ({"actions": []}, "actions", "actions_required"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_place(fields: dict[str, Any], place: str, rule: str) -> None:
    assert [(field, broken) for field, broken, _ in refused(**fields)] == [(place, rule)]


def test_the_rules_of_the_product_are_valid_disabled_and_named_once() -> None:
    templates = {definition_key(each.name) for each in DEFAULT_NOTIFICATION_TEMPLATES}
    assert len({definition_key(each.name) for each in DEFAULT_BUSINESS_RULES}) == len(DEFAULT_BUSINESS_RULES) >= 10
    for each in DEFAULT_BUSINESS_RULES:
        assert not each.enabled
        assert unknown_names(each, templates, {address_key("ada@example.com")}) == []
        assert BusinessRule.model_validate_json(each.model_dump_json()) == each
