"""Backs up the embedded database while it is in use, by SQLite's online backup (DB-01).

A backup has its name only once it is whole, checked and on the disk. The key that opens its secrets is not in it.
"""

from __future__ import annotations

import errno
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from trackit_console.paths import flush_folder
from trackit_console.store.backup_contents import Contents, read_contents, stored_backups
from trackit_console.store.backup_errors import BackupDiskFull, BackupExists, BackupNotWhole, BackupNotWritten, NotEmbedded
from trackit_console.store.backup_files import OWN_PART, backup_folder, claim_name, database_file, unfinished
from trackit_console.store.errors import DatabaseLocked
from trackit_console.store.old_backups import delete_unfinished
from trackit_console.store.opening_errors import DatabaseDamaged, DatabaseMissing
from trackit_console.store.sqlite_files import copy_file, faults_of, flush, is_locked, opened, opened_whole


def back_up(database: Path, folder: Path, at: datetime, *, before_restore: bool = False) -> Path:
    """Copies `database` into `folder` and returns the new file, named by the moment `at`. Others may write meanwhile.

    Works for a database of an older schema too: one is made before an upgrade.

    Raises `DatabaseMissing`, `DatabaseDamaged`, `DatabaseLocked`, `BackupNotWritten`, `BackupDiskFull`, `BackupNotWhole`,
    `Cancelled`; then there is no new file.
    """
    if not database.is_file():
        raise DatabaseMissing(file=database)
    with writing_to(folder, database):
        name, part = claim_name(database, folder, at, before_restore=before_restore)
        _fill(database, part, name)
    return name


def back_up_before_upgrade(url: str, at: datetime) -> Path | None:
    """Backs up an embedded database of an older schema where its settings say, and returns the file; None on a server.

    There is no way back from an upgrade but a backup (DB-03). Raises what `back_up` and `backup_folder` raise.
    """
    try:
        database = database_file(url)
    except NotEmbedded:
        return None
    return back_up(database, backup_folder(database, stored_backups(database).folder), at)


def back_up_to(database: Path, file: Path, now: datetime) -> None:
    """As `back_up`, into a file that an admin named, for its owner alone; raises `BackupExists` as well."""
    if not database.is_file():
        raise DatabaseMissing(file=database)
    if file.exists():
        raise BackupExists(file=file)
    with writing_to(file.parent, database):
        with suppress(OSError):  # a folder that can be written to and not be listed
            delete_unfinished(re.escape(file.name) + OWN_PART, file.parent, now)
        _fill(database, unfinished(file), file)


def _fill(database: Path, part: Path, name: Path) -> None:
    """Copies into the empty file `part`, which gets its name once it is whole and on the disk."""
    try:
        _check(part, _copy(database, part))
        flush(part)
        if name.exists():  # another process was faster
            raise BackupExists(file=name)
        part.rename(name)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    flush_folder(name.parent)


def _copy(database: Path, part: Path) -> Contents:
    """Copies one state of the database, and returns what is in that state."""
    with opened(database) as live:
        # One read transaction for all steps: SQLite would begin anew whenever somebody writes. With a write-ahead log nobody waits.
        live.execute("BEGIN")
        with _reading(database):
            copied = read_contents(live)
        copy_file(live, part)
    return copied


def _check(part: Path, copied: Contents) -> None:
    """Raises `BackupNotWhole` unless the copy can be read from end to end and has in it what was copied."""
    with opened_whole(part) as copy:
        try:
            fault = faults_of(copy) or ("" if read_contents(copy) == copied else "the copy differs from the database")
        except (sqlite3.DatabaseError, ValueError) as error:
            if isinstance(error, sqlite3.OperationalError):  # the folder, or a cancel
                raise
            fault = str(error)
    if fault:
        raise BackupNotWhole(fault)


@contextmanager
def _reading(database: Path) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise DatabaseDamaged(str(error), database=database) from error


@contextmanager
def writing_to(folder: Path, database: Path) -> Iterator[None]:
    """Raises a `StoreError` in place of what SQLite and the operating system report."""
    try:
        yield
    except OSError as error:
        kind = BackupDiskFull if error.errno in (errno.ENOSPC, errno.EDQUOT) else BackupNotWritten
        raise kind(str(error), folder=folder) from error
    except sqlite3.Error as error:
        raise _sqlite_problem(error, database, folder) from error


def _sqlite_problem(error: sqlite3.Error, database: Path, folder: Path) -> Exception:
    name = getattr(error, "sqlite_errorname", "")
    if name == "SQLITE_FULL":
        return BackupDiskFull(str(error), folder=folder)
    if is_locked(error):
        return DatabaseLocked(str(error))
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return DatabaseDamaged(str(error), database=database)
    return BackupNotWritten(str(error), folder=folder)
