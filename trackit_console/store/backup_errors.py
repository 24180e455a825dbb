"""What can go wrong when a backup is made, named by what an admin does next (DB-01).

    StoreError
    +-- BackupFolderMissing     create the folder, or connect to the network
    +-- BackupNotWritten        look at the rights and the connection of the folder
    +-- BackupDiskFull          make room in the folder
    +-- BackupExists            choose another name
    +-- BackupFailed            report it
    +-- BackupNotWhole          look at the disk: the copy differs from the database
    +-- NotEmbedded             ask the administrator of the database server

What can go wrong when one is restored is in `store.restore_errors`.
"""

from __future__ import annotations

from trackit_console.store.errors import StoreError
from trackit_console.user_messages import QT_TRANSLATE_NOOP


class BackupFolderMissing(StoreError):
    """The folder that was set does not exist. It is not created: it may be a network drive that is not connected."""

    code = "backup_folder_missing"
    sentence = QT_TRANSLATE_NOOP("store", "The folder {folder} for backups does not exist or cannot be reached.")
    remedy = QT_TRANSLATE_NOOP("store", "Create the folder, connect to the network drive, or choose another folder.")


class BackupNotWritten(StoreError):
    """The operating system refused to write the backup."""

    code = "backup_not_written"
    sentence = QT_TRANSLATE_NOOP("store", "The backup could not be written to {folder}.")
    remedy = QT_TRANSLATE_NOOP(
        "store", "Check that the folder can be reached and that this account may write and delete there. Older backups are kept."
    )


class BackupDiskFull(StoreError):
    """There is no room for the backup."""

    code = "backup_disk_full"
    sentence = QT_TRANSLATE_NOOP("store", "There is not enough room for a backup in {folder}.")
    remedy = QT_TRANSLATE_NOOP("store", "Free some space, or choose another folder. Older backups are kept.")


class BackupExists(StoreError):
    """There is a file of the name that was asked for."""

    code = "backup_exists"
    sentence = QT_TRANSLATE_NOOP("store", "There is a file {file} already.")
    remedy = QT_TRANSLATE_NOOP("store", "Choose another name, or delete that file. Nothing was changed.")


class BackupFailed(StoreError):
    """An exception that nobody expected."""

    code = "backup_failed"
    sentence = QT_TRANSLATE_NOOP("store", "Something unexpected happened while the database was backed up.")
    remedy = QT_TRANSLATE_NOOP("store", "Try it again. If it fails again, report it with the log file of the email monitor.")


class BackupNotWhole(StoreError):
    """The copy is not a whole database, so it was deleted."""

    code = "backup_not_whole"
    sentence = QT_TRANSLATE_NOOP("store", "The backup was checked and is not a whole copy of the database. It was deleted.")
    remedy = QT_TRANSLATE_NOOP(
        "store", "Try another folder. If it happens again, the database or the disk may be damaged: keep the older backups."
    )


class NotEmbedded(StoreError):
    """The database is on a server."""

    code = "not_embedded"
    sentence = QT_TRANSLATE_NOOP("store", "The database {database} is on SQL Server.")
    remedy = QT_TRANSLATE_NOOP("store", "Its backups are made and restored on the server. Ask the database administrator.")
