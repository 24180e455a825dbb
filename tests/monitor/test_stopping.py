"""Stop takes effect within 2 s, whoever does not answer: the mail server, the database, or both (RUN-06)."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine as SqlEngine

from tests.monitor.hosts import PATIENCE
from tests.monitor.scripted_mailbox import ScriptedMailbox, Session
from tests.settings.samples import imap
from trackit_console.clock import SystemClock
from trackit_console.monitor.background_run import END_SECONDS, BackgroundRun
from trackit_console.monitor.engine import Engine
from trackit_console.monitor.heartbeat import HEARTBEAT
from trackit_console.paths import DataDir
from trackit_console.settings.mailbox import Mailbox
from trackit_console.store.database import Database
from trackit_console.transports.source import Source

LIMIT = 2.0


@pytest.fixture(autouse=True)
def mailbox(database: Database) -> Iterator[None]:
    """One mailbox, and the wish that it be polled. At the end nothing of the monitor may be left at work."""
    with database.begin() as transaction:
        transaction.mailboxes.add(imap(), "ada")
        transaction.monitoring.want(True, "ada")
    yield
    for thread in threading.enumerate():
        if thread.name == "email monitor" or thread.name.startswith("visit "):
            thread.join(PATIENCE)
            assert not thread.is_alive()


class Lock:
    """The write lock of the database's file, as another program holds it: a backup for example.

    `wanted` is set once somebody waits for it.
    """

    def __init__(self, data_dir: DataDir) -> None:
        self.wanted = threading.Event()
        self._connection = sqlite3.connect(data_dir.database, isolation_level=None)

    def take(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        self.wanted.clear()

    def notice(self, _connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement == "BEGIN IMMEDIATE":
            self.wanted.set()

    def close(self) -> None:
        self._connection.close()


@pytest.fixture
def lock(mailbox: None, data_dir: DataDir) -> Iterator[Lock]:
    """Nobody holds it yet; it is let go before the test waits for threads to end."""
    made = Lock(data_dir)
    event.listen(SqlEngine, "before_cursor_execute", made.notice)
    yield made
    event.remove(SqlEngine, "before_cursor_execute", made.notice)
    made.close()


class HurriedClock(SystemClock):
    """Real time, which a test can set `ahead`."""

    ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead


class Waiting(ScriptedMailbox):
    """A server that does not answer until somebody ends the connection."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = threading.Event()

    def open(self, _mailbox: Mailbox) -> Session:
        session = super().open(_mailbox)
        self.on_open = session.wait_after(self.asked.set)
        return session


def seconds_to_stop(engine: Engine, ready: threading.Event, after: Callable[[], object] = lambda: None) -> float:
    """Runs the engine until it is `ready`, then stops it; how long `run` took to return."""
    stop = threading.Event()
    running = threading.Thread(target=engine.run, args=(stop,))
    running.start()
    assert ready.wait(PATIENCE)
    after()
    begun = SystemClock().monotonic()
    stop.set()
    running.join(PATIENCE)
    return SystemClock().monotonic() - begun


@pytest.mark.covers("RUN-06")
def test_a_server_that_does_not_answer_is_hung_up_on(database: Database) -> None:
    server = Waiting()
    assert seconds_to_stop(Engine(database, "headless", source_factory=server.open), server.asked) < LIMIT
    assert server.last.aborted.is_set()
    with database.reading() as transaction:
        state = transaction.mailbox_states.states().popitem()[1]
        assert (state.error, state.visiting, state.failures) == (None, False, 0), "a stop is no failure"
        assert transaction.mailbox_leases.owners() == {}


@pytest.mark.covers("RUN-06")
def test_a_database_that_does_not_answer_holds_up_no_stop(database: Database, lock: Lock) -> None:
    """The visit was hung up on, but neither how it ended nor that the host is gone can be kept."""
    server = Waiting()
    engine = Engine(database, "headless", source_factory=server.open)
    assert seconds_to_stop(engine, server.asked, lock.take) < LIMIT
    assert server.last.aborted.is_set()


@pytest.mark.covers("RUN-06")
def test_an_engine_that_waits_for_the_database_stops_too(database: Database, lock: Lock) -> None:
    engine = Engine(database, "headless", source_factory=ScriptedMailbox().open)
    lock.take()
    assert seconds_to_stop(engine, lock.wanted) < LIMIT


@pytest.mark.covers("RUN-06")
def test_visits_are_ended_although_the_engine_waits_for_the_database(database: Database, lock: Lock) -> None:
    """It hangs in a heartbeat, so it cannot end its visits itself."""
    clock, server = HurriedClock(), Waiting()
    engine = Engine(database, "headless", clock=clock, source_factory=server.open)

    def wait_for_a_heartbeat() -> None:
        lock.take()
        clock.ahead = 2 * HEARTBEAT
        assert lock.wanted.wait(PATIENCE)

    assert seconds_to_stop(engine, server.asked, wait_for_a_heartbeat) < LIMIT
    assert server.last.aborted.is_set()


@pytest.mark.covers("RUN-06")
def test_a_stop_that_comes_before_the_connection_is_made_prevents_it(database: Database) -> None:
    server = ScriptedMailbox()
    stop, opening, stopping = threading.Event(), threading.Event(), threading.Event()

    def open_late(mailbox: Mailbox) -> Source:
        """A source is made while the engine ends its visits: `abort` finds nothing to hang up yet."""
        opening.set()
        assert stopping.wait(PATIENCE)
        return server.open(mailbox)

    engine = Engine(database, "headless", source_factory=open_late)
    running = threading.Thread(target=engine.run, args=(stop,))
    running.start()
    assert opening.wait(PATIENCE)
    stop.set()
    running.join(PATIENCE)
    stopping.set()
    [visit] = [each for each in threading.enumerate() if each.name.startswith("visit ")]
    visit.join(PATIENCE)
    assert server.last.walked == []


@pytest.mark.covers("RUN-06")
def test_work_beside_the_visits_is_waited_for_side_by_side() -> None:
    """One after the other, four reports and removals that hang would take two seconds."""
    over = threading.Event()

    def hang(_stop: threading.Event) -> None:
        over.wait(PATIENCE)

    runs = [BackgroundRun(f"run {number}", "not done") for number in range(4)]
    for run in runs:
        run.begin(hang)
    for run in runs:
        run.stop()
    begun = time.monotonic()
    for run in runs:
        run.halt()
    assert time.monotonic() - begun < 2 * END_SECONDS
    over.set()
