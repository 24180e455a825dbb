"""Types of settings fields about time: days of the week, times of day, dates, time zones (NOT-02, NOT-04).

Times and zones are kept as text and dates as dates. All three can be written as text, so that JSON comes back as it went.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated, Literal, get_args
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator

from trackit_console.settings.limits import SingleLineText
from trackit_console.settings.presentation import Presentation
from trackit_console.settings.text_rules import check_not_empty
from trackit_console.settings.validation import rule_error
from trackit_console.user_messages import QT_TRANSLATE_NOOP

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
"""In the order of `datetime.date.weekday`: Monday is 0."""
WEEKDAY_LABELS: dict[str, str] = {
    "monday": QT_TRANSLATE_NOOP("settings", "Monday"),
    "tuesday": QT_TRANSLATE_NOOP("settings", "Tuesday"),
    "wednesday": QT_TRANSLATE_NOOP("settings", "Wednesday"),
    "thursday": QT_TRANSLATE_NOOP("settings", "Thursday"),
    "friday": QT_TRANSLATE_NOOP("settings", "Friday"),
    "saturday": QT_TRANSLATE_NOOP("settings", "Saturday"),
    "sunday": QT_TRANSLATE_NOOP("settings", "Sunday"),
}
DAY_MINUTES = 24 * 60
_TIME = re.compile(r"([01]?[0-9]|2[0-4]):([0-5][0-9])")
_NO_PLACES = {"Factory", "localtime"}
"""Names that Linux has beside the zones: on another computer they mean something else, or nothing."""
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def minutes_of(time: str) -> int:
    """The minutes from midnight to a `TimeOfDay` or `ClosingTime`: 570 for 09:30."""
    hours, _, minutes = time.partition(":")
    return int(hours) * 60 + int(minutes)


@lru_cache(maxsize=1)
def time_zone_names() -> MappingProxyType[str, str]:
    """The IANA names of all time zones that this computer knows, each by its case-folded form."""
    names = available_timezones() - _NO_PLACES
    return MappingProxyType({name.casefold(): name for name in sorted(names)})


def _check_time_zone(text: str) -> str:
    # Not by ZoneInfo(text): it opens a file, and Windows would accept any mixture of capitals.
    name = time_zone_names().get(text.casefold())
    if name is None:
        raise rule_error("time_zone")
    return name


def _minutes_or_none(text: str) -> int | None:
    found = _TIME.fullmatch(text.strip())
    return minutes_of(found[0]) if found else None


def _check_time_of_day(text: str) -> str:
    minutes = _minutes_or_none(text)
    if minutes is None or minutes >= DAY_MINUTES:
        raise rule_error("time_of_day")
    return _written(minutes)


def _check_closing_time(text: str) -> str:
    minutes = _minutes_or_none(text)
    if minutes is None or minutes > DAY_MINUTES:
        raise rule_error("closing_time")
    return _written(minutes)


def _written(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _date_from_text(value: object) -> object:
    """The date in a text such as 2027-03-31. Anything else is left to pydantic, which refuses all but dates."""
    if not isinstance(value, str) or not _DATE.fullmatch(value.strip()):
        return value
    try:
        return date.fromisoformat(value.strip())
    except ValueError:  # such as February 30
        return value


def _in_order(days: list[Weekday]) -> list[Weekday]:
    return [day for day in WEEKDAYS if day in days]


TimeZoneName = Annotated[str, SingleLineText(64), AfterValidator(check_not_empty), AfterValidator(_check_time_zone)]
"""An IANA name such as Europe/Berlin, in IANA's capitals."""
TimeOfDay = Annotated[str, AfterValidator(_check_time_of_day)]
"""HH:MM, from 00:00 to 23:59."""
ClosingTime = Annotated[str, AfterValidator(_check_closing_time)]
"""HH:MM, up to 24:00, the end of the day."""
CalendarDate = Annotated[date, BeforeValidator(_date_from_text)]
Weekdays = Annotated[list[Weekday], AfterValidator(_in_order), Presentation(choices=WEEKDAY_LABELS)]
"""Days of the week, each once, from Monday on."""
