"""Counting time within business hours: due times, reminders before them, and how long something took (NOT-04).

The help desk is open when the clock of its time zone shows a time within its hours, on a day that is no holiday. So hours from
which daylight saving takes an hour are an hour shorter on that day, and those in which an hour comes twice are an hour longer.

All moments are aware; those that are returned are in UTC.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache, partial
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

from trackit_console.helpdesk.local_time import DAY_SECONDS, EPOCH, constant_offsets
from trackit_console.settings.business_hours import BusinessHours
from trackit_console.settings.time_fields import WEEKDAYS, minutes_of
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Problem

HORIZON_YEARS = 5
"""How many years beyond that of the given moment are searched. Holidays can close a help desk for ever."""
_MICROSECOND = timedelta(microseconds=1)
_YEARS_KEPT = 32

Hours = tuple[tuple[int, int], ...]
"""The opening hours of one day, in minutes from midnight; none overlap."""


class NeverOpenEnough(Problem):
    """Within the years that are searched, the help desk is not open as long as asked. Asking again does not help."""

    context = "helpdesk"
    code = "never_open_enough"
    sentence = QT_TRANSLATE_NOOP("helpdesk", "The business hours leave too little time within {years} years.")
    remedy = QT_TRANSLATE_NOOP("helpdesk", "Check the opening hours and the holidays.")


@dataclass(frozen=True, slots=True)
class _Rules:
    zone: ZoneInfo
    week: tuple[Hours, ...]
    holidays: frozenset[date]
    yearly: frozenset[tuple[int, int]]

    def hours(self, day: date) -> Hours:
        closed = day in self.holidays or (day.month, day.day) in self.yearly
        return () if closed else self.week[day.weekday()]


class Calendar:
    """Business hours, made ready to count with. Make it once per settings: a year is worked out when it is first needed.

    May be used by several threads.
    """

    def __init__(
        self,
        zone: ZoneInfo,
        week: tuple[Hours, ...],
        holidays: frozenset[date] = frozenset(),
        yearly: frozenset[tuple[int, int]] = frozenset(),
    ) -> None:
        """`week` are the hours from Monday to Sunday; `yearly` are holidays of every year, as month and day."""
        self._year = lru_cache(_YEARS_KEPT)(partial(_year_of, _Rules(zone, week, holidays, yearly)))

    @classmethod
    def of(cls, business_hours: BusinessHours) -> Self:
        """The calendar of these settings."""
        holidays = business_hours.holidays
        return cls(
            ZoneInfo(business_hours.time_zone),
            tuple(_hours_on(day, business_hours) for day in WEEKDAYS),
            frozenset(each.date for each in holidays if not each.every_year),
            frozenset((each.date.month, each.date.day) for each in holidays if each.every_year),
        )

    def is_open(self, at: datetime) -> bool:
        """Whether `at` is within business hours. The moment of opening is, that of closing is not."""
        moment = at.astimezone(UTC)
        return self._year(moment.year).is_open(_count(moment))

    def next_opening(self, at: datetime) -> datetime:
        """`at` itself if it is within business hours, otherwise when they begin next. Raises `NeverOpenEnough`."""
        return self.add(at, _MICROSECOND) - _MICROSECOND

    def closing(self, at: datetime) -> datetime | None:
        """When the business hours that `at` is within end; None if that is not within the years that are searched."""
        moment = at.astimezone(UTC)
        for year in range(moment.year, moment.year + HORIZON_YEARS + 1):
            end = self._year(year).end_of(max(_count(moment), _seconds(year) * 1_000_000))
            if end is not None and end < _seconds(year + 1) * 1_000_000:
                return EPOCH + end * _MICROSECOND
            if end is None and year > moment.year:
                return EPOCH + timedelta(seconds=_seconds(year))  # they ended with the year
        return None

    def add(self, start: datetime, amount: timedelta) -> datetime:
        """The first moment at which `amount` of business time has passed since `start`; `start` itself for no time at all.

        An hour from Friday 16:00 ends when the help desk closes at 17:00, not when it opens on Monday. Raises `NeverOpenEnough`;
        ValueError if `amount` is negative.
        """
        moment, wanted = _checked(start, amount)
        if not wanted:
            return moment
        wanted += self._year(moment.year).open_before(_count(moment))
        for year in self._years(moment.year, 1):
            if wanted <= year.total:
                return year.first_moment(wanted)
            wanted -= year.total
        raise NeverOpenEnough(years=HORIZON_YEARS)

    def subtract(self, end: datetime, amount: timedelta) -> datetime:
        """The last moment from which `amount` of business time passes until `end`; `end` itself for no time at all.

        An hour before Monday 10:00 is when the help desk opens at 09:00, not when it closed on Friday. Raises `NeverOpenEnough`;
        ValueError if `amount` is negative.
        """
        moment, wanted = _checked(end, amount)
        if not wanted:
            return moment
        left = self._year(moment.year).open_before(_count(moment)) - wanted
        if left >= 0:
            return self._year(moment.year).last_moment(left)
        for year in self._years(moment.year - 1, -1):
            left += year.total
            if left >= 0:
                return year.last_moment(left)
        raise NeverOpenEnough(years=HORIZON_YEARS)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The business time from `start` to `end`; negative if `end` is earlier."""
        if end < start:
            return -self.between(end, start)
        first, last = start.astimezone(UTC), end.astimezone(UTC)
        whole = sum(self._year(year).total for year in range(first.year, last.year))
        passed = self._year(last.year).open_before(_count(last)) - self._year(first.year).open_before(_count(first))
        return (whole + passed) * _MICROSECOND

    def _years(self, first: int, step: int) -> Iterator[_Year]:
        return (self._year(first + step * number) for number in range(HORIZON_YEARS + 1))


class _Year(NamedTuple):
    """The business hours of a year in UTC, in microseconds after 1970. Adjoining hours are one stretch."""

    begins: list[int]
    ends: list[int]
    before: list[int]
    """The business time of the year before each stretch."""
    total: int

    def is_open(self, at: int) -> bool:
        index = bisect_right(self.begins, at) - 1
        return index >= 0 and at < self.ends[index]

    def end_of(self, at: int) -> int | None:
        """The end of the stretch that has `at`; None if it is closed then."""
        return self.ends[bisect_right(self.begins, at) - 1] if self.is_open(at) else None

    def open_before(self, at: int) -> int:
        """The business time from the beginning of the year to `at`."""
        index = bisect_right(self.begins, at) - 1
        return self.before[index] + min(at, self.ends[index]) - self.begins[index] if index >= 0 else 0

    def first_moment(self, passed: int) -> datetime:
        """When so much business time of the year, not none, has passed."""
        return self._within(bisect_left(self.before, passed) - 1, passed)

    def last_moment(self, passed: int) -> datetime:
        """The end of the moments until which so much business time of the year, less than all, has passed."""
        return self._within(bisect_right(self.before, passed) - 1, passed)

    def _within(self, index: int, passed: int) -> datetime:
        return EPOCH + (self.begins[index] + passed - self.before[index]) * _MICROSECOND


def _year_of(rules: _Rules, year: int) -> _Year:
    stretches: list[list[int]] = []
    for begin, end in _open_in(rules, _seconds(year), _seconds(year + 1)):
        if stretches and stretches[-1][1] == begin:
            stretches[-1][1] = end
        else:
            stretches.append([begin, end])
    begins, ends, before, total = [], [], [], 0
    for begin, end in stretches:
        begins.append(begin * 1_000_000)
        ends.append(end * 1_000_000)
        before.append(total)
        total += ends[-1] - begins[-1]
    return _Year(begins, ends, before, total)


def _open_in(rules: _Rules, first: int, last: int) -> Iterator[tuple[int, int]]:
    """The business hours between two moments, in their order, in seconds after 1970."""
    for begin, end, offset in constant_offsets(rules.zone, first, last):
        for number in range((begin + offset) // DAY_SECONDS, (end - 1 + offset) // DAY_SECONDS + 1):
            midnight = number * DAY_SECONDS - offset
            for opens, closes in rules.hours(EPOCH.date() + timedelta(days=number)):
                opening, closing = max(begin, midnight + opens * 60), min(end, midnight + closes * 60)
                if opening < closing:
                    yield opening, closing


def _hours_on(day: str, business_hours: BusinessHours) -> Hours:
    return tuple(sorted((minutes_of(each.opens), minutes_of(each.closes)) for each in business_hours.hours if day in each.days))


def _checked(moment: datetime, amount: timedelta) -> tuple[datetime, int]:
    if amount < timedelta():
        raise ValueError("an amount of business time is not negative")
    return moment.astimezone(UTC), amount // _MICROSECOND


def _count(moment: datetime) -> int:
    return (moment - EPOCH) // _MICROSECOND


def _seconds(year: int) -> int:
    return (datetime(year, 1, 1, tzinfo=UTC) - EPOCH) // timedelta(seconds=1)
