"""Whether a program uses an embedded database that is about to be replaced, be it whole or damaged (DB-01)."""

from __future__ import annotations

import sqlite3
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from trackit_console.store.errors import DatabaseLocked, StoreError
from trackit_console.store.living_hosts import living_host
from trackit_console.store.restore_errors import DatabaseInUse, MonitorAlive, UseUnknown
from trackit_console.store.sqlite_files import is_locked, opened

if sys.platform != "win32":
    import fcntl

PATIENCE_SECONDS = 3.0
"""How long to wait until this process has closed its own connections to the database."""
LOOK_SECONDS = 0.1


def check_unused(database: Path, *, all_stopped: bool = False) -> None:
    """Raises `MonitorAlive`, `DatabaseLocked` or `DatabaseInUse` while another program uses the database.

    Raises `UseUnknown` where that cannot be found out, unless an admin says that `all_stopped` is true. No connection of this
    process may be open.
    """
    if database.is_file():
        _check_hosts(database)
        try:
            _check_alone(database)
        except sqlite3.DatabaseError:  # damaged, or nobody may write to it
            _check_unlocked(database, all_stopped=all_stopped)
    else:
        _check_unlocked(database, all_stopped=all_stopped)


def commits_seen(live: sqlite3.Connection) -> int:
    """A number that is another one after every commit of another connection, as long as `live` is open (PRAGMA data_version)."""
    return int(live.execute("PRAGMA data_version").fetchone()[0])


def keep_out(live: sqlite3.Connection, seen: int) -> None:
    """Keeps everybody else out of the database until `live` is closed, readers too.

    Raises `DatabaseInUse` while another connection is open, or if one has committed since `commits_seen` gave `seen`; then the
    database is as it was.
    """
    live.execute(f"PRAGMA busy_timeout={int(PATIENCE_SECONDS * 1000)}")
    # The lock outlives its transaction: SQLite's online backup begins one of its own.
    live.execute("PRAGMA locking_mode=EXCLUSIVE")
    try:
        # With a write-ahead log it is not given either while another connection is open, idle or not.
        live.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if is_locked(error):
            raise DatabaseInUse from error
        raise
    changed = commits_seen(live) != seen
    live.execute("ROLLBACK")
    if changed:
        raise DatabaseInUse


def _check_hosts(database: Path) -> None:
    try:
        host = living_host(database, datetime.now(UTC))
    except DatabaseLocked:
        raise
    except (StoreError, DBAPIError):  # damaged where the hosts are
        return
    if host:
        raise MonitorAlive(host=host)


def _check_alone(database: Path) -> None:
    """Raises `DatabaseInUse` while another connection is open: only the last one can leave the write-ahead log."""
    never = threading.Event()
    with opened(database) as live:
        # Waited for here, in short steps: SQLite would wait for its whole time-out at each look.
        live.execute("PRAGMA busy_timeout=0")
        for _ in range(int(PATIENCE_SECONDS / LOOK_SECONDS)):
            if _left_log(live):
                return
            never.wait(LOOK_SECONDS)
    raise DatabaseInUse


def _left_log(live: sqlite3.Connection) -> bool:
    try:
        if live.execute("PRAGMA journal_mode=DELETE").fetchone()[0] != "delete":
            return False
        live.execute("PRAGMA journal_mode=WAL")
    except sqlite3.OperationalError as error:
        if is_locked(error):
            return False
        raise
    return True


def _check_unlocked(database: Path, *, all_stopped: bool) -> None:
    """Asks the operating system, where SQLite cannot read the file: whoever has it open keeps a lock on it and on the log's index.

    If the file was deleted, the index is still there.
    """
    if sys.platform == "win32":  # it refuses to replace a file that is open
        return
    for file in (database, database.with_name(database.name + "-shm")):
        try:
            with file.open("r+b") as stream:
                # Closing the file ends the lock, and any other lock of this process on it.
                fcntl.lockf(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            continue
        except BlockingIOError as error:
            raise DatabaseInUse from error
        except OSError as error:
            if not all_stopped:
                raise UseUnknown(str(error)) from error
