"""Holidays: dates on which the help desk is closed (NOT-04)."""

from __future__ import annotations

from pydantic import Field

from trackit_console.settings.field_types import RequiredText, Settings
from trackit_console.settings.time_fields import CalendarDate
from trackit_console.user_messages import QT_TRANSLATE_NOOP


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
