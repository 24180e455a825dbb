"""What can go wrong with the database, named by what the caller does next.

    StoreError
    +-- DatabaseUnavailable     wait and try again: it cannot be reached now
    |   +-- DatabaseBusy        run the whole transaction again (`store.retry`): deadlock, lock, throttling
    |   |   +-- DatabaseLocked  the same, of a file that another program holds
    |   +-- DatabaseTimedOut    wait and try again: no answer in time
    |   +-- DatabaseOffline     wait and try again: failing over, moved to another server, restored, offline
    |   |   +-- DatabaseReadOnly  the same: it can be read and not written
    |   +-- DatabaseServerError wait and try again: a number that this program does not know
    +-- DatabaseRefused         tell the admin: see `store.access_errors`
    +-- DatabaseMissing         tell the admin: there is no such file
    +-- ChoiceUnreadable        tell the admin: choose the database again
    +-- ChoiceNotKept           tell the admin: the data directory cannot be written
    +-- DatabasePasswordMissing tell the admin: this account does not have the password of the chosen database
    +-- KeepsWrongly            tell the admin: what is written does not come back as it was
    +-- DiskFull                tell the admin, wait: nothing is taken until there is room
    +-- DatabaseDamaged         tell the admin: the file is not a database any more, or not one of ours
    +-- SchemaNewer             tell the admin: made by a newer version of the program
    +-- SchemaOlder             ask the admin to upgrade it
    +-- WrongKey                tell the admin: the secrets were sealed on another computer
    |   +-- KeyOutOfReach       tell the admin: the keyring of this account cannot be used, as by a service
    +-- RecoveryKeyChanged      tell the admin: show the recovery key again
    +-- NotStorable             set the message aside: the database refuses this row
    |   +-- RecordMissing       tell the admin: the record does not exist
    |   +-- UniqueTaken         look again and decide anew: another transaction took the key first
    +-- AccountTaken            tell the admin: another mailbox reads the same account and folder
    +-- TemplateInUse           tell the admin: other settings name the template
    +-- DefinitionInUse         tell the admin: notifications, rules or service levels name it
    +-- LeaseLost               stop this poll cycle: another monitor has the mailbox
    +-- Conflict                show both versions: somebody else saved first (DB-04)
    |   +-- RecordChanged       show the record as it is now
    |   +-- RecordDeleted       show that it is gone
    +-- CopyRefused             tell the admin: see `store.copy_errors`
    +-- ChangedSincePreview     show the preview again: an import would not do what was shown
    |   +-- ConfigurationChanged  the same for the whole configuration
    +-- Cancelled               nothing: the user asked for it

`transient` marks those that usually pass by themselves. `store.driver_errors` decides which exception of a driver becomes
which of these.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase, Problem


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
        "It is tried again by itself. If this happens often, ask the database administrator to look for locks and to turn on READ_COMMITTED_SNAPSHOT.",
    )


class DatabaseLocked(DatabaseBusy):
    """Another program keeps the database file locked for longer than we wait."""

    code = "database_locked"
    sentence = QT_TRANSLATE_NOOP("store", "Another program keeps the database locked.")
    remedy = QT_TRANSLATE_NOOP(
        "store", "Close other programs that have the database open, a backup for example. It is tried again by itself."
    )


class DatabaseTimedOut(DatabaseUnavailable):
    """Connecting or a statement took too long."""

    code = "database_timed_out"
    sentence = QT_TRANSLATE_NOOP("store", "The database server did not answer in time.")
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "Check the server name and port, that the server runs and is not overloaded, and the firewall in between. It is tried again by itself.",
    )


class DatabaseOffline(DatabaseUnavailable):
    """The server runs, but the database cannot be used or written to at the moment."""

    code = "database_offline"
    sentence = QT_TRANSLATE_NOOP("store", "The database is not available on its server at the moment.")
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "The database may be starting, moving to another server or being restored, or was set offline. It is tried again by itself; if it lasts, ask the database administrator.",
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
        "store", "It is tried again by itself. If it lasts, give the technical details to the database administrator."
    )


class DatabaseRefused(StoreError):
    """The database cannot be used until an admin changes something. Base of `store.access_errors`."""


class DatabaseMissing(StoreError):
    """The database file does not exist."""

    code = "database_missing"
    sentence = QT_TRANSLATE_NOOP("store", "There is no database {file} yet.")
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "It is created when the console or the email monitor is started, or by “db upgrade”. Check the path for a typing error.",
    )


class DiskFull(StoreError):
    """The disk is full; nothing was written."""

    code = "disk_full"
    sentence = QT_TRANSLATE_NOOP("store", "There is no room left on the disk of the database.")
    remedy = QT_TRANSLATE_NOOP("store", "Free some space. Mail stays on the mail server until there is room.")


class DatabaseDamaged(StoreError):
    """The file is not a database, or parts of it cannot be read."""

    code = "database_damaged"
    sentence = QT_TRANSLATE_NOOP("store", "{database} is damaged or is not a database of this program.")
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "Put the last backup in its place, or move the file away to begin with an empty database. The file was not changed.",
    )


class SchemaNewer(StoreError):
    """A newer version of the program has upgraded this database (DB-03)."""

    code = "database_newer"
    sentence = QT_TRANSLATE_NOOP("store", "The database was upgraded by a newer version of this program.")
    remedy = QT_TRANSLATE_NOOP("store", "Install the newer version on this computer. The database was not changed.")


class SchemaOlder(StoreError):
    """The database must be upgraded before this version can use it (DB-03)."""

    code = "database_older"
    sentence = QT_TRANSLATE_NOOP("store", "The database was made by an older version of this program.")
    remedy = QT_TRANSLATE_NOOP("store", "Make a backup, then upgrade it: trackit-console db upgrade.")


class SchemaMissing(StoreError):
    """A database on a server has none of our tables: nobody but its administrator makes them there (DB-03)."""

    code = "database_empty"
    sentence = QT_TRANSLATE_NOOP("store", "The database {database} has no tables of this program yet.")
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "Create them with: trackit-console db upgrade. Or give the output of: trackit-console db sql to the database administrator.",
    )


class NoScriptForFile(StoreError):
    """The embedded database is upgraded by this program alone: the SQL would depend on what is in it."""

    code = "no_script_for_file"
    sentence = QT_TRANSLATE_NOOP(
        "store", "There is no SQL for the embedded database {database}: this program upgrades it itself."
    )
    remedy = QT_TRANSLATE_NOOP(
        "store", "Use: trackit-console db upgrade. For the SQL of a SQL Server database, name that one with --database."
    )


class WrongKey(StoreError):
    """The secrets in the database were sealed with a key that this computer does not have (SEC-02)."""

    code = "wrong_key"
    sentence = QT_TRANSLATE_NOOP(
        "store", "The passwords in this database were sealed with a key that this computer does not have."
    )
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "Show the recovery key on the first computer (Recovery Key in the menu, or trackit-console db key) and enter it here (or by "
        "trackit-console db enroll).",
    )


class KeyOutOfReach(WrongKey):
    """The keyring, in which the key may lie, cannot be used: the account is that of a service, or there is no keyring."""

    code = "key_out_of_reach"
    sentence = QT_TRANSLATE_NOOP(
        "store", "The key of the stored passwords is not in a file, and this account cannot use the keyring of this computer."
    )
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "For a service: run trackit-console db service-key as the user who set up the database, with the same --data-dir, and start the "
        "service again. Otherwise enter the recovery key (Recovery Key in the menu of the first computer) with trackit-console db enroll.",
    )


class RecoveryKeyChanged(StoreError):
    """The recovery key that was shown is not that of the database any more: somebody has changed the key meanwhile."""

    code = "recovery_key_changed"
    sentence = QT_TRANSLATE_NOOP(
        "store", "The key of the database was changed meanwhile. This recovery key opens nothing any more."
    )
    remedy = QT_TRANSLATE_NOOP("store", "Close this window, and show the recovery key again.")


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


class ChoiceUnreadable(StoreError):
    """The file that says which database is used cannot be read. No other database is used instead: mail could be taken twice."""

    code = "choice_unreadable"
    sentence = QT_TRANSLATE_NOOP("store", "Which database to use cannot be read from {file}.")
    remedy = QT_TRANSLATE_NOOP("store", "Choose the database again: Menu, Database Connection.")


class ChoiceNotKept(StoreError):
    """Which database to use could not be stored; the one before stays."""

    code = "choice_not_kept"
    sentence = QT_TRANSLATE_NOOP("store", "Which database to use cannot be written to {file}.")
    remedy = QT_TRANSLATE_NOOP("store", "Let this account write to the folder, or name another one with --data-dir.")


class DatabasePasswordMissing(StoreError):
    """The chosen database needs a password, which neither a file nor the keyring of this account has."""

    code = "database_password_missing"
    sentence = QT_TRANSLATE_NOOP("store", "This account does not have the password of the database {database}.")
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "Type it in the menu, Database Connection. For a service: run trackit-console db service-key as the user who chose the database, "
        "with the same --data-dir, and start the service again.",
    )


class KeepsWrongly(StoreError):
    """The database does not give back what was written; the fact `what` says which kind."""

    MOMENTS: ClassVar[Phrase] = Phrase("store", QT_TRANSLATE_NOOP("store", "fractions of a second are lost"))
    LETTERS: ClassVar[Phrase] = Phrase("store", QT_TRANSLATE_NOOP("store", "capital and small letters are taken for the same"))
    code = "keeps_wrongly"
    sentence = QT_TRANSLATE_NOOP("store", "The database does not give back what was written: {what}.")
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "Choose another driver, “ODBC Driver 18 for SQL Server” if possible. If it stays so, show the details to the database "
        "administrator.",
    )


class AccountTaken(StoreError):
    """Another mailbox reads this account and folder already."""

    code = "account_taken"
    sentence = QT_TRANSLATE_NOOP("store", "Another mailbox reads this account and folder already. Somebody has just added it.")
    remedy = QT_TRANSLATE_NOOP("store", "Look for it in the list of mailboxes. Two mailboxes cannot read the same folder.")


class TemplateInUse(StoreError):
    """A ticket template that mailboxes or the Email Monitor Settings name is not deleted."""

    code = "template_in_use"
    sentence = QT_TRANSLATE_NOOP("store", "The template {template} is in use: {places}.")
    remedy = QT_TRANSLATE_NOOP("store", "Choose another template there, then delete this one. Nothing was changed.")
    by_mailboxes = QT_TRANSLATE_NOOP("store", "by the mailboxes {mailboxes}")
    for_alerts = QT_TRANSLATE_NOOP("store", "in the Email Monitor Settings, for the ticket about a refused sign-in")
    by_both = QT_TRANSLATE_NOOP(
        "store", "by the mailboxes {mailboxes}, and in the Email Monitor Settings for the ticket about a refused sign-in"
    )

    def __init__(self, template: str, mailboxes: Sequence[str] = (), alert_ticket: bool = False) -> None:
        words = self.for_alerts if not mailboxes else self.by_both if alert_ticket else self.by_mailboxes
        super().__init__(template=template, places=Phrase(self.context, words, {"mailboxes": ", ".join(mailboxes)}))


class DefinitionInUse(StoreError):
    """A notification template that notifications, rules or service levels name is not deleted, nor a technician whom rules name."""

    code = "definition_in_use"
    sentence = QT_TRANSLATE_NOOP("store", "{name} is in use by: {users}.")
    remedy = QT_TRANSLATE_NOOP("store", "Choose another one there, then delete this one. Nothing was changed.")


class LeaseLost(StoreError):
    """Another monitor has taken over the mailbox; nothing was written (RUN-02)."""

    code = "lease_lost"
    sentence = QT_TRANSLATE_NOOP("store", "Another monitor has taken over this mailbox.")
    remedy = QT_TRANSLATE_NOOP("store", "Nothing needs to be done: the other monitor carries on.")


class Conflict(StoreError):
    """Somebody else saved in the meantime. `saved` is the current version, None if it was deleted (DB-04)."""

    code = "changed_meanwhile"
    sentence = QT_TRANSLATE_NOOP("store", "Somebody else changed this in the meantime.")
    remedy = QT_TRANSLATE_NOOP(
        "store", "Look at what was saved, then save yours again or take theirs. Nothing that you typed is lost."
    )

    def __init__(self, saved: object) -> None:
        super().__init__()
        self.saved = saved


class ChangedSincePreview(StoreError):
    """Between the preview of an import and the import, somebody else changed what it would change."""

    code = "changed_since_preview"
    sentence = QT_TRANSLATE_NOOP("store", "Somebody else has changed this list since the file was shown. Nothing was imported.")
    remedy = QT_TRANSLATE_NOOP("store", "Look at the file again: it is shown with what importing it would do now.")


class ConfigurationChanged(ChangedSincePreview):
    """Between the preview of a configuration file and its import, somebody else changed what it would change."""

    code = "configuration_changed"
    sentence = QT_TRANSLATE_NOOP(
        "store", "Somebody else has changed the settings since the file was shown. Nothing was imported."
    )
    remedy = ChangedSincePreview.remedy


class CopyRefused(StoreError):
    """A database is not copied, or the copy was taken back. Base of `store.copy_errors`."""


class RecordChanged(Conflict):
    """A record was changed since it was read, by mail or by somebody else; `saved` is the record as it is now."""

    code = "record_changed"
    sentence = QT_TRANSLATE_NOOP("store", "{record} was changed meanwhile, by mail or by somebody else. Nothing was changed now.")
    remedy = QT_TRANSLATE_NOOP(
        "store", "It is shown as it is now. If your change is still right, make it again. Nothing that you typed is lost."
    )

    def __init__(self, saved: object, record: str) -> None:
        super().__init__(saved)
        self.facts = {"record": record}


class RecordDeleted(Conflict):
    """A record was deleted since it was read."""

    code = "record_deleted"
    sentence = QT_TRANSLATE_NOOP("store", "{record} was deleted meanwhile. Nothing was changed now.")
    remedy = QT_TRANSLATE_NOOP("store", "If you typed a note, it is in the clipboard now.")

    def __init__(self, record: str) -> None:
        super().__init__(None)
        self.facts = {"record": record}


class Cancelled(StoreError):
    """The user cancelled; the transaction was rolled back."""

    code = "cancelled"
    sentence = QT_TRANSLATE_NOOP("store", "Cancelled.")
    remedy = ""
