"""When a schedule runs next, and until when it is quiet (NOT-02, NOT-04). All moments are aware; those returned are in UTC."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from trackit_console.helpdesk.business_time import Calendar, Hours
from trackit_console.helpdesk.local_time import moment_of
from trackit_console.settings.quiet_hours import QuietHours
from trackit_console.settings.schedules import Schedule
from trackit_console.settings.time_fields import DAY_MINUTES, WEEKDAYS, minutes_of


def next_run(schedule: Schedule, after: datetime) -> datetime:
    """The first run later than `after`.

    When daylight saving leaves the time of day out, it runs at the first moment after the gap; when the time comes twice, it runs
    the first time only.
    """
    zone = ZoneInfo(schedule.time_zone)
    at = time.fromisoformat(schedule.time)
    runs = (moment_of(datetime.combine(day, at), zone) for day in _days(schedule, after.astimezone(zone).date()))
    return next(run for run in runs if run > after)


def _days(schedule: Schedule, first: date) -> Iterator[date]:
    """Enough days on which it runs, from `first` on, that one of them is later than any moment of `first`."""
    if schedule.repeat == "monthly":
        return _days_of_months(schedule.day_of_month, first)
    days = (first + timedelta(days=number) for number in range(len(WEEKDAYS) + 1))
    return (day for day in days if schedule.repeat == "daily" or WEEKDAYS[day.weekday()] in schedule.weekdays)


def _days_of_months(wanted: int, first: date) -> Iterator[date]:
    for months in (first.month - 1, first.month):
        year, month = first.year + months // 12, months % 12 + 1
        yield date(year, month, min(wanted, monthrange(year, month)[1]))


def quiet_until(quiet: QuietHours, at: datetime) -> datetime | None:
    """When the quiet time ends in which `at` lies, with all that follow it without a break; None if `at` is not in quiet time."""
    times = _times_to_send(quiet.begins, quiet.ends, tuple(quiet.weekdays), quiet.time_zone)
    return None if times.is_open(at) else times.next_opening(at)


@lru_cache(maxsize=16)
def _times_to_send(begins: str | None, ends: str | None, quiet_days: tuple[str, ...], time_zone: str) -> Calendar:
    """The times that are not quiet, as a calendar: it knows daylight saving already."""
    hours = _not_quiet(begins, ends)
    return Calendar(ZoneInfo(time_zone), tuple(() if day in quiet_days else hours for day in WEEKDAYS))


def _not_quiet(begins: str | None, ends: str | None) -> Hours:
    if begins is None or ends is None:
        return ((0, DAY_MINUTES),)
    begin, end = minutes_of(begins), minutes_of(ends)
    if end <= begin:
        return ((end, begin),)
    return tuple(each for each in ((0, begin), (end, DAY_MINUTES)) if each[0] < each[1])
