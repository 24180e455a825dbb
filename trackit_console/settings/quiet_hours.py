"""When nothing is sent (NOT-02). `helpdesk.schedule_times` computes the times."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from trackit_console.settings.field_types import Settings
from trackit_console.settings.presentation import Presentation
from trackit_console.settings.schedules import TIME_ZONE
from trackit_console.settings.time_fields import WEEKDAYS, TimeOfDay, TimeZoneName, Weekdays
from trackit_console.settings.validation import rule_error
from trackit_console.user_messages import QT_TRANSLATE_NOOP


class QuietHours(Settings):
    """Times at which nothing is sent; what is due then waits. By default there are none."""

    begins: Annotated[TimeOfDay | None, Presentation(empty=QT_TRANSLATE_NOOP("settings", "no quiet hours within a day"))] = Field(
        None,
        title=QT_TRANSLATE_NOOP("settings", "From"),
        description=QT_TRANSLATE_NOOP("settings", "The time at which the quiet hours begin each day, such as 20:00."),
    )
    ends: TimeOfDay | None = Field(
        None,
        title=QT_TRANSLATE_NOOP("settings", "Until"),
        description=QT_TRANSLATE_NOOP(
            "settings",
            "The time at which they end, such as 07:00. If it is earlier than the beginning, they end on the next day.",
        ),
    )
    weekdays: Weekdays = Field(
        default_factory=list,
        title=QT_TRANSLATE_NOOP("settings", "Quiet Days"),
        description=QT_TRANSLATE_NOOP("settings", "Days of the week that are quiet from midnight to midnight."),
    )
    time_zone: TimeZoneName = Field(
        "UTC",
        title=TIME_ZONE,
        description=QT_TRANSLATE_NOOP("settings", "The time zone whose clock counts, in summer and in winter."),
    )

    @model_validator(mode="after")
    def _some_time_is_not_quiet(self) -> Self:
        if (self.begins is None) != (self.ends is None):
            raise rule_error("quiet_hours_incomplete", "ends" if self.ends is None else "begins")
        if self.begins is not None and self.begins == self.ends:
            raise rule_error("quiet_hours_equal", "ends")
        if len(self.weekdays) == len(WEEKDAYS):
            raise rule_error("always_quiet", "weekdays")
        return self
