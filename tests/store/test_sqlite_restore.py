"""Restoring a backup: the old content in one step, or the present one untouched (DB-01)."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.settings.samples import imap
from tests.store.backup_factory import (
    NIGHT,
    READ_ONLY,
    add_records,
    child,
    enlarge,
    is_whole,
    let_nobody_write,
    records_in,
    tear,
    tear_table,
)
from trackit_console.cancel import Cancel, cancellable
from trackit_console.paths import DataDir
from trackit_console.store import schema, sqlite_files
from trackit_console.store.backup_contents import contents_of
from trackit_console.store.backup_files import backup_folder
from trackit_console.store.database import Database, open_database
from trackit_console.store.database_setup import schema_state
from trackit_console.store.engine import make_engine
from trackit_console.store.errors import Cancelled, DatabaseLocked
from trackit_console.store.monitoring_views import Host
from trackit_console.store.restore_errors import (
    BackupNewer,
    BackupOfAnother,
    BackupUnreadable,
    DatabaseInUse,
    MonitorAlive,
    RestoreFailed,
    UseUnknown,
)
from trackit_console.store.restore_preview import preview_restore
from trackit_console.store.schema import SchemaState
from trackit_console.store.sqlite_backup import back_up
from trackit_console.store.sqlite_restore import restore

pytestmark = pytest.mark.covers("DB-01")

HAS_IT_OPEN = """
import sqlite3, sys, threading

connection = sqlite3.connect(sys.argv[1])
connection.execute("SELECT count(*) FROM records").fetchone()
print("open", flush=True)
threading.Event().wait()
"""


@pytest.fixture
def folder(file: DataDir) -> Path:
    return backup_folder(file.database, "")


@pytest.fixture
def backup(database: Database, file: DataDir, folder: Path) -> Path:
    """A backup with two tickets; afterwards three more and a mailbox were added, and the database was closed."""
    add_records(database, 2)
    with database.begin() as transaction:
        transaction.monitoring.want(True, "ada")
    made = back_up(file.database, folder, NIGHT)
    add_records(database, 3)
    with database.begin() as transaction:
        transaction.mailboxes.add(imap(), "ada")
    database.close()
    return made


def records(file: DataDir) -> int:
    return records_in(file.database)


@contextmanager
def at_copy(number: int, event: str, happens: Callable[[], object]) -> Iterator[None]:
    """Lets something happen when the copy of that number begins (`c_call`) or has ended (`c_return`).

    Of a database that is whole, the first copy is the backup, the second changes nothing yet, and the third overwrites.
    """
    seen = 0

    def look(_frame: object, told: str, called: object) -> None:
        nonlocal seen
        if told == event and getattr(called, "__name__", "") == "backup":
            seen += 1
            if seen == number:
                happens()

    sys.setprofile(look)
    try:
        yield
    finally:
        sys.setprofile(None)


def write(file: DataDir) -> None:
    """Another program opens the database, commits something and ends."""
    with closing(sqlite3.connect(file.database, timeout=0)) as connection, connection:
        connection.execute("CREATE TABLE written (number INTEGER)")


def was_written(file: DataDir) -> bool:
    with closing(sqlite3.connect(file.database)) as connection:
        return bool(connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'written'").fetchone())


def test_the_content_is_that_of_the_backup_and_the_one_from_before_is_kept(backup: Path, file: DataDir, folder: Path) -> None:
    preview = preview_restore(file.database, backup)
    assert (preview.lost_records, preview.lost_changes, preview.same_database, preview.same_key) == (3, 1, True, True)
    kept = restore(file.database, backup, folder, NIGHT, by="ada")
    assert kept is not None
    assert kept.name == "trackit_2026-11-26_0300_before-restore.sqlite3"
    assert (contents_of(kept).records, contents_of(kept).mailboxes) == (5, 1)
    again = open_database(file.database_url, file)
    with again.reading() as transaction:
        assert not transaction.monitoring.wanted().running
        assert not transaction.mailboxes.all()
    assert add_records(again, 1) == [6], "the number of a lost ticket was given again"
    again.close()
    assert records(file) == 3
    assert is_whole(file.database)
    restore(file.database, kept, folder, NIGHT, by="ada")
    assert records(file) == 5, "there is a way back"


@pytest.mark.covers("RUN-01", "OUT-06")
def test_a_service_that_starts_after_a_restore_does_not_start_the_monitor(backup: Path, file: DataDir, folder: Path) -> None:
    restore(file.database, backup, folder, NIGHT, by="ada")
    again = open_database(file.database_url, file)
    with again.begin() as transaction:
        transaction.monitoring.want_at_first("service")
        wanted = transaction.monitoring.wanted()
    again.close()
    assert (wanted.running, wanted.changed_by) == (False, "ada")


def test_a_living_monitor_keeps_it_from_being_restored(backup: Path, file: DataDir, folder: Path) -> None:
    opened = open_database(file.database_url, file)
    now = datetime.now(UTC)
    with opened.begin() as transaction:
        transaction.monitoring.report(Host("1", "HELPDESK01", "headless", "stopped", 1, now, now))
    opened.close()
    with pytest.raises(MonitorAlive) as caught:
        restore(file.database, backup, folder, NIGHT, by="ada")
    assert "HELPDESK01" in str(caught.value)
    assert records(file) == 5
    assert [each.name for each in folder.iterdir()] == [backup.name]


def test_another_program_that_has_it_open_keeps_it_from_being_restored(backup: Path, file: DataDir, folder: Path) -> None:
    opened = open_database(file.database_url, file)
    with opened.reading() as transaction:
        transaction.monitoring.wanted()
    with pytest.raises(DatabaseInUse):
        restore(file.database, backup, folder, NIGHT, by="ada")
    add_records(opened, 1)
    opened.close()
    assert records(file) == 6, "it is used as before"


@pytest.mark.parametrize("copy", [1, 2], ids=["backed up", "prepared"])
def test_what_another_program_commits_while_a_restore_prepares_is_not_lost(
    backup: Path, file: DataDir, folder: Path, copy: int
) -> None:
    with at_copy(copy, "c_return", lambda: write(file)), pytest.raises(DatabaseInUse):
        restore(file.database, backup, folder, NIGHT, by="ada")
    assert was_written(file)
    assert records(file) == 5
    assert [each.name for each in folder.iterdir()] == [backup.name]
    assert not file.database.with_name("trackit.sqlite3.restoring").exists()


def test_a_program_that_opens_the_database_while_a_restore_prepares_keeps_it(backup: Path, file: DataDir, folder: Path) -> None:
    with (
        ExitStack() as programs,
        at_copy(2, "c_return", lambda: programs.enter_context(child(HAS_IT_OPEN, file))),
        pytest.raises(DatabaseInUse),
    ):
        restore(file.database, backup, folder, NIGHT, by="ada")
    assert records(file) == 5


def test_nobody_writes_between_the_last_look_and_the_copy(backup: Path, file: DataDir, folder: Path) -> None:
    refused: list[str] = []

    def try_to_write() -> None:
        try:
            write(file)
        except sqlite3.OperationalError as error:
            refused.append(str(error))

    with at_copy(3, "c_call", try_to_write):
        restore(file.database, backup, folder, NIGHT, by="ada")
    assert refused == ["database is locked"]
    assert records(file) == 2


def _damage(file: Path, damage: str) -> None:
    if damage == "gone":
        file.unlink()
    elif damage == "junk":
        file.write_bytes(b"junk" * 10_000)
    else:
        tear_table(file, damage)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows replaces and deletes no file that is open")
@pytest.mark.parametrize("damage", ["mailboxes", "monitor_hosts", "junk", "gone"])
def test_a_damaged_database_that_another_program_has_open_is_not_replaced(
    backup: Path, file: DataDir, folder: Path, damage: str
) -> None:
    if damage not in ("gone", "junk"):  # a program would not be seen to close it
        _damage(file.database, damage)
    with child(HAS_IT_OPEN, file):
        if damage in ("gone", "junk"):
            _damage(file.database, damage)
        before = file.database.read_bytes() if damage != "gone" else None
        with pytest.raises(DatabaseInUse):
            restore(file.database, backup, folder, NIGHT, by="ada")
        after = file.database.read_bytes() if damage != "gone" else None
        assert after == before
        assert not list(file.root.glob("*.damaged-*"))
    assert restore(file.database, backup, folder, NIGHT, by="ada") is None
    assert records(file) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="Windows replaces no file that is open")
def test_a_program_that_was_started_while_the_backup_was_copied_keeps_a_damaged_database(
    backup: Path, file: DataDir, folder: Path
) -> None:
    tear_table(file.database, "mailboxes")
    with (
        ExitStack() as programs,
        at_copy(1, "c_return", lambda: programs.enter_context(child(HAS_IT_OPEN, file))),
        pytest.raises(DatabaseInUse),
    ):
        restore(file.database, backup, folder, NIGHT, by="ada")
    assert records(file) == 5
    assert not file.database.with_name("trackit.sqlite3.restoring").exists()


def test_a_monitor_that_lives_on_a_damaged_database_keeps_it_from_being_replaced(
    backup: Path, file: DataDir, folder: Path
) -> None:
    opened = open_database(file.database_url, file)
    now = datetime.now(UTC)
    with opened.begin() as transaction:
        transaction.monitoring.report(Host("1", "HELPDESK01", "headless", "running", 1, now, now))
    opened.close()
    tear_table(file.database, "mailboxes")
    with pytest.raises(MonitorAlive) as caught:
        restore(file.database, backup, folder, NIGHT, by="ada")
    assert "HELPDESK01" in str(caught.value)
    assert records(file) == 5


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has such a file")
def test_where_nobody_knows_whether_it_is_open_the_admin_must_say_that_all_is_stopped(
    backup: Path, file: DataDir, folder: Path
) -> None:
    let_nobody_write(file.database)
    with pytest.raises(UseUnknown):
        restore(file.database, backup, folder, NIGHT, by="ada")
    assert file.database.readlink() == READ_ONLY
    assert restore(file.database, backup, folder, NIGHT, by="ada", all_stopped=True) is None
    assert records(file) == 2


@pytest.fixture
def another(tmp_path: Path, backup: Path) -> DataDir:
    """A new database on another computer."""
    made = DataDir(tmp_path / "another").make()
    made.key_file.write_bytes((tmp_path / "data" / "secret.key").read_bytes())
    open_database(made.database_url, made).close()
    return made


def test_a_new_database_takes_any_backup_one_in_use_only_its_own(backup: Path, another: DataDir, file: DataDir) -> None:
    folder = backup_folder(another.database, "")
    assert not preview_restore(another.database, backup).same_database
    restore(another.database, backup, folder, NIGHT, by="ada")
    assert records(another) == 2
    foreign = DataDir(another.root.with_name("third")).make()
    foreign.key_file.write_bytes(another.key_file.read_bytes())
    opened = open_database(foreign.database_url, foreign)
    add_records(opened, 1)
    opened.close()
    with pytest.raises(BackupOfAnother):
        restore(foreign.database, backup, folder, NIGHT, by="ada")
    assert records(foreign) == 1


@pytest.mark.parametrize("damage", ["gone", "junk", "torn"])
def test_a_damaged_database_is_replaced_and_kept_aside(backup: Path, file: DataDir, folder: Path, damage: str) -> None:
    if damage == "gone":
        file.database.unlink()
    elif damage == "junk":
        file.database.write_bytes(b"junk" * 10_000)
        file.database.with_name("trackit.sqlite3-wal").write_bytes(b"junk")
    else:
        enlarge(file.database, 1)
        tear(file.database)
    before = file.database.read_bytes() if damage != "gone" else None
    assert restore(file.database, backup, folder, NIGHT, by="ada") is None
    assert records(file) == 2
    aside = sorted(each.name for each in file.root.glob("*.damaged-*"))
    assert len(aside) == (damage != "gone")
    if before:
        header = 100  # counts how often the file was written to
        assert (file.root / aside[0]).read_bytes()[header:] == before[header:]
    open_database(file.database_url, file).close()


@pytest.mark.skipif(sys.platform != "linux", reason="Linux has a file that is there and cannot be read")
def test_a_database_that_the_disk_does_not_give_back_is_replaced(backup: Path, file: DataDir, folder: Path) -> None:
    file.database.unlink()
    file.database.symlink_to("/proc/self/mem")
    assert preview_restore(file.database, backup).present is None
    assert restore(file.database, backup, folder, NIGHT, by="ada") is None
    assert records(file) == 2
    [aside] = file.root.glob("*.damaged-*")
    assert aside.readlink() == Path("/proc/self/mem")


def test_a_locked_database_is_not_taken_for_a_damaged_one(backup: Path, file: DataDir, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_files, "BUSY_SECONDS", 0)
    with closing(sqlite3.connect(file.database)) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DatabaseLocked):
            preview_restore(file.database, backup)


def test_what_cannot_be_restored_changes_nothing(backup: Path, file: DataDir, folder: Path) -> None:
    newer, torn = folder / "newer.sqlite3", folder / "torn.sqlite3"
    newer.write_bytes(backup.read_bytes())
    with closing(sqlite3.connect(newer)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    torn.write_bytes(backup.read_bytes())
    enlarge(torn, 1)
    tear(torn)
    with pytest.raises(BackupNewer):
        restore(file.database, newer, folder, NIGHT, by="ada")
    with pytest.raises(BackupUnreadable):
        restore(file.database, torn, folder, NIGHT, by="ada")
    cancel = Cancel()
    cancel.set()
    with cancellable(cancel), pytest.raises(Cancelled):
        restore(file.database, backup, folder, NIGHT, by="ada")
    assert records(file) == 5


@pytest.mark.covers("SEC-02")
def test_a_backup_from_before_the_key_was_changed_is_told(backup: Path, file: DataDir) -> None:
    opened = open_database(file.database_url, file)
    opened.rotate_key("ada")
    opened.close()
    preview = preview_restore(file.database, backup)
    assert (preview.same_database, preview.same_key) == (True, False)


def test_a_folder_that_cannot_be_written_to_is_told(backup: Path, file: DataDir, folder: Path) -> None:
    file.database.unlink()
    (file.root / "trackit.sqlite3.restoring").mkdir()
    with pytest.raises(RestoreFailed):
        restore(file.database, backup, folder, NIGHT, by="ada")
    assert not file.database.exists()


def test_an_older_schema_is_restored_and_then_asked_to_be_upgraded(file: DataDir, folder: Path) -> None:
    engine = make_engine(file.database_url)
    schema.upgrade(engine, "0005")
    old = back_up(file.database, folder, NIGHT)
    schema.upgrade(engine)
    engine.dispose()
    preview = preview_restore(file.database, old)
    assert preview.is_older_schema
    restore(file.database, old, folder, NIGHT, by="ada")
    assert schema_state(file.database_url) == (SchemaState.OLDER, "0005")
