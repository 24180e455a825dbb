"""The connection test of a database, step by step, on values that are not kept yet (DB-02).

The network's steps are ours, since the driver reports them all alike. Those after them go through the driver, each under a
time limit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace

from trackit_console.cancel import Cancel
from trackit_console.settings.database import SqlServerTarget
from trackit_console.store.database_probe import DatabaseProbe, Rights, SignedIn
from trackit_console.store.database_url import sql_server_url
from trackit_console.store.odbc_drivers import require_driver
from trackit_console.store.schema import SchemaState
from trackit_console.transports.connection_phases import Phase, Timeouts
from trackit_console.transports.opening_phases import opening_phases
from trackit_console.transports.sql_server import SqlServerConnection
from trackit_console.transports.sql_server_browser import BROWSER_PORT
from trackit_console.transports.step_names import StepName
from trackit_console.transports.step_runner import run_steps
from trackit_console.transports.steps import Step
from trackit_console.transports.tls import TlsSettings
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

STEP_SECONDS = 15.0
"""Maximum seconds for one step."""


def _said(text: str, **facts: object) -> Phrase:
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

REMEDIES = {
    "connection_refused": QT_TRANSLATE_NOOP(
        "database_check",
        "Check the port, usually 1433. In SQL Server Configuration Manager, TCP/IP must be enabled for the instance; it is off after "
        "many installations. Restart the instance after the change.",
    ),
    "connect_timed_out": QT_TRANSLATE_NOOP(
        "database_check", "Check server and port. The firewall of the server must let this computer through to TCP port {port}."
    ),
    "unreachable": QT_TRANSLATE_NOOP(
        "database_check", "Check the network connection, and the firewall between this computer and the database server."
    ),
    "timed_out": QT_TRANSLATE_NOOP(
        "database_check", "Try again. If it stays so, check the port: the service behind it does not answer as a SQL Server does."
    ),
    "connection_lost": QT_TRANSLATE_NOOP(
        "database_check",
        "Try again. A server that only allows strict encryption, a firewall, or a service other than SQL Server hangs up like this.",
    ),
    "tls_closed": QT_TRANSLATE_NOOP(
        "database_check", "Choose Encrypt: Mandatory. Servers older than SQL Server 2022 hang up on strict encryption."
    ),
    "tls_not_spoken": QT_TRANSLATE_NOOP(
        "database_check", "Choose Encrypt: Mandatory. Servers older than SQL Server 2022 have no strict encryption."
    ),
    "tls_failed": QT_TRANSLATE_NOOP("database_check", "Show the details to the database administrator."),
    "tls_too_old": QT_TRANSLATE_NOOP(
        "database_check", "TLS 1.2 must be switched on at the database server. Old versions of SQL Server need an update for it."
    ),
    "tls_no_common_cipher": QT_TRANSLATE_NOOP(
        "database_check", "Current cipher suites (AES-GCM with ECDHE) must be switched on at the database server."
    ),
    "certificate_untrusted": QT_TRANSLATE_NOOP(
        "database_check", "Have the authority added to the trusted root certificates of this computer."
    ),
    "certificate_self_signed": QT_TRANSLATE_NOOP(
        "database_check",
        "SQL Server makes such a certificate when none is installed. Have one of a trusted authority installed on the server, or add "
        "this one to the trusted root certificates of this computer. Turn Validate Server Certificate off only in a network that "
        "you trust.",
    ),
    "certificate_expired": QT_TRANSLATE_NOOP(
        "database_check", "It must be renewed on the database server. Check this computer's clock as well."
    ),
    "certificate_wrong_name": QT_TRANSLATE_NOOP(
        "database_check", "Enter the server by the name in its certificate; an address in numbers does not do."
    ),
    "certificate_wrong_purpose": QT_TRANSLATE_NOOP(
        "database_check", "The database server needs a certificate for server authentication."
    ),
    "certificate_too_weak": QT_TRANSLATE_NOOP(
        "database_check", "The database server needs a new certificate: RSA with 2048 bits or more, signed with SHA-256."
    ),
}
"""What to do about an error of the network, where the words for a mail server would mislead."""


def check_database(
    target: SqlServerTarget, cancel: Cancel, step_seconds: float = STEP_SECONDS, *, browser_port: int = BROWSER_PORT
) -> Iterator[Step]:
    """Tests the database; yields each step twice, as `RUNNING` and with its result. Writes nothing."""
    waits = 0.9 * step_seconds
    connection = SqlServerConnection(
        target.host,
        target.port,
        TlsSettings(validate_server_certificate=target.validate_server_certificate),
        Timeouts(waits, waits),
        instance=target.instance,
        strict=target.encryption == "strict",
        browser_port=browser_port,
    )
    with closing(connection):
        for step in run_steps(_phases(target, connection, waits), cancel, step_seconds):
            remedy = REMEDIES.get(step.code)
            yield replace(step, remedy=_said(remedy, port=connection.port)) if remedy and step.remedy else step


def _phases(target: SqlServerTarget, connection: SqlServerConnection, seconds: float) -> Iterator[Phase]:
    """The phases; those of the driver are made when they begin, as only then is the port of an instance known."""
    yield Phase(
        StepName.DRIVER, connection, lambda: require_driver(target.driver), lambda: _said(DRIVER_FOUND, driver=target.driver)
    )
    resolve, connect, secure = opening_phases(connection, connection.connect, connection.secure, None)
    yield from (resolve, connect, replace(secure, describe=lambda: _encrypted(connection)))
    # With the port that was found: the driver would ask SQL Server Browser again, and wait its whole time-out.
    reached = target.model_copy(update={"port": connection.port})
    # The driver signs in over a connection of its own.
    connection.close()
    with closing(DatabaseProbe(sql_server_url(reached), seconds)) as probe:
        yield from _driver_phases(probe)


def _driver_phases(probe: DatabaseProbe) -> Iterator[Phase]:
    found: dict[StepName, Phrase] = {}

    def signs_in() -> None:
        found[StepName.SIGN_IN] = _signed_in(probe.sign_in())

    def rights() -> None:
        found[StepName.RIGHTS] = _rights(probe.rights())

    def tables() -> None:
        found[StepName.SCHEMA] = _said(STATES[probe.schema()])

    yield Phase(StepName.SIGN_IN, probe, signs_in, lambda: found[StepName.SIGN_IN])
    yield Phase(StepName.RIGHTS, probe, rights, lambda: found[StepName.RIGHTS])
    yield Phase(StepName.SCHEMA, probe, tables, lambda: found[StepName.SCHEMA])
    yield Phase(StepName.SELF_TEST, probe, probe.self_test, lambda: _said(KEPT))


def _encrypted(connection: SqlServerConnection) -> Phrase:
    facts = {"server_version": connection.server_version, "version": connection.tls_version}
    certificate = connection.certificate
    if certificate is None or not connection.certificate_checked:
        return _said(ENCRYPTED_UNCHECKED, **facts)
    return _said(ENCRYPTED, **facts, issuer=certificate.issuer, end=f"{certificate.valid_to:%Y-%m-%d}")


def _signed_in(found: SignedIn) -> Phrase:
    return _said(SIGNED_IN, account=found.account, database=found.database, version=found.version)


def _rights(found: Rights) -> Phrase:
    said = _said(MAY_ALL if found.creates_tables else MAY_NOT_CREATE)
    return _said(WAITS_FOR_WRITERS, rights=said) if found.reads_beside_writers is False else said
