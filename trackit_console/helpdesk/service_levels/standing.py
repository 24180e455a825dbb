"""How a record is doing by its service level: in time, due soon, overdue, paused, met or missed (NOT-04)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from trackit_console.domain.records import ServiceLevelState, Status
from trackit_console.helpdesk.service_levels.levels import due_of
from trackit_console.settings.reminders import LimitName

SOON = timedelta(hours=1)
"""How long before its due time something is due soon."""


class Standing(StrEnum):
    """The words of the command line's JSON."""

    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    IN_TIME = "in_time"
    PAUSED = "paused"
    MISSED = "missed"
    MET = "met"


@dataclass(frozen=True, slots=True)
class LimitStanding:
    """One limit of a record: what it is due, how it is doing, and when that ended (None: it counts still)."""

    limit: LimitName
    due_at: datetime
    standing: Standing
    ended_at: datetime | None = None


def standings(state: ServiceLevelState, status: Status, closed_at: datetime | None, now: datetime) -> Iterator[LimitStanding]:
    """Each limit that the record has: the first response, then closing. A record that is closed needs no response any more."""
    closed = closed_at if status is Status.CLOSED else None
    # An open record may have it still, when its level was turned off before it went on.
    stopped = state.waiting_since if status is Status.WAITING else None
    ends: dict[LimitName, datetime | None] = {"first_response": state.responded_at or closed, "closing": closed}
    for limit, ended in ends.items():
        due = due_of(state, limit)
        if due is not None:
            yield LimitStanding(limit, due, _standing(due, ended, stopped, now), ended)


def worst(found: Iterable[LimitStanding]) -> LimitStanding | None:
    """What counts most: what is overdue, then what is due first; of limits that are over, a missed one."""
    ranks = list(Standing)
    return min(found, key=lambda each: (ranks.index(each.standing), each.due_at), default=None)


def _standing(due: datetime, ended: datetime | None, stopped: datetime | None, now: datetime) -> Standing:
    if ended is not None:
        return Standing.MET if ended <= due else Standing.MISSED
    if stopped is not None:
        return Standing.PAUSED if stopped <= due else Standing.OVERDUE
    if now > due:
        return Standing.OVERDUE
    return Standing.DUE_SOON if due - now <= SOON else Standing.IN_TIME
