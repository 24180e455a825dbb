"""A SQL Server whose primary moves: connections to the old one are thrown away, and whoever asks again finds the new one (DB-05)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from tests.clock import ManualClock
from tests.servers.tds import Behaviour, TdsServer, tds_server
from trackit_console.store.database import Database
from trackit_console.store.driver_errors import mapped
from trackit_console.store.engine import make_engine
from trackit_console.store.errors import DatabaseBusy, DatabaseOffline, DatabaseReadOnly, DatabaseUnavailable
from trackit_console.store.secrets import KEY_BYTES, SecretBox

pytestmark = pytest.mark.covers("DB-05", "DB-01")
LOOK = {"monitor_control": [[None, 1, 0, None, None, None, 0, 0, 0]]}
"""What a monitor reads when it looks: it is wanted, and nothing is due."""


def url(server: TdsServer) -> str:
    return f"mssql://trackit:secret@127.0.0.1:{server.port}/TRACKIT?driver=FreeTDS&Encrypt=no"


@pytest.fixture
def server() -> Iterator[TdsServer]:
    with tds_server(Behaviour(answers=LOOK)) as started:
        yield started


@pytest.fixture
def engine(server: TdsServer) -> Iterator[Engine]:
    """An engine with two idle connections."""
    made = make_engine(url(server))
    with made.connect(), made.connect():
        pass
    assert server.sign_ins == 2
    yield made
    made.dispose()


@pytest.fixture
def database(server: TdsServer) -> Iterator[Database]:
    opened = Database(make_engine(url(server)), SecretBox(b"k" * KEY_BYTES), ManualClock())
    yield opened
    opened.close()


def write(engine: Engine) -> None:
    with mapped("sql01 · TRACKIT"), engine.begin() as connection:
        connection.execute(text("UPDATE outbox SET tries = 1"))


@pytest.mark.parametrize(
    ("number", "connections"),
    [(976, 2), (983, 2), (978, 2), (3906, 2), (596, 2), (6005, 2), (40613, 2), (40197, 2), (40501, 1), (10928, 1), (1205, 0)],
)
def test_a_failover_costs_every_connection_and_a_lock_costs_none(
    server: TdsServer, engine: Engine, number: int, connections: int
) -> None:
    server.behaviour.statement_errors = (number,)
    kind = DatabaseOffline if connections == 2 else DatabaseBusy
    with pytest.raises(kind):
        write(engine)
    server.behaviour.statement_errors = ()
    with engine.connect(), engine.connect():
        pass
    assert server.sign_ins == 2 + connections


def test_a_database_that_is_read_only_is_told_in_words_of_its_own(server: TdsServer, engine: Engine) -> None:
    server.behaviour.statement_errors = (3906,)
    with pytest.raises(DatabaseReadOnly) as caught:
        write(engine)
    assert str(caught.value).startswith("The database sql01 · TRACKIT is read-only: nothing can be written to it.")
    assert "listener" in str(caught.value.remedy_message)
    assert caught.value.transient


@pytest.mark.parametrize("how", ["reset", "976"])
def test_a_transaction_that_a_failover_has_cut_is_done_once_by_the_server_that_takes_over(how: str) -> None:
    with tds_server(Behaviour()) as first:
        engine, port = make_engine(url(first)), first.port
        with pytest.raises(DatabaseUnavailable), mapped("x"), engine.begin() as connection:
            connection.execute(text("UPDATE outbox SET tries = 1"))
            first.behaviour.hangs_up_at, first.behaviour.statement_errors = ("statement", ()) if how == "reset" else ("", (976,))
            connection.execute(text("UPDATE outbox SET tries = 2"))
        assert "commit" not in first.heard
    with pytest.raises(DatabaseUnavailable):
        write(engine)
    with tds_server(Behaviour(), port) as second:
        write(engine)
        assert second.heard.count("commit") == 1
        engine.dispose()


def test_an_outage_is_noticed_once_and_not_by_every_connection_of_the_pool() -> None:
    with tds_server(Behaviour()) as first:
        engine, port = make_engine(url(first)), first.port
        with engine.connect(), engine.connect(), engine.connect(), engine.connect():
            pass
        assert first.sign_ins == 4
    with tds_server(Behaviour(), port) as second:
        with pytest.raises(DatabaseUnavailable):
            write(engine)
        with engine.connect() as one, engine.connect() as two, engine.connect() as three, engine.connect() as four:
            for each in (one, two, three, four):
                each.execute(text("SELECT 1"))
        assert second.sign_ins == 4
        engine.dispose()


def test_a_monitor_that_looks_finds_the_server_that_has_taken_over(database: Database, server: TdsServer) -> None:
    assert database.look("host", None).wanted.running
    server.behaviour.statement_errors = (976,)
    with pytest.raises(DatabaseOffline):
        database.look("host", None)
    server.stop()
    with pytest.raises(DatabaseUnavailable):
        database.look("host", None)
    with tds_server(Behaviour(answers=LOOK), server.port) as second:
        assert database.look("host", None).wanted.running
        assert second.sign_ins == 1


def test_what_looks_leaves_a_replica_on_which_nothing_can_be_written(database: Database, server: TdsServer) -> None:
    """It could go on reading there for ever, and would see nothing of what happens on the new primary."""
    database.look("host", None)
    before = server.sign_ins
    server.behaviour.statement_errors = (3906,)
    with pytest.raises(DatabaseReadOnly), database.begin() as transaction:
        transaction.session.execute(text("UPDATE outbox SET tries = 1"))
    server.behaviour.statement_errors = ()
    database.look("host", None)
    assert server.sign_ins == before + 2  # the one that was refused, and the one that looks
