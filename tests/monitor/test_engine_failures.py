"""What fails inside the engine: it is logged and reported, and the monitor goes on by itself (RUN-05)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from sqlalchemy import event, update
from sqlalchemy.engine import Engine as SqlEngine

from tests.clock import BEGINNING
from tests.monitor.hosts import Hosts
from tests.monitor.scripted_mailbox import ScriptedMailbox, by_account
from tests.outbox_factory import put
from tests.settings.samples import imap
from trackit_console.domain.effects import ScheduleAction, ScheduledKind
from trackit_console.domain.polling import MailboxState
from trackit_console.monitor.backoff import FIRST_RESTART, LONGEST_DATABASE_WAIT, LONGEST_RESTART
from trackit_console.monitor.poll_once import poll_once
from trackit_console.paths import DataDir
from trackit_console.settings.mailbox import Mailbox
from trackit_console.store.errors import DatabaseOffline
from trackit_console.store.mailbox_states import MailboxStates
from trackit_console.store.monitoring import HOST_SECONDS
from trackit_console.store.row_mapping import Stored
from trackit_console.store.singleton_settings import SingletonSettings
from trackit_console.store.tables import MailboxLeaseRow, MailboxRow
from trackit_console.transports.source import Source

FAILED = "ERROR trackit.EmailMonitor: the email monitor failed and starts again"


@pytest.fixture
def hosts(data_dir: DataDir) -> Iterator[Hosts]:
    """A database without mailboxes on which the monitor is wanted."""
    with Hosts(data_dir) as made:
        with made.database.begin() as transaction:
            transaction.monitoring.want(True, "ada")
        yield made


def add_mailbox(hosts: Hosts, account: str = "support") -> Stored[Mailbox]:
    with hosts.database.begin() as transaction:
        return transaction.mailboxes.add(imap(user_account_name=account, poll_interval=1), "ada")


def state(hosts: Hosts, mailbox: Stored[Mailbox]) -> MailboxState:
    with hosts.database.reading() as transaction:
        return transaction.mailbox_states.state(mailbox.id)


class Fails:
    """Stands in for a method: raises `problem` the first `times`, and keeps when it was called."""

    def __init__(self, problem: Exception, hosts: Hosts, times: int, then: Callable[..., object]) -> None:
        self._problem = problem
        self._clock = hosts.clock
        self._times = times
        self._then = then
        self.called_at: list[float] = []

    def __get__(self, instance: object, _owner: type) -> Callable[..., object]:
        def call(*arguments: object, **named: object) -> object:
            self.called_at.append(self._clock.monotonic())
            if len(self.called_at) <= self._times:
                raise self._problem
            return self._then(instance, *arguments, **named)

        return call


@pytest.mark.covers("RUN-05")
def test_a_fault_of_the_engine_is_reported_and_it_goes_on(
    hosts: Hosts, monkeypatch: pytest.MonkeyPatch, expect_log: Callable[[str], None]
) -> None:
    expect_log(FAILED)
    add_mailbox(hosts)
    server = ScriptedMailbox()
    monkeypatch.setattr(SingletonSettings, "monitor", Fails(ZeroDivisionError("a fault"), hosts, 1, SingletonSettings.monitor))
    [host] = hosts.start(server.open)
    assert [type(each) for each in host.errors] == [ZeroDivisionError]
    assert server.sessions == []
    hosts.pass_seconds(FIRST_RESTART + 1)
    assert len(server.sessions) == 1
    assert len(host.errors) == 1


@pytest.mark.covers("RUN-05")
def test_a_fault_that_stays_is_met_with_a_growing_delay(
    hosts: Hosts, monkeypatch: pytest.MonkeyPatch, expect_log: Callable[[str], None]
) -> None:
    expect_log(FAILED)
    failing = Fails(ZeroDivisionError("a fault"), hosts, 1000, SingletonSettings.monitor)
    monkeypatch.setattr(SingletonSettings, "monitor", failing)
    hosts.start(ScriptedMailbox().open)
    hosts.pass_seconds(3 * LONGEST_RESTART)
    times = failing.called_at
    delays = [round(later - earlier) for earlier, later in pairwise(times)]
    assert delays[:4] == [FIRST_RESTART, 2 * FIRST_RESTART, 4 * FIRST_RESTART, 8 * FIRST_RESTART]
    assert max(delays) == LONGEST_RESTART


@pytest.mark.covers("RUN-01", "DB-05")
def test_a_database_that_was_away_for_long_is_found_again_soon(
    hosts: Hosts, monkeypatch: pytest.MonkeyPatch, expect_log: Callable[[str], None]
) -> None:
    expect_log("ERROR trackit.EmailMonitor: The database is not available on its server")
    failing = Fails(DatabaseOffline("978"), hosts, 1000, SingletonSettings.monitor)
    monkeypatch.setattr(SingletonSettings, "monitor", failing)
    hosts.start(ScriptedMailbox().open)
    hosts.pass_seconds(LONGEST_RESTART)
    delays = [round(later - earlier) for earlier, later in pairwise(failing.called_at)]
    assert max(delays) == LONGEST_DATABASE_WAIT


@pytest.mark.covers("RUN-05", "DB-05")
def test_a_database_that_is_away_is_reported_and_its_visits_are_kept_once_it_is_back(
    hosts: Hosts, monkeypatch: pytest.MonkeyPatch, expect_log: Callable[[str], None]
) -> None:
    expect_log("ERROR trackit.EmailMonitor: The database is not available on its server")
    mailbox = add_mailbox(hosts)
    server = ScriptedMailbox()
    monkeypatch.setattr(SingletonSettings, "monitor", Fails(DatabaseOffline("978"), hosts, 1, SingletonSettings.monitor))
    [host] = hosts.start(server.open)
    hosts.pass_seconds(FIRST_RESTART + 1)
    assert [type(each) for each in host.errors] == [DatabaseOffline]
    assert state(hosts, mailbox).last_success_at is not None


@pytest.mark.covers("RUN-05")
def test_a_source_that_cannot_be_made_is_an_error_of_its_mailbox_alone(hosts: Hosts, expect_log: Callable[[str], None]) -> None:
    expect_log("broken: unexpected error")
    fine = ScriptedMailbox()

    def open_source(mailbox: Mailbox) -> Source:
        if mailbox.title == "broken":
            raise ZeroDivisionError("a fault")
        return fine.open(mailbox)

    broken = add_mailbox(hosts, "broken")
    add_mailbox(hosts)
    [host] = hosts.start(open_source)
    hosts.pass_seconds(1)
    assert len(fine.sessions) == 1
    error = state(hosts, broken).error
    assert error is not None and (error.code, error.detail) == ("unexpected_error", "ZeroDivisionError: a fault")
    assert host.errors == []


@pytest.mark.covers("RUN-05")
@pytest.mark.parametrize(
    "problem",
    [pytest.param(DatabaseOffline("978"), id="the database"), pytest.param(ZeroDivisionError("a fault"), id="a fault")],
)
def test_a_visit_that_cannot_be_kept_is_reported_and_not_repeated_at_once(
    hosts: Hosts, monkeypatch: pytest.MonkeyPatch, expect_log: Callable[[str], None], problem: Exception
) -> None:
    """It stays due, since nothing was kept. A password that is refused at every look would lock the account."""
    expect_log("ERROR trackit.EmailMonitor: broken: the visit could not be kept")
    servers = {"broken": ScriptedMailbox(refused=True), "support": ScriptedMailbox()}
    broken = add_mailbox(hosts, "broken")
    end_visit = MailboxStates.end_visit

    def end_visit_unless_broken(self: MailboxStates, lease: object, *arguments: object, **more: object) -> MailboxState:
        if lease.mailbox_id == broken.id:  # type: ignore[attr-defined]
            raise problem
        return end_visit(self, lease, *arguments, **more)  # type: ignore[arg-type]

    add_mailbox(hosts)
    monkeypatch.setattr(MailboxStates, "end_visit", end_visit_unless_broken)
    [host] = hosts.start(by_account(servers))
    hosts.pass_seconds(55)
    tries = len(servers["broken"].sessions)
    assert 2 <= tries <= 5, "after 5, 10, 20 seconds"
    assert host.errors == [problem] * tries
    assert len(servers["support"].sessions) == 1, "no other mailbox is held up, nor visited more often"


@pytest.mark.covers("RUN-02")
def test_a_visit_whose_mailbox_was_taken_over_ends_without_a_word(hosts: Hosts) -> None:
    """This host hung for longer than its lease lasts: the other one carries on, and no admin need hear of it."""
    mailbox = add_mailbox(hosts)
    server = ScriptedMailbox(refused=True)

    def take_over() -> None:
        server.on_open = lambda: None
        with hosts.database.begin() as transaction:
            long_ago = datetime(2000, 1, 1, tzinfo=UTC)
            transaction.session.execute(update(MailboxLeaseRow).values(expires_at=long_ago))
            assert transaction.mailbox_leases.begin_visit(mailbox.id, "another host", regardless=True)

    server.on_open = take_over
    [host] = hosts.start(server.open)
    hosts.pass_seconds(1)
    assert len(server.sessions) == 1
    assert host.errors == []
    assert state(hosts, mailbox).authentication_failures == 0, "what this host saw is not kept"


@pytest.mark.covers("MON-05")
def test_a_mailbox_that_is_due_and_gone_with_the_same_restart_is_not_visited(hosts: Hosts) -> None:
    servers = {"support": ScriptedMailbox(), "gone": ScriptedMailbox()}
    add_mailbox(hosts)
    mailbox = add_mailbox(hosts, "gone")
    [host] = hosts.start(by_account(servers))
    hosts.pass_seconds(1)
    with hosts.database.begin() as transaction:
        transaction.mailboxes.delete(mailbox, "ada")
        transaction.mailbox_states.make_due()
        transaction.monitoring.want_restart("ada")
    hosts.pass_seconds(2)
    assert [len(each.sessions) for each in servers.values()] == [2, 1]
    assert host.errors == []


@pytest.mark.covers("RUN-05", "MON-05")
def test_settings_that_were_changed_by_hand_harm_their_mailbox_alone(hosts: Hosts, expect_log: Callable[[str], None]) -> None:
    """The form would refuse port 0. The mailbox is left out and told, by the engine and by a single run; the other is visited."""
    expect_log("ERROR trackit.EmailMonitor: mailbox accounts is left out: ")
    wrong = add_mailbox(hosts, "accounts")
    add_mailbox(hosts, "sales")
    with hosts.database.begin() as transaction:
        transaction.session.execute(update(MailboxRow).where(MailboxRow.id == wrong.id).values(port=0))
    servers = {"accounts": ScriptedMailbox(), "sales": ScriptedMailbox()}
    visited = poll_once(hosts.database, threading.Event(), source_factory=by_account(servers))
    assert [(each.name, each.error and each.error.code) for each in visited] == [
        ("accounts", "settings_refused"),
        ("sales", None),
    ]
    [host] = hosts.start(by_account(servers))
    hosts.pass_seconds(90)
    assert (len(servers["accounts"].sessions), len(servers["sales"].sessions)) == (0, 2)
    assert host.errors == []


@pytest.mark.covers("RUN-02", "NOT-02", "NOT-03")
@pytest.mark.parametrize("asked", ["SELECT scheduled_actions.id \n", "SELECT report_runs."], ids=["actions", "reports"])
def test_a_host_lives_while_the_database_takes_long_over_what_is_due(hosts: Hosts, asked: str) -> None:
    """Taken for dead, it loses its mailboxes, and the mail that it sends is sent by another host as well."""
    ended = threading.Event()
    met: list[str] = []

    def take_long(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not met and statement.startswith(asked):
            met.append(statement)
            hosts.clock.wait(ended, 10 * HOST_SECONDS)

    put(hosts.database, ScheduleAction(ScheduledKind.RULE, "x", "key", BEGINNING, "{}"))
    event.listen(SqlEngine, "before_cursor_execute", take_long)
    try:
        hosts.start(ScriptedMailbox().open)
        hosts.pass_seconds(2 * HOST_SECONDS)
        with hosts.database.reading() as transaction:
            alive = len(transaction.monitoring.hosts())
        ended.set()
        hosts.pass_seconds(1)
    finally:
        ended.set()
        event.remove(SqlEngine, "before_cursor_execute", take_long)
    assert (len(met), alive) == (1, 1)
