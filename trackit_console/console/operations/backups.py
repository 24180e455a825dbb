"""Backups of the embedded database: making, listing and restoring them (DB-01)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from trackit_console.console.operations.listed_backups import BackupList, listed_backup
from trackit_console.domain.audit import Audited

if TYPE_CHECKING:
    from trackit_console.console.database_connection import DatabaseConnection
    from trackit_console.store.restore_preview import RestorePreview


@dataclass(frozen=True, slots=True)
class Restored:
    """`kept` is the backup of the content from before; None if that was damaged, and is kept beside the database."""

    kept: Path | None
    upgrade_needed: bool


class BackupOperations:
    """On the embedded database; on a database server each raises `NotEmbedded`. `restored` is called after a restore."""

    def __init__(self, connection: DatabaseConnection, restored: Callable[[], None]) -> None:
        self._connection = connection
        self._restored = restored

    @property
    def usual_folder(self) -> Path:
        """The folder beside the database, whose address must have been asked for before."""
        from trackit_console.store.backup_files import usual_folder

        return usual_folder(self._file)

    @property
    def _file(self) -> Path:
        from trackit_console.store.backup_files import database_file

        return database_file(self._connection.url)

    def list(self) -> BackupList:
        """Every backup in the folder; raises `BackupFolderMissing`."""
        from trackit_console.store.backup_contents import database_id_of_live, stored_backups
        from trackit_console.store.backup_files import backups_of, usual_folder

        chosen = stored_backups(self._file).folder
        folder = Path(chosen) if chosen else usual_folder(self._file)
        own = database_id_of_live(self._file)
        return BackupList(folder, [listed_backup(each, own) for each in backups_of(self._file, folder)])

    def back_up_now(self) -> Path:
        """Makes a backup in the folder of the settings, and deletes those that are too old."""
        from trackit_console.monitor.backup_runs import make_backup

        database = self._connection.database
        with database.reading() as transaction:
            settings = transaction.settings.backups().value
        made = make_backup(database, self._file, settings, self._connection.clock.now())
        with database.begin() as transaction:
            transaction.audit.noted("backed_up", Audited.BACKUPS, self._connection.actor, made.name)
        return made

    def preview(self, backup: Path) -> RestorePreview:
        """What restoring `backup` would do; changes nothing."""
        from trackit_console.store.restore_preview import preview_restore

        return preview_restore(self._file, backup)

    def restore(self, backup: Path, *, all_stopped: bool = False) -> Restored:
        """Restores `backup`. The engine in this console must have ended; whoever needs the database waits.

        Raises `UseUnknown` where the admin must confirm first that `all_stopped` is true of other programs.
        """
        from trackit_console.store.backup_contents import contents_of, stored_backups
        from trackit_console.store.backup_files import backup_folder
        from trackit_console.store.schema import SchemaState
        from trackit_console.store.sqlite_restore import restore

        folder = backup_folder(self._file, stored_backups(self._file).folder)
        upgrade_needed = contents_of(backup).state is SchemaState.OLDER
        with self._connection.closed():
            now, by = self._connection.clock.now(), self._connection.actor
            kept = restore(self._file, backup, folder, now, by=by, all_stopped=all_stopped)
        self._restored()
        if not upgrade_needed:
            self._note(backup)
        return Restored(kept, upgrade_needed)

    def _note(self, backup: Path) -> None:
        from trackit_console.store.errors import StoreError

        try:
            with self._connection.database.begin() as transaction:
                transaction.audit.noted("restored", Audited.BACKUPS, self._connection.actor, backup.name)
        except StoreError:  # the key of the restored database may be missing here: the window tells it by itself
            return
