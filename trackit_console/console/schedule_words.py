"""Schedules in words, for lists (NOT-02)."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from trackit_console.console.display_text import label
from trackit_console.settings.schedules import Schedule
from trackit_console.settings.time_fields import WEEKDAY_LABELS


def schedule_text(schedule: Schedule) -> str:
    """When it runs, by the clock of its time zone."""
    if schedule.repeat == "daily":
        return QCoreApplication.translate("schedule_words", "Daily at {time}").format(time=schedule.time)
    if schedule.repeat == "weekly":
        days = QLocale().createSeparatedList([label(WEEKDAY_LABELS[day]) for day in schedule.weekdays])
        return QCoreApplication.translate("schedule_words", "{days} at {time}").format(days=days, time=schedule.time)
    words = QCoreApplication.translate("schedule_words", "Monthly on day {day} at {time}")
    return words.format(day=schedule.day_of_month, time=schedule.time)
