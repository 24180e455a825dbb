"""Why a SQL Server does not let this program work: what a person must change, and where (DB-01, DB-05).

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

A monitor that keeps running tries again all the same: a server that fails over refuses accounts for a while, too.
"""

from __future__ import annotations

import re

from trackit_console.store.errors import DatabaseRefused
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase


class SignInToDatabaseRefused(DatabaseRefused):
    """The server does not take the name or the password; it hides which of them."""

    code = "database_sign_in_refused"
    sentence = QT_TRANSLATE_NOOP("store", "The database server refused the user name or the password.")
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "Type both again. The server must also allow SQL Server authentication. Its own log tells the exact reason (error 18456).",
    )


class DatabasePasswordExpired(DatabaseRefused):
    """The password is right, but must be changed before it can be used."""

    code = "database_password_expired"
    sentence = QT_TRANSLATE_NOOP("store", "The password of the database account has expired or must be changed.")
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "Change the password on the database server, then enter the new one here. For this account, turn password expiration off.",
    )


class DatabaseAccountLocked(DatabaseRefused):
    """Nothing is wrong with the password, but the account may not be used."""

    code = "database_account_locked"
    sentence = QT_TRANSLATE_NOOP("store", "The database account is disabled or locked.")
    remedy = QT_TRANSLATE_NOOP("store", "Ask the database administrator to enable or unlock the account.")


class WindowsSignInRefused(DatabaseRefused):
    """Windows authentication is not possible from here."""

    code = "database_windows_sign_in_refused"
    sentence = QT_TRANSLATE_NOOP("store", "Windows authentication at the database server failed.")
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "Start the program with a domain account that the server trusts, or choose SQL Server authentication. On Linux, get a Kerberos ticket first (kinit).",
    )


class NoAccessToDatabase(DatabaseRefused):
    """Signed in, but that database cannot be opened; the server does not tell the two reasons apart."""

    code = "database_no_access"
    sentence = QT_TRANSLATE_NOOP(
        "store", "The database server has no such database, or this account may not open it: {database}."
    )
    remedy = QT_TRANSLATE_NOOP(
        "store", "Check the name of the database. If it is right, ask the database administrator to map the account to it."
    )


class DatabaseFirewall(DatabaseRefused):
    """A firewall rule of Azure SQL keeps this computer out."""

    code = "database_firewall"
    sentence = QT_TRANSLATE_NOOP("store", "The firewall of the database server does not let this computer in.")
    remedy = QT_TRANSLATE_NOOP("store", "Add this computer's public address to the firewall rules of the server in Azure.")


class DatabaseRightMissing(DatabaseRefused):
    """The account lacks a right; `right` in the facts says which, as SQL Server names it."""

    code = "database_right_missing"
    sentence = QT_TRANSLATE_NOOP("store", "The account that signs in to the database lacks a right: {right}.")
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "Ask the database administrator to grant it. Daily work needs the roles db_datareader and db_datawriter, “db upgrade” needs db_ddladmin as well.",
    )


class DatabaseDriverMissing(DatabaseRefused):
    """No ODBC driver, or not the one that is named."""

    code = "database_driver_missing"
    sentence = QT_TRANSLATE_NOOP("store", "This computer does not have the ODBC driver for SQL Server that is to be used.")
    remedy = QT_TRANSLATE_NOOP(
        "store", "Install “ODBC Driver 18 for SQL Server” from Microsoft, or check the name of the driver or data source."
    )


class NotASqlServer(DatabaseRefused):
    """The port is open, but what answers does not speak SQL Server's protocol."""

    code = "database_not_sql_server"
    sentence = QT_TRANSLATE_NOOP("store", "What answers at the address of the database is not a SQL Server.")
    remedy = QT_TRANSLATE_NOOP("store", "Check the server name and the port; SQL Server usually listens on 1433.")


class DatabaseTlsFailed(DatabaseRefused):
    """No encrypted connection came about (SEC-01)."""

    code = "database_tls_failed"
    sentence = QT_TRANSLATE_NOOP("store", "No encrypted connection to the database server is possible.")
    remedy = QT_TRANSLATE_NOOP(
        "store", "Ask the database administrator to install a certificate on the server and to allow TLS 1.2 or newer."
    )


class DatabaseCertificateRefused(DatabaseTlsFailed):
    """The server's certificate is not trusted, is for another name, or is out of date."""

    code = "database_certificate_refused"
    sentence = QT_TRANSLATE_NOOP("store", "The certificate of the database server cannot be trusted.")
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "Use the server name that stands in its certificate, and add the authority that issued it to the trusted ones of this computer. Switch the check off only in a network that you trust.",
    )


_RIGHT = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|EXECUTE|REFERENCES|ALTER|CONTROL|CREATE [A-Z]+|VIEW [A-Z ]+[A-Z])\b")
_NAME = re.compile(r"['\"«„“]([^'\"»“”]+)['\"»“”]")


def right_named_in(words: str) -> str | Phrase:
    """The right that a refusal (229, 230, 262) is about; SQL Server does not translate its names, nor those of objects."""
    right, name = _RIGHT.search(words), _NAME.search(words)
    if right is None:
        return Phrase("store", QT_TRANSLATE_NOOP("store", "see the technical details"))
    return f"{right[1]} ({name[1]})" if name else right[1]
