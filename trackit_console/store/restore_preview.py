"""What restoring a backup would do to the embedded database, and what would be lost (DB-01). Nothing is changed."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from trackit_console.store.backup_contents import Contents, contents_of, read_contents
from trackit_console.store.errors import DatabaseLocked
from trackit_console.store.restore_errors import BackupNewer, BackupOfAnother
from trackit_console.store.schema import SchemaState
from trackit_console.store.sqlite_files import is_locked, opened


@dataclass(frozen=True, slots=True)
class RestorePreview:
    """What restoring a backup would do. `present` is what the database has now; None if it is missing or damaged."""

    backup: Contents
    present: Contents | None

    @property
    def is_older_schema(self) -> bool:
        """Whether the database is to be upgraded afterwards."""
        return self.backup.state is SchemaState.OLDER

    @property
    def lost_records(self) -> int:
        """Records that were made since."""
        return max(0, self.present.last_record - self.backup.last_record) if self.present else 0

    @property
    def lost_messages(self) -> int:
        """Messages that were taken since."""
        return max(0, self.present.last_message - self.backup.last_message) if self.present else 0

    @property
    def lost_changes(self) -> int:
        """Changes of settings, and other things that people did, since."""
        return max(0, self.present.last_change - self.backup.last_change) if self.present else 0

    @property
    def same_database(self) -> bool:
        """Whether the backup was made of this database."""
        return self.present is not None and self.present.database_id == self.backup.database_id

    @property
    def same_key(self) -> bool:
        """Whether its secrets are sealed with the present key: if not, this computer may lack the key."""
        return self.present is not None and self.present.key_check == self.backup.key_check


def preview_restore(database: Path, backup: Path) -> RestorePreview:
    """Reads what would be lost; changes nothing.

    Raises `BackupUnreadable`, `BackupNewer`, `BackupOfAnother`, `DatabaseLocked`.
    """
    found = contents_of(backup)
    if found.state is SchemaState.NEWER:
        raise BackupNewer(file=backup.name)
    present = _present(database)
    if present and not present.is_new and present.database_id != found.database_id:
        raise BackupOfAnother(file=backup.name)
    return RestorePreview(found, present)


def _present(database: Path) -> Contents | None:
    if not database.is_file():
        return None
    try:
        with opened(database) as live:
            return read_contents(live)
    except sqlite3.DatabaseError as error:
        if is_locked(error):  # it may be as whole as can be
            raise DatabaseLocked(str(error)) from error
        return None
    except ValueError:
        return None
