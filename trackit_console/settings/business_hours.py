"""Business hours: when the help desk is open, and its holidays (NOT-04). `helpdesk.business_time` counts with them."""

from __future__ import annotations

from itertools import combinations
from typing import Self

from pydantic import Field, model_validator

from trackit_console.settings.field_types import Settings
from trackit_console.settings.holidays import Holiday
from trackit_console.settings.open_hours import OpenHours
from trackit_console.settings.time_fields import WEEKDAY_LABELS, TimeZoneName
from trackit_console.settings.validation import rule_error
from trackit_console.settings.validation_rules import CONTEXT
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase


def _office_hours() -> list[OpenHours]:
    return [OpenHours(days=["monday", "tuesday", "wednesday", "thursday", "friday"], opens="09:00", closes="17:00")]


class BusinessHours(Settings):
    """When the help desk is open. Due times pass during these hours only."""

    time_zone: TimeZoneName = Field(
        "UTC",
        title=QT_TRANSLATE_NOOP("settings", "Time Zone"),
        description=QT_TRANSLATE_NOOP(
            "settings", "Where the help desk is: opening hours and holidays are those of this time zone, in summer and in winter."
        ),
    )
    hours: list[OpenHours] = Field(
        default_factory=_office_hours,
        title=QT_TRANSLATE_NOOP("settings", "Opening Hours"),
        description=QT_TRANSLATE_NOOP(
            "settings", "When the help desk is open. A day may have several entries, for example before and after lunch."
        ),
    )
    holidays: list[Holiday] = Field(
        default_factory=list,
        title=QT_TRANSLATE_NOOP("settings", "Holidays"),
        description=QT_TRANSLATE_NOOP("settings", "Dates on which the help desk is closed all day."),
    )

    @model_validator(mode="after")
    def _open_and_without_overlaps(self) -> Self:
        if not self.hours:
            raise rule_error("hours_required", "hours")
        for (_, one), (at, other) in combinations(enumerate(self.hours), 2):
            if common := _common_day(one, other):
                day = Phrase(CONTEXT, WEEKDAY_LABELS[common])
                raise rule_error("hours_overlap", f"hours.{at}", day=day, opens=one.opens, closes=one.closes)
        return self


def _common_day(one: OpenHours, other: OpenHours) -> str | None:
    """The first day on which both are open at the same time. HH:MM sorts as text."""
    if max(one.opens, other.opens) >= min(one.closes, other.closes):
        return None
    return next((day for day in one.days if day in other.days), None)
