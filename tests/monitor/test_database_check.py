"""The connection test of a SQL Server: each fault in its step, with a code and a remedy of its own (DB-02)."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.servers.certificates import Certificates
from tests.servers.tds import Behaviour, Browser, TdsServer, tds_server
from tests.servers.tds_tokens import Rows
from trackit_console.cancel import Cancel
from trackit_console.monitor.database_check import check_database
from trackit_console.settings.database import SqlServerTarget
from trackit_console.store.roles import CONSOLE_ROLE, MONITOR_ROLE
from trackit_console.store.schema import HEAD
from trackit_console.transports.step_names import DATABASE_STEPS, StepName
from trackit_console.transports.steps import Step, StepState, report

SECRET = "Geheim;{1}"
FREE_TDS = "FreeTDS"
SOON = 2.0


@pytest.fixture(autouse=True)
def trusted_authority(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' authority is one that this computer trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca_file))


def target(port: int | None, **fields: Any) -> SqlServerTarget:
    usual = {
        "server": "localhost",
        "port": port,
        "database": "TrackIt",
        "authentication": "sql",
        "user_account_name": "trackit",
        "password": SECRET,
        "driver": FREE_TDS,
    }
    return SqlServerTarget.model_validate({**usual, **fields}, strict=False)


def check(to: SqlServerTarget, seconds: float = 5.0, **options: Any) -> dict[StepName, Step]:
    """The finished steps."""
    steps = list(check_database(to, Cancel(), seconds, **options))
    assert SECRET not in report([each for each in steps if each.state is not StepState.RUNNING])
    return {each.name: each for each in steps if each.state is not StepState.RUNNING}


def the_failed(steps: dict[StepName, Step]) -> Step:
    [failed] = [each for each in steps.values() if each.state is StepState.FAILED]
    assert tuple(steps) == DATABASE_STEPS
    assert str(failed.detail) and str(failed.remedy)
    return failed


@pytest.fixture
def server(certificates: Certificates) -> Iterator[TdsServer]:
    with tds_server(Behaviour(certificates.good.context)) as started:
        yield started


# ---------------------------------------------------------------- before the driver

NETWORK: list[Any] = [
    pytest.param({"greeting": b"HTTP/1.1 400 Bad Request\r\n\r\n"}, "connect", "not_a_sql_server", id="a-web-server"),
    pytest.param({"greeting": b"SSH-2.0-OpenSSH_9.2\r\n"}, "connect", "not_a_sql_server", id="ssh"),
    pytest.param({"greeting": b"\x04\x01\x00\x09\x00\x00\x00\x00\xff"}, "connect", "not_a_sql_server", id="no-version"),
    pytest.param({"hangs_up_at": "connect"}, "connect", "connection_lost", id="hangs-up"),
    pytest.param({"silent_at": "connect"}, "connect", "timed_out", id="silent"),
    pytest.param({"tls": None}, "tls", "encryption_not_offered", id="without-encryption"),
    pytest.param({"hangs_up_at": "tls"}, "tls", "connection_lost", id="hangs-up-in-the-handshake"),
    pytest.param({"silent_at": "tls"}, "tls", "timed_out", id="silent-in-the-handshake"),
]


@pytest.mark.covers("DB-02")
@pytest.mark.parametrize(("behaviour", "step", "code"), NETWORK)
def test_what_answers_instead(certificates: Certificates, behaviour: dict[str, Any], step: str, code: str) -> None:
    with tds_server(Behaviour(**{"tls": certificates.good.context, **behaviour})) as server:
        failed = the_failed(check(target(server.port), 1.0))
    assert (failed.name, failed.code) == (step, code)
    assert failed.seconds < SOON
    assert "mail" not in str(failed.remedy)


@pytest.mark.covers("DB-02", "SEC-01")
@pytest.mark.parametrize(
    ("shown", "code"),
    [
        ("self_signed", "certificate_self_signed"),
        ("wrong_name", "certificate_wrong_name"),
        ("expired", "certificate_expired"),
        ("not_yet_valid", "certificate_not_yet_valid"),
    ],
)
def test_a_bad_certificate_is_refused_and_named(certificates: Certificates, shown: str, code: str) -> None:
    shows = getattr(certificates, shown)
    with tds_server(Behaviour(shows.context)) as server:
        failed = the_failed(check(target(server.port)))
        assert (failed.name, failed.code) == (StepName.TLS, code)
        assert failed.certificate is not None and failed.certificate.fingerprint == shows.fingerprint
        assert "mail" not in str(failed.remedy)
        accepted = check(target(server.port, validate_server_certificate=False))
    assert accepted[StepName.TLS].state is StepState.PASSED
    assert "not checked" in str(accepted[StepName.TLS].detail)


@pytest.mark.covers("DB-02", "SEC-01")
def test_an_authority_that_is_not_trusted(server: TdsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    failed = the_failed(check(target(server.port)))
    assert (failed.name, failed.code) == (StepName.TLS, "certificate_untrusted")


@pytest.mark.covers("DB-02")
def test_a_name_that_does_not_exist_and_a_port_that_is_closed() -> None:
    failed = the_failed(check(target(1433, server="no-such-host.invalid")))
    assert (failed.name, failed.code) == (StepName.RESOLVE, "name_not_found")
    with tds_server(Behaviour()) as stopped:
        port = stopped.port
    failed = the_failed(check(target(port)))
    assert (failed.name, failed.code) == (StepName.CONNECT, "connection_refused")
    assert "Configuration Manager" in str(failed.remedy)


@pytest.mark.covers("DB-02")
def test_strict_encryption_at_an_older_server(certificates: Certificates) -> None:
    """It takes the first bytes of TLS for a broken packet, and hangs up."""
    with tds_server(Behaviour(certificates.good.context, hangs_up_at="connect")) as server:
        failed = the_failed(check(target(server.port, encryption="strict")))
    assert (failed.name, failed.code) == (StepName.TLS, "tls_closed")
    assert "Mandatory" in str(failed.remedy)


@pytest.mark.covers("DB-02")
def test_a_driver_that_is_not_installed(server: TdsServer) -> None:
    failed = the_failed(check(target(server.port, driver="ODBC Driver 99 for SQL Server")))
    assert (failed.name, failed.code) == (StepName.DRIVER, "database_driver_missing")
    assert "ODBC Driver 18 for SQL Server" in str(failed.remedy)


@pytest.mark.covers("DB-02")
def test_cancelling_ends_it_at_once(certificates: Certificates) -> None:
    cancel = Cancel()
    with tds_server(Behaviour(certificates.good.context, silent_at="login")) as server:
        threading.Timer(0.5, cancel.set).start()
        begun = time.monotonic()
        steps = list(check_database(target(server.port), cancel, 20.0))
    assert time.monotonic() - begun < 0.5 + SOON
    assert [each.state for each in steps[-5:]] == [StepState.RUNNING, *[StepState.SKIPPED] * 4]


# ---------------------------------------------------------------- named instances


@pytest.mark.covers("DB-02")
@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"ServerName;SQL01;InstanceName;HELP;IsClustered;No;Version;16.0.1000.6;tcp;%d;;", ""),
        (b"ServerName;SQL01;InstanceName;HELP;IsClustered;No;Version;16.0.1000.6;np;\\\\SQL01\\pipe;;", "instance_not_found"),
        (b"ServerName;SQL01;InstanceName;HELP;tcp;99999;;", "instance_not_found"),
        (b"", "browser_silent"),
    ],
    ids=["found", "without-tcp", "nonsense", "unknown"],
)
def test_the_port_of_an_instance_is_asked_for(server: TdsServer, answer: bytes, code: str) -> None:
    told = answer.replace(b"%d", str(server.port).encode())
    browser = Browser({"HELP": told} if told else {})
    try:
        steps = check(target(None, server="localhost\\HELP"), 1.0, browser_port=browser.port)
    finally:
        browser.stop()
    if code:
        assert (the_failed(steps).name, the_failed(steps).code) == (StepName.RESOLVE, code)
    else:
        assert f"port {server.port}" in str(steps[StepName.CONNECT].detail)


# ---------------------------------------------------------------- through the driver

SIGN_INS = {
    (18456,): "database_sign_in_refused",
    (18452,): "database_windows_sign_in_refused",
    (18487,): "database_password_expired",
    (18488,): "database_password_expired",
    (18470,): "database_account_locked",
    (18486,): "database_account_locked",
    (4060,): "database_no_access",
    (911,): "database_no_access",
    (916,): "database_no_access",
    (942,): "database_offline",
    (18401,): "database_offline",
    (17142,): "database_offline",
    (17148,): "database_offline",
    (17809,): "database_busy",
    (40613,): "database_offline",
    (40615,): "database_firewall",
}


@pytest.mark.covers("DB-02", "DB-05")
@pytest.mark.parametrize(("numbers", "code"), SIGN_INS.items(), ids=[str(each[0]) for each in SIGN_INS])
def test_a_refused_sign_in_is_told_by_its_number(certificates: Certificates, numbers: tuple[int, ...], code: str) -> None:
    with tds_server(Behaviour(certificates.good.context, login_errors=numbers)) as server:
        failed = the_failed(check(target(server.port)))
    assert (failed.name, failed.code) == (StepName.SIGN_IN, code)


STATEMENTS = {
    1205: "database_busy",
    1222: "database_busy",
    3960: "database_busy",
    40501: "database_busy",
    229: "database_right_missing",
    262: "database_right_missing",
    976: "database_offline",
    3906: "database_read_only",
    6005: "database_offline",
    9002: "disk_full",
    99999: "database_server_error",
}


@pytest.mark.covers("DB-02", "DB-05")
@pytest.mark.parametrize(("number", "code"), STATEMENTS.items())
def test_a_refused_statement_is_told_by_its_number(certificates: Certificates, number: int, code: str) -> None:
    with tds_server(Behaviour(certificates.good.context, statement_errors=(number,))) as server:
        failed = the_failed(check(target(server.port)))
    assert (failed.name, failed.code) == (StepName.SIGN_IN, code)


@pytest.mark.covers("DB-02", "DB-05")
@pytest.mark.parametrize("place", ["login", "statement"])
@pytest.mark.parametrize("how", ["hangs_up_at", "silent_at"])
def test_a_server_that_goes_away_is_not_waited_for(certificates: Certificates, how: str, place: str) -> None:
    behaviour: dict[str, Any] = {how: place}
    with tds_server(Behaviour(certificates.good.context, **behaviour)) as server:
        failed = the_failed(check(target(server.port), 1.5))
    assert failed.name is StepName.SIGN_IN
    assert failed.code in ("database_unavailable", "database_timed_out", "database_server_error")
    assert failed.seconds < 1.5 + SOON


# ---------------------------------------------------------------- rights

SIGNED_IN: dict[str, Rows] = {"suser_sname": [["trackit", "TrackIt", "16.0.4135.4"]]}
TABLES: dict[str, Rows] = {"OBJECT_ID(N'alembic_version')": [[5]], "version_num": [[HEAD]], "CREATE TABLE": [[0]]}


@pytest.mark.covers("DB-02", "DB-03")
def test_where_no_table_is_seen_the_account_may_be_in_no_role(certificates: Certificates) -> None:
    answers = {**SIGNED_IN, "OBJECT_ID(N'alembic_version')": [[None]], "CREATE TABLE": [[0]]}
    with tds_server(Behaviour(certificates.good.context, answers=answers)) as server:
        failed = the_failed(check(target(server.port)))
    assert (failed.name, failed.code) == (StepName.RIGHTS, "database_tables_not_seen")
    assert "is empty, or this account is in none of the roles" in str(failed.detail)
    assert CONSOLE_ROLE in str(failed.remedy) and MONITOR_ROLE in str(failed.remedy)


@pytest.mark.covers("DB-02", "DB-01")
def test_a_right_that_is_missing_is_given_by_a_role_of_this_program(certificates: Certificates) -> None:
    answers = {**SIGNED_IN, **TABLES, "N'SELECT'": [[1]], "N'INSERT'": [[0]]}
    with tds_server(Behaviour(certificates.good.context, answers=answers)) as server:
        failed = the_failed(check(target(server.port)))
    assert (failed.name, failed.code) == (StepName.RIGHTS, "database_right_missing")
    assert "INSERT (activity)" in str(failed.detail)
    assert CONSOLE_ROLE in str(failed.remedy) and MONITOR_ROLE in str(failed.remedy) and "db sql" in str(failed.remedy)
    assert "db_data" not in str(failed.remedy)


@pytest.mark.covers("DB-02", "DB-01")
def test_rights_on_tables_in_dbo_are_seen_by_an_account_with_another_default_schema(certificates: Certificates) -> None:
    answers = {**SIGNED_IN, **TABLES, "(N'dbo.": [[1]], "N'OBJECT'": [[None]], "sys.databases": [[1]]}
    with tds_server(Behaviour(certificates.good.context, answers=answers)) as server:
        assert check(target(server.port))[StepName.RIGHTS].state is StepState.PASSED
