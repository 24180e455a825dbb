"""Service levels: what is refused when one is saved, and where (NOT-04)."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from trackit_console.settings.default_service_levels import DEFAULT_SERVICE_LEVELS
from trackit_console.settings.pydantic_errors import findings
from trackit_console.settings.service_levels import ServiceLevel

BEFORE = {"limit": "closing", "when": "before", "minutes": 60, "template": "Due soon", "recipients": {"technician": True}}


@pytest.mark.covers("NOT-04", "T-04")
@pytest.mark.parametrize(
    ("values", "field", "rule"),
    [
        pytest.param({}, "first_response_minutes", "due_time_required", id="no limit"),
        pytest.param({"closing_minutes": 480, "modules": []}, "modules", "required", id="no module"),
        pytest.param({"closing_minutes": 480, "modules": ["Requestor"]}, "modules.0", "not_a_choice", id="requestors"),
        pytest.param({"closing_minutes": 0}, "closing_minutes", "whole_number", id="no time at all"),
        pytest.param(
            {"first_response_minutes": 60, "reminders": [BEFORE]},
            "reminders.0.limit",
            "reminder_without_due_time",
            id="reminder about no limit",
        ),
        pytest.param(
            {"closing_minutes": 60, "reminders": [BEFORE]},
            "reminders.0.minutes",
            "reminder_too_early",
            id="reminder before the record",
        ),
        pytest.param(
            {"closing_minutes": 480, "reminders": [{**BEFORE, "recipients": {}}]},
            "reminders.0.recipients",
            "recipients_required",
            id="reminder to nobody",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(values: dict[str, Any], field: str, rule: str) -> None:
    with pytest.raises(ValidationError) as refused:
        ServiceLevel.model_validate({"name": "x", **values})
    assert (field, rule) in [(each.field, each.rule) for each in findings(refused.value)]


@pytest.mark.parametrize("level", DEFAULT_SERVICE_LEVELS, ids=lambda each: each.name)
def test_those_to_begin_with_are_valid(level: ServiceLevel) -> None:
    assert ServiceLevel.model_validate_json(level.model_dump_json()) == level
