"""The connection test of a database, step by step, on values that are not kept yet (DB-02).

The network's steps are ours, since the driver reports them all alike. Those after them go through the driver, each under a
time limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

from trackit_console.cancel import Cancel
from trackit_console.monitor.database_check_remedies import REMEDIES
from trackit_console.monitor.database_check_sentences import (
    DRIVER_FOUND,
    KEPT,
    STATES,
    encrypted_words,
    rights_words,
    said,
    signed_in_words,
)
from trackit_console.settings.database import SqlServerTarget
from trackit_console.store.database_probe import DatabaseProbe
from trackit_console.store.database_url import sql_server_url
from trackit_console.store.odbc_drivers import require_driver
from trackit_console.transports.connection_phases import Phase, Timeouts
from trackit_console.transports.opening_phases import opening_phases
from trackit_console.transports.sql_server import SqlServerConnection
from trackit_console.transports.sql_server_browser import BROWSER_PORT
from trackit_console.transports.step_names import StepName
from trackit_console.transports.step_runner import run_steps
from trackit_console.transports.steps import Step
from trackit_console.transports.tls import TlsSettings
from trackit_console.user_messages import Phrase

STEP_SECONDS = 15.0
"""Maximum seconds for one step."""


def check_database(
    target: SqlServerTarget, cancel: Cancel, step_seconds: float = STEP_SECONDS, *, browser_port: int = BROWSER_PORT
) -> Iterator[Step]:
    """Tests the database; yields each step twice, as `RUNNING` and with its result. Writes nothing."""
    # Less than the step has: so the call itself gives up first, and its error says what it was waiting for.
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
            yield replace(step, remedy=said(remedy, port=connection.port)) if remedy and step.remedy else step


def _phases(target: SqlServerTarget, connection: SqlServerConnection, seconds: float) -> Iterator[Phase]:
    """The phases; those of the driver are made when they begin, as only then is the port of an instance known."""
    yield Phase(
        StepName.DRIVER, connection, lambda: require_driver(target.driver), lambda: said(DRIVER_FOUND, driver=target.driver)
    )
    resolve, connect, secure = opening_phases(connection, connection.connect, connection.secure, None)
    yield from (resolve, connect, replace(secure, describe=lambda: encrypted_words(connection)))
    # With the port that was found: the driver would ask SQL Server Browser again, and wait its whole time-out.
    reached = target.model_copy(update={"port": connection.port})
    # The driver signs in over a connection of its own.
    connection.close()
    with closing(DatabaseProbe(sql_server_url(reached), seconds)) as probe:
        yield from _driver_phases(probe)


def _driver_phases(probe: DatabaseProbe) -> Iterator[Phase]:
    found: dict[StepName, Phrase] = {}

    def signs_in() -> None:
        found[StepName.SIGN_IN] = signed_in_words(probe.sign_in())

    def rights() -> None:
        found[StepName.RIGHTS] = rights_words(probe.rights())

    def tables() -> None:
        found[StepName.SCHEMA] = said(STATES[probe.schema()])

    yield Phase(StepName.SIGN_IN, probe, signs_in, lambda: found[StepName.SIGN_IN])
    yield Phase(StepName.RIGHTS, probe, rights, lambda: found[StepName.RIGHTS])
    yield Phase(StepName.SCHEMA, probe, tables, lambda: found[StepName.SCHEMA])
    yield Phase(StepName.SELF_TEST, probe, probe.self_test, lambda: said(KEPT))
