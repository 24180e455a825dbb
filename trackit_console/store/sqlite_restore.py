"""Restores a backup into the embedded database, which stays whole whenever the process is killed (DB-01).

A readable database is overwritten in one transaction of SQLite's online backup: Windows does not replace a file that is open, and
until the commit everybody sees the old content. A damaged or missing one is replaced as a file.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from trackit_console.cancel import committed
from trackit_console.paths import flush_folder
from trackit_console.store.backup_errors import BackupNotWhole
from trackit_console.store.column_types import cut
from trackit_console.store.errors import DatabaseLocked, DiskFull
from trackit_console.store.opening_errors import DatabaseDamaged
from trackit_console.store.restore_errors import BackupUnreadable, DatabaseInUse, RestoreFailed
from trackit_console.store.restore_preview import preview_restore
from trackit_console.store.sqlite_backup import back_up
from trackit_console.store.sqlite_files import (
    copy_file,
    copy_pages,
    faults_of,
    flush,
    is_locked,
    opened,
    opened_whole,
)
from trackit_console.store.sqlite_use import check_unused, commits_seen, keep_out


def restore(database: Path, backup: Path, folder: Path, at: datetime, *, by: str, all_stopped: bool = False) -> Path | None:
    """Puts the content of `backup` in the place of that of `database`. The email monitor is stopped afterwards, by `by`.

    First the present content is backed up into `folder`, under the moment `at`; that file is returned. None: it could not be
    read; then the damaged file is kept beside the database.

    No connection to the database may be open, of this process or another. Where that cannot be found out, an admin must say
    `all_stopped`.

    Raises what `preview_restore`, `check_unused` and `back_up` raise, and `DiskFull`, `RestoreFailed`.
    """
    preview = preview_restore(database, backup)
    _check_whole(backup)
    check_unused(database, all_stopped=all_stopped)
    with _told(database, backup):
        if preview.present is None:
            kept = None
        else:
            kept = _overwrite(database, backup, folder, at, by=by, keep_numbers=preview.same_database)
        if kept is None:
            _put_in_place(database, backup, at, by=by, all_stopped=all_stopped)
    return kept


def _check_whole(backup: Path) -> None:
    try:
        with opened_whole(backup) as connection:
            fault = faults_of(connection)
    except sqlite3.DatabaseError as error:
        raise BackupUnreadable(str(error), file=backup.name) from error
    if fault:
        raise BackupUnreadable(fault, file=backup.name)


@contextmanager
def _told(database: Path, backup: Path) -> Iterator[None]:
    """Raises a `StoreError` in place of what SQLite and the operating system report."""
    try:
        yield
    except OSError as error:
        raise RestoreFailed(str(error), file=backup.name) from error
    except sqlite3.Error as error:
        raise _problem(error, database, backup) from error


def _problem(error: sqlite3.Error, database: Path, backup: Path) -> Exception:
    name = getattr(error, "sqlite_errorname", "")
    if name == "SQLITE_FULL":
        return DiskFull(str(error))
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return DatabaseDamaged(str(error), database=database)
    if is_locked(error):
        return DatabaseLocked(str(error))
    return RestoreFailed(str(error), file=backup.name)


def _overwrite(database: Path, backup: Path, folder: Path, at: datetime, *, by: str, keep_numbers: bool) -> Path | None:
    """Returns the backup of the content from before; None if that cannot be read, then nothing was changed.

    One transaction; killed before its end, the database has its old content when it is opened next.
    """
    with opened(database) as live:
        seen = commits_seen(live)
        try:
            kept = back_up(database, folder, at, before_restore=True)
        except (BackupNotWhole, DatabaseDamaged):  # damaged in a place that the preview did not read
            return None
        with _prepared(database, backup, by=by, keep_numbers=keep_numbers) as fresh, opened_whole(fresh) as source:
            _keep_out(live, seen, kept)
            live.execute("PRAGMA synchronous=FULL")
            copy_pages(source, live)
            committed()  # from here on it is finished, also for a user who cancels
            live.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return kept


def _keep_out(live: sqlite3.Connection, seen: int, kept: Path) -> None:
    """As `keep_out`: all that took a while, and what was committed since is not in `kept`, which is then deleted."""
    try:
        keep_out(live, seen)
    except DatabaseInUse:
        with suppress(OSError):
            kept.unlink()
        raise


@contextmanager
def _prepared(database: Path, backup: Path, *, by: str, keep_numbers: bool) -> Iterator[Path]:
    """A copy of the backup beside the database, changed as it must be before anybody works on it; deleted after the block."""
    fresh = database.with_name(database.name + ".restoring")
    try:
        given = _given_numbers(database) if keep_numbers else {}
        fresh.write_bytes(b"")  # `opened` makes no file
        with opened_whole(backup) as source:
            copy_file(source, fresh)
        with opened(fresh) as made:
            # Nobody else uses the file: if the process is killed, no second file is left beside it.
            made.execute("PRAGMA journal_mode=MEMORY")
            _prepare(made, by, given)
        yield fresh
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def _given_numbers(database: Path) -> dict[str, int]:
    with opened(database) as live:
        return {str(name): int(last) for name, last in live.execute("SELECT name, seq FROM sqlite_sequence")}


def _prepare(made: sqlite3.Connection, by: str, given: Mapping[str, int]) -> None:
    """Stops the monitor until somebody has looked, and lets no number of a record be given a second time."""
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    made.execute("BEGIN IMMEDIATE")
    # By somebody: what nobody has stopped yet is started by the first service that starts.
    made.execute("UPDATE monitor_control SET wanted = 0, changed_at = ?, changed_by = ?", (now, cut(by, 255)))
    for name, last in given.items():
        made.execute("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", (last, name))
        missing = (
            "INSERT INTO sqlite_sequence (name, seq) SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ?)"
        )
        made.execute(missing, (name, last, name))
    made.execute("COMMIT")


def _put_in_place(database: Path, backup: Path, at: datetime, *, by: str, all_stopped: bool) -> None:
    """In place of a file that is missing or damaged, which is kept beside it with its write-ahead log."""
    with _prepared(database, backup, by=by, keep_numbers=False) as fresh:
        flush(fresh)
        # Once more, as all that took a while: only Windows refuses to replace a file that is open.
        check_unused(database, all_stopped=all_stopped)
        _set_aside(database, at)
        fresh.replace(database)
        flush_folder(database.parent)


def _set_aside(database: Path, at: datetime) -> None:
    # Kept, and only then taken away: killed in between, the damaged file is still there.
    for ending in ("", "-wal", "-shm"):
        file = database.with_name(database.name + ending)
        if file.exists() and ending != "-shm":
            _keep(file, database.with_name(f"{database.name}.damaged-{at.astimezone():%Y-%m-%d_%H%M%S}{ending}"))
        if ending:
            # It belongs to the damaged file; SQLite would play it into the new one.
            file.unlink(missing_ok=True)


def _keep(file: Path, name: Path) -> None:
    """Gives a file a second name: a disk that fails may not let it be read, and a full one has no room for a copy."""
    try:
        os.link(file, name, follow_symlinks=False)
    except (OSError, NotImplementedError):  # a file system without such names
        shutil.copy2(file, name)
