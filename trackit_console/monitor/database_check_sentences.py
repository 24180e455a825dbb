"""What the connection test of a database says of each step that went well (DB-02)."""

from __future__ import annotations

from collections.abc import Mapping

from trackit_console.store.database_probe import Rights, SignedIn
from trackit_console.store.schema import SchemaState
from trackit_console.transports.sql_server import SqlServerConnection
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase


def said(text: str, **facts: object) -> Phrase:
    """A sentence of this test with its facts."""
    return Phrase("database_check", text, facts)


DRIVER_FOUND = QT_TRANSLATE_NOOP("database_check", "{driver} is installed.")
ENCRYPTED = QT_TRANSLATE_NOOP(
    "database_check", "SQL Server {server_version}. {version}, certificate from {issuer}, valid to {end}."
)
ENCRYPTED_UNCHECKED = QT_TRANSLATE_NOOP(
    "database_check", "SQL Server {server_version}. {version}. The certificate is not checked: that is switched off."
)
SIGNED_IN = QT_TRANSLATE_NOOP("database_check", "Signed in as {account} to the database {database}, version {version}.")
MAY_ALL = QT_TRANSLATE_NOOP("database_check", "The account may read and write, and create and upgrade the tables.")
MAY_NOT_CREATE = QT_TRANSLATE_NOOP(
    "database_check", "The account may read and write. It may not upgrade the tables: that is for the database's administrator."
)
WAITS_FOR_WRITERS = QT_TRANSLATE_NOOP(
    "database_check", "{rights} READ_COMMITTED_SNAPSHOT is off: turned on, the console never waits for the monitor."
)
STATES: Mapping[SchemaState, str] = {
    SchemaState.CURRENT: QT_TRANSLATE_NOOP("database_check", "The tables fit this version of the program."),
    SchemaState.EMPTY: QT_TRANSLATE_NOOP("database_check", "There are no tables yet. They are created after you have agreed."),
    SchemaState.OLDER: QT_TRANSLATE_NOOP(
        "database_check", "The tables are those of an older version. They are upgraded after you have agreed."
    ),
}
KEPT = QT_TRANSLATE_NOOP("database_check", "Times to the microsecond and the case of letters are kept.")


def encrypted_words(connection: SqlServerConnection) -> Phrase:
    """How the connection is encrypted, and by which certificate."""
    facts = {"server_version": connection.server_version, "version": connection.tls_version}
    certificate = connection.certificate
    if certificate is None or not connection.certificate_checked:
        return said(ENCRYPTED_UNCHECKED, **facts)
    return said(ENCRYPTED, **facts, issuer=certificate.issuer, end=f"{certificate.valid_to:%Y-%m-%d}")


def signed_in_words(found: SignedIn) -> Phrase:
    """As whom the driver has signed in, and where."""
    return said(SIGNED_IN, account=found.account, database=found.database, version=found.version)


def rights_words(found: Rights) -> Phrase:
    """What the account may do, and whether the console waits for the monitor."""
    rights = said(MAY_ALL if found.creates_tables else MAY_NOT_CREATE)
    return said(WAITS_FOR_WRITERS, rights=rights) if found.reads_beside_writers is False else rights
