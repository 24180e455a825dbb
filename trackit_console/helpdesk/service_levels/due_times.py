"""Due times as they begin, stand still and go on (NOT-04). Pure functions on a `ServiceLevelState`.

The time of a record stands still while it waits for somebody else, and while it is closed. When it goes on, each due time that
still counts is moved by the time of the level's calendar that has passed. So a due time never gets earlier, and a record that
was overdue by an hour before it waited is overdue by an hour afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from trackit_console.domain.records import ServiceLevelState
from trackit_console.helpdesk.business_time import Calendar, NeverOpenEnough
from trackit_console.helpdesk.service_levels.levels import Level


@dataclass(frozen=True, slots=True)
class Timed:
    """A state, and why it lacks a due time that it should have."""

    state: ServiceLevelState
    problem: NeverOpenEnough | None = None


def begun(level: Level, state: ServiceLevelState, created_at: datetime) -> Timed:
    """The due times that `level` gives a record: counted from its creation, without the time that stood still so far."""
    free = timedelta(seconds=state.paused_seconds)
    first, closing = level.limit("first_response"), level.limit("closing")
    first_due, one = _added(level.calendar, created_at if first is not None else None, (first or timedelta()) + free)
    close_due, other = _added(level.calendar, created_at if closing is not None else None, (closing or timedelta()) + free)
    return Timed(replace(state, name=level.name, first_response_due_at=first_due, close_due_at=close_due), one or other)


def without_level(state: ServiceLevelState) -> ServiceLevelState:
    """No due times; when it was answered, and the time that stood still, are kept in case it gets a level again."""
    return ServiceLevelState(responded_at=state.responded_at, paused_seconds=state.paused_seconds)


def gone_on(state: ServiceLevelState, calendar: Calendar, now: datetime) -> Timed:
    """What stood still goes on; as it is, when nothing does. A due time that is over with, because it was answered, stays."""
    if state.waiting_since is None:
        return Timed(state)
    passed = max(calendar.between(state.waiting_since, now), timedelta())
    waits_for_answer = state.responded_at is None
    first_due, one = (
        _added(calendar, state.first_response_due_at, passed) if waits_for_answer else (state.first_response_due_at, None)
    )
    close_due, other = _added(calendar, state.close_due_at, passed)
    moved = replace(
        state,
        first_response_due_at=first_due,
        close_due_at=close_due,
        waiting_since=None,
        paused_seconds=state.paused_seconds + int(passed.total_seconds()),
    )
    return Timed(moved, one or other)


def _added(calendar: Calendar, start: datetime | None, amount: timedelta) -> tuple[datetime | None, NeverOpenEnough | None]:
    if start is None:
        return None, None
    try:
        return calendar.add(start, amount), None
    except NeverOpenEnough as problem:
        return None, problem
