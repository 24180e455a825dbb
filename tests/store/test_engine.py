"""How a database is addressed: SQL Server always encrypted, checked and with time limits, wherever its address comes from."""

from __future__ import annotations

import re
from typing import Any

import pyodbc
import pytest
from sqlalchemy.engine import URL, make_url

from tests.settings.samples import CANARY
from trackit_console.paths import DatabaseUrl, DatabaseUrlRefused
from trackit_console.settings.database import SqlServerTarget
from trackit_console.store import engine as store_engine
from trackit_console.store.database_url import sql_server_url
from trackit_console.store.engine import make_engine


def connection_string(url: str | URL) -> tuple[dict[str, str], dict[str, Any]]:
    """What the ODBC driver is handed: the options of its connection string, and the arguments of pyodbc."""
    engine = make_engine(url)
    [[text], arguments] = engine.dialect.create_connect_args(engine.url)
    return dict(part.split("=", 1) for part in re.split(r";(?![^{]*\})", text) if part), dict(arguments)


@pytest.mark.covers("DB-01", "SEC-01")
def test_an_address_from_the_command_line_is_as_safe_as_one_from_the_settings() -> None:
    target = SqlServerTarget(server="sql01", database="TRACKIT", authentication="sql", user_account_name="sa", password="a@b")  # type: ignore[arg-type]
    from_settings, _ = connection_string(sql_server_url(target))
    for address in ("mssql+pyodbc://sa:a%40b@sql01/TRACKIT", "mssql://sa:a%40b@sql01/TRACKIT"):
        options, _ = connection_string(address)
        assert options == from_settings
    assert (options["DRIVER"], options["Encrypt"], options["TrustServerCertificate"], options["LongAsMax"]) == (
        "{ODBC Driver 18 for SQL Server}", "yes", "no", "Yes",
    )  # fmt: skip


@pytest.mark.covers("DB-01", "SEC-01")
@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("mssql+pyodbc://s/T?encrypt=strict&driver=ODBC+Driver+17+for+SQL+Server", {"encrypt": "strict", "DRIVER": "{ODBC Driver 17 for SQL Server}", "TrustServerCertificate": "no"}),
        ("mssql+pyodbc://s/T?Driver=FreeTDS&TrustServerCertificate=yes", {"DRIVER": "{FreeTDS}", "TrustServerCertificate": "yes", "Encrypt": "yes"}),
        ("mssql+pyodbc://sa:x@a_data_source", {"dsn": "a_data_source", "Encrypt": "yes", "TrustServerCertificate": "no"}),
        ("mssql+pyodbc://?odbc_connect=DSN%3Dx%3BPWD%3D%7Ba%3BEncrypt%3Dno%7D%3Bencrypt%3Dmandatory", {"DSN": "x", "encrypt": "mandatory", "TrustServerCertificate": "no"}),
        ("mssql+pyodbc://?odbc_connect=DSN%3Dx%3BPWD%3D%7BEncrypt%3Dno%7D%3B", {"DSN": "x", "PWD": "{Encrypt=no}", "Encrypt": "yes", "LongAsMax": "Yes"}),
    ],
    ids=["own-encryption", "own-driver", "data-source", "connection-string", "connection-string-fills"],
)  # fmt: skip
def test_what_an_address_says_stays(address: str, expected: dict[str, str]) -> None:
    options, _ = connection_string(address)
    assert {name: options.get(name) for name in expected} == expected
    assert len({name.lower() for name in options}) == len(options)


MOVES = [
    ("mssql://listener/T", True),
    ("mssql://listener:1435/T", True),
    ("mssql://?odbc_connect=Driver%3DODBC+Driver+18+for+SQL+Server%3BServer%3Dtcp%3Alistener", True),
    ("mssql://s\\HELP/T", False),
    ("mssql://?odbc_connect=Driver%3DODBC+Driver+18+for+SQL+Server%3BServer%3Dnp%3As", False),
    ("mssql://localhost/T", False),
    ("mssql://s/T?driver=FreeTDS", False),
    ("mssql://s/T?Failover_Partner=t", False),
    ("mssql://a_data_source", False),
    ("mssql://?odbc_connect=Driver%3D%7BODBC+Driver+18+for+SQL+Server%7D%3BServer%3Dlistener%2C1435", True),
    ("mssql://?odbc_connect=Driver%3D%7BODBC+Driver+18+for+SQL+Server%7D%3BServer%3Ds%5CHELP", False),
    ("mssql://?odbc_connect=DSN%3Dx", False),
]


@pytest.mark.covers("DB-05")
@pytest.mark.parametrize(("address", "expected"), MOVES, ids=[each[0] for each in MOVES])
def test_every_address_of_a_server_that_can_move_is_tried_at_once(address: str, expected: bool) -> None:
    options, _ = connection_string(address)
    assert options.get("MultiSubnetFailover") == ("Yes" if expected else None)


@pytest.mark.covers("DB-05")
@pytest.mark.parametrize(
    "address", ["mssql://s/T?MultiSubnetFailover=No", "mssql://?odbc_connect=Server%3Ds%3BMultiSubnetFailover%3DNo"]
)
def test_an_address_may_say_that_its_server_does_not_move(address: str) -> None:
    assert connection_string(address)[0]["MultiSubnetFailover"] == "No"


class OdbcConnection:
    """What is used of a new connection of pyodbc."""

    timeout = 0

    def __init__(self) -> None:
        self.executed: list[str] = []

    def add_output_converter(self, *_arguments: object) -> None:
        pass

    def cursor(self) -> OdbcConnection:
        return self

    def execute(self, statement: str) -> None:
        self.executed.append(statement)

    def fetchone(self) -> tuple[str, str]:
        return "16.0.4135.4", "sales"

    def close(self) -> None:
        pass


@pytest.mark.covers("DB-05")
def test_connecting_a_lock_and_a_statement_have_a_time_limit() -> None:
    assert make_engine("mssql+pyodbc://s/T").dialect.loaded_dbapi.pooling is False
    for seconds in (store_engine.QUERY_SECONDS, 0):
        connection = OdbcConnection()
        prepare, *_, limit = make_engine("mssql+pyodbc://s/T", query_seconds=seconds).pool.dispatch.connect
        prepare(connection, None)
        limit(connection, None)
        assert connection.timeout == seconds
        [executed] = connection.executed
        assert executed.startswith("SET LOCK_TIMEOUT 5000;")
    assert store_engine.QUERY_SECONDS > store_engine.BUSY_SECONDS


@pytest.mark.covers("DB-05")
@pytest.mark.parametrize(("address", "seconds"), [("mssql://s/T", 15), ("mssql://s/T?timeout=40", 40)])
def test_the_time_to_sign_in_is_limited(address: str, seconds: int, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = make_engine(address)
    asked: list[dict[str, Any]] = []

    def refuse(*_text: str, **arguments: Any) -> None:
        asked.append(arguments)
        raise ConnectionError

    monkeypatch.setattr(engine.dialect, "connect", refuse)
    with pytest.raises(ConnectionError):
        engine.raw_connection()
    assert asked == [{"timeout": seconds}]


@pytest.mark.covers("DB-05", "SEC-02")
@pytest.mark.parametrize(
    "address",
    [
        "no address at all",
        f"mssql+pyodbc//sa:{CANARY}@sql01/TRACKIT",
        f"mssql+pyodbc://sa:{CANARY}@sql01:port/TRACKIT",
        f"mssql+pyodbc://sa:{CANARY}@{CANARY}@sql01:port/TRACKIT",
        f"mssql+pyodbc://sa:{CANARY}@sql01/TRACKIT?timeout=long&PWD={CANARY}",
        f"postgresql://sa:{CANARY}@sql01/TRACKIT",
        f"mssql+pymssql://sa:{CANARY}@sql01/TRACKIT",
        f"nonsense://sa:{CANARY}@sql01/TRACKIT",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_its_password(address: str) -> None:
    with pytest.raises(DatabaseUrlRefused) as caught:
        make_engine(address)
    assert CANARY not in f"{caught.value} {caught.value!r} {caught.value.__cause__}"
    assert "{" not in str(caught.value)


@pytest.mark.covers("SEC-02")
def test_an_address_hides_its_password_from_whoever_prints_it() -> None:
    address = DatabaseUrl(f"mssql+pyodbc://sa:{CANARY}@sql01/TRACKIT?PWD={CANARY}")
    assert make_url(address).password == CANARY
    for shown in (repr(address), str(address), f"{address}", f"{address:>100}", "%s" % address, "%r" % [address]):  # noqa: UP031
        assert CANARY not in shown
        assert "sql01" in shown
    assert str(DatabaseUrl("sqlite:///C:/data/a@b.sqlite3")) == "sqlite:///C:/data/a@b.sqlite3"


class EndedByTheServer:
    """A connection whose transaction is gone: some drivers send ROLLBACK all the same."""

    def __init__(self, number: int) -> None:
        self.number = number

    def rollback(self) -> None:
        raise pyodbc.Error("25000", f"[25000] [FreeTDS][SQL Server]There is no transaction ({self.number}) (SQLEndTran)")


def test_a_transaction_that_the_server_rolled_back_itself_is_no_second_error() -> None:
    dialect: Any = make_engine("mssql+pyodbc://s/T").dialect
    dialect.do_rollback(EndedByTheServer(3903))
    with pytest.raises(pyodbc.Error):
        dialect.do_rollback(EndedByTheServer(10054))
