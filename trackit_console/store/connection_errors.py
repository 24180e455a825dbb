"""Why no connection to SQL Server comes about, and what an admin must change (DB-01, DB-05).

    DatabaseRefused
    +-- DatabaseDriverMissing       no ODBC driver on this computer
    +-- NotASqlServer               something else answers
    +-- DatabaseTlsFailed           no encrypted connection
        +-- DatabaseCertificateRefused

Whom a server refuses that was reached is in `store.access_errors`.
"""

from __future__ import annotations

from trackit_console.store.errors import DatabaseRefused
from trackit_console.user_messages import QT_TRANSLATE_NOOP


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
