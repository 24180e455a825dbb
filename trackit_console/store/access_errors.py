"""Why SQL Server refuses this program, and what an admin must change (DB-01, DB-05).

    DatabaseRefused
    +-- SignInToDatabaseRefused     wrong name or password
    +-- DatabasePasswordExpired     the password must be changed on the server first
    +-- DatabaseAccountLocked       disabled or locked out
    +-- WindowsSignInRefused        no trusted domain, no Kerberos ticket
    +-- NoAccessToDatabase          not there, or not open to this account
    +-- DatabaseFirewall            Azure's firewall
    +-- DatabaseRightMissing        signed in, but may not read, write or create something
    +-- DatabaseDriverMissing       no ODBC driver on this computer
    +-- NotASqlServer               something else answers
    +-- DatabaseTlsFailed           no encrypted connection
    |   +-- DatabaseCertificateRefused

A running monitor retries all the same: during a failover a server may refuse valid accounts for a while.
"""

from __future__ import annotations

import re

from trackit_console.store.errors import DatabaseRefused
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase


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
        "Ask the database administrator to grant it. Daily work needs the roles db_datareader and db_datawriter, “db upgrade” needs db_ddladmin as well.",
    )


class DatabaseDriverMissing(DatabaseRefused):
    """The ODBC driver that is to be used is not installed."""

    code = "database_driver_missing"
    sentence = QT_TRANSLATE_NOOP("store", "The ODBC driver for SQL Server is not installed on this computer.")
    remedy = QT_TRANSLATE_NOOP(
        "store", "Install “ODBC Driver 18 for SQL Server” from Microsoft, or check the name of the driver or data source."
    )


class NotASqlServer(DatabaseRefused):
    """The port is open, but the service behind it does not speak TDS, the protocol of SQL Server."""

    code = "database_not_sql_server"
    sentence = QT_TRANSLATE_NOOP("store", "The service at the address of the database is not a SQL Server.")
    remedy = QT_TRANSLATE_NOOP("store", "Check the server name and the port; SQL Server usually listens on 1433.")


class DatabaseTlsFailed(DatabaseRefused):
    """TLS could not be established (SEC-01)."""

    code = "database_tls_failed"
    sentence = QT_TRANSLATE_NOOP("store", "No encrypted connection to the database server is possible.")
    remedy = QT_TRANSLATE_NOOP(
        "store", "Ask the database administrator to install a certificate on the server and to allow TLS 1.2 or newer."
    )


class DatabaseCertificateRefused(DatabaseTlsFailed):
    """The certificate is not trusted, has expired, or is for another name."""

    code = "database_certificate_refused"
    sentence = QT_TRANSLATE_NOOP("store", "The certificate of the database server cannot be trusted.")
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "Use the server name that the certificate was issued for, and add the issuing authority to the trusted roots of this computer. Turn the check off only in a network that you trust.",
    )


_RIGHT = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|EXECUTE|REFERENCES|ALTER|CONTROL|CREATE [A-Z]+|VIEW [A-Z ]+[A-Z])\b")
_NAME = re.compile(r"['\"«„“]([^'\"»“”]+)['\"»“”]")


def right_named_in(words: str) -> str | Phrase:
    """The permission that an error (229, 230, 262) is about. SQL Server does not translate the names of permissions and objects."""
    right, name = _RIGHT.search(words), _NAME.search(words)
    if right is None:
        return Phrase("store", QT_TRANSLATE_NOOP("store", "see the technical details"))
    return f"{right[1]} ({name[1]})" if name else right[1]
