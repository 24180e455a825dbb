"""Templates and technicians that a notification, rule or service level names and that are not there (NOT-01, NOT-03, NOT-04)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.settings.samples import SAMPLES
from trackit_console.domain.addresses import address_key
from trackit_console.settings.definition_checks import unknown_names
from trackit_console.settings.definition_names import definition_key

ADA = address_key("Ada@example.com")
DUE_SOON = definition_key("due  SOON")


@pytest.mark.covers("NOT-01", "NOT-03", "NOT-04")
@pytest.mark.parametrize(
    ("name", "field"),
    [("notification", "template"), ("business-rule", "actions.0.template"), ("service-level", "reminders.0.template")],
)
def test_a_template_that_is_not_there_is_told_at_its_field(name: str, field: str) -> None:
    value: Any = SAMPLES[name]
    assert unknown_names(value, {DUE_SOON}, {ADA}) == []
    [found] = unknown_names(value, {"overdue"}, {ADA})
    assert (found.field, found.rule) == (field, "template_unknown")
    assert str(found.message) == "There is no notification template Due soon. Choose one of the list."


@pytest.mark.covers("NOT-03")
def test_a_technician_who_is_not_there_is_told_at_the_action() -> None:
    value: Any = SAMPLES["business-rule"]
    found = unknown_names(value, {DUE_SOON}, {"bo@example.com"})
    assert [(each.field, each.rule) for each in found] == [
        ("actions.2.technician", "technician_unknown"),
        ("actions.4.technician", "technician_unknown"),
    ]
    assert str(found[0].message) == "There is no technician with the address ada@example.com."
    nobody = value.model_copy(update={"actions": [each.model_copy(update={"technician": ""}) for each in value.actions[2:5:2]]})
    assert unknown_names(nobody, {DUE_SOON}, set()) == []
