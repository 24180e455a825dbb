"""When a recipient gets a mail: at once, after quiet hours, or together with others (notification schedules)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from trackit_console.domain.addresses import address_key
from trackit_console.domain.records import Priority
from trackit_console.helpdesk.filter_matcher import Role
from trackit_console.helpdesk.notifications.recipients import Recipient
from trackit_console.helpdesk.occurrences import Occurrence
from trackit_console.helpdesk.schedule_times import next_run, quiet_until
from trackit_console.settings.notification_schedules import NotificationSchedule

_ROLES = {"technicians": Role.TECHNICIAN, "requestors": Role.REQUESTOR}


@dataclass(frozen=True, slots=True)
class Delay:
    """`until` is when the mail is sent; `digest` the key of all that are sent in one mail with it. Both None: at once, alone."""

    until: datetime | None = None
    digest: str | None = None


AT_ONCE = Delay()


def delay_of(recipient: Recipient, occurrence: Occurrence, schedules: Sequence[NotificationSchedule]) -> Delay:
    """By the first of the enabled `schedules` that names the recipient."""
    schedule = next((each for each in schedules if _names(each, recipient)), None)
    if schedule is None or (schedule.urgent_at_once and is_urgent(occurrence)):
        return AT_ONCE
    due = _digest_time(schedule, occurrence.at)
    until = quiet_until(schedule.quiet_hours, due or occurrence.at) or due
    # The time is part of the key: what comes after a digest was sent waits for the next one.
    digest = f"{schedule.name} {recipient.key} {until:%Y-%m-%dT%H:%M}" if due and until else None
    return Delay(until, digest)


def is_urgent(occurrence: Occurrence) -> bool:
    """A record of the highest priority, or that mail no longer comes in."""
    urgent_record = occurrence.details is not None and occurrence.details.priority is Priority.URGENT
    return urgent_record or occurrence.event == "processing_stopped"


def _names(schedule: NotificationSchedule, recipient: Recipient) -> bool:
    if schedule.whose == "addresses":
        return recipient.key in map(address_key, schedule.addresses)
    return recipient.role is _ROLES[schedule.whose]


def _digest_time(schedule: NotificationSchedule, at: datetime) -> datetime | None:
    if schedule.digest == "hourly":
        return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return next_run(schedule.digest_schedule, at) if schedule.digest == "by_schedule" else None
