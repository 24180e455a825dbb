"""Whether the help desk is open now, and until when, in words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication

from trackit_console.console.display_text import day_text, label
from trackit_console.settings.time_fields import WEEKDAY_LABELS, WEEKDAYS

if TYPE_CHECKING:
    from trackit_console.helpdesk.business_time import Calendar
    from trackit_console.settings.business_hours import BusinessHours


class OpeningText:
    """Keeps the calendar of the last hours that it was asked for: a page asks every second."""

    def __init__(self) -> None:
        self._hours: BusinessHours | None = None
        self._calendar: Calendar | None = None

    def text(self, hours: BusinessHours, now: datetime) -> str:
        """`Now: open until 17:00 (Europe/Berlin)`."""
        from trackit_console.helpdesk.business_time import Calendar, NeverOpenEnough

        if self._calendar is None or hours != self._hours:
            self._hours, self._calendar = hours, Calendar.of(hours)
        if self._calendar.is_open(now):
            end = self._calendar.closing(now)
            if end is None:
                return QCoreApplication.translate("OpeningText", "Now: open around the clock")
            return QCoreApplication.translate("OpeningText", "Now: open until {time}").format(time=_time(end, hours, now))
        try:
            opens = self._calendar.next_opening(now)
        except NeverOpenEnough:
            return QCoreApplication.translate("OpeningText", "Now: closed, and by these holidays for ever")
        words = QCoreApplication.translate("OpeningText", "Now: closed until {time}")
        if holiday := _holiday(hours, now):
            words = QCoreApplication.translate("OpeningText", "Now: closed for {holiday} until {time}")
        return words.replace("{time}", _time(opens, hours, now)).replace("{holiday}", holiday)


def _holiday(hours: BusinessHours, now: datetime) -> str:
    """What today is called."""
    today = now.astimezone(ZoneInfo(hours.time_zone)).date()
    same = (each.name for each in hours.holidays if each.date == today or (each.every_year and _same_day(each.date, today)))
    return next(same, "")


def _same_day(one: object, other: object) -> bool:
    return f"{one:%m-%d}" == f"{other:%m-%d}"


def _time(at: datetime, hours: BusinessHours, now: datetime) -> str:
    """A time of today, of a day of this week, or of a date, in the time zone of the help desk."""
    zone = ZoneInfo(hours.time_zone)
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    clock = f"{local:%H:%M} ({hours.time_zone})"
    if local.date() == today:
        return clock
    if local.date() - today < timedelta(days=7):
        return f"{label(WEEKDAY_LABELS[WEEKDAYS[local.weekday()]])} {clock}"
    return f"{day_text(local.date())} {clock}"
