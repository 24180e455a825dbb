"""A service starts with its computer, and often before its database server (DB-05, RUN-06)."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from tests.clock import ManualClock
from trackit_console.monitor.database_wait import once_available, unless_stopped
from trackit_console.paths import DataDir
from trackit_console.store.access_errors import SignInToDatabaseRefused
from trackit_console.store.database import open_database
from trackit_console.store.errors import DatabaseOffline, DatabaseTimedOut, DatabaseUnavailable

pytestmark = pytest.mark.covers("DB-05")


class Server:
    """A database that fails with `errors`, one after the other, before it opens."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)

    def open(self) -> str:
        if self.errors:
            raise self.errors.pop(0)
        return "open"


def test_the_monitor_waits_for_its_database_and_tells_each_kind_of_trouble_once(expect_log: Callable[[str], None]) -> None:
    expect_log("ERROR trackit.EmailMonitor: The database server did not answer in time.")
    expect_log("ERROR trackit.EmailMonitor: The database is not available")
    told: list[DatabaseUnavailable] = []
    clock = ManualClock()
    server = Server(DatabaseTimedOut(), DatabaseTimedOut(), DatabaseOffline(), DatabaseOffline(), DatabaseOffline())
    assert once_available(server.open, threading.Event(), told.append, clock=clock) == "open"
    assert [each.code for each in told] == ["database_timed_out", "database_offline"]
    assert clock.monotonic() == 5 + 10 + 20 + 20 + 20


def test_what_an_admin_must_mend_is_not_waited_for() -> None:
    with pytest.raises(SignInToDatabaseRefused):
        once_available(Server(SignInToDatabaseRefused()).open, threading.Event(), print, clock=ManualClock())


def test_a_stop_ends_the_waiting(expect_log: Callable[[str], None]) -> None:
    expect_log("ERROR trackit.EmailMonitor")
    stop = threading.Event()
    server = Server(*[DatabaseOffline() for _ in range(9)])
    assert once_available(server.open, stop, lambda _problem: stop.set(), clock=ManualClock()) is None
    assert len(server.errors) == 8


@pytest.fixture
def silent_server() -> Iterator[tuple[int, threading.Event]]:
    """The port of a server that takes connections and says nothing, and whether somebody has come."""
    came = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def take() -> None:
            client, _ = listener.accept()
            with client:
                came.set()
                while client.recv(4096):
                    pass

        taking = threading.Thread(target=take, daemon=True)
        taking.start()
        yield listener.getsockname()[1], came


@pytest.mark.covers("RUN-06")
def test_a_stop_does_not_wait_for_a_server_that_says_nothing(
    silent_server: tuple[int, threading.Event], data_dir: DataDir
) -> None:
    port, came = silent_server
    url = f"mssql://trackit:secret@127.0.0.1:{port}/TRACKIT?driver=FreeTDS&Encrypt=no&timeout=30"
    stop = threading.Event()
    stopped_at: list[float] = []

    def press_ctrl_c() -> None:
        came.wait()
        stopped_at.append(time.monotonic())
        stop.set()

    pressing = threading.Thread(target=press_ctrl_c)
    pressing.start()
    assert unless_stopped(lambda: open_database(url, data_dir), stop) is None
    assert time.monotonic() - stopped_at[0] < 2
    pressing.join()
