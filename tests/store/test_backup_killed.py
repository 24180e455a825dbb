"""A process that is killed while it backs up or restores: every file that counts is whole (DB-01)."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.store.backup_factory import NIGHT, add_records, child, enlarge, is_whole, records_in, writing
from trackit_console.paths import DataDir
from trackit_console.store.backup_files import backup_folder, backups_of
from trackit_console.store.database import Database, open_database
from trackit_console.store.sqlite_backup import back_up
from trackit_console.store.sqlite_restore import restore

pytestmark = pytest.mark.covers("DB-01")
BACKS_UP_FOR_EVER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from trackit_console.store.backup_files import backup_folder
from trackit_console.store.sqlite_backup import back_up

file = Path(sys.argv[1])
print("runs", flush=True)
while True:
    back_up(file, backup_folder(file, ""), datetime.now(UTC))
"""
RESTORES_FOR_EVER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from trackit_console.store.backup_files import backup_folder, backups_of
from trackit_console.store.sqlite_restore import restore

file = Path(sys.argv[1])
chosen = [file.parent / "small.sqlite3", file.parent / "large.sqlite3"]
print("runs", flush=True)
while True:
    for each in chosen:
        restore(file, each, backup_folder(file, ""), datetime.now(UTC), by="ada").unlink()
"""

KILLED_AFTER_A_COPY = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from trackit_console.store.backup_files import backup_folder
from trackit_console.store.sqlite_restore import restore

file, left = Path(sys.argv[1]), int(sys.argv[2])

def kill(_frame, event, called):
    global left
    if event == "c_return" and called.__name__ == "backup":  # a copy of SQLite has ended
        left -= 1
        if not left:
            os._exit(9)

sys.setprofile(kill)
restore(file, file.parent / "small.sqlite3", backup_folder(file, ""), datetime.now(UTC), by="ada")
"""


@pytest.fixture
def folder(file: DataDir) -> Path:
    return backup_folder(file.database, "")


@pytest.mark.timeout(120)
def test_killed_at_any_moment_every_backup_is_whole_and_so_is_the_database(
    database: Database, file: DataDir, folder: Path, record_property: Callable[[str, object], None]
) -> None:
    enlarge(file.database, 20)
    seed = random.randrange(2**32)
    record_property("seed", seed)
    moments = random.Random(seed)
    left_unfinished = 0
    for _ in range(6):
        with child(BACKS_UP_FOR_EVER, file) as process, writing(file.database), pytest.raises(subprocess.TimeoutExpired):
            process.wait(moments.uniform(0.05, 0.6))
        left_unfinished += sum(each.suffix == ".part" for each in folder.iterdir())
        assert is_whole(file.database)
        for each in backups_of(file.database, folder):
            assert is_whole(each.path)
            each.path.unlink()
    assert left_unfinished, "it was never killed at work"


@pytest.mark.timeout(120)
def test_killed_while_it_is_restored_the_database_has_the_one_content_or_the_other(
    database: Database, file: DataDir, folder: Path, record_property: Callable[[str, object], None]
) -> None:
    small = file.root / "small.sqlite3"
    add_records(database, 2)
    back_up(file.database, folder, NIGHT).rename(small)
    add_records(database, 3)
    database.close()
    enlarge(file.database, 20)
    back_up(file.database, folder, NIGHT).rename(file.root / "large.sqlite3")
    seed = random.randrange(2**32)
    record_property("seed", seed)
    moments, found = random.Random(seed), set()
    for _ in range(8):
        with child(RESTORES_FOR_EVER, file) as process, pytest.raises(subprocess.TimeoutExpired):
            process.wait(moments.uniform(0.05, 0.8))
        assert is_whole(file.database)
        found.add(records_in(file.database))
    assert found <= {2, 5}
    restore(file.database, small, folder, NIGHT, by="ada")
    assert records_in(file.database) == 2


@pytest.mark.covers("OUT-06")
@pytest.mark.parametrize("copies", [1, 2, 3, 4])
def test_killed_after_any_copy_the_monitor_does_not_run_on_the_content_of_the_backup(
    database: Database, file: DataDir, folder: Path, copies: int
) -> None:
    add_records(database, 2)
    with database.begin() as transaction:
        transaction.monitoring.want(True, "ada")
    back_up(file.database, folder, NIGHT).rename(file.root / "small.sqlite3")
    add_records(database, 3)
    database.close()
    killed = subprocess.run([sys.executable, "-c", KILLED_AFTER_A_COPY, str(file.database), str(copies)], check=False)
    assert killed.returncode == (9 if copies < 4 else 0), "a restore makes three copies"
    again = open_database(file.database_url, file)
    with again.reading() as transaction:
        wanted = transaction.monitoring.wanted().running
    assert (records_in(file.database), wanted) == ((5, True) if copies < 3 else (2, False))
    assert add_records(again, 1) == [6], "the number of a lost ticket was given again"
    again.close()
