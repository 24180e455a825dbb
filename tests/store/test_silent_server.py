"""A SQL Server that says nothing any more, at any moment: whoever waits is told in time, and nothing is touched again (DB-05)."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pyodbc
import pytest
from sqlalchemy import Engine, text

from tests.clock import ManualClock
from tests.servers.tds import Behaviour, TdsServer, tds_server
from tests.servers.tds_tokens import Rows
from trackit_console.cancel import Cancel, cancellable
from trackit_console.store import database as store_database
from trackit_console.store import engine as store_engine
from trackit_console.store import limited_calls
from trackit_console.store.database import Database
from trackit_console.store.driver_errors import mapped
from trackit_console.store.engine import make_engine
from trackit_console.store.errors import DatabaseTimedOut
from trackit_console.store.limited_calls import CallThread
from trackit_console.store.limited_cursor import ROWS_AT_ONCE
from trackit_console.store.secrets import KEY_BYTES, SecretBox

pytestmark = pytest.mark.covers("DB-05", "DB-01")
QUERY_SECONDS = 1
MARGIN = 0.3
SOON = 2.0
ROWS: Rows = [[number, f"mail {number}"] for number in range(3 * ROWS_AT_ONCE)]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_engine, "MARGIN_SECONDS", MARGIN)


@pytest.fixture
def server() -> Iterator[TdsServer]:
    with tds_server(Behaviour(answers={"every mail": ROWS})) as started:
        yield started


def url(server: TdsServer, seconds: int = 1) -> str:
    return f"mssql://trackit:secret@127.0.0.1:{server.port}/TRACKIT?driver=FreeTDS&Encrypt=no&timeout={seconds}"


@pytest.fixture
def engine(server: TdsServer) -> Iterator[Engine]:
    """An engine whose server has answered."""
    made = make_engine(url(server), query_seconds=QUERY_SECONDS)
    with made.connect():
        pass
    yield made
    made.dispose()


@contextmanager
def told_in_time(limit: float = QUERY_SECONDS + MARGIN) -> Iterator[None]:
    begun = time.monotonic()
    with pytest.raises(DatabaseTimedOut), mapped("x"):
        yield
    assert time.monotonic() - begun < limit + SOON


def test_a_port_that_accepts_and_says_nothing() -> None:
    with tds_server(Behaviour(silent_at="connect")) as server, told_in_time():
        make_engine(url(server)).connect()


@pytest.mark.parametrize("place", ["login", "statement", "result", "commit"])
def test_whoever_waits_for_a_silent_server_is_told_in_time(server: TdsServer, engine: Engine, place: str) -> None:
    if place == "login":
        engine.dispose()
    server.behaviour.silent_at = place
    with told_in_time(), engine.begin() as connection:
        connection.execute(text("SELECT every mail"))
    server.behaviour.silent_at = ""
    signed_in = server.sign_ins
    with engine.begin() as connection:
        assert len(connection.execute(text("SELECT every mail")).all()) == len(ROWS)
    assert server.sign_ins == signed_in + 1, "the old connection was not used again"


def test_a_connection_that_did_not_answer_is_not_touched_again(server: TdsServer, engine: Engine) -> None:
    connection = engine.raw_connection().dbapi_connection
    assert connection is not None
    server.behaviour.silent_at = "statement"
    with pytest.raises(pyodbc.OperationalError, match="did not answer in time"):
        connection.cursor().execute("SELECT 1")
    begun = time.monotonic()
    for use in (connection.commit, connection.rollback, lambda: connection.cursor().execute("SELECT 1")):
        with pytest.raises(pyodbc.ProgrammingError, match="closed"):
            use()
    connection.close()
    assert time.monotonic() - begun < 0.5


def test_a_rollback_that_is_not_answered_hides_nothing(server: TdsServer, engine: Engine) -> None:
    server.behaviour.silent_at = "rollback"
    begun = time.monotonic()
    with pytest.raises((DatabaseTimedOut, ZeroDivisionError)), mapped("x"), engine.begin() as connection:
        connection.execute(text("UPDATE outbox SET tries = 1"))
        raise ZeroDivisionError
    assert time.monotonic() - begun < QUERY_SECONDS + MARGIN + SOON
    assert "commit" not in server.heard


def test_a_connection_that_was_idle_when_the_server_fell_silent_is_replaced_soon(
    server: TdsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_engine, "PING_SECONDS", 1e-5)
    monkeypatch.setattr(store_engine, "ANSWER_SECONDS", 0.5)
    engine = make_engine(url(server), query_seconds=60)
    with engine.connect():
        pass
    server.behaviour.silent_at = "statement"
    begun = time.monotonic()
    with engine.connect():
        assert server.sign_ins == 2
    assert time.monotonic() - begun < 0.5 + SOON
    engine.dispose()


def test_closing_connections_to_a_silent_server_takes_a_moment(server: TdsServer, engine: Engine) -> None:
    with engine.connect() as one, engine.connect() as two, engine.connect():
        for each in (one, two):
            each.execute(text("SELECT 1"))
    server.behaviour.silent_at = "statement"
    with told_in_time(), engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    begun = time.monotonic()
    engine.dispose()
    assert time.monotonic() - begun < 0.5


def test_a_look_says_that_the_server_is_silent_long_before_a_statement_may(
    server: TdsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_database, "LOOK_SECONDS", 1)
    database = Database(make_engine(url(server)), SecretBox(b"k" * KEY_BYTES), ManualClock())
    server.behaviour.answers = {"monitor_control": [[None, 1, 0, None, None, None, 0, 0, 0]]}
    assert database.look("host", None).wanted.running
    server.behaviour.silent_at = "statement"
    begun = time.monotonic()
    with pytest.raises(DatabaseTimedOut):
        database.look("host", None)
    assert time.monotonic() - begun < 1 + MARGIN + SOON < store_engine.QUERY_SECONDS
    database.close()


def test_cancelling_does_not_wait_for_the_server(server: TdsServer) -> None:
    engine = make_engine(url(server), query_seconds=60)
    with engine.connect():
        pass
    server.behaviour.silent_at = "statement"
    cancel = Cancel()
    threading.Timer(0.2, cancel.set).start()
    with told_in_time(0.2 + limited_calls.CANCEL_SECONDS), cancellable(cancel), engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    engine.dispose()


def test_a_cancel_that_comes_too_late_does_not_hurry_the_next_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next one to use the connection may be another thread, whose work nobody cancelled."""
    monkeypatch.setattr(limited_calls, "CANCEL_SECONDS", 0)
    thread: CallThread[None] = CallThread(None, "database")
    thread.start(None)
    cancel, cancelling, answered, slow = Cancel(), threading.Event(), threading.Event(), threading.Event()
    setter = threading.Thread(target=cancel.set)

    def hold() -> None:
        cancelling.set()
        answered.wait()

    def answer(_: None) -> None:
        setter.start()
        cancelling.wait()

    cancel.on_cancel(hold)
    with cancellable(cancel):
        thread.call(answer, None)
    answered.set()
    setter.join()
    threading.Timer(0.2, slow.set).start()
    assert thread.call(lambda _: slow.wait(), None)
    thread.end()


def test_a_thread_that_cannot_start_takes_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(limited_calls, "_free", threading.BoundedSemaphore(1))
    with monkeypatch.context() as exhausted, pytest.raises(RuntimeError):
        exhausted.setattr(threading.Thread, "start", refuse)
        CallThread(None, "database").start(None)
    thread: CallThread[None] = CallThread(None, "database")
    thread.start(0)
    thread.end()


def test_no_more_threads_are_left_behind_than_there_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    before = set(threading.enumerate())
    monkeypatch.setattr(limited_calls, "_free", threading.BoundedSemaphore(3))
    with tds_server(Behaviour(silent_at="connect")) as server:
        for _ in range(5):
            with told_in_time():
                make_engine(url(server)).connect()
        assert len([each for each in set(threading.enumerate()) - before if each.name == "database"]) == 3


def test_a_result_of_many_rows_comes_whole_and_in_order(engine: Engine) -> None:
    with engine.connect() as connection:
        found = connection.execute(text("SELECT every mail"))
        assert [tuple(found.fetchone() or ()), *map(tuple, found)] == [tuple(each) for each in ROWS]


def test_a_process_ends_although_its_database_says_nothing(server: TdsServer) -> None:
    server.behaviour.silent_at = "statement"
    program = (
        "import sys, threading\n"
        "from trackit_console.store.engine import make_engine\n"
        "threading.Thread(target=lambda: make_engine(sys.argv[1]).connect(), daemon=True).start()\n"
        "threading.Event().wait(1.5)\n"
    )
    begun = time.monotonic()
    ended = subprocess.run([sys.executable, "-c", program, url(server)], timeout=20, check=False)
    assert ended.returncode == 0
    assert server.heard and time.monotonic() - begun < 10
