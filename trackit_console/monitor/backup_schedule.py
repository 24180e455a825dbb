"""Whether a backup of the embedded database is to be begun, by its schedule (DB-01)."""

from __future__ import annotations

from datetime import datetime, timedelta

from trackit_console.settings.backups import Backups
from trackit_console.settings.time_fields import minutes_of
from trackit_console.store.backup_status import BackupStatus
from trackit_console.store.row_mapping import Stored

RETRY = timedelta(minutes=30)
"""The time to the next try: from the failure of a backup, or from the begin of one whose process was killed."""


def latest_time(time: str, now: datetime) -> datetime:
    """The last moment, up to `now`, at which the clock of this computer showed `time` (HH:MM)."""
    hours, minutes = divmod(minutes_of(time), 60)
    today = now.astimezone().replace(tzinfo=None, hour=hours, minute=minutes, second=0, microsecond=0)
    # Naive, then local: each day has the offset that is in force on it.
    at = today.astimezone()
    return at if at <= now else (today - timedelta(days=1)).astimezone()


def is_due(settings: Backups, status: BackupStatus, now: datetime) -> bool:
    """Whether a backup is to be begun: one whose time has come, or came while no monitor ran."""
    done = status.made_at or status.since
    if not settings.enabled or done is None or done >= latest_time(settings.time, now):
        return False
    # A try that seems to lie ahead was made before the clock was set back.
    return status.tried_at is None or not timedelta() <= now - status.tried_at < RETRY


def may_be_due(settings: Stored[Backups], status: BackupStatus, now: datetime) -> bool:
    """Whether it is worth a transaction that writes, in which it is asked again: `status.since` may have to be kept first."""
    return not settings.findings and (status.since is None or is_due(settings.value, status, now))
