"""When something is sent by the clock (NOT-02, NOT-04). `helpdesk.schedule_times` computes the times."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from trackit_console.settings.field_types import Settings
from trackit_console.settings.limits import IntRange
from trackit_console.settings.presentation import Presentation
from trackit_console.settings.time_fields import TimeOfDay, TimeZoneName, Weekday, Weekdays
from trackit_console.settings.validation import rule_error
from trackit_console.user_messages import QT_TRANSLATE_NOOP

Repeat = Literal["daily", "weekly", "monthly"]
REPEAT_LABELS: dict[str, str] = {
    "daily": QT_TRANSLATE_NOOP("settings", "Every day"),
    "weekly": QT_TRANSLATE_NOOP("settings", "Every week"),
    "monthly": QT_TRANSLATE_NOOP("settings", "Every month"),
}
DayOfMonth = Annotated[int, IntRange(1, 31)]
TIME_ZONE = QT_TRANSLATE_NOOP("settings", "Time Zone")


def _monday() -> list[Weekday]:
    return ["monday"]


class Schedule(Settings):
    """A time of day that comes again each day, week or month."""

    repeat: Annotated[Repeat, Presentation(choices=REPEAT_LABELS)] = Field(
        "daily",
        title=QT_TRANSLATE_NOOP("settings", "Repeat"),
        description=QT_TRANSLATE_NOOP("settings", "Whether it runs every day, on days of the week, or on a day of the month."),
    )
    weekdays: Weekdays = Field(
        default_factory=_monday,
        title=QT_TRANSLATE_NOOP("settings", "Days of the week"),
        description=QT_TRANSLATE_NOOP("settings", "The days on which it runs every week."),
    )
    day_of_month: DayOfMonth = Field(
        1,
        title=QT_TRANSLATE_NOOP("settings", "Day of the month"),
        description=QT_TRANSLATE_NOOP(
            "settings", "The day on which it runs every month. A month without this day uses its last day."
        ),
    )
    time: TimeOfDay = Field(
        "08:00",
        title=QT_TRANSLATE_NOOP("settings", "Time"),
        description=QT_TRANSLATE_NOOP("settings", "The time of day, as hours and minutes such as 08:00."),
    )
    time_zone: TimeZoneName = Field(
        "UTC",
        title=TIME_ZONE,
        description=QT_TRANSLATE_NOOP("settings", "The time zone whose clock counts, in summer and in winter."),
    )

    @model_validator(mode="after")
    def _some_day_of_the_week(self) -> Self:
        if self.repeat == "weekly" and not self.weekdays:
            raise rule_error("weekday_required", "weekdays")
        return self
