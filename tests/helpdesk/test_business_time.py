"""Business time: due times across nights, holidays and daylight saving, compared with counting minute by minute (NOT-04)."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trackit_console.helpdesk.business_time import Calendar, NeverOpenEnough
from trackit_console.settings.business_hours import BusinessHours
from trackit_console.settings.holidays import Holiday
from trackit_console.settings.open_hours import OpenHours
from trackit_console.settings.time_fields import WEEKDAYS

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
EVERY_DAY = [*WEEKDAYS]
AROUND_THE_CLOCK = [OpenHours(days=EVERY_DAY, opens="00:00", closes="24:00")]
LUNCH = [OpenHours(days=EVERY_DAY[:5], opens=opens, closes=closes) for opens, closes in (("13:00", "17:00"), ("09:00", "12:00"))]
TURNS = {
    "Europe/Berlin": ["2026-03-29T01:00", "2026-10-25T01:00", "2024-02-29T00:00", "2026-12-31T23:00"],
    "America/New_York": ["2026-03-08T07:00", "2026-11-01T06:00"],
    "Australia/Lord_Howe": ["2026-04-04T15:00", "2026-10-03T15:30"],
    "Asia/Kathmandu": ["1985-12-31T18:30", "2026-12-31T18:15"],
    "Pacific/Apia": ["2011-12-30T10:00", "2012-03-31T14:00"],
    "Asia/Beirut": ["2026-03-28T22:00", "2026-10-24T21:00"],
    "UTC": ["2000-02-29T00:00", "1970-01-01T00:00", "2027-01-01T00:00"],
}
"""When the clock of a zone is put forward or back, in UTC: by an hour, by half of one, by a day, at midnight; and other edges."""
WINDOW = 5 * 1440


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(text: str, zone: str = "Europe/Berlin") -> datetime:
    """The moment at which the clock of `zone` shows `text`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def berlin(**changes: Any) -> Calendar:
    return Calendar.of(BusinessHours(time_zone="Europe/Berlin", **changes))


# ---------------------------------------------------------------- as people reckon

OFFICE = [
    pytest.param("2026-11-20 10:00", 2, "2026-11-20 12:00", id="within a day"),
    pytest.param("2026-11-20 16:00", 1, "2026-11-20 17:00", id="until closing, not until Monday"),
    pytest.param("2026-11-20 16:00", 2, "2026-11-23 10:00", id="over a weekend"),
    pytest.param("2026-11-21 03:00", 8, "2026-11-23 17:00", id="from a closed day"),
    pytest.param("2026-11-20 08:00", 40, "2026-11-26 17:00", id="a working week"),
    pytest.param("2026-03-27 16:00", 2, "2026-03-30 10:00", id="over the night that is an hour shorter"),
    pytest.param("2026-10-23 16:00", 10, "2026-10-27 10:00", id="over the night that is an hour longer"),
    pytest.param("2026-12-31 16:00", 2, "2027-01-04 10:00", id="over New Year's Day"),
    pytest.param("2026-12-24 16:00", 9, "2026-12-28 17:00", id="over Christmas"),
    pytest.param("2028-02-28 16:00", 10, "2028-03-01 10:00", id="over a leap day"),
]
HOLIDAYS = [
    Holiday(date=date(2020, 1, 1), name="New Year's Day", every_year=True),
    Holiday(date=date(2026, 12, 25), name="Christmas Day"),
]


@pytest.mark.covers("NOT-04")
@pytest.mark.parametrize(("start", "hours", "due"), OFFICE)
def test_due_time_passes_in_business_hours_only(start: str, hours: int, due: str) -> None:
    calendar = berlin(holidays=HOLIDAYS)
    assert calendar.add(local(start), hours * HOUR) == local(due)
    assert calendar.between(local(start), local(due)) == hours * HOUR
    assert calendar.between(local(due), local(start)) == -hours * HOUR


@pytest.mark.covers("NOT-04")
def test_a_reminder_before_a_due_time_comes_within_business_hours() -> None:
    calendar = berlin(hours=LUNCH, holidays=HOLIDAYS)
    assert calendar.subtract(local("2026-11-23 10:00"), 2 * HOUR) == local("2026-11-20 16:00")
    assert calendar.subtract(local("2026-11-23 10:00"), HOUR) == local("2026-11-23 09:00")
    assert calendar.subtract(local("2026-11-23 13:30"), HOUR) == local("2026-11-23 11:30")
    assert calendar.subtract(local("2027-01-04 09:30"), HOUR) == local("2026-12-31 16:30")


def test_no_time_at_all_leaves_a_moment_where_it_is() -> None:
    night = local("2026-11-21 03:00")
    assert berlin().add(night, timedelta()) == berlin().subtract(night, timedelta()) == night
    assert berlin().add(night, timedelta()).tzinfo is UTC
    with pytest.raises(ValueError, match="negative"):
        berlin().add(night, -HOUR)


def test_the_next_opening_is_now_while_it_is_open() -> None:
    calendar = berlin(hours=LUNCH, holidays=HOLIDAYS)
    assert calendar.next_opening(local("2026-11-23 09:00")) == local("2026-11-23 09:00")
    assert calendar.next_opening(local("2026-11-23 12:00")) == local("2026-11-23 13:00")
    assert calendar.next_opening(local("2026-12-24 17:00")) == local("2026-12-28 09:00")


def test_a_holiday_is_that_of_the_time_zone() -> None:
    calendar = Calendar.of(BusinessHours(time_zone="Asia/Kathmandu", hours=AROUND_THE_CLOCK, holidays=HOLIDAYS))
    assert calendar.is_open(utc("2026-12-24T18:14"))
    assert not calendar.is_open(utc("2026-12-24T18:15"))
    assert not calendar.is_open(utc("2026-12-25T18:14"))
    assert calendar.is_open(utc("2026-12-25T18:15"))


def test_a_holiday_on_a_leap_day_comes_in_leap_years_only() -> None:
    calendar = berlin(hours=AROUND_THE_CLOCK, holidays=[Holiday(date=date(2024, 2, 29), name="Leap", every_year=True)])
    assert calendar.between(local("2028-02-28 00:00"), local("2028-03-02 00:00")) == timedelta(days=2)
    assert calendar.between(local("2027-02-28 00:00"), local("2027-03-02 00:00")) == timedelta(days=2)


@pytest.mark.parametrize(
    ("opens", "closes", "spring", "autumn"),
    [("09:00", "17:00", 8, 8), ("01:00", "05:00", 3, 5), ("02:00", "03:00", 0, 2), ("00:00", "24:00", 23, 25)],
)
def test_hours_in_which_the_clock_is_put_forward_or_back(opens: str, closes: str, spring: int, autumn: int) -> None:
    calendar = berlin(hours=[OpenHours(days=["sunday"], opens=opens, closes=closes)])
    assert calendar.between(local("2026-03-28 00:00"), local("2026-03-31 00:00")) == spring * HOUR
    assert calendar.between(local("2026-10-24 00:00"), local("2026-10-27 00:00")) == autumn * HOUR


def test_a_help_desk_that_holidays_keep_closed_is_reported_instead_of_searched_for_ever() -> None:
    mondays = [Holiday(date=date(2026, 1, 5) + timedelta(weeks=week), name="Closed") for week in range(7 * 53)]
    calendar = berlin(hours=[OpenHours(days=["monday"], opens="09:00", closes="17:00")], holidays=mondays)
    for asked in (calendar.add, calendar.subtract):
        with pytest.raises(NeverOpenEnough, match="5 years"):
            asked(local("2026-01-01 00:00" if asked == calendar.add else "2033-01-01 00:00"), HOUR)
    with pytest.raises(NeverOpenEnough):
        calendar.next_opening(local("2026-01-01 00:00"))
    assert calendar.between(local("2026-01-01 00:00"), local("2033-01-01 00:00")) == timedelta()


def test_a_due_time_is_found_quickly() -> None:
    calendar, start = berlin(holidays=HOLIDAYS), local("2026-11-20 10:00")
    calendar.add(start, 40 * HOUR)  # the first works out the year
    begun = time.perf_counter()
    for _ in range(1000):
        calendar.add(start, 40 * HOUR)
    assert time.perf_counter() - begun < 0.5  # it takes 3 ms; counting by minutes would take seconds


# ---------------------------------------------------------------- minute by minute


@st.composite
def business_hours(draw: st.DrawFn, zone: str, around: datetime) -> BusinessHours:
    """Any hours, some of them holidays near `around`."""
    edges = st.lists(st.integers(0, 96), min_size=2, max_size=6, unique=True).map(sorted)
    entries = [
        OpenHours(days=[day], opens=clock(opens), closes=clock(closes))
        for day in draw(st.sets(st.sampled_from(WEEKDAYS), min_size=1))
        for cuts in [draw(edges)]
        for opens, closes in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    days = draw(st.lists(st.tuples(st.integers(-3, 5), st.booleans()), max_size=2))
    holidays = [Holiday(date=around.date() + timedelta(days=day), name="x", every_year=yearly) for day, yearly in days]
    return BusinessHours(time_zone=zone, hours=entries, holidays=holidays)


def clock(quarters: int) -> str:
    return f"{quarters // 4:02}:{quarters % 4 * 15:02}"


@st.composite
def cases(draw: st.DrawFn) -> tuple[BusinessHours, datetime]:
    """Business hours, and a moment some days from where the clock of their zone turns."""
    zone = draw(st.sampled_from(sorted(TURNS)))
    turn = utc(draw(st.sampled_from(TURNS[zone])))
    return draw(business_hours(zone, turn)), turn + draw(st.integers(-3 * 1440, 1440)) * MINUTE


def minutes_open(hours: BusinessHours, start: datetime) -> list[bool]:
    """Whether the help desk is open, minute by minute, as its wall clock and calendar show."""
    zone = ZoneInfo(hours.time_zone)
    closed = {each.date for each in hours.holidays if not each.every_year}
    yearly = {(each.date.month, each.date.day) for each in hours.holidays if each.every_year}
    week = [[(each.opens, each.closes) for each in hours.hours if day in each.days] for day in WEEKDAYS]
    shown = [(start + number * MINUTE).astimezone(zone) for number in range(WINDOW)]
    return [
        any(opens <= f"{at:%H:%M}" < closes for opens, closes in week[at.weekday()])
        and at.date() not in closed
        and (at.month, at.day) not in yearly
        for at in shown
    ]


@pytest.mark.covers("NOT-04")
@settings(max_examples=60, deadline=None)
@given(cases(), st.integers(0, WINDOW - 1), st.integers(1, 3000))
def test_business_time_is_what_the_clock_on_the_wall_shows(case: tuple[BusinessHours, datetime], at: int, amount: int) -> None:
    hours, start = case
    calendar, minutes = Calendar.of(hours), minutes_open(hours, start)
    opened = [number for number, is_open in enumerate(minutes) if is_open]
    assert calendar.between(start, start + at * MINUTE) == sum(minutes[:at]) * MINUTE
    assert [calendar.is_open(start + number * MINUTE) for number in range(0, WINDOW, 15)] == minutes[::15]
    if opened:
        amount = 1 + amount % len(opened)
        assert calendar.next_opening(start) == start + opened[0] * MINUTE
        first_closed = next((number for number in range(opened[0], WINDOW) if not minutes[number]), None)
        if first_closed is not None:
            assert calendar.closing(start + opened[0] * MINUTE) == start + first_closed * MINUTE
        assert calendar.add(start, amount * MINUTE) == start + (opened[amount - 1] + 1) * MINUTE
        assert calendar.subtract(start + WINDOW * MINUTE, amount * MINUTE) == start + opened[-amount] * MINUTE


@pytest.mark.parametrize(
    ("zone", "at", "closes"),
    [
        pytest.param("UTC", "2026-12-31 23:00", "2027-01-01 06:00", id="over New Year"),
        pytest.param("UTC", "2026-12-30 23:00", "2026-12-31 06:00", id="a night"),
        pytest.param("America/New_York", "2026-12-31 18:30", "2027-01-01 06:00", id="while UTC has another year"),
    ],
)
def test_hours_that_pass_midnight_close_in_the_morning(zone: str, at: str, closes: str) -> None:
    night = [
        OpenHours(days=list(WEEKDAYS), opens="18:00", closes="24:00"),
        OpenHours(days=list(WEEKDAYS), opens="00:00", closes="06:00"),
    ]
    calendar = Calendar.of(BusinessHours(time_zone=zone, hours=night))
    assert calendar.closing(local(at, zone)) == local(closes, zone)


def test_hours_that_end_with_the_year_close_then() -> None:
    evening = [OpenHours(days=["thursday"], opens="18:00", closes="24:00")]
    calendar = Calendar.of(BusinessHours(hours=evening))
    assert calendar.closing(local("2026-12-31 20:00", "UTC")) == local("2027-01-01 00:00", "UTC")


def test_a_help_desk_that_is_always_open_does_not_close() -> None:
    always = BusinessHours(hours=[OpenHours(days=list(WEEKDAYS), opens="00:00", closes="24:00")])
    assert Calendar.of(always).closing(local("2026-12-31 20:00")) is None


AMOUNTS = st.timedeltas(timedelta(), 24 * HOUR)
"""Two of them fit into five years of a quarter of an hour a week, which is the least that is drawn."""


@pytest.mark.covers("NOT-04")
@settings(max_examples=150, deadline=None)
@given(cases(), AMOUNTS, AMOUNTS)
def test_adding_subtracting_and_measuring_agree(case: tuple[BusinessHours, datetime], amount: timedelta, more: timedelta) -> None:
    hours, start = case
    calendar = Calendar.of(hours)
    due = calendar.add(start, amount)
    assert calendar.between(start, due) == amount
    assert calendar.between(calendar.subtract(due, amount), start) == timedelta()
    assert calendar.between(calendar.subtract(start, amount), start) == amount
    assert calendar.add(due, more) == calendar.add(start, amount + more) >= due
    assert calendar.add(start + more, amount) >= due
