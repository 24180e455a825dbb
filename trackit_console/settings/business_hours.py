"""Business hours: when the help desk is open, and its holidays (NOT-04). `helpdesk.business_time` counts with them."""

from __future__ import annotations

from itertools import combinations
from typing import Self

from pydantic import Field, model_validator

from trackit_console.settings.field_types import RequiredText, Settings
from trackit_console.settings.time_fields import (
    WEEKDAY_LABELS,
    CalendarDate,
    ClosingTime,
    TimeOfDay,
    TimeZoneName,
    Weekdays,
    minutes_of,
)
from trackit_console.settings.validation import CONTEXT, rule_error
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase


class OpenHours(Settings):
    """One stretch of opening hours, the same on several days. A lunch break makes two of them."""

    days: Weekdays = Field(
        title=QT_TRANSLATE_NOOP("settings", "Days"),
        description=QT_TRANSLATE_NOOP("settings", "The days of the week on which these hours apply."),
    )
    opens: TimeOfDay = Field(
        title=QT_TRANSLATE_NOOP("settings", "Opens"),
        description=QT_TRANSLATE_NOOP("settings", "The time at which the help desk opens, as hours and minutes such as 09:00."),
    )
    closes: ClosingTime = Field(
        title=QT_TRANSLATE_NOOP("settings", "Closes"),
        description=QT_TRANSLATE_NOOP("settings", "The time at which it closes, such as 17:00. 24:00 is the end of the day."),
    )

    @model_validator(mode="after")
    def _some_time_on_some_day(self) -> Self:
        if not self.days:
            raise rule_error("weekday_required", "days")
        if minutes_of(self.closes) <= minutes_of(self.opens):
            raise rule_error("closes_before_opens", "closes")
        return self


class Holiday(Settings):
    """A date on which the help desk is closed all day."""

    date: CalendarDate = Field(
        title=QT_TRANSLATE_NOOP("settings", "Date"),
        description=QT_TRANSLATE_NOOP("settings", "The day on which the help desk is closed."),
    )
    name: RequiredText = Field(
        title=QT_TRANSLATE_NOOP("settings", "Name"),
        description=QT_TRANSLATE_NOOP("settings", "What the holiday is called."),
    )
    every_year: bool = Field(
        False,
        title=QT_TRANSLATE_NOOP("settings", "Every year"),
        description=QT_TRANSLATE_NOOP(
            "settings", "Whether it falls on the same date each year. February 29 is then a holiday in leap years only."
        ),
    )


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
