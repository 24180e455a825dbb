"""What can be wrong with a database itself when it is opened or tested (DB-02).

StoreError
+-- DatabaseMissing         tell the admin: there is no such file
+-- DatabaseDamaged         tell the admin: the file is not a database any more, or not one of ours
+-- KeepsWrongly            tell the admin: what is written does not come back as it was

Its schema is in `store.schema_errors`, its key in `store.key_errors`, the choice of it in `store.chosen_database_errors`.
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
