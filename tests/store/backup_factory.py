"""Embedded databases that are worth backing up, and a look into files from outside."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.outbox_factory import add_record
from trackit_console.paths import DataDir
from trackit_console.store.database import Database

NIGHT = datetime(2026, 11, 26, 3, 0).astimezone()
"""A local time, so that the names of files are the same in every time zone."""


def add_records(database: Database, number: int) -> list[int]:
    """So many tickets; their numbers."""
    return [add_record(database).id for _ in range(number)]


def records_in(file: Path) -> int:
    """The number of records in a database."""
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute("SELECT count(*) FROM records").fetchone()[0])


def enlarge(file: Path, megabytes: int) -> None:
    """Makes a database so large that a backup takes many steps. Two tables always have the same sum: a torn copy would not."""
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE filler (content BLOB)")
        connection.executemany("INSERT INTO filler VALUES (randomblob(100000))", [()] * (10 * megabytes))
        connection.execute("CREATE TABLE first (number INTEGER)")
        connection.execute("CREATE TABLE second (number INTEGER)")


def tear(file: Path) -> None:
    """Damages what `enlarge` has added, where only a look at the whole file finds it."""
    content = bytearray(file.read_bytes())
    end = len(content) - 100 * 4096
    content[end - 50 * 4096 : end] = b"\xff" * (50 * 4096)
    file.write_bytes(content)


def is_whole(file: Path) -> bool:
    """Whether SQLite finds nothing wrong with the file, and no transaction is there by half."""
    with closing(sqlite3.connect(file)) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema")}
        sums = [
            connection.execute(f"SELECT count(*), sum(number) FROM {table}").fetchone()
            for table in ("first", "second")
            if table in tables
        ]
        return connection.execute("PRAGMA integrity_check").fetchone() == ("ok",) and len(set(sums)) <= 1


def tear_table(file: Path, table: str) -> None:
    """Damages the page of a table that is closed, as a bad sector does: the others can be read."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with file.open("r+b") as stream:
        stream.seek((page - 1) * size)
        stream.write(b"\xff" * size)


READ_ONLY = Path("/sys/devices/system/cpu/online")
"""A file of Linux that nobody may write to, not even its administrator."""


def let_nobody_write(file: Path) -> None:
    """Puts something in the place of a database that cannot be read as one, nor locked."""
    if not READ_ONLY.exists():
        pytest.skip("there is no /sys here")
    file.unlink()
    file.symlink_to(READ_ONLY)


@contextmanager
def writing(file: Path) -> Iterator[list[float]]:
    """Writes to both tables without a pause while the block runs; collects how long each transaction took, in seconds."""
    took: list[float] = []
    ended = threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(file, isolation_level=None, timeout=30)) as connection:
            while not ended.is_set():
                begun = datetime.now(UTC)
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("INSERT INTO first VALUES (?)", (len(took),))
                connection.execute("INSERT INTO second VALUES (?)", (len(took),))
                connection.execute("COMMIT")
                took.append((datetime.now(UTC) - begun).total_seconds())

    thread = threading.Thread(target=write, name="writer")
    thread.start()
    try:
        yield took
    finally:
        ended.set()
        thread.join()


@contextmanager
def child(code: str, data_dir: DataDir) -> Iterator[subprocess.Popen[str]]:
    """Another process that runs `code`, from the moment it has printed a line; killed at the end at the latest."""
    command = [sys.executable, "-c", code, str(data_dir.database)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            yield process
        finally:
            process.kill()
