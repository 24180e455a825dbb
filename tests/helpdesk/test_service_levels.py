"""Due times that move, how a record is doing, and mail that ends the waiting (NOT-04)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helpdesk.deciding import ANNA, DIRECTORY, OPEN, codes, decided, effect, told
from trackit_console.domain.effects import Reopen
from trackit_console.domain.records import ServiceLevelState, Status
from trackit_console.helpdesk.business_time import Calendar
from trackit_console.helpdesk.service_levels.due_times import begun, gone_on
from trackit_console.helpdesk.service_levels.levels import AROUND_THE_CLOCK, Level
from trackit_console.helpdesk.service_levels.standing import Standing, standings, worst
from trackit_console.settings.default_service_levels import DEFAULT_SERVICE_LEVELS
from trackit_console.settings.service_levels import ServiceLevel

pytestmark = pytest.mark.covers("NOT-04")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)

# ---------------------------------------------------------------- properties

OFFICE = Calendar(ZoneInfo("Europe/Berlin"), (((540, 1020),),) * 5 + ((), ()))
LUNCH = Calendar(ZoneInfo("America/New_York"), (((480, 720), (780, 1440)),) * 6 + (((0, 60),),))
moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)).map(lambda at: at.replace(tzinfo=UTC, microsecond=0))
spans = st.timedeltas(timedelta(), timedelta(days=40)).map(lambda each: timedelta(seconds=int(each.total_seconds())))


@settings(deadline=None)
@given(
    calendar=st.sampled_from([OFFICE, LUNCH, AROUND_THE_CLOCK]),
    created=moments,
    pauses=st.lists(st.tuples(spans, spans), max_size=4),
    minutes=st.integers(1, 10_000),
)
def test_waiting_never_makes_a_due_time_earlier_and_costs_no_time(
    calendar: Calendar, created: datetime, pauses: list[tuple[timedelta, timedelta]], minutes: int
) -> None:
    level = Level(ServiceLevel(name="x", closing_minutes=minutes), calendar)
    state = begun(level, ServiceLevelState(), created).state
    at = created
    for worked, waited in pauses:
        since, at = at + worked, at + worked + waited
        before = state.close_due_at
        assert before is not None
        left = calendar.between(since, before)
        state = gone_on(replace(state, waiting_since=since), calendar, at).state
        assert state.close_due_at is not None and state.close_due_at >= before
        assert calendar.between(at, state.close_due_at) == left, "what was left is left"
    again = begun(level, state, created).state
    assert again.close_due_at is not None and state.close_due_at is not None
    assert calendar.between(again.close_due_at, state.close_due_at) == timedelta(), "counted from the creation it is the same"


# ---------------------------------------------------------------- how it is doing


@pytest.mark.parametrize(
    ("state", "status", "closed_at", "expected"),
    [
        pytest.param({"close_due_at": NOON + 2 * HOUR}, "open", None, "in_time", id="in time"),
        pytest.param({"close_due_at": NOON + HOUR}, "open", None, "due_soon", id="due soon"),
        pytest.param({"close_due_at": NOON}, "open", None, "due_soon", id="due now"),
        pytest.param({"close_due_at": NOON - HOUR}, "open", None, "overdue", id="overdue"),
        pytest.param({"close_due_at": NOON - HOUR, "waiting_since": NOON - 2 * HOUR}, "waiting", None, "paused", id="paused"),
        pytest.param(
            {"close_due_at": NOON - 2 * HOUR, "waiting_since": NOON - HOUR},
            "waiting",
            None,
            "overdue",
            id="late before it waited",
        ),
        pytest.param(
            {"close_due_at": NOON - HOUR, "waiting_since": NOON - 2 * HOUR},
            "open",
            None,
            "overdue",
            id="open by levels turned off",
        ),
        pytest.param({"close_due_at": NOON}, "closed", NOON, "met", id="met"),
        pytest.param({"close_due_at": NOON}, "closed", NOON + HOUR, "missed", id="missed"),
        pytest.param({}, "open", None, None, id="no limit"),
    ],
)
def test_a_record_is_as_it_is_doing(
    state: dict[str, datetime], status: str, closed_at: datetime | None, expected: str | None
) -> None:
    found = worst(standings(ServiceLevelState("x", **state), Status(status), closed_at, NOON))  # type: ignore[arg-type]
    assert (found.standing if found else None) == expected


def test_the_limit_that_presses_most_is_told() -> None:
    state = ServiceLevelState("x", NOON - HOUR, NOON + 30 * HOUR)
    late = worst(standings(state, Status.OPEN, None, NOON))
    assert late is not None and (late.limit, late.standing) == ("first_response", Standing.OVERDUE)
    answered = worst(standings(replace(state, responded_at=NOON - 2 * HOUR), Status.OPEN, None, NOON))
    assert answered is not None and (answered.limit, answered.standing) == ("closing", Standing.IN_TIME)


def test_closing_without_an_answer_ends_the_first_response() -> None:
    state = ServiceLevelState("x", NOON, NOON + HOUR)
    found = list(standings(state, Status.CLOSED, NOON + timedelta(minutes=30), NOON + 5 * HOUR))
    assert [each.standing for each in found] == [Standing.MISSED, Standing.MET]


# ---------------------------------------------------------------- mail to a record that waits

WAITS = replace(DIRECTORY, records={OPEN.ref: replace(OPEN, status=Status.WAITING)})


@pytest.mark.covers("MSG-04")
def test_an_answer_of_the_requestor_ends_the_waiting() -> None:
    change = decided(directory=WAITS, subject="Re: [Ticket - 12]", sender="anna@contoso.example")
    assert effect(change, Reopen) == Reopen(OPEN.ref)
    assert told(change) == ["Ticket - 12 was waiting and is open again."]
    assert "continued" in codes(change)


def test_a_technician_who_is_the_requestor_ends_it_as_well() -> None:
    both = replace(WAITS, technicians={**WAITS.technicians, "anna@contoso.example": ANNA})
    change = decided(directory=both, subject="Re: [Ticket - 12]", sender="anna@contoso.example")
    assert effect(change, Reopen) == Reopen(OPEN.ref)


@pytest.mark.covers("MSG-08")
def test_neither_a_technician_nor_a_program_ends_it() -> None:
    by_technician = decided(directory=WAITS, subject="Re: [Ticket - 12]", sender="carl@contoso.example")
    by_program = decided(
        directory=WAITS, subject="Re: [Ticket - 12]", sender="anna@contoso.example", Auto_Submitted="auto-replied"
    )
    assert [effect(each, Reopen) for each in (by_technician, by_program)] == [None, None]


# ---------------------------------------------------------------- what comes with the product


def test_the_service_levels_to_begin_with_are_turned_off_and_stricter_by_priority() -> None:
    assert [each.name for each in DEFAULT_SERVICE_LEVELS] == ["Urgent", "High", "Medium", "Low"]
    assert not any(each.enabled for each in DEFAULT_SERVICE_LEVELS)
    times = [(each.first_response_minutes, each.closing_minutes) for each in DEFAULT_SERVICE_LEVELS]
    assert times == sorted(times)
