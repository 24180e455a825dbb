"""The service levels that are enabled, each with the calendar that its time is counted by (NOT-04)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from trackit_console.domain.records import Module, Priority, ServiceLevelState, Status
from trackit_console.helpdesk.business_time import Calendar
from trackit_console.helpdesk.reaction_settings import ReactionSettings
from trackit_console.settings.reminders import LimitName
from trackit_console.settings.service_levels import ServiceLevel
from trackit_console.settings.time_fields import DAY_MINUTES

AROUND_THE_CLOCK = Calendar(ZoneInfo("UTC"), (((0, DAY_MINUTES),),) * 7)
"""Every minute of every day counts."""


@dataclass(frozen=True, slots=True)
class Level:
    """A service level, and the calendar of its time."""

    settings: ServiceLevel
    calendar: Calendar

    @property
    def name(self) -> str:
        return self.settings.name

    def fits(self, module: Module, priority: Priority | None) -> bool:
        """Whether a record of this module and priority can have it."""
        wanted = [each.lower() for each in self.settings.priorities]
        return module.value in self.settings.modules and (not wanted or (priority is not None and priority.value in wanted))

    def stands_still(self, status: Status) -> bool:
        """Whether the time of a record with this status does not count."""
        return status is Status.CLOSED or (status is Status.WAITING and self.settings.pause_while_waiting)

    def limit(self, name: LimitName) -> timedelta | None:
        """The time that a record has; None for no limit."""
        minutes = self.settings.first_response_minutes if name == "first_response" else self.settings.closing_minutes
        return None if minutes is None else timedelta(minutes=minutes)


def due_of(state: ServiceLevelState, limit: LimitName) -> datetime | None:
    """The due time of a limit."""
    return state.first_response_due_at if limit == "first_response" else state.close_due_at


class Levels:
    """All of them, in their order. Made once for settings; may be used by several threads."""

    def __init__(self, settings: ReactionSettings) -> None:
        self._business = Calendar.of(settings.business_hours)
        self.time_zone = settings.business_hours.time_zone
        self._levels = tuple(
            Level(each, AROUND_THE_CLOCK if each.around_the_clock else self._business) for each in settings.service_levels
        )

    def __bool__(self) -> bool:
        return bool(self._levels)

    def choose(self, module: Module, priority: Priority | None) -> Level | None:
        """The first one that fits; None for no due times."""
        return next((each for each in self._levels if each.fits(module, priority)), None)

    def named(self, name: str | None) -> Level | None:
        """The one of this name, None when it is turned off or deleted."""
        return next((each for each in self._levels if each.name == name), None)

    def calendar_of(self, name: str | None) -> Calendar:
        """By which the time of a record with this level is counted: business hours, if the level is turned off meanwhile."""
        level = self.named(name)
        return level.calendar if level else self._business
