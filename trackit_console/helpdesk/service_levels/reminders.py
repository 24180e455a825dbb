"""Reminders: when they are scheduled, and what is sent when one is due (NOT-04)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from trackit_console.domain.effects import Change, ScheduleAction, ScheduledKind
from trackit_console.domain.listeners import Reader
from trackit_console.domain.records import AppliedReason, RecordDetails, RecordRef, ServiceLevelState
from trackit_console.domain.scheduled import DueAction
from trackit_console.helpdesk.business_time import NeverOpenEnough
from trackit_console.helpdesk.occurrences import Occurrence
from trackit_console.helpdesk.reaction_settings import ReactionSettings
from trackit_console.helpdesk.reasons import Reason, applied
from trackit_console.helpdesk.send import Send
from trackit_console.helpdesk.service_levels.levels import Level, Levels, due_of
from trackit_console.settings.reminders import Reminder


def scheduled(record: RecordRef, state: ServiceLevelState, level: Level, now: datetime) -> Iterator[ScheduleAction]:
    """The reminders that are still to come. One that was sent is not sent again: its key stays the same when its time moves."""
    for place, reminder in _placed(level):
        due = due_of(state, reminder.limit)
        if due is None or _over(state, reminder) or (reminder.when == "before" and due <= now):
            continue
        at = _moment(level, reminder, due)
        if at is not None:
            payload = json.dumps(place)
            key = _key(record, level.name, payload)
            yield ScheduleAction(ScheduledKind.REMINDER, level.name, key, at, payload, record)


class RemindersDue:
    """A `domain.scheduled.ScheduledHandler`: sends a reminder unless the record was answered, closed or paused meanwhile.

    When a due time moves, its reminders are scheduled anew in the same transaction, so what is due is due now. Text and recipients are
    those of the settings now; a reminder or a level that was taken away or turned off sends nothing.
    """

    def __init__(self, settings: ReactionSettings, send: Send) -> None:
        self._levels = Levels(settings)
        self._send = send

    def __call__(self, action: DueAction, details: RecordDetails | None, read: Reader) -> Change | None:
        """The mails, None for none."""
        level = self._levels.named(action.source)
        if details is None or level is None or details.service_level.name != level.name:
            return None
        reminder = _reminder_at(level, json.loads(action.payload))
        due = due_of(details.service_level, reminder.limit) if reminder else None
        if reminder is None or due is None or _over(details.service_level, reminder):
            return None
        if level.stands_still(details.record.status) or _too_late(level, reminder, due, read.now):
            return None
        key = _key(details.ref, action.source, action.payload)
        reasons = (_reason(level, reminder, due, read.now, self._levels.time_zone),)
        occurrence = Occurrence("updated", key, read.now, details=details, by=(level.name,), reasons=reasons)
        effects = self._send(occurrence, reminder.template, reminder.recipients, by=level.name, key=key, read=read)
        return Change(tuple(effects), by=(level.name,)) if effects else None


def _reminder_at(level: Level, place: object) -> Reminder | None:
    return next((each for placed, each in _placed(level) if placed == place), None)


def _key(record: RecordRef, level: str, payload: str) -> str:
    return f"reminder {record} {level} {payload}"


def _placed(level: Level) -> Iterator[tuple[dict[str, object], Reminder]]:
    """The reminders, each with what it is known by while it is scheduled: its time, and which of those of the same time it is."""
    seen: dict[tuple[str, str, int], int] = {}
    for reminder in level.settings.reminders:
        time = (reminder.limit, reminder.when, reminder.minutes)
        seen[time] = number = seen.get(time, 0) + 1
        yield {"limit": reminder.limit, "when": reminder.when, "minutes": reminder.minutes, "number": number}, reminder


def _moment(level: Level, reminder: Reminder, due: datetime) -> datetime | None:
    """When it is sent; None when the business hours leave no such time any more."""
    distance = timedelta(minutes=reminder.minutes)
    try:
        return level.calendar.subtract(due, distance) if reminder.when == "before" else level.calendar.add(due, distance)
    except NeverOpenEnough:
        return None


def _over(state: ServiceLevelState, reminder: Reminder) -> bool:
    return reminder.limit == "first_response" and state.responded_at is not None


def _too_late(level: Level, reminder: Reminder, due: datetime, now: datetime) -> bool:
    """After an outage, what was to be said before the due time is said by the reminder after it, if there is one."""
    followed = any(each.limit == reminder.limit and each.when == "after" for each in level.settings.reminders)
    return reminder.when == "before" and now >= due and followed


_REASONS = {
    ("first_response", False): Reason.RESPONSE_DUE,
    ("first_response", True): Reason.RESPONSE_OVERDUE,
    ("closing", False): Reason.CLOSING_DUE,
    ("closing", True): Reason.CLOSING_OVERDUE,
}


def _reason(level: Level, reminder: Reminder, due: datetime, now: datetime, zone: str) -> AppliedReason:
    shown = f"{due.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} ({zone})"
    return applied(_REASONS[reminder.limit, now >= due], level=level.name, due=shown)
