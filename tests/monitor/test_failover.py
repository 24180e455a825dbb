"""The database moves while mail is being recorded: nothing is lost, nothing is doubled, and no mail is touched too early (DB-05)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pyodbc
import pytest
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError

from tests.message_factory import raw_message
from tests.monitor.hosts import Hosts
from tests.monitor.scripted_mailbox import ScriptedMailbox
from tests.settings.samples import imap
from trackit_console.paths import DataDir

DRIVER = "[Microsoft][ODBC Driver 18 for SQL Server]"
MOVED = pyodbc.ProgrammingError("42000", f"[42000] {DRIVER}[SQL Server]The target database … (976) (SQLExecDirectW)")
CUT = pyodbc.OperationalError("08S01", f"[08S01] {DRIVER}TCP Provider: Error code 0x2746 (10054) (SQLEndTran)")
MESSAGES = 3


class Failover:
    """Raises what the driver of SQL Server would, in the transaction that records mail; `at`: `insert`, `commit` or `answer`.

    At `answer` the commit was done, and only its answer is lost.
    """

    def __init__(self, at: str) -> None:
        self._at = at
        self.times = 1

    def statement(self, connection: Connection, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith("INSERT INTO deliveries"):
            connection.info["records"] = True
            if self._at == "insert":
                self._fail(MOVED)

    def commit(self, connection: Connection) -> None:
        if not connection.info.pop("records", False) or not self.times:
            return
        if self._at == "answer":
            driver: Any = connection.connection.dbapi_connection
            driver.execute("COMMIT")
        if self._at != "insert":
            self._fail(CUT)

    def _fail(self, original: pyodbc.Error) -> None:
        if self.times:
            self.times -= 1
            raise DBAPIError.instance("a statement", {}, original, pyodbc.Error)


@pytest.fixture
def failover(request: pytest.FixtureRequest) -> Iterator[Failover]:
    made = Failover(request.param)
    listeners = (("before_cursor_execute", made.statement), ("commit", made.commit))
    for name, listener in listeners:
        event.listen(Engine, name, listener)
    yield made
    for name, listener in listeners:
        event.remove(Engine, name, listener)


@pytest.fixture
def hosts(data_dir: DataDir) -> Iterator[Hosts]:
    with Hosts(data_dir) as made:
        with made.database.begin() as transaction:
            transaction.monitoring.want(True, "ada")
            transaction.mailboxes.add(imap(poll_interval=1), "ada")
        yield made


def error_of_the_mailbox(hosts: Hosts) -> str:
    with hosts.database.reading() as transaction:
        [mailbox] = transaction.mailboxes.all()
        error = transaction.mailbox_states.state(mailbox.id).error
    return error.code if error else ""


@pytest.mark.covers("DB-05", "RUN-03")
@pytest.mark.parametrize(
    ("failover", "error", "settled"),
    [
        # The server says that the database moves: the transaction is begun again on a new connection, and nobody notices.
        ("insert", "", [1, 2, 3]),
        ("commit", "database_unavailable", []),
        ("answer", "database_unavailable", []),
    ],
    indirect=["failover"],
)
def test_a_failover_within_a_transaction_neither_loses_nor_doubles_mail(
    hosts: Hosts, failover: Failover, error: str, settled: list[int]
) -> None:
    server = ScriptedMailbox({number: raw_message(number, subject=f"Printer {number}") for number in range(1, MESSAGES + 1)})
    hosts.start(server.open)
    hosts.pass_seconds(1)
    assert (failover.times, error_of_the_mailbox(hosts)) == (0, error)
    assert list(server.sessions[0].settled) == settled, "mail that is not recorded stays as it is on its server"
    hosts.pass_seconds(90)
    assert sorted(number for each in server.sessions for number in each.settled) == list(range(1, MESSAGES + 1))
    with hosts.database.reading() as transaction:
        subjects = Counter(each.subject for each in transaction.records.page(""))
    assert subjects == {f"Printer {number}": 1 for number in range(1, MESSAGES + 1)}
    assert error_of_the_mailbox(hosts) == ""
