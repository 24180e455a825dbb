"""Says in words when something is sent by the clock, and what a notification schedule does (NOT-02)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QLocale

from trackit_console.console.display_text import label
from trackit_console.settings.notification_schedules import WHOSE_LABELS, NotificationSchedule
from trackit_console.settings.quiet_hours import QuietHours
from trackit_console.settings.schedules import Schedule
from trackit_console.settings.time_fields import WEEKDAY_LABELS, WEEKDAYS


def schedule_text(schedule: Schedule) -> str:
    """When it runs, as a part of a sentence: `every day at 08:00 (Europe/Berlin)`."""
    if schedule.repeat == "weekly":
        words = QCoreApplication.translate("schedule_words", "every {days} at {time} ({zone})")
    elif schedule.repeat == "monthly":
        words = QCoreApplication.translate("schedule_words", "on day {day} of every month at {time} ({zone})")
    else:
        words = QCoreApplication.translate("schedule_words", "every day at {time} ({zone})")
    days = days_text(schedule.weekdays)
    return words.format(days=days, day=schedule.day_of_month, time=schedule.time, zone=schedule.time_zone)


def days_text(days: Sequence[str]) -> str:
    """Days of the week in a list: `Saturday and Sunday`."""
    return QLocale().createSeparatedList([label(WEEKDAY_LABELS[day]) for day in WEEKDAYS if day in days])


def held_back_text(schedule: NotificationSchedule) -> str:
    """What a notification schedule does, in sentences."""
    quiet, collected = _quiet_text(schedule.quiet_hours), _collected_text(schedule)
    if not quiet and not collected:
        return QCoreApplication.translate(
            "schedule_words", "Nothing is held back yet: enter quiet hours, or have notifications sent together."
        )
    urgent = (
        QCoreApplication.translate("schedule_words", "What is urgent is sent at once.")
        if schedule.urgent_at_once
        else QCoreApplication.translate("schedule_words", "What is urgent waits as well.")
    )
    return " ".join(part for part in (quiet, collected, urgent) if part)


def whose_text(schedule: NotificationSchedule) -> str:
    """Whose mail it holds back."""
    if schedule.whose == "addresses":
        return QLocale().createSeparatedList(schedule.addresses)
    return label(WHOSE_LABELS[schedule.whose])


def _quiet_text(quiet: QuietHours) -> str:
    if quiet.begins and quiet.weekdays:
        words = QCoreApplication.translate(
            "schedule_words",
            "Between {begins} and {ends} and on {days} nothing is sent ({zone}); what is due then is sent afterwards.",
        )
    elif quiet.begins:
        words = QCoreApplication.translate(
            "schedule_words", "Between {begins} and {ends} nothing is sent ({zone}); what is due then is sent afterwards."
        )
    elif quiet.weekdays:
        words = QCoreApplication.translate(
            "schedule_words", "On {days} nothing is sent ({zone}); what is due then is sent afterwards."
        )
    else:
        return ""
    return words.format(begins=quiet.begins, ends=quiet.ends, days=days_text(quiet.weekdays), zone=quiet.time_zone)


def _collected_text(schedule: NotificationSchedule) -> str:
    if schedule.digest == "hourly":
        return QCoreApplication.translate("schedule_words", "Notifications are collected and sent together once an hour.")
    if schedule.digest == "by_schedule":
        words = QCoreApplication.translate("schedule_words", "Notifications are collected and sent together {when}.")
        return words.format(when=schedule_text(schedule.digest_schedule))
    return ""


def short_schedule_text(schedule: Schedule) -> str:
    """When it runs, by the clock of its time zone, for lists: `Monday at 08:00`."""
    if schedule.repeat == "daily":
        return QCoreApplication.translate("schedule_words", "Daily at {time}").format(time=schedule.time)
    if schedule.repeat == "weekly":
        days = QLocale().createSeparatedList([label(WEEKDAY_LABELS[day]) for day in schedule.weekdays])
        return QCoreApplication.translate("schedule_words", "{days} at {time}").format(days=days, time=schedule.time)
    words = QCoreApplication.translate("schedule_words", "Monthly on day {day} at {time}")
    return words.format(day=schedule.day_of_month, time=schedule.time)
