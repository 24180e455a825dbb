"""What can be wrong with the choice of a database, which `store.chosen_database` keeps (DB-02).

StoreError
+-- ChoiceUnreadable        tell the admin: choose the database again
+-- ChoiceNotKept           tell the admin: the data directory cannot be written
+-- DatabasePasswordMissing tell the admin: this account does not have the password of the chosen database
"""

from __future__ import annotations

from trackit_console.store.errors import StoreError
from trackit_console.user_messages import QT_TRANSLATE_NOOP


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
