"""SQLite files as files: opened without SQLAlchemy, copied while others write, flushed to the disk (DB-01)."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path, PurePath
from urllib.parse import quote

from trackit_console.cancel import cancelled
from trackit_console.store.engine import BUSY_SECONDS
from trackit_console.store.errors import Cancelled

STEP_PAGES = 1024
"""Pages, usually of 4 kB, that are copied between two looks at whether the user cancelled."""
CHECK_INSTRUCTIONS = 100_000
"""Instructions of SQLite between two such looks while it checks a file: some milliseconds."""


def file_uri(file: PurePath, options: str) -> str:
    """The URI by which SQLite opens an absolute path. A network folder has two more slashes and no host ("URI Filenames")."""
    path = file.as_posix()
    return f"file://{'' if path.startswith('/') else '/'}{quote(path, safe='/:')}?{options}"


@contextmanager
def opened(file: Path, mode: str = "rw") -> Iterator[sqlite3.Connection]:
    """A connection to an existing file, in which statements are transactions of their own. Cancelling interrupts it."""
    with closing(sqlite3.connect(file_uri(file, f"mode={mode}"), uri=True, timeout=BUSY_SECONDS)) as connection:
        connection.isolation_level = None
        connection.set_progress_handler(cancelled, CHECK_INSTRUCTIONS)
        try:
            yield connection
        except sqlite3.OperationalError as error:
            if cancelled():
                raise Cancelled from error
            raise


@contextmanager
def opened_whole(file: Path) -> Iterator[sqlite3.Connection]:
    """A connection to a finished backup. Nothing is locked and nothing is written beside it, not even in a network folder."""
    with opened(file, "ro&immutable=1") as connection:
        yield connection


def copy_pages(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """Copies the whole database by SQLite's online backup; raises `Cancelled`, after which `target` is as it was."""
    source.backup(target, pages=STEP_PAGES, progress=_stop_if_cancelled)


def _stop_if_cancelled(_status: int, _remaining: int, _total: int) -> None:
    if cancelled():
        raise Cancelled


def copy_file(source: sqlite3.Connection, target: Path) -> None:
    """Copies a database into the empty file `target`, as one that needs no second file beside it."""
    with opened(target) as copy:
        # Nobody else uses the file, and it is deleted if the copy breaks off.
        copy.execute("PRAGMA journal_mode=OFF")
        copy.execute("PRAGMA synchronous=OFF")
        copy_pages(source, copy)
    with opened(target) as copy:
        # Exclusive, SQLite keeps the index of the write-ahead log in memory: network folders cannot share it.
        copy.execute("PRAGMA locking_mode=EXCLUSIVE")
        # The header that was copied asks for a write-ahead log.
        copy.execute("PRAGMA journal_mode=DELETE")


def is_locked(error: sqlite3.Error) -> bool:
    """Whether another connection keeps the file locked: nothing is wrong with the file itself."""
    # By its name: `sqlite_errorcode` has the extended code, of which the name is the plainest form.
    return getattr(error, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def faults_of(connection: sqlite3.Connection) -> str:
    """What SQLite finds wrong with the whole file; empty if nothing is."""
    found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(3)")]
    return "" if found == ["ok"] else "; ".join(found)


def flush(file: Path) -> None:
    """Waits until the file is on the disk."""
    # For writing: Windows flushes no file that is open for reading alone (FlushFileBuffers).
    with file.open("r+b") as stream:
        os.fsync(stream.fileno())
