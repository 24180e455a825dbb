"""The backups in a folder, each with what is in it and what can be done with it (DB-01)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trackit_console.store.backup_contents import Contents
    from trackit_console.store.backup_files import BackupFile


class BackupState(StrEnum):
    """What can be done with a backup."""

    USABLE = "usable"
    OLDER = "older"
    NEWER = "newer"
    ANOTHER = "another"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class ListedBackup:
    """A backup and what is in it, None if it cannot be read."""

    file: BackupFile
    contents: Contents | None
    state: BackupState


@dataclass(frozen=True, slots=True)
class BackupList:
    """The backups in the folder that the settings name, newest first."""

    folder: Path
    rows: Sequence[ListedBackup]


def listed_backup(file: BackupFile, own: str | None) -> ListedBackup:
    """The backup with what is in it; `own` is the id of the open database."""
    from trackit_console.store.backup_contents import contents_of
    from trackit_console.store.restore_errors import BackupUnreadable
    from trackit_console.store.schema import SchemaState

    try:
        contents = contents_of(file.path)
    except BackupUnreadable:
        return ListedBackup(file, None, BackupState.DAMAGED)
    if contents.state is SchemaState.NEWER:
        state = BackupState.NEWER
    elif contents.database_id != own:
        state = BackupState.ANOTHER
    else:
        state = BackupState.OLDER if contents.state is SchemaState.OLDER else BackupState.USABLE
    return ListedBackup(file, contents, state)
