"""The Business Hours page: a week as people type it, holidays, and what the hours mean now (NOT-04)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QDate

from tests.console.conftest import Person
from trackit_console.console.opening_text import OpeningText
from trackit_console.console.widgets.week_hours import as_time, by_day, together
from trackit_console.settings.business_hours import BusinessHours
from trackit_console.settings.holidays import Holiday
from trackit_console.settings.open_hours import OpenHours
from trackit_console.settings.time_fields import WEEKDAYS, Weekday
from trackit_console.store.row_mapping import Stored

pytestmark = pytest.mark.covers("NOT-04")


@pytest.fixture
def page(person: Person) -> Any:
    shown = person.page("business_hours")
    person.wait(lambda: shown.stored is not None)
    return shown


def kept(person: Person) -> BusinessHours:
    with person.window.services.database.reading() as transaction:
        return transaction.settings.business_hours().value


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the list of time zones that opens while typing
def test_hours_are_typed_as_people_write_them_and_saved(person: Person, page: Any) -> None:
    week = page.ui.hours
    person.type(week.days["monday"].spans[0].opens, "8")
    person.type(week.days["monday"].spans[0].closes, "12.30")
    person.click(week.days["monday"].more_button)
    assert week.days["monday"].value == [("08:00", "12:30"), ("12:30", "17:00")]
    person.type(week.days["monday"].spans[1].opens, "13:15")
    person.type(week.days["monday"].spans[1].closes, "5 pm")
    person.click(week.same_button)
    person.click(week.days["friday"].open_box)
    person.type(page.ui.time_zone.lineEdit(), "europe/berlin")
    person.click(page.ui.holidays.add_button)
    page.ui.holidays.rows[0].day.setDate(QDate(2026, 12, 25))
    person.type(page.ui.holidays.rows[0].name, "Christmas Day")
    person.click(page.ui.holidays.rows[0].every_year)
    person.click(page.ui.save_button)
    days: list[Weekday] = ["monday", "tuesday", "wednesday", "thursday"]
    wanted = BusinessHours(
        time_zone="Europe/Berlin",
        hours=[OpenHours(days=days, opens="08:00", closes="12:30"), OpenHours(days=days, opens="13:15", closes="17:00")],
        holidays=[Holiday(date=date(2026, 12, 25), name="Christmas Day", every_year=True)],
    )
    person.wait(lambda: kept(person) == wanted)
    person.wait(lambda: not page.unsaved)
    assert page.ui.time_zone.currentText() == "Europe/Berlin"


@pytest.mark.parametrize("day", [date(1999, 12, 31), date(1990, 12, 25), date(1776, 7, 4)], ids=str)
def test_a_holiday_that_began_long_ago_is_shown_and_is_no_edit(person: Person, page: Any, day: date) -> None:
    holiday = Holiday(date=day, name="Founders' Day", every_year=True)
    with person.window.services.database.begin() as transaction:
        before = transaction.settings.business_hours()
        value = before.value.model_copy(update={"holidays": [holiday]})
        transaction.settings.save_business_hours(Stored(before.id, before.version, value), "ada")
    person.wait(lambda: bool(page.ui.holidays.rows))
    assert page.ui.holidays.value == [holiday]
    assert page.ui.holidays.rows[0].day.text() != "No date"
    assert not page.unsaved


@pytest.mark.covers("T-04")
def test_what_is_wrong_is_told_with_the_day_or_the_holiday(person: Person, page: Any) -> None:
    person.type(page.ui.hours.days["wednesday"].spans[0].closes, "half past")
    person.wait(page.ui.hours_message.isVisible)
    assert page.ui.hours_message.text() == "Wednesday: Enter a time from 00:00 to 24:00, for example 17:30."
    person.type(page.ui.hours.days["wednesday"].spans[0].closes, "8:00")
    assert page.ui.hours_message.text().startswith("Wednesday: The closing time must be after the opening time.")
    page.discard()
    person.click(page.ui.holidays.add_button)
    page.ui.holidays.rows[0].day.setDate(QDate(2027, 1, 1))
    person.click(page.ui.save_button)
    person.wait(page.ui.holidays_message.isVisible)
    assert page.ui.holidays_message.text().endswith(": This is required.")
    person.click(page.ui.holidays.rows[0].remove_button)
    person.wait(lambda: not page.unsaved)


def test_no_day_at_all_is_refused(person: Person, page: Any) -> None:
    for day in WEEKDAYS[:5]:
        person.click(page.ui.hours.days[day].open_box)
    assert page.ui.hours_message.text() == "Enter the opening hours of at least one day."
    page.discard()


@pytest.mark.covers("DB-04")
def test_what_another_admin_saves_is_seen_at_once_and_is_no_edit_of_mine(person: Person, page: Any) -> None:
    theirs = BusinessHours(
        hours=[
            OpenHours(days=["tuesday"], opens="10:00", closes="16:00"),
            OpenHours(days=["monday"], opens="13:00", closes="17:00"),
            OpenHours(days=["monday"], opens="08:00", closes="12:00"),
        ]
    )
    with person.window.services.database.begin() as transaction:
        transaction.settings.save_business_hours(Stored(1, 1, theirs), "grace")
    person.window.watch.refresh()
    person.wait(lambda: page.ui.hours.days["monday"].value == [("08:00", "12:00"), ("13:00", "17:00")])
    assert not page.unsaved


@pytest.mark.covers("A11Y-01")
def test_every_field_of_the_week_has_a_name_of_its_own(page: Any) -> None:
    monday = page.ui.hours.days["monday"]
    assert [monday.spans[0].opens.accessibleName(), monday.spans[0].closes.accessibleName()] == [
        "Monday, opens",
        "Monday, closes",
    ]
    assert monday.more_button.accessibleName() == "Add hours on Monday"


# ---------------------------------------------------------------- typing times


@pytest.mark.parametrize(
    ("typed", "time"),
    [
        ("9", "09:00"),
        ("930", "09:30"),
        ("9.30", "09:30"),
        ("17h30", "17:30"),
        ("24:00", "24:00"),
        ("12 am", "00:00"),
        ("12 pm", "12:00"),
        ("5pm", "17:00"),
        ("5:30 p.m.", "17:30"),
        ("13 pm", "13 pm"),
        ("noon", "noon"),
        ("", ""),
    ],
)
def test_a_time_is_understood_as_it_is_written(typed: str, time: str) -> None:
    assert as_time(typed) == time


spans = st.tuples(st.integers(0, 11), st.integers(12, 24)).map(lambda each: (f"{each[0]:02}:00", f"{each[1]:02}:00"))


@given(st.dictionaries(st.sampled_from(WEEKDAYS), st.lists(spans, max_size=2, unique=True)))
def test_a_week_comes_back_from_the_settings_as_it_was(week: dict[str, list[tuple[str, str]]]) -> None:
    again = by_day(together(week))
    assert {day: times for day, times in again.items() if times} == {day: sorted(times) for day, times in week.items() if times}


# ---------------------------------------------------------------- now


@pytest.mark.parametrize(
    ("now", "words"),
    [
        pytest.param("2026-11-23 10:00", "Now: open until 17:00 (UTC)", id="open"),
        pytest.param("2026-11-23 08:00", "Now: closed until 09:00 (UTC)", id="before opening"),
        pytest.param("2026-11-20 18:00", "Now: closed until Monday 09:00 (UTC)", id="over the weekend"),
        pytest.param("2026-12-25 10:00", "Now: closed for Christmas Day until Monday 09:00 (UTC)", id="holiday"),
    ],
)
def test_the_page_says_what_the_hours_mean_now(now: str, words: str) -> None:
    hours = BusinessHours(holidays=[Holiday(date=date(2020, 12, 25), name="Christmas Day", every_year=True)])
    assert OpeningText().text(hours, datetime.fromisoformat(now).replace(tzinfo=UTC)) == words


def test_hours_without_end_are_around_the_clock() -> None:
    always = BusinessHours(hours=[OpenHours(days=list(WEEKDAYS), opens="00:00", closes="24:00")])
    assert OpeningText().text(always, datetime(2026, 11, 23, tzinfo=UTC)) == "Now: open around the clock"


def test_many_opening_times_of_one_day_wrap_within_the_page(person: Person, page: Any) -> None:
    monday = page.ui.hours.days["monday"]
    for _ in range(4):
        person.click(monday.more_button)
    person.wait(lambda: monday.spans[-1].y() > 0)
    right = [each.mapTo(page, each.rect().topRight()).x() for each in (*monday.spans, monday.more_button)]
    assert max(right) < page.width()
    tops = [each.y() for each in monday.spans]
    assert tops[0] == tops[1] < tops[-1], "in rows, one below the other"
    assert monday.spans[-1].geometry().bottom() <= monday.rect().bottom()
    while len(monday.spans) > 1:
        person.click(monday.spans[-1].remove_button)
    person.wait(monday.spans[0].isVisible)
    person.wait(lambda: monday.more_button.geometry().bottom() <= monday.spans[0].geometry().bottom())
    assert monday.more_button.isVisible() and not monday.closed_label.isVisible()
