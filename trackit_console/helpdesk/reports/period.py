"""Which time a report is about, and the days of it, by the clock of its schedule."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from trackit_console.domain.report_data import Period
from trackit_console.helpdesk.local_time import moment_of
from trackit_console.settings.schedules import Repeat, Schedule

MOST_DAYS = 62
"""A report that was not sent for longer begins so many days before: nobody reads the days of a year one by one."""
_USUAL_DAYS: dict[Repeat, int] = {"daily": 1, "weekly": 7, "monthly": 31}


def period_of(schedule: Schedule, last_run_at: datetime | None, now: datetime) -> Period:
    """From the run before up to now; without one, the last day, week or month."""
    since = now - timedelta(days=_USUAL_DAYS[schedule.repeat]) if last_run_at is None else last_run_at
    return Period(max(min(since, now), now - timedelta(days=MOST_DAYS)), now)


def days_of(period: Period, zone: ZoneInfo) -> list[tuple[date, datetime]]:
    """The days that `period` touches, each with the moment at which it begins in `zone`."""
    first, last = period.since.astimezone(zone).date(), period.until.astimezone(zone).date()
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [(day, moment_of(datetime.combine(day, time()), zone)) for day in days]
