"""When reports run, and until when nothing is sent (NOT-02, NOT-04)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trackit_console.helpdesk.schedule_times import next_run, quiet_until
from trackit_console.settings.quiet_hours import QuietHours
from trackit_console.settings.schedules import Schedule
from trackit_console.settings.time_fields import WEEKDAYS

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Asia/Beirut", "UTC"]
MINUTE = timedelta(minutes=1)


def berlin(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold)


def runs(after: str, count: int, **fields: Any) -> list[str]:
    """The next runs in Berlin, as its clock shows them."""
    schedule, at, found = Schedule(time_zone="Europe/Berlin", **fields), berlin(after), []
    for _ in range(count):
        at = next_run(schedule, at)
        assert at.tzinfo is UTC
        found.append(f"{at.astimezone(BERLIN):%Y-%m-%d %H:%M}")
    return found


@pytest.mark.covers("NOT-02")
def test_a_daily_report_comes_at_its_time() -> None:
    assert runs("2026-12-30 07:59", 3) == ["2026-12-30 08:00", "2026-12-31 08:00", "2027-01-01 08:00"]
    assert runs("2026-12-30 08:00", 1) == ["2026-12-31 08:00"]


@pytest.mark.covers("NOT-02")
def test_a_weekly_report_comes_on_its_days() -> None:
    days = {"repeat": "weekly", "weekdays": ["friday", "monday"]}
    assert runs("2026-11-20 09:00", 3, **days) == ["2026-11-23 08:00", "2026-11-27 08:00", "2026-11-30 08:00"]
    assert runs("2026-11-23 08:00", 1, repeat="weekly") == ["2026-11-30 08:00"]


@pytest.mark.covers("NOT-02")
def test_a_monthly_report_comes_on_the_last_day_of_a_shorter_month() -> None:
    found = runs("2027-12-31 08:00", 4, repeat="monthly", day_of_month=31)
    assert found == ["2028-01-31 08:00", "2028-02-29 08:00", "2028-03-31 08:00", "2028-04-30 08:00"]
    assert runs("2026-02-10 00:00", 2, repeat="monthly", day_of_month=5) == ["2026-03-05 08:00", "2026-04-05 08:00"]


@pytest.mark.covers("NOT-02")
def test_a_time_that_is_left_out_runs_right_after_the_gap() -> None:
    assert runs("2026-03-28 03:00", 3, time="02:30") == ["2026-03-29 03:00", "2026-03-30 02:30", "2026-03-31 02:30"]
    assert runs("2026-03-28 03:00", 1, time="02:00") == ["2026-03-29 03:00"]


@pytest.mark.covers("NOT-02")
def test_a_time_that_comes_twice_runs_the_first_time_only() -> None:
    schedule = Schedule(time="02:30", time_zone="Europe/Berlin")
    first = next_run(schedule, berlin("2026-10-25 00:00"))
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    for after in (first, berlin("2026-10-25 02:15", fold=1), berlin("2026-10-25 02:30", fold=1)):
        assert next_run(schedule, after) == berlin("2026-10-26 02:30")


def test_a_day_that_a_country_left_out_runs_when_the_next_begins() -> None:
    schedule, apia = Schedule(time="12:00", time_zone="Pacific/Apia"), ZoneInfo("Pacific/Apia")
    run = next_run(schedule, datetime(2011, 12, 29, 13, tzinfo=apia))
    assert run.astimezone(apia).replace(tzinfo=None) == datetime(2011, 12, 31)
    assert next_run(schedule, run).astimezone(apia).replace(tzinfo=None) == datetime(2011, 12, 31, 12)


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(ZONES), st.integers(0, 95))
def test_a_daily_report_comes_once_on_each_day_of_a_year(zone: str, quarter: int) -> None:
    time = f"{quarter // 4:02}:{quarter % 4 * 15:02}"
    schedule = Schedule(time=time, time_zone=zone)
    at, days = datetime(2025, 12, 31, 23, 59, tzinfo=ZoneInfo(zone)).astimezone(UTC), []
    for _ in range(365):
        at = next_run(schedule, at)
        shown = at.astimezone(ZoneInfo(zone))
        days.append(shown.date())
        before = (at - MINUTE).astimezone(ZoneInfo(zone))
        assert f"{shown:%H:%M}" == time or f"{before:%H:%M}" < time < f"{shown:%H:%M}" or before.date() < shown.date()
    assert days == [datetime(2026, 1, 1).date() + timedelta(days=number) for number in range(365)]


# ---------------------------------------------------------------- quiet hours


NIGHTS = QuietHours(begins="20:00", ends="07:00", weekdays=["saturday", "sunday"], time_zone="Europe/Berlin")


@pytest.mark.covers("NOT-04")
@pytest.mark.parametrize(
    ("at", "until"),
    [
        pytest.param("2026-11-19 19:59", None, id="before the evening"),
        pytest.param("2026-11-19 20:00", "2026-11-20 07:00", id="a night"),
        pytest.param("2026-11-19 03:00", "2026-11-19 07:00", id="after midnight"),
        pytest.param("2026-11-19 07:00", None, id="in the morning"),
        pytest.param("2026-11-20 20:00", "2026-11-23 07:00", id="a weekend, joined with its nights"),
        pytest.param("2026-11-21 12:00", "2026-11-23 07:00", id="on Saturday"),
        pytest.param("2026-03-28 12:00", "2026-03-30 07:00", id="while the clock is put forward"),
    ],
)
def test_what_is_due_in_quiet_time_waits_for_its_end(at: str, until: str | None) -> None:
    assert quiet_until(NIGHTS, berlin(at)) == (berlin(until) if until else None)


def test_quiet_hours_may_lie_within_a_day_and_quiet_days_may_be_alone() -> None:
    lunch = QuietHours(begins="12:00", ends="13:00", time_zone="Europe/Berlin")
    assert quiet_until(lunch, berlin("2026-11-19 12:30")) == berlin("2026-11-19 13:00")
    assert quiet_until(lunch, berlin("2026-11-19 13:00")) is None
    weekend = QuietHours(weekdays=["saturday"], time_zone="Europe/Berlin")
    assert quiet_until(weekend, berlin("2026-11-21 00:00")) == berlin("2026-11-22 00:00")
    assert quiet_until(QuietHours(begins="00:00", ends="06:00"), datetime(2026, 11, 19, tzinfo=UTC)) is not None
    evening = QuietHours(begins="22:00", ends="00:00")
    assert quiet_until(evening, datetime(2026, 11, 19, 23, tzinfo=UTC)) == datetime(2026, 11, 20, tzinfo=UTC)


def test_nothing_is_quiet_unless_told() -> None:
    assert quiet_until(QuietHours(), datetime(2026, 11, 21, tzinfo=UTC)) is None


@st.composite
def quiet_hours(draw: st.DrawFn) -> QuietHours:
    begins, ends = (f"{each // 4:02}:{each % 4 * 15:02}" for each in draw(st.permutations(range(96)))[:2])
    days = draw(st.lists(st.sampled_from(WEEKDAYS), max_size=6))
    return QuietHours(begins=begins, ends=ends, weekdays=days, time_zone=draw(st.sampled_from(ZONES)))


@pytest.mark.covers("NOT-04")
@settings(max_examples=60, deadline=None)
@given(quiet_hours(), st.sampled_from(["2026-03-08", "2026-03-29", "2026-04-04", "2026-10-25"]), st.integers(-1440, 1440))
def test_quiet_time_ends_when_the_clock_on_the_wall_says_so(quiet: QuietHours, day: str, minutes: int) -> None:
    at = datetime.fromisoformat(day).replace(tzinfo=UTC) + minutes * MINUTE
    until = quiet_until(quiet, at)
    waited = 0
    while is_quiet(quiet, at + waited * MINUTE):
        waited += 1
    assert until == (at + waited * MINUTE if waited else None)


def is_quiet(quiet: QuietHours, at: datetime) -> bool:
    shown = at.astimezone(ZoneInfo(quiet.time_zone))
    time, begins, ends = f"{shown:%H:%M}", quiet.begins or "", quiet.ends or ""
    nightly = begins <= time < ends if begins < ends else time >= begins or time < ends
    return nightly or WEEKDAYS[shown.weekday()] in quiet.weekdays
