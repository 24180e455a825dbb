"""What can go wrong when a backup is restored, named by what an admin does next (DB-01).

    StoreError
    +-- BackupUnreadable        choose another backup
    +-- BackupNewer             install the newer version
    +-- BackupOfAnother         restore it into a new database
    +-- MonitorAlive            stop the email monitor
    +-- DatabaseInUse           close other consoles
    +-- UseUnknown              stop every program, and confirm it
    +-- RestoreFailed           look at the disk and the network, try again

After each of them the database is as it was.
"""

from __future__ import annotations

from trackit_console.store.errors import StoreError
from trackit_console.user_messages import QT_TRANSLATE_NOOP


class BackupUnreadable(StoreError):
    """The file is not a backup of this program, or it is damaged."""

    code = "backup_unreadable"
    sentence = QT_TRANSLATE_NOOP("store", "{file} is damaged or is not a backup of this program.")
    remedy = QT_TRANSLATE_NOOP("store", "Choose another backup. The database was not changed.")


class BackupNewer(StoreError):
    """A newer version of the program made the backup."""

    code = "backup_newer"
    sentence = QT_TRANSLATE_NOOP("store", "{file} was made by a newer version of this program.")
    remedy = QT_TRANSLATE_NOOP("store", "Install the newer version, then restore it. The database was not changed.")


class BackupOfAnother(StoreError):
    """The backup is of another database, and the present one is in use: mailboxes or records would be mixed up."""

    code = "backup_of_another"
    sentence = QT_TRANSLATE_NOOP("store", "{file} is a backup of another database.")
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "It can be restored only into a new database without mailboxes and records: start the program with another --data-dir. The database was not changed.",
    )


class MonitorAlive(StoreError):
    """An email monitor of another process works on the database."""

    code = "monitor_alive"
    sentence = QT_TRANSLATE_NOOP("store", "An email monitor on {host} still works on this database.")
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "End that program: stop its service, or close that console. If it was ended just now, wait 15 seconds. The database was not changed.",
    )


class DatabaseInUse(StoreError):
    """Another program has the file open."""

    code = "database_in_use"
    sentence = QT_TRANSLATE_NOOP("store", "Another program has the database open.")
    remedy = QT_TRANSLATE_NOOP("store", "Close other consoles and commands on this database. The database was not changed.")


class UseUnknown(StoreError):
    """SQLite cannot tell, as the file is damaged or may not be written to, and neither can the operating system."""

    code = "use_unknown"
    sentence = QT_TRANSLATE_NOOP("store", "It cannot be found out whether another program has the database open.")
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "Stop the service of the email monitor, and close other consoles and commands on this database: mail that such a program takes would be lost. Then confirm it, on the command line by --all-stopped. The database was not changed.",
    )


class RestoreFailed(StoreError):
    """The operating system failed while a backup was restored."""

    code = "restore_failed"
    sentence = QT_TRANSLATE_NOOP("store", "{file} could not be restored.")
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "Check that the backup can be reached and that this account may write to the folder of the database, then try again. The database was not changed.",
    )
