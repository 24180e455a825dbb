"""How often a distant SQL Server is asked: by a message, a visit without mail, a window and a monitor that are idle (RUN-07, RUN-08)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from tests.message_factory import raw_message
from tests.monitor.scripted_mailbox import ScriptedMailbox
from tests.servers.counting_relay import CountingRelay, relayed
from tests.settings.samples import imap
from tests.store.conftest import ELSEWHERE, renew
from trackit_console.console.services import Services
from trackit_console.monitor.engine import Engine
from trackit_console.monitor.help_desk import open_help_desk
from trackit_console.monitor.outbox_once import send_once
from trackit_console.monitor.poll_once import poll_once
from trackit_console.monitor.round_start import start_round
from trackit_console.paths import DataDir
from trackit_console.settings.monitor import MonitorSettings
from trackit_console.store.row_mapping import Stored
from trackit_console.store.snapshot import Snapshot

pytestmark = [
    pytest.mark.covers("DB-05", "RUN-07", "RUN-08"),
    pytest.mark.skipif(not ELSEWHERE, reason="TRACKIT_TEST_DATABASE_URL names no server: a file is not at a distance"),
]
MESSAGES = 100
SECONDS = 15.0
ONCE = 21 if "freetds" in (ELSEWHERE or "").lower() else 20
"""FreeTDS asks once more than Microsoft's driver."""


@dataclass
class Distant:
    """A new database behind a relay."""

    relay: CountingRelay
    url: str
    data_dir: DataDir

    def once(self, server: ScriptedMailbox) -> int:
        """The round trips of `monitor --once`, from the first connection to the last."""
        before = self.relay.trips
        database = open_help_desk(self.url, self.data_dir)
        start = start_round(database)
        visits = poll_once(database, threading.Event(), start=start, source_factory=server.open)
        sent = send_once(database, threading.Event(), start=start.after(database, visits))
        database.close()
        assert [each.error for each in visits] == [None] and not sent.error
        return self.relay.trips - before


@pytest.fixture
def distant(data_dir: DataDir) -> Iterator[Distant]:
    assert ELSEWHERE
    renew(ELSEWHERE, data_dir)
    with relayed(ELSEWHERE) as (relay, url):
        made = Distant(relay, url, data_dir)
        database = open_help_desk(url, data_dir)
        with database.begin() as transaction:
            transaction.mailboxes.add(imap(), "ada")
        database.close()
        assert relay.trips, "nothing passed the relay, so nothing is counted"
        yield made


def replace_interval(stored: Stored[MonitorSettings], minutes: int) -> Stored[MonitorSettings]:
    return replace(stored, value=stored.value.model_copy(update={"poll_interval": minutes}))


def test_a_single_run_with_nothing_to_do(distant: Distant) -> None:
    server = ScriptedMailbox({1: raw_message(1)})
    for _ in range(3):  # takes the message in, indexes its words, and looks for old data
        distant.once(server)
    assert distant.once(server) <= ONCE


def test_a_message(distant: Distant) -> None:
    server = ScriptedMailbox()
    for _ in range(3):
        idle = distant.once(server)
    server.messages |= {number: raw_message(number, sender=f"P <p{number}@contoso.example>") for number in range(MESSAGES)}
    assert distant.once(server) - idle <= MESSAGES


def test_a_window_that_sees_a_change(distant: Distant) -> None:
    """Each look is one round trip: the glance that finds the change, what has changed, and the glance that finds nothing more."""
    services = Services(distant.data_dir, distant.url)

    def looks() -> list[Snapshot | None]:
        before = distant.relay.trips
        seen = [services.look() for _ in range(3)]
        assert distant.relay.trips - before <= 3
        return seen

    services.look()
    for number in range(1, 4):
        with services.database.begin() as transaction:
            transaction.mailbox_states.request_poll()
        glanced, read, again = looks()
        assert (glanced, read) == (None, again) and read is not None
        [state] = read.states.values()
        assert state.poll_requests == number
        with services.database.begin() as transaction:
            transaction.settings.save_monitor(replace_interval(transaction.settings.monitor(), number), "ada")
        glanced, read, again = looks()
        assert (glanced, read) == (None, again) and read is not None
        assert read.monitor.value.poll_interval == number
    services.database.close()


def test_a_window_that_has_changed_something_itself(distant: Distant) -> None:
    services = Services(distant.data_dir, distant.url)
    services.look()
    with services.database.begin() as transaction:
        transaction.settings.save_monitor(replace_interval(transaction.settings.monitor(), 7), "ada")
    before = distant.relay.trips
    assert services.snapshot().monitor.value.poll_interval == 7
    assert distant.relay.trips - before == 1
    services.database.close()


def test_a_window_and_a_monitor_that_are_idle(distant: Distant) -> None:
    services = Services(distant.data_dir, distant.url)
    with services.database.begin() as transaction:
        transaction.monitoring.want(True, "ada")
    services.look()
    before = distant.relay.trips
    for _ in range(10):
        services.look()
    assert distant.relay.trips - before <= 10
    stop = threading.Event()
    engine = threading.Thread(
        target=Engine(services.database, "headless", source_factory=ScriptedMailbox().open).run, args=(stop,)
    )
    engine.start()
    stop.wait(SECONDS / 3)
    before = distant.relay.trips
    stop.wait(SECONDS)
    trips = distant.relay.trips - before
    stop.set()
    engine.join()
    services.database.close()
    assert trips <= 2 * SECONDS
