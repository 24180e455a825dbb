"""What can go wrong with the database, named by what the caller does next.

    StoreError
    +-- DatabaseUnavailable     wait and try again: it cannot be reached now
    |   +-- DatabaseBusy        run the whole transaction again (`store.retry`): deadlock, lock, throttling
    |   |   +-- DatabaseLocked  the same, of a file that another program holds
    |   +-- DatabaseTimedOut    wait and try again: no answer in time
    |   +-- DatabaseOffline     wait and try again: failing over, moved to another server, restored, offline
    |   |   +-- DatabaseReadOnly  the same: it can be read and not written
    |   +-- DatabaseServerError wait and try again: a number that this program does not know
    +-- DatabaseRefused         tell the admin: see `store.access_errors`, `store.connection_errors`
    +-- DiskFull                tell the admin, wait: nothing is taken until there is room
    +-- NotStorable             set the message aside: the database refuses this row
    |   +-- RecordMissing       tell the admin: the record does not exist
    |   +-- UniqueTaken         look again and decide anew: another transaction took the key first
    +-- LeaseLost               stop this poll cycle: another monitor has the mailbox
    +-- Conflict, …             see `store.saving_errors`
    +-- DatabaseMissing, …      see `store.opening_errors`
    +-- SchemaOlder, …          see `store.schema_errors`
    +-- WrongKey, …             see `store.key_errors`
    +-- CopyRefused             tell the admin: see `store.copy_errors`
    +-- Cancelled               nothing: the user asked for it

`transient` marks those that usually pass by themselves. `store.driver_errors` decides which exception of a driver becomes
which of these.
"""

from __future__ import annotations

from typing import ClassVar

from trackit_console.user_messages import QT_TRANSLATE_NOOP, Problem


class StoreError(Problem):
    """Base: something with the database."""

    context = "store"
    transient: ClassVar[bool] = False


class DatabaseUnavailable(StoreError):
    """The database cannot be used now; nothing was written (DB-05)."""

    code = "database_unavailable"
    transient = True
    sentence = QT_TRANSLATE_NOOP("store", "The database cannot be reached.")
    remedy = QT_TRANSLATE_NOOP(
        "store", "Check that the database server runs and that this computer can reach it. Nothing is lost meanwhile."
    )


class DatabaseBusy(DatabaseUnavailable):
    """A deadlock, a lock time-out or throttling. The same transaction may succeed in a moment."""

    code = "database_busy"
    sentence = QT_TRANSLATE_NOOP("store", "The database server is too busy at the moment.")
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "Background work is tried again by itself; what you were saving, save again. If this happens often, ask the database administrator to look for locks and to turn on READ_COMMITTED_SNAPSHOT.",
    )


class DatabaseLocked(DatabaseBusy):
    """Another program keeps the database file locked for longer than we wait."""

    code = "database_locked"
    sentence = QT_TRANSLATE_NOOP("store", "Another program keeps the database locked.")
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "Close other programs that have the database open, a backup for example. Background work is tried again by itself; what you were saving, save again.",
    )


class DatabaseTimedOut(DatabaseUnavailable):
    """Connecting or a statement took too long."""

    code = "database_timed_out"
    sentence = QT_TRANSLATE_NOOP("store", "The database server did not answer in time.")
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "Check the server name and port, that the server runs and is not overloaded, and the firewall in between. Background work is tried again by itself; what you were saving, save again.",
    )


class DatabaseOffline(DatabaseUnavailable):
    """The server runs, but the database cannot be used or written to at the moment."""

    code = "database_offline"
    sentence = QT_TRANSLATE_NOOP("store", "The database is not available on its server at the moment.")
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "The database may be starting, moving to another server or being restored, or was set offline. Background work is tried again by itself; what you were saving, save again. If it lasts, ask the database administrator.",
    )


class DatabaseReadOnly(DatabaseOffline):
    """The database can be read and not written: a replica after a failover, or one that its administrator set so (error 3906)."""

    code = "database_read_only"
    sentence = QT_TRANSLATE_NOOP("store", "The database {database} is read-only: nothing can be written to it.")
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "After a failover this passes by itself. If it lasts, ask the database administrator to allow writing (ALTER DATABASE … SET "
        "READ_WRITE). With an availability group, the server in Database Connection must be the name of its listener. Mail stays on "
        "the mail server meanwhile.",
    )


class DatabaseServerError(DatabaseUnavailable):
    """The server reported an error that does not concern the data to be stored."""

    code = "database_server_error"
    sentence = QT_TRANSLATE_NOOP("store", "The database server reported an error.")
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "Background work is tried again by itself; what you were saving, save again. If it lasts, give the technical details to the database administrator.",
    )


class DatabaseRefused(StoreError):
    """The database cannot be used until an admin changes something. Base of `store.access_errors` and
    `store.connection_errors`.
    """


class DiskFull(StoreError):
    """The disk is full; nothing was written."""

    code = "disk_full"
    sentence = QT_TRANSLATE_NOOP("store", "There is no room left on the disk of the database.")
    remedy = QT_TRANSLATE_NOOP("store", "Free some space. Mail stays on the mail server until there is room.")


class NotStorable(StoreError):
    """The database refuses this row: a value does not fit, or a constraint is violated."""

    code = "not_storable"
    sentence = QT_TRANSLATE_NOOP("store", "The database refused to store this.")
    remedy = QT_TRANSLATE_NOOP("store", "Read the message and try it again; report it if it happens again.")


class RecordMissing(NotStorable):
    """A record that was to be changed does not exist; nothing was written."""

    code = "record_missing"
    sentence = QT_TRANSLATE_NOOP("store", "There is no {record}.")
    remedy = QT_TRANSLATE_NOOP("store", "Check the number of the record. Nothing was changed.")


class UniqueTaken(NotStorable):
    """A row with this unique key exists, often because another transaction wrote it a moment ago."""

    code = "unique_taken"
    sentence = QT_TRANSLATE_NOOP("store", "The database has this already.")
    remedy = QT_TRANSLATE_NOOP("store", "Look at what was saved in the meantime, then try again.")


class LeaseLost(StoreError):
    """Another monitor has taken over the mailbox; nothing was written (RUN-02)."""

    code = "lease_lost"
    sentence = QT_TRANSLATE_NOOP("store", "Another monitor has taken over this mailbox.")
    remedy = QT_TRANSLATE_NOOP("store", "Nothing needs to be done: the other monitor carries on.")


class CopyRefused(StoreError):
    """A database is not copied, or the copy was taken back. Base of `store.copy_errors`."""


class Cancelled(StoreError):
    """The user cancelled; the transaction was rolled back."""

    code = "cancelled"
    sentence = QT_TRANSLATE_NOOP("store", "Cancelled.")
    remedy = ""
