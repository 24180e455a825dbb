"""Backups of the embedded database while it is in use: whole, or not there at all (DB-01)."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path, PureWindowsPath

import pytest

from tests.store.backup_factory import NIGHT, add_records, enlarge, is_whole, tear, writing
from trackit_console.cancel import Cancel, cancellable
from trackit_console.paths import DataDir
from trackit_console.store import schema
from trackit_console.store.backup_contents import contents_of, stored_backups
from trackit_console.store.backup_errors import (
    BackupDiskFull,
    BackupExists,
    BackupFolderMissing,
    BackupNotWhole,
    BackupNotWritten,
    NotEmbedded,
)
from trackit_console.store.backup_files import backup_folder, backups_of, database_file
from trackit_console.store.database import Database
from trackit_console.store.database_setup import schema_state
from trackit_console.store.engine import make_engine
from trackit_console.store.errors import Cancelled
from trackit_console.store.old_backups import delete_old
from trackit_console.store.opening_errors import DatabaseDamaged, DatabaseMissing
from trackit_console.store.restore_errors import BackupUnreadable
from trackit_console.store.schema import SchemaState
from trackit_console.store.sqlite_backup import back_up, back_up_before_upgrade, back_up_to, writing_to
from trackit_console.store.sqlite_files import copy_pages, file_uri, opened

pytestmark = pytest.mark.covers("DB-01")
MAY_WRITE_LITTLE = """
import resource, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from trackit_console.store.backup_errors import BackupNotWritten
from trackit_console.store.sqlite_backup import back_up

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    back_up(Path(sys.argv[1]), Path(sys.argv[2]), datetime.now(UTC))
except BackupNotWritten:
    sys.exit(7)
"""


@pytest.fixture
def folder(file: DataDir) -> Path:
    return backup_folder(file.database, "")


@pytest.mark.usefixtures("database")
def test_a_backup_is_one_file_with_everything_in_it(database: Database, file: DataDir, folder: Path) -> None:
    add_records(database, 3)
    made = back_up(file.database, folder, NIGHT)
    assert [each.name for each in folder.iterdir()] == ["trackit_2026-11-26_0300.sqlite3"]
    assert (contents_of(made).records, contents_of(made).revision) == (3, schema.HEAD)
    with closing(sqlite3.connect(made)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert connection.execute("SELECT count(*) FROM records").fetchone() == (3,)


@pytest.mark.timeout(20)  # it takes a quarter of a second, but for ever if it begins anew whenever somebody writes
def test_writers_go_on_and_the_backup_is_of_one_moment(database: Database, file: DataDir, folder: Path) -> None:
    enlarge(file.database, 30)
    with writing(file.database) as took:
        made = back_up(file.database, folder, NIGHT)
        during = len(took)
    assert is_whole(made)
    assert during > 20, "a writer waited for the backup"
    assert max(took) < 2


@pytest.mark.usefixtures("database")
def test_backups_of_one_minute_have_names_of_their_own(file: DataDir, folder: Path) -> None:
    made = [back_up(file.database, folder, NIGHT) for _ in range(3)]
    back_up(file.database, folder, NIGHT, before_restore=True)
    assert [each.name for each in made] == [
        "trackit_2026-11-26_0300.sqlite3",
        "trackit_2026-11-26_0300_2.sqlite3",
        "trackit_2026-11-26_0300_3.sqlite3",
    ]
    listed = backups_of(file.database, folder)
    assert [each.path for each in listed if not each.before_restore] == made[::-1]
    assert {each.made_at for each in listed} == {NIGHT}
    assert not [each.path.name for each in listed if set('<>:"/\\|?*') & set(each.path.name)]


def test_files_are_named_to_sqlite_on_windows_and_in_the_network() -> None:
    assert file_uri(PureWindowsPath(r"C:\Help desk\100 % #1?.sqlite3"), "mode=ro") == (
        "file:///C:/Help%20desk/100%20%25%20%231%3F.sqlite3?mode=ro"
    )
    assert file_uri(PureWindowsPath(r"\\nas\share\a.sqlite3"), "mode=ro") == "file:////nas/share/a.sqlite3?mode=ro"


def test_a_strange_folder_is_no_trouble(database: Database, file: DataDir, tmp_path: Path) -> None:
    strange = tmp_path / "100 % #1 für alle"
    strange.mkdir()
    assert contents_of(back_up(file.database, strange, NIGHT)).records == 0


@pytest.mark.usefixtures("database")
def test_a_folder_that_is_not_there_is_not_made(file: DataDir, tmp_path: Path) -> None:
    for chosen in (tmp_path / "mnt" / "nas", file.database):
        with pytest.raises(BackupFolderMissing):
            backup_folder(file.database, str(chosen))
    assert not (tmp_path / "mnt").exists()
    with pytest.raises(BackupNotWritten):
        back_up(file.database, tmp_path / "mnt", NIGHT)


@pytest.mark.usefixtures("database")
def test_a_full_disk_is_told_as_such(file: DataDir, folder: Path) -> None:
    enlarge(file.database, 1)
    with opened(file.database) as live, closing(sqlite3.connect(folder / "small")) as small:
        small.execute("PRAGMA max_page_count = 20")
        with pytest.raises(BackupDiskFull), writing_to(folder, file.database):
            copy_pages(live, small)


@pytest.mark.skipif(sys.platform == "win32", reason="the limit of a file's size is POSIX's")
@pytest.mark.usefixtures("database")
def test_a_backup_that_cannot_be_written_leaves_nothing(file: DataDir, folder: Path) -> None:
    run = subprocess.run([sys.executable, "-c", MAY_WRITE_LITTLE, str(file.database), str(folder)], check=False)
    assert run.returncode == 7
    assert not list(folder.iterdir())


def test_a_cancelled_backup_leaves_nothing(database: Database, file: DataDir, folder: Path) -> None:
    cancel = Cancel()
    cancel.set()
    with cancellable(cancel), pytest.raises(Cancelled):
        back_up(file.database, folder, NIGHT)
    assert not list(folder.iterdir())


def test_what_is_damaged_gives_no_backup(database: Database, file: DataDir, folder: Path) -> None:
    enlarge(file.database, 1)
    database.close()
    tear(file.database)
    with pytest.raises(BackupNotWhole):
        back_up(file.database, folder, NIGHT)
    file.database.write_bytes(b"no database at all" * 1000)
    with pytest.raises(DatabaseDamaged):
        back_up(file.database, folder, NIGHT)
    file.database.unlink()
    with pytest.raises(DatabaseMissing):
        back_up(file.database, folder, NIGHT)
    assert not list(folder.iterdir())


def test_old_backups_of_this_database_alone_are_deleted(database: Database, file: DataDir, folder: Path, new_file: bytes) -> None:
    def of_day(days: int) -> Path:
        return back_up(file.database, folder, NIGHT - timedelta(days=days))

    old, older, kept, also_kept = of_day(15), of_day(30), of_day(13), of_day(12)
    damaged = folder / "trackit_2020-01-01_0300.sqlite3"
    damaged.write_bytes(b"?")
    unfinished, in_hand = folder / "trackit_2026-11-20_0300.sqlite3.part", folder / "trackit_2026-11-26_0259.sqlite3.part"
    for part, age in ((unfinished, 2), (in_hand, 0)):
        part.touch()
        os.utime(part, 2 * ((NIGHT - timedelta(days=age)).timestamp(),))
    others = [
        folder / "trackit_2020-01-02_0300.sqlite3",
        folder / "letters_2020-01-01_0300.sqlite3",
        folder / "trackit_notes.txt",
    ]
    for each in others:
        each.write_bytes(new_file.replace(_id(new_file), b"0" * 36))
    newest = back_up(file.database, folder, NIGHT)
    assert set(delete_old(file.database, newest, 14, NIGHT)) == {old, older}
    assert set(folder.iterdir()) == {newest, kept, also_kept, damaged, in_hand, *others}


def test_the_newest_backups_are_kept_by_a_clock_that_is_years_ahead(
    database: Database, file: DataDir, folder: Path, new_file: bytes
) -> None:
    oldest, older, old = (back_up(file.database, folder, NIGHT - timedelta(days=days)) for days in (3, 2, 1))
    of_another = folder / "trackit_2026-11-25_1200.sqlite3"
    of_another.write_bytes(new_file.replace(_id(new_file), b"0" * 36))
    ahead = NIGHT + timedelta(days=3 * 365)
    newest = back_up(file.database, folder, ahead)
    assert delete_old(file.database, newest, 14, ahead) == [oldest]
    assert set(folder.iterdir()) == {newest, old, older, of_another}


def _id(content: bytes) -> bytes:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(content.replace(b"\x02\x02", b"\x01\x01", 1))
        row = connection.execute("SELECT VALUE FROM NAMSYSProperties WHERE NAME = 'trackitConsoleDatabaseId'").fetchone()
    return str(row[0]).encode()


def test_an_older_schema_is_backed_up_before_its_upgrade(file: DataDir) -> None:
    engine = make_engine(file.database_url)
    schema.upgrade(engine, "0005")
    engine.dispose()
    made = back_up_before_upgrade(file.database_url, NIGHT)
    assert made is not None
    assert contents_of(made).state is SchemaState.OLDER
    assert schema_state(file.database_url)[0] is SchemaState.OLDER
    assert stored_backups(file.database).kept_days == 14
    assert back_up_before_upgrade("mssql+pyodbc://server/database", NIGHT) is None
    with pytest.raises(NotEmbedded):
        database_file("mssql+pyodbc://server/database")


@pytest.mark.usefixtures("database")
def test_a_file_that_is_there_is_not_overwritten(file: DataDir, tmp_path: Path) -> None:
    back_up_to(file.database, tmp_path / "mine", NIGHT)
    assert contents_of(tmp_path / "mine").revision == schema.HEAD
    with pytest.raises(BackupExists):
        back_up_to(file.database, tmp_path / "mine", NIGHT)


@contextmanager
def at_first_copy(happens: Callable[[], object]) -> Iterator[None]:
    """Lets something happen when SQLite has ended its first copy."""
    waiting = [happens]

    def look(_frame: object, told: str, called: object) -> None:
        if told == "c_return" and getattr(called, "__name__", "") == "backup" and waiting:
            waiting.pop()()

    sys.setprofile(look)
    try:
        yield
    finally:
        sys.setprofile(None)


@pytest.mark.skipif(sys.platform == "win32", reason="there, the folder decides who may read")
@pytest.mark.covers("SEC-02")
@pytest.mark.usefixtures("database")
def test_a_file_that_an_admin_names_is_for_its_owner_alone_while_it_is_made_and_afterwards(file: DataDir, tmp_path: Path) -> None:
    def rights() -> list[int]:
        return [each.stat().st_mode & 0o777 for each in tmp_path.glob("mine*")]

    meanwhile: list[int] = []
    with at_first_copy(lambda: meanwhile.extend(rights())):
        back_up_to(file.database, tmp_path / "mine", NIGHT)
    assert (meanwhile, rights()) == ([0o600], [0o600])


@pytest.mark.usefixtures("database")
def test_of_two_backups_into_one_file_the_first_that_is_whole_has_it(file: DataDir, tmp_path: Path) -> None:
    first: list[bytes] = []

    def another() -> None:
        back_up_to(file.database, tmp_path / "mine", NIGHT)
        first.append((tmp_path / "mine").read_bytes())

    with at_first_copy(another), pytest.raises(BackupExists):
        back_up_to(file.database, tmp_path / "mine", NIGHT)
    assert [(tmp_path / "mine").read_bytes()] == first
    assert list(tmp_path.glob("mine*")) == [tmp_path / "mine"]


@pytest.mark.usefixtures("database")
def test_what_a_killed_process_left_beside_a_named_file_is_deleted_after_a_day(file: DataDir, tmp_path: Path) -> None:
    left, in_hand, of_another = (
        tmp_path / f"{name}.{digit * 32}.part" for name, digit in (("mine", "1"), ("mine", "2"), ("m", "3"))
    )
    for part, age in ((left, 2), (in_hand, 0), (of_another, 2)):
        part.touch()
        os.utime(part, 2 * ((NIGHT - timedelta(days=age)).timestamp(),))
    back_up_to(file.database, tmp_path / "mine", NIGHT)
    assert contents_of(tmp_path / "mine").revision == schema.HEAD
    assert set(tmp_path.glob("m*")) == {tmp_path / "mine", in_hand, of_another}


def test_what_is_no_backup_is_told(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.sqlite3"
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE songs (name TEXT)")
    (tmp_path / "text.sqlite3").write_text("Once upon a time")
    for name in ("foreign.sqlite3", "text.sqlite3", "missing.sqlite3"):
        with pytest.raises(BackupUnreadable):
            contents_of(tmp_path / name)
