"""Business hours, schedules and quiet hours: what may be written, and that it comes back from YAML and JSON as it was (NOT-04)."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
import yaml
from pydantic import BaseModel, ValidationError

from tests.settings.samples import SAMPLES
from trackit_console.settings.business_hours import BusinessHours
from trackit_console.settings.open_hours import OpenHours
from trackit_console.settings.pydantic_errors import findings
from trackit_console.settings.time_fields import WEEKDAY_LABELS, WEEKDAYS, minutes_of, time_zone_names
from trackit_console.settings.yaml_lines import load_yaml

TIMED = [SAMPLES[name] for name in ("business-hours", "schedule", "quiet-hours", "holiday", "open-hours")]
WRITTEN = """\
time_zone: europe/berlin
hours:
  - days: [wednesday, monday, monday]
    opens: 9:00
    closes: 12:30
  - {days: [monday], opens: 13:00, closes: 24:00}
holidays:
  - {date: 2026-12-25, name: Christmas Day, every_year: true}
  - {date: "2027-03-26", name: Good Friday}
"""


def hours(*entries: tuple[str, str, str]) -> BusinessHours:
    made = [{"days": days.split(), "opens": opens, "closes": closes} for days, opens, closes in entries]
    return BusinessHours.model_validate({"hours": made})


@pytest.mark.covers("NOT-04")
def test_a_help_desk_is_open_in_office_hours_unless_told_otherwise() -> None:
    made = BusinessHours()
    assert made.model_dump() == {
        "time_zone": "UTC",
        "hours": [{"days": list(WEEKDAYS[:5]), "opens": "09:00", "closes": "17:00"}],
        "holidays": [],
    }


@pytest.mark.covers("NOT-04")
def test_business_hours_are_read_from_a_file_as_people_write_them() -> None:
    made = BusinessHours.model_validate(load_yaml(WRITTEN)[0])
    assert made.time_zone == "Europe/Berlin"
    assert made.hours == [
        OpenHours(days=["monday", "wednesday"], opens="09:00", closes="12:30"),
        OpenHours(days=["monday"], opens="13:00", closes="24:00"),
    ]
    assert [each.date for each in made.holidays] == [date(2026, 12, 25), date(2027, 3, 26)]


@pytest.mark.parametrize("sample", TIMED, ids=lambda sample: type(sample).__name__)
def test_times_come_back_from_yaml_and_json(sample: BaseModel) -> None:
    plain = sample.model_dump(mode="json")
    again: list[Any] = [json.loads(json.dumps(plain)), load_yaml(yaml.safe_dump(plain))[0], sample.model_dump()]
    assert [type(sample).model_validate(each) for each in again] == [sample] * 3


def test_a_lunch_break_and_hours_around_the_clock_are_possible() -> None:
    assert len(hours(("monday", "09:00", "12:00"), ("monday", "12:00", "17:00")).hours) == 2
    assert len(hours(("monday", "09:00", "17:00"), ("tuesday", "08:00", "18:00")).hours) == 2
    assert minutes_of(hours((" ".join(WEEKDAYS), "0:00", "24:00")).hours[0].closes) == 1440


def test_hours_that_overlap_are_told_with_the_day_and_the_other_hours() -> None:
    with pytest.raises(ValidationError) as raised:
        hours(("monday friday", "09:00", "12:00"), ("tuesday", "09:00", "12:00"), ("sunday friday", "08:00", "09:01"))
    (found,) = findings(raised.value)
    assert str(found) == "hours.2: On Friday, these hours overlap with those from 09:00 to 12:00."


def test_every_time_zone_can_be_chosen_and_its_capitals_do_not_matter() -> None:
    names = time_zone_names()
    assert {"UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Australia/Lord_Howe"} <= set(names.values())
    assert BusinessHours(time_zone=" AMERICA/new_york ").time_zone == "America/New_York"


def test_every_weekday_has_a_label() -> None:
    assert list(WEEKDAY_LABELS) == list(WEEKDAYS)
    assert WEEKDAYS[date(2026, 11, 23).weekday()] == "monday"
