"""The schedule of backups and how they go, as the database keeps them (DB-04, DB-01)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.clock import BEGINNING, ManualClock
from trackit_console.settings.backups import Backups
from trackit_console.settings.configuration_reading import read_configuration
from trackit_console.settings.configuration_writing import write_configuration
from trackit_console.store.backup_errors import BackupFolderMissing
from trackit_console.store.backup_status import BACKUP_STATUS, BackupStatus
from trackit_console.store.config_export import export_configuration
from trackit_console.store.config_import import import_configuration
from trackit_console.store.database import Database
from trackit_console.store.row_mapping import Stored
from trackit_console.store.saving_errors import Conflict
from trackit_console.store.tables import PropertyRow

pytestmark = pytest.mark.covers("DB-01")
WEEKLY = Backups(enabled=False, time="23:30", kept_days=90, folder=r"\\nas\share")


@pytest.mark.covers("DB-04")
def test_the_schedule_is_kept_and_the_second_of_two_admins_is_told(database: Database) -> None:
    with database.begin() as transaction:
        before = transaction.audit.revision()
        stored = transaction.settings.backups()
        assert stored.value == Backups()
        transaction.settings.save_backups(Stored(1, stored.version, WEEKLY), "ada")
    with pytest.raises(Conflict) as caught, database.begin() as transaction:
        transaction.settings.save_backups(Stored(1, stored.version, Backups()), "bo")
    assert caught.value.saved.value == WEEKLY  # type: ignore[attr-defined] # a `Stored`
    with database.reading() as transaction:
        after, [entry] = transaction.audit.revision(), transaction.audit.latest()
        assert (entry.kind, entry.actor, entry.action) == ("backups", "ada", "changed")
        assert (after.number, after.immediate) == (before.number, before.immediate + 1), "no restart is needed"


@pytest.mark.covers("DB-06")
def test_the_schedule_is_part_of_the_configuration_file(database: Database) -> None:
    with database.begin() as transaction:
        transaction.settings.save_backups(Stored(1, 1, WEEKLY), "ada")
        written = write_configuration(export_configuration(transaction))
        transaction.settings.save_backups(Stored(1, 2, Backups()), "ada")
        import_configuration(transaction, read_configuration(written, Path.cwd()), "ada")
        assert transaction.settings.backups().value == WEEKLY
        import_configuration(transaction, read_configuration("version: 1\n", Path.cwd()), "ada")
        assert transaction.settings.backups().value == WEEKLY


def test_how_it_went_is_kept_and_seen_by_every_console(database: Database, clock: ManualClock) -> None:
    failed = BackupStatus(since=BEGINNING, tried_at=BEGINNING).failed(
        BackupFolderMissing("gone " * 1000, folder=Path("/mnt/nas"))
    )
    marks = [database.glance().marks]
    for status in (failed, failed.made(BEGINNING + timedelta(days=1))):
        with database.begin() as transaction:
            transaction.backup_status.save(status)
        with database.reading() as transaction:
            assert transaction.backup_status.read() == status
        marks.append(database.glance().marks)
    assert len(set(marks)) == 3
    assert (failed.code, failed.facts) == ("backup_folder_missing", {"folder": "/mnt/nas"})
    with database.begin() as transaction:
        changed = update(PropertyRow).where(PropertyRow.name == BACKUP_STATUS)
        transaction.session.execute(changed.values({PropertyRow.value: '{"since": 7}'}))
        assert transaction.backup_status.read() == BackupStatus()
