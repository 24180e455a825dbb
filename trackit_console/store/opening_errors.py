"""What can be wrong with a database when it is opened: its file, its schema, its key, the choice of it (DB-02, DB-03, SEC-02).

StoreError
+-- DatabaseMissing         tell the admin: there is no such file
+-- DatabaseDamaged         tell the admin: the file is not a database any more, or not one of ours
+-- SchemaNewer             tell the admin: made by a newer version of the program
+-- SchemaOlder             ask the admin to upgrade it
+-- SchemaMissing           ask the admin to have the tables created
+-- NoScriptForFile         tell the admin: the program upgrades a file by itself
+-- WrongKey                tell the admin: the secrets were sealed on another computer
|   +-- KeyOutOfReach       tell the admin: the keyring of this account cannot be used, as by a service
+-- RecoveryKeyChanged      tell the admin: show the recovery key again
+-- ChoiceUnreadable        tell the admin: choose the database again
+-- ChoiceNotKept           tell the admin: the data directory cannot be written
+-- DatabasePasswordMissing tell the admin: this account does not have the password of the chosen database
+-- KeepsWrongly            tell the admin: what is written does not come back as it was
"""

from __future__ import annotations

from typing import ClassVar

from trackit_console.store.errors import StoreError
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase


class DatabaseMissing(StoreError):
    """The database file does not exist."""

    code = "database_missing"
    sentence = QT_TRANSLATE_NOOP("store", "There is no database {file} yet.")
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "It is created when the console or the email monitor is started, or by “db upgrade”. Check the path for a typing error.",
    )


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
