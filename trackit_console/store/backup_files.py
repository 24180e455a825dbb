"""Backup files: their names and places, and which there are (DB-01). Which are too old to be kept is in `old_backups`.

A name is `trackit_2026-11-26_0300.sqlite3`: the name of the database, and local time. It is valid on Windows.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from trackit_console.paths import make_private_folder
from trackit_console.store.backup_errors import BackupFolderMissing, BackupNotWritten, NotEmbedded
from trackit_console.store.database_url import parsed_url, shown_name

ENDING = ".sqlite3"
PART = ".part"
"""What a backup's name ends with until it is whole."""
OWN_PART = r"\.[0-9a-f]{32}" + re.escape(PART)
"""The same as a regular expression, where the file was named by an admin: each process has one of its own."""
NAME = r"_(\d{4}-\d{2}-\d{2}_\d{4})(?:_(\d{1,3}))?(_before-restore)?"
"""What stands behind the name of the database, as a regular expression: local time, a number, and whether it was made before a restore."""


@dataclass(frozen=True, slots=True)
class BackupFile:
    """A backup. `number` tells apart those of one minute; `before_restore`: it was made just before another was restored."""

    path: Path
    made_at: datetime
    number: int
    before_restore: bool
    size: int


def database_file(url: str) -> Path:
    """The file of the embedded database at `url`; raises `NotEmbedded`."""
    parsed = parsed_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise NotEmbedded(database=shown_name(parsed))
    return Path(parsed.database).absolute()


def usual_folder(database: Path) -> Path:
    """Where backups of `database` go unless the settings name another folder."""
    return database.parent / "backups"


def backup_folder(database: Path, chosen: str) -> Path:
    """The folder that the settings mean by `chosen`, made if it is the usual one; raises `BackupFolderMissing`, `BackupNotWritten`."""
    folder = Path(chosen) if chosen else usual_folder(database)
    try:
        if not chosen:
            make_private_folder(folder)
        if folder.is_dir():
            return folder
    except OSError as error:
        raise BackupNotWritten(str(error), folder=folder) from error
    raise BackupFolderMissing(folder=folder)


def backups_of(database: Path, folder: Path) -> list[BackupFile]:
    """The files in `folder` that are named as backups of `database`, newest first; none if there is no folder.

    Raises `BackupFolderMissing` when the folder cannot be read.
    """
    try:
        found = [each for path in folder.iterdir() if (each := _backup_file(database, path))]
    except FileNotFoundError:
        if folder == usual_folder(database):
            return []
        raise BackupFolderMissing(folder=folder) from None
    except OSError as error:
        raise BackupFolderMissing(str(error), folder=folder) from error
    return sorted(found, key=lambda each: (each.made_at, each.number), reverse=True)


def _backup_file(database: Path, path: Path) -> BackupFile | None:
    found = re.fullmatch(re.escape(database.stem) + NAME + re.escape(ENDING), path.name)
    if found is None:
        return None
    try:
        made_at = datetime.strptime(found[1], "%Y-%m-%d_%H%M").astimezone()
        return BackupFile(path, made_at, int(found[2] or 1), bool(found[3]), path.stat().st_size)
    except (ValueError, OSError):  # a date such as 2026-13-40, or a file that was deleted meanwhile
        return None


def claim_name(database: Path, folder: Path, at: datetime, *, before_restore: bool) -> tuple[Path, Path]:
    """The name of a new backup, and the empty file that claims it against every other process. Raises OSError."""
    for name in _names(database, at, before_restore=before_restore):
        part = folder / (name + PART)
        try:
            _create(part)
        except FileExistsError:
            continue
        # Only now: another process may have finished its backup a moment ago.
        if not (folder / name).exists():
            return folder / name, part
        part.unlink()
    raise FileExistsError(f"too many backups of {at:%Y-%m-%d %H:%M}")


def unfinished(file: Path) -> Path:
    """A new empty file beside `file`, in which a backup of that name is made; another process has another one. Raises OSError."""
    part = file.with_name(f"{file.name}.{uuid4().hex}{PART}")
    _create(part)
    return part


def _create(part: Path) -> None:
    # With its rights from the first moment: all mail is in a backup.
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _names(database: Path, at: datetime, *, before_restore: bool) -> Iterator[str]:
    ending = ("_before-restore" if before_restore else "") + ENDING
    begin = f"{database.stem}_{at.astimezone():%Y-%m-%d_%H%M}"
    yield begin + ending
    yield from (f"{begin}_{number}{ending}" for number in range(2, 1000))
