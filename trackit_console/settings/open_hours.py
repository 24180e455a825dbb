"""Opening hours: a stretch of time that is the same on several days of the week (NOT-04)."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from trackit_console.settings.field_types import Settings
from trackit_console.settings.time_fields import ClosingTime, TimeOfDay, Weekdays, minutes_of
from trackit_console.settings.validation import rule_error
from trackit_console.user_messages import QT_TRANSLATE_NOOP


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
