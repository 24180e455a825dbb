"""What SQL Server reports becomes what the caller does next; good mail is never blamed for the server's trouble (DB-05)."""

from __future__ import annotations

import pyodbc
import pytest
from sqlalchemy import exc

from tests.store.test_trouble import with_words
from trackit_console.store.access_errors import (
    DatabaseAccountLocked,
    DatabaseFirewall,
    DatabasePasswordExpired,
    DatabaseRightMissing,
    NoAccessToDatabase,
    SignInToDatabaseRefused,
    WindowsSignInRefused,
)
from trackit_console.store.connection_errors import (
    DatabaseCertificateRefused,
    DatabaseDriverMissing,
    DatabaseTlsFailed,
    NotASqlServer,
)
from trackit_console.store.driver_errors import mapped
from trackit_console.store.errors import (
    DatabaseBusy,
    DatabaseOffline,
    DatabaseReadOnly,
    DatabaseRefused,
    DatabaseServerError,
    DatabaseTimedOut,
    DatabaseUnavailable,
    DiskFull,
    NotStorable,
    StoreError,
    UniqueTaken,
)
from trackit_console.store.sql_server_error_numbers import NUMBERS

DRIVER = "[Microsoft][ODBC Driver 18 for SQL Server]"
KINDS = {
    "08": pyodbc.OperationalError, "HYT": pyodbc.OperationalError, "28000": pyodbc.InterfaceError, "IM002": pyodbc.InterfaceError,
    "22": pyodbc.DataError, "23": pyodbc.IntegrityError, "24": pyodbc.ProgrammingError, "25": pyodbc.ProgrammingError, "42": pyodbc.ProgrammingError,
}  # fmt: skip
"""The class that pyodbc gives an exception, by the beginning of its SQLSTATE; `Error` for all others."""


def said(
    state: str, text: str, number: int | None = 0, function: str = "SQLExecDirectW", *, server: bool = True
) -> exc.DBAPIError:
    """The exception of SQLAlchemy around what pyodbc raises for a diagnostic record."""
    kind = next((kind for start, kind in KINDS.items() if state.startswith(start)), pyodbc.Error)
    words = f"[{state}] {DRIVER}{'[SQL Server]' if server else ''}{text} ({number}) ({function})"
    return wrapped(kind(state, words))


def wrapped(original: BaseException) -> exc.DBAPIError:
    raised = exc.DBAPIError.instance("INSERT …", {}, original, pyodbc.Error)
    assert isinstance(raised, exc.DBAPIError)
    return raised


def sorted_as(raised: exc.DBAPIError) -> StoreError:
    with pytest.raises(StoreError) as caught, mapped("sql01 · TRACKIT"):
        raise raised
    with_words(caught.value)
    return caught.value


SERVER_CASES: list[tuple[int, str, type[StoreError]]] = [
    (2627, "23000", UniqueTaken),
    (2601, "23000", UniqueTaken),
    (547, "23000", NotStorable),
    (515, "23000", NotStorable),
    (8152, "22001", NotStorable),
    (2628, "42000", NotStorable),
    (241, "22007", NotStorable),
    (245, "22018", NotStorable),
    (220, "22003", NotStorable),
    (8114, "42000", NotStorable),
    (8115, "22003", NotStorable),
    (8134, "22012", NotStorable),
    (1205, "40001", DatabaseBusy),
    (1222, "42000", DatabaseBusy),
    (3960, "42000", DatabaseBusy),
    (701, "42000", DatabaseBusy),
    (802, "42000", DatabaseBusy),
    (8645, "42000", DatabaseBusy),
    (1204, "42000", DatabaseBusy),
    (17809, "08004", DatabaseBusy),
    (10928, "42000", DatabaseBusy),
    (10929, "42000", DatabaseBusy),
    (40197, "42000", DatabaseOffline),
    (40501, "HY000", DatabaseBusy),
    (40613, "42000", DatabaseOffline),
    (49918, "42000", DatabaseBusy),
    (3906, "25000", DatabaseReadOnly),
    (976, "42000", DatabaseOffline),
    (983, "42000", DatabaseOffline),
    (945, "42000", DatabaseOffline),
    (942, "42000", DatabaseOffline),
    (978, "42000", DatabaseOffline),
    (988, "42000", DatabaseOffline),
    (952, "42000", DatabaseOffline),
    (4221, "42000", DatabaseOffline),
    (6002, "01000", DatabaseOffline),
    (6005, "01000", DatabaseOffline),
    (17142, "42000", DatabaseOffline),
    (17148, "HY000", DatabaseOffline),
    (18401, "42000", DatabaseOffline),
    (596, "HY000", DatabaseOffline),
    (824, "HY000", DatabaseServerError),
    (3902, "25000", DatabaseServerError),
    (208, "42S02", DatabaseServerError),
    (99999, "42000", DatabaseServerError),
    (1105, "42000", DiskFull),
    (9002, "42000", DiskFull),
    (18456, "28000", SignInToDatabaseRefused),
    (18452, "28000", WindowsSignInRefused),
    (18487, "28000", DatabasePasswordExpired),
    (18488, "28000", DatabasePasswordExpired),
    (18470, "42000", DatabaseAccountLocked),
    (18486, "42000", DatabaseAccountLocked),
    (4060, "42000", NoAccessToDatabase),
    (911, "08004", NoAccessToDatabase),
    (916, "08004", NoAccessToDatabase),
    (40615, "42000", DatabaseFirewall),
    (229, "42000", DatabaseRightMissing),
    (230, "42000", DatabaseRightMissing),
    (262, "42000", DatabaseRightMissing),
    (297, "42000", DatabaseRightMissing),
    (1088, "42000", DatabaseRightMissing),
    (4613, "42000", DatabaseRightMissing),
    (4902, "42S02", DatabaseRightMissing),
    (15151, "42000", DatabaseRightMissing),
]


@pytest.mark.covers("DB-05")
@pytest.mark.parametrize(
    ("number", "state", "ours"), SERVER_CASES, ids=[f"{number}-{kind.__name__}" for number, _, kind in SERVER_CASES]
)
def test_a_number_of_the_server_becomes_what_to_do_next(number: int, state: str, ours: type[StoreError]) -> None:
    problem = sorted_as(said(state, "Was der Server in seiner Sprache sagt.", number))
    assert type(problem) is ours
    assert f"({number})" in problem.detail


DRIVER_CASES: list[tuple[str, str, str, int, type[StoreError]]] = [
    ("host-unknown-or-silent", "HYT00", "Login timeout expired", 0, DatabaseTimedOut),
    ("refused-windows", "08001", "TCP Provider: No connection could be made.\r\n", 10061, DatabaseUnavailable),
    ("hangs-up", "08001", "Client unable to establish connection because an error was encountered during handshakes before login.", 26, DatabaseUnavailable),
    ("bad-option", "08001", "Invalid value specified for connection string attribute 'Encrypt'", 0, DatabaseUnavailable),
    ("pipe-not-there", "08001", "Named Pipes Provider: Could not open a connection to SQL Server", 1222, DatabaseUnavailable),
    ("http-answers", "HY000", "Protocol error in TDS stream", 0, NotASqlServer),
    ("no-tls", "08001", "Encryption not supported on SQL Server.", 20, DatabaseTlsFailed),
    ("tls-too-old", "08001", "SSL Provider: [error:0A00014D:SSL routines::legacy sigalg disallowed or unsupported]", -1, DatabaseTlsFailed),
    ("certificate-private-ca", "08001", "SSL Provider: [error:0A000086:SSL routines::certificate verify failed:unable to get local issuer certificate]", -1, DatabaseCertificateRefused),
    ("certificate-windows", "08001", "SSL-Anbieter: Die Zertifikatkette wurde von einer nicht vertrauenswürdigen Zertifizierungsstelle ausgestellt.", -2146893019, DatabaseCertificateRefused),
    ("certificate-name-windows", "08001", "SSL Provider: The target principal name is incorrect.", -2146893022, DatabaseCertificateRefused),
    ("no-kerberos-ticket", "HY000", "SSPI Provider: No credentials were supplied. No Kerberos credentials available (default cache: x)", 458752, WindowsSignInRefused),
    ("sspi-windows", "HY000", "SSPI Provider: The target principal name is incorrect.", -2146893022, WindowsSignInRefused),
    ("no-driver-linux", "01000", "Can't open lib 'ODBC Driver 18 for SQL Server' : file not found", 0, DatabaseDriverMissing),
    ("no-driver-windows", "IM002", "Data source name not found and no default driver specified", 0, DatabaseDriverMissing),
]  # fmt: skip


@pytest.mark.covers("DB-05")
@pytest.mark.parametrize(
    ("state", "text", "number", "ours"), [case[1:] for case in DRIVER_CASES], ids=[case[0] for case in DRIVER_CASES]
)
def test_what_the_driver_reports_while_connecting_has_words(state: str, text: str, number: int, ours: type[StoreError]) -> None:
    assert type(sorted_as(said(state, text, number, "SQLDriverConnect", server=False))) is ours


@pytest.mark.covers("DB-05")
@pytest.mark.parametrize(
    ("state", "text", "number", "ours"),
    [
        ("08S01", "TCP Provider: Error code 0x2746", 10054, DatabaseUnavailable),
        ("08S01", "Communication link failure", 0, DatabaseUnavailable),
        ("HY000", "TCP Provider: The specified network name is no longer available.", 64, DatabaseUnavailable),
        ("HY000", "Shared Memory Provider: No process is on the other end of the pipe.", 233, DatabaseUnavailable),
        ("HYT00", "Query timeout expired", 0, DatabaseTimedOut),
        ("HY000", "Protocol error in TDS stream", 0, DatabaseServerError),
        ("22003", "Numeric value out of range", 0, NotStorable),
        ("22001", "String data, right truncation", 0, NotStorable),
    ],
    ids=[
        "connection-lost",
        "link-failure",
        "name-gone",
        "pipe-gone",
        "query-time-out",
        "garbage-in-between",
        "number-too-large",
        "text-too-long",
    ],
)
def test_what_the_driver_reports_of_a_statement(state: str, text: str, number: int, ours: type[StoreError]) -> None:
    assert type(sorted_as(said(state, text, number, server=False))) is ours


@pytest.mark.covers("DB-05")
@pytest.mark.parametrize(
    ("original", "ours"),
    [
        (pyodbc.ProgrammingError("Invalid parameter type.  param-index=0 param-type=object", "HY105"), NotStorable),
        (pyodbc.ProgrammingError("The cursor's connection has been closed."), DatabaseServerError),
        (
            pyodbc.Error("HY010", "[HY010] [Microsoft][ODBC Driver Manager] Function sequence error (0) (SQLFetch)"),
            DatabaseServerError,
        ),
    ],
    ids=["wrong-type", "closed", "out-of-order"],
)
def test_what_pyodbc_finds_itself(original: pyodbc.Error, ours: type[StoreError]) -> None:
    assert type(sorted_as(wrapped(original))) is ours


def test_the_first_of_several_records_decides() -> None:
    """On Windows pyodbc joins them all; the one behind says less."""
    words = f'[42000] {DRIVER}[SQL Server]Cannot open database "x". (4060) (SQLDriverConnect); [28000] {DRIVER}[SQL Server]Login failed. (18456)'
    problem = sorted_as(wrapped(pyodbc.ProgrammingError("42000", words)))
    assert type(problem) is NoAccessToDatabase
    assert "sql01 · TRACKIT" in str(problem)
    words = f"[23000] {DRIVER}[SQL Server]Violation of UNIQUE KEY. (2627) (SQLExecDirectW); [01000] {DRIVER}[SQL Server]The statement has been terminated. (3621)"
    assert type(sorted_as(wrapped(pyodbc.IntegrityError("23000", words)))) is UniqueTaken


def test_a_stored_value_that_looks_like_a_number_of_the_server_changes_nothing() -> None:
    assert type(sorted_as(said("23000", "The duplicate key value is (a (1205) (SQLFetch) [SQL Server]).", 2627))) is UniqueTaken
    assert type(sorted_as(said("08S01", "[SQL Server] (2627) (SQLFetch)", 64, server=False))) is DatabaseUnavailable


@pytest.mark.covers("DB-05")
@pytest.mark.parametrize(
    ("text", "number", "right"),
    [
        ("The INSERT permission was denied on the object 'ticket', database 'T', schema 'dbo'.", 229, "INSERT (ticket)"),
        ("CREATE TABLE permission denied in database 'TRACKIT'.", 262, "CREATE TABLE (TRACKIT)"),
        ("Die SELECT-Berechtigung wurde für das 'outbox'-Objekt verweigert.", 229, "SELECT (outbox)"),
        ("The user does not have permission to perform this action.", 297, "see the technical details"),
    ],
    ids=["229", "262", "229-german", "297"],
)
def test_a_missing_right_is_named(text: str, number: int, right: str) -> None:
    problem = sorted_as(said("42000", text, number))
    assert f"lacks a right: {right}." in str(problem)
    assert not problem.transient


@pytest.mark.covers("DB-05")
def test_what_passes_by_itself_is_told_from_what_an_admin_must_mend() -> None:
    for kind, numbers in NUMBERS.items():
        assert numbers.split()
        assert kind.transient == issubclass(kind, DatabaseUnavailable)
        assert issubclass(kind, DatabaseUnavailable | DatabaseRefused | NotStorable | DiskFull)
    every = [number for numbers in NUMBERS.values() for number in numbers.split()]
    assert len(every) == len(set(every))
