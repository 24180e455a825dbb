"""Deletes backups that are too old to be kept, and what killed processes left of theirs (DB-01)."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from trackit_console.store.backup_contents import database_id_of
from trackit_console.store.backup_files import ENDING, NAME, PART, backups_of
from trackit_console.store.restore_errors import BackupUnreadable

FORGOTTEN = timedelta(days=1)
"""The age at which an unfinished backup was surely left by a process that was killed."""

LEAST_KEPT = 3
"""So many backups stay, however old they seem: by a clock that is years ahead, all of them are too old."""


def delete_old(database: Path, newest: Path, kept_days: int, now: datetime) -> list[Path]:
    """Deletes backups of this database that are older than `kept_days`, and what killed processes left; answers the backups.

    The newest `LEAST_KEPT` stay. `newest` was just made, and tells the id of the database: files of another one are left alone,
    and so is what cannot be read.
    """
    own = database_id_of(newest)
    kept, deleted = 1, []  # `newest`
    for each in backups_of(database, newest.parent):
        if each.path == newest:
            continue
        if kept < LEAST_KEPT:
            kept += _is_of(each.path, own)
        elif now - each.made_at > timedelta(days=kept_days) and _is_of(each.path, own):
            # A file that is open elsewhere cannot be deleted on Windows: the next backup tries again.
            with suppress(OSError):
                each.path.unlink()
                deleted.append(each.path)
    delete_unfinished(re.escape(database.stem) + NAME + re.escape(ENDING + PART), newest.parent, now)
    return deleted


def delete_unfinished(names: str, folder: Path, now: datetime) -> None:
    """Deletes what killed processes left in `folder`, of the files whose whole name the regular expression fits. Raises OSError."""
    for path in folder.iterdir():
        with suppress(OSError):
            if re.fullmatch(names, path.name) and now.timestamp() - path.stat().st_mtime > FORGOTTEN.total_seconds():
                path.unlink()


def _is_of(path: Path, database_id: str | None) -> bool:
    try:
        return database_id_of(path) == database_id
    except BackupUnreadable:
        return False
