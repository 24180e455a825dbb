"""Why SQL Server refuses this account, and what an admin must change (DB-01, DB-05).

    DatabaseRefused
    +-- SignInToDatabaseRefused     wrong name or password
    +-- DatabasePasswordExpired     the password must be changed on the server first
    +-- DatabaseAccountLocked       disabled or locked out
    +-- WindowsSignInRefused        no trusted domain, no Kerberos ticket
    +-- NoAccessToDatabase          not there, or not open to this account
    +-- DatabaseFirewall            Azure's firewall
    +-- DatabaseRightMissing        signed in, but may not read, write or create something
    +-- TablesNotSeen               signed in, and there are no tables, or none that it may see

A running monitor retries all the same: during a failover a server may refuse valid accounts for a while. Why a server is not
even reached is in `store.connection_errors`.
"""

from __future__ import annotations

from trackit_console.store.errors import DatabaseRefused
from trackit_console.user_messages import QT_TRANSLATE_NOOP


class SignInToDatabaseRefused(DatabaseRefused):
    """The user name or the password is wrong; the server does not say which."""

    code = "database_sign_in_refused"
    sentence = QT_TRANSLATE_NOOP("store", "The database server refused the user name or the password.")
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "Type both again. The server must also allow SQL Server authentication. Its own log tells the exact reason (error 18456).",
    )


class DatabasePasswordExpired(DatabaseRefused):
    """The password must be changed before it can be used."""

    code = "database_password_expired"
    sentence = QT_TRANSLATE_NOOP("store", "The password of the database account has expired or must be changed.")
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "Change the password on the database server, then enter the new one here. For this account, turn password expiration off.",
    )


class DatabaseAccountLocked(DatabaseRefused):
    """The account is disabled or locked out."""

    code = "database_account_locked"
    sentence = QT_TRANSLATE_NOOP("store", "The database account is disabled or locked.")
    remedy = QT_TRANSLATE_NOOP("store", "Ask the database administrator to enable or unlock the account.")


class WindowsSignInRefused(DatabaseRefused):
    """Windows authentication failed: no trusted domain, or no Kerberos ticket."""

    code = "database_windows_sign_in_refused"
    sentence = QT_TRANSLATE_NOOP("store", "Windows authentication at the database server failed.")
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "Start the program with a domain account that the server trusts, or choose SQL Server authentication. On Linux, get a Kerberos ticket first (kinit).",
    )


class NoAccessToDatabase(DatabaseRefused):
    """The database does not exist or is not open to the account; the server does not say which."""

    code = "database_no_access"
    sentence = QT_TRANSLATE_NOOP(
        "store", "The database server has no such database, or this account may not open it: {database}."
    )
    remedy = QT_TRANSLATE_NOOP(
        "store", "Check the name of the database. If it is right, ask the database administrator to map the account to it."
    )


class DatabaseFirewall(DatabaseRefused):
    """The firewall of Azure SQL blocks this computer."""

    code = "database_firewall"
    sentence = QT_TRANSLATE_NOOP("store", "The firewall of the database server blocks this computer.")
    remedy = QT_TRANSLATE_NOOP("store", "Add this computer's public address to the firewall rules of the server in Azure.")


class DatabaseRightMissing(DatabaseRefused):
    """The account lacks a permission; the fact `right` names it as SQL Server does."""

    code = "database_right_missing"
    sentence = QT_TRANSLATE_NOOP("store", "The account that signs in to the database lacks a right: {right}.")
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "Ask the database administrator to add the account to the role trackit_console, or to trackit_monitor for a service. The output of “trackit-console db sql” makes both roles, and creates or upgrades the tables, for which the roles have no right.",
    )


class TablesNotSeen(DatabaseRefused):
    """The account sees no table of this program, and may create none. To somebody without rights a server shows none either."""

    code = "database_tables_not_seen"
    sentence = QT_TRANSLATE_NOOP(
        "store", "The database {database} is empty, or this account is in none of the roles that see its tables."
    )
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "If the tables are there, ask the database administrator to add the account to the role trackit_console, or to trackit_monitor for a service. If they are not, the output of “trackit-console db sql” makes the tables and both roles.",
    )
