"""What can be wrong with the schema of a database when it is opened or upgraded (DB-03).

StoreError
+-- SchemaNewer             tell the admin: made by a newer version of the program
+-- SchemaOlder             ask the admin to upgrade it
+-- SchemaMissing           ask the admin to have the tables created
+-- OtherDefaultSchema      tell the admin: this account would make tables where others do not find them
+-- NoScriptForFile         tell the admin: the program upgrades a file by itself
+-- NoScriptFromSchema      tell the admin: the program upgrades so old a database by itself
"""

from __future__ import annotations

from trackit_console.store.errors import StoreError
from trackit_console.user_messages import QT_TRANSLATE_NOOP


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
    """A database on a server shows none of our tables: nobody but its administrator makes them there (DB-03)."""

    code = "database_empty"
    sentence = QT_TRANSLATE_NOOP(
        "store", "The database {database} is empty, or this account is in none of the roles that see its tables."
    )
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "If the tables are there, ask the database administrator to add the account to the role trackit_console, or to trackit_monitor for a service. If not, create them with: trackit-console db upgrade. Or give the output of: trackit-console db sql to the administrator.",
    )


class OtherDefaultSchema(StoreError):
    """On SQL Server a table is made in the default schema of the account, and looked for there and in dbo: no other is found by all."""

    code = "other_default_schema"
    sentence = QT_TRANSLATE_NOOP(
        "store", "The tables belong in the schema {schema} of {database}, and this account would make them elsewhere."
    )
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "Ask the database administrator to make it the default schema of this account (ALTER USER … WITH DEFAULT_SCHEMA), or to run the output of: trackit-console db sql. Nothing was changed.",
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


class NoScriptFromSchema(StoreError):
    """A database on a server is so old that its upgrade rewrites what is in it, which SQL alone cannot do."""

    code = "no_script_from_schema"
    sentence = QT_TRANSLATE_NOOP("store", "There is no SQL for the database {database}: it is still at schema {revision}.")
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "Its upgrade rewrites stored addresses. Make a backup, then have an account that may change tables run: trackit-console db upgrade.",
    )
