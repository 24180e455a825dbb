"""Several hosts on one database: each mailbox has one owner, is visited once when it is due, and none is forgotten (RUN-02)."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.message_factory import raw_message
from tests.monitor.hosts import Host, Hosts
from tests.monitor.scripted_mailbox import ScriptedMailbox, by_account
from tests.settings.samples import imap
from trackit_console.monitor.heartbeat import HEARTBEAT
from trackit_console.paths import DataDir
from trackit_console.store.mailbox_leases import LEASE_SECONDS
from trackit_console.store.monitoring_views import CONSOLE
from trackit_console.store.row_mapping import Stored
from trackit_console.transports.errors import ServerBusy
from trackit_console.transports.step_names import StepName

MAILBOXES = 10
BEAT = HEARTBEAT.total_seconds()
INTERVAL = 60.0


@pytest.fixture
def hosts(data_dir: DataDir) -> Iterator[Hosts]:
    """A database that wants ten mailboxes to be polled every minute, and no host yet."""
    with Hosts(data_dir) as made:
        with made.database.begin() as transaction:
            for number in range(MAILBOXES):
                mailbox = imap(user_account_name=f"box{number}", poll_interval=1)
                transaction.mailboxes.add(mailbox, "ada")
            transaction.monitoring.want(True, "ada")
        yield made


@pytest.fixture
def mailboxes() -> dict[str, ScriptedMailbox]:
    """What is behind the ten settings, by account."""
    return {f"box{number}": ScriptedMailbox() for number in range(MAILBOXES)}


def visits(mailboxes: dict[str, ScriptedMailbox]) -> list[int]:
    """How often each mailbox was opened."""
    return [len(each.sessions) for each in mailboxes.values()]


def owned(hosts: Hosts) -> Counter[str]:
    with hosts.database.reading() as transaction:
        return Counter(transaction.mailbox_leases.owners())


def polling(hosts: Hosts) -> list[str]:
    with hosts.database.reading() as transaction:
        return [each.id for each in transaction.monitoring.hosts() if each.state == "running"]


@pytest.mark.covers("RUN-02")
def test_one_host_alone_takes_every_mailbox(hosts: Hosts, mailboxes: dict[str, ScriptedMailbox]) -> None:
    [host] = hosts.start(by_account(mailboxes))
    hosts.pass_seconds(2 * BEAT)
    assert owned(hosts) == {host.id: MAILBOXES}
    assert visits(mailboxes) == [1] * MAILBOXES


@pytest.mark.covers("RUN-02")
@pytest.mark.parametrize("refused", [pytest.param(False, id="right password"), pytest.param(True, id="wrong password")])
def test_two_hosts_visit_each_mailbox_once_when_it_is_due(
    hosts: Hosts, mailboxes: dict[str, ScriptedMailbox], refused: bool
) -> None:
    """A wrong password is not tried twice as often either: servers lock accounts."""
    for each in mailboxes.values():
        each.refused = refused
    hosts.start(by_account(mailboxes), number=2)
    hosts.pass_seconds(INTERVAL / 2)
    for times in (1, 2, 3):
        assert visits(mailboxes) == [times] * MAILBOXES
        hosts.pass_seconds(INTERVAL)


@pytest.mark.covers("RUN-02")
def test_hosts_that_start_at_the_same_moment_do_not_visit_the_same_mailbox(
    hosts: Hosts, mailboxes: dict[str, ScriptedMailbox]
) -> None:
    """Both see every mailbox due; a slow server makes the visit of the one last while the other looks again and again."""
    for each in mailboxes.values():
        each.on_open = lambda: hosts.clock.wait(threading.Event(), 3 * BEAT)
    with hosts.database.begin() as transaction:
        transaction.monitoring.want(False, "ada")
    hosts.start(by_account(mailboxes), number=2)
    with hosts.database.begin() as transaction:
        transaction.monitoring.want(True, "ada")
    hosts.pass_seconds(INTERVAL)
    assert visits(mailboxes) == [1] * MAILBOXES


@pytest.mark.covers("RUN-02")
def test_a_visit_that_takes_longer_than_a_lease_stays_with_its_host(hosts: Hosts, mailboxes: dict[str, ScriptedMailbox]) -> None:
    """Its heartbeat renews the lease, or the other host would take the mailbox from a server that is only slow."""
    slow = mailboxes["box0"]
    slow.messages[1] = raw_message(1)
    slow.on_open = lambda: hosts.clock.wait(threading.Event(), 2 * LEASE_SECONDS)
    hosts.start(by_account(mailboxes), number=2)
    hosts.pass_seconds(2 * LEASE_SECONDS + 2 * BEAT)
    assert (len(slow.sessions), slow.last.settled) == (1, [1])


@pytest.mark.covers("RUN-02", "MON-07")
def test_poll_now_is_served_by_one_of_the_hosts(hosts: Hosts, mailboxes: dict[str, ScriptedMailbox]) -> None:
    hosts.start(by_account(mailboxes), number=2)
    hosts.pass_seconds(2 * BEAT)
    with hosts.database.begin() as transaction:
        transaction.mailbox_states.request_poll()
    hosts.pass_seconds(2 * BEAT)
    assert visits(mailboxes) == [2] * MAILBOXES


@pytest.mark.covers("RUN-02")
def test_hosts_share_the_mailboxes_evenly(hosts: Hosts, mailboxes: dict[str, ScriptedMailbox]) -> None:
    [first] = hosts.start(by_account(mailboxes))
    hosts.pass_seconds(BEAT)
    assert owned(hosts) == {first.id: MAILBOXES}
    [second] = hosts.start(by_account(mailboxes))
    hosts.pass_seconds(2 * BEAT)
    assert owned(hosts)[first.id] == MAILBOXES / 2, "it gives back what is above its share"
    hosts.pass_seconds(INTERVAL)
    assert owned(hosts) == {first.id: MAILBOXES / 2, second.id: MAILBOXES / 2}


@pytest.mark.covers("RUN-02")
def test_the_mailboxes_of_a_dead_host_are_taken_over_within_a_minute(hosts: Hosts, mailboxes: dict[str, ScriptedMailbox]) -> None:
    dead, alive = hosts.start(by_account(mailboxes), number=2)
    hosts.pass_seconds(INTERVAL + 2 * BEAT)
    assert owned(hosts) == {dead.id: MAILBOXES / 2, alive.id: MAILBOXES / 2}
    dead.die()
    with hosts.database.begin() as transaction:
        transaction.mailbox_states.make_due()
    assert hosts.pass_seconds(60, until=lambda: owned(hosts)[alive.id] == MAILBOXES) < 60


@pytest.mark.covers("RUN-02")
def test_a_host_that_dies_within_a_visit_leaves_the_mailbox_to_the_other(
    hosts: Hosts, mailboxes: dict[str, ScriptedMailbox]
) -> None:
    """The lease counts, not the visit: it was begun and never ends."""
    with hosts.database.begin() as transaction:
        assert transaction.mailbox_leases.begin_visit(1, "killed in its midst", regardless=True)
    [alive] = hosts.start(by_account(mailboxes))
    assert hosts.pass_seconds(60, until=lambda: owned(hosts)[alive.id] == MAILBOXES) < 60
    assert visits(mailboxes)[0] == 1


@pytest.mark.covers("RUN-02")
def test_a_host_that_ends_in_good_order_frees_its_mailboxes_at_once(hosts: Hosts, mailboxes: dict[str, ScriptedMailbox]) -> None:
    ending, staying = hosts.start(by_account(mailboxes), number=2)
    hosts.pass_seconds(INTERVAL + 2 * BEAT)
    ending.close()
    with hosts.database.begin() as transaction:
        transaction.mailbox_states.make_due()
    assert hosts.pass_seconds(60, until=lambda: owned(hosts) == {staying.id: MAILBOXES}) <= 2 * BEAT


@pytest.mark.covers("RUN-02", "MON-05", "IN-12")
@pytest.mark.parametrize("change", ["deleted", "disabled"])
def test_a_mailbox_that_is_not_polled_any_more_takes_no_others_place(
    hosts: Hosts, mailboxes: dict[str, ScriptedMailbox], change: str
) -> None:
    """Its host owned it: after the restart it must count neither as a mailbox nor as one of the share."""
    [host] = hosts.start(by_account(mailboxes))
    hosts.pass_seconds(BEAT)
    with hosts.database.begin() as transaction:
        last = transaction.mailboxes.all()[-1]
        if change == "deleted":
            transaction.mailboxes.delete(last, "ada")
        else:
            disabled = last.value.model_copy(update={"enabled": False})
            transaction.mailboxes.save(Stored(last.id, last.version, disabled), "ada")
        transaction.monitoring.want_restart("ada")
    hosts.pass_seconds(2 * INTERVAL)
    assert visits(mailboxes) == [3] * (MAILBOXES - 1) + [1]
    assert owned(hosts) == {host.id: MAILBOXES - 1}


# ---------------------------------------------------------------- consoles


@pytest.mark.covers("RUN-01", "RUN-02")
def test_of_five_consoles_one_polls_and_the_others_end_by_themselves(hosts: Hosts, mailboxes: dict[str, ScriptedMailbox]) -> None:
    consoles = hosts.start(by_account(mailboxes), CONSOLE, 5)
    hosts.pass_seconds(BEAT)
    [hosting] = [each for each in consoles if not each.ended]
    assert polling(hosts) == [hosting.id]
    assert visits(mailboxes) == [1] * MAILBOXES
    hosts.pass_seconds(INTERVAL)
    assert visits(mailboxes) == [2] * MAILBOXES
    assert [each.errors for each in consoles] == [[]] * 5, "stepping down is no failure"


@pytest.mark.covers("RUN-01", "RUN-02")
def test_a_console_steps_down_within_a_heartbeat_when_a_headless_host_arrives(
    hosts: Hosts, mailboxes: dict[str, ScriptedMailbox]
) -> None:
    [console] = hosts.start(by_account(mailboxes), CONSOLE)
    hosts.pass_seconds(BEAT)
    [headless] = hosts.start(by_account(mailboxes))
    assert hosts.pass_seconds(60, until=lambda: console.ended) <= BEAT + 1
    assert polling(hosts) == [headless.id]
    hosts.pass_seconds(INTERVAL)
    assert owned(hosts) == {headless.id: MAILBOXES}
    assert visits(mailboxes) == [2] * MAILBOXES


@pytest.mark.covers("RUN-01")
@pytest.mark.parametrize("in_good_order", [pytest.param(True, id="closed"), pytest.param(False, id="killed")])
def test_another_console_takes_over_from_one_that_is_gone(
    hosts: Hosts, mailboxes: dict[str, ScriptedMailbox], in_good_order: bool
) -> None:
    [first] = hosts.start(by_account(mailboxes), CONSOLE)
    hosts.pass_seconds(BEAT)
    [late] = hosts.start(by_account(mailboxes), CONSOLE)
    assert late.ended
    if in_good_order:
        first.close()
    else:
        first.die()
    begun = hosts.clock.monotonic()
    while (successor := _again(hosts, mailboxes)).ended:
        hosts.pass_seconds(1)
    assert hosts.clock.monotonic() - begun < (1 if in_good_order else 60)
    hosts.pass_seconds(INTERVAL)
    assert owned(hosts) == {successor.id: MAILBOXES}


def _again(hosts: Hosts, mailboxes: dict[str, ScriptedMailbox]) -> Host:
    """A console tries to host the monitor whenever nobody does."""
    [host] = hosts.start(by_account(mailboxes), CONSOLE)
    return host


@pytest.mark.covers("RUN-05")
def test_a_server_that_asks_to_be_left_alone_is_left_alone(hosts: Hosts, mailboxes: dict[str, ScriptedMailbox]) -> None:
    """Longer than the poll interval and the growing delay would be."""

    def busy() -> None:
        raise ServerBusy(step=StepName.FOLDER, server="graph.example").after(5 * INTERVAL)

    box = mailboxes["box0"]
    box.on_open = busy
    hosts.start(by_account(mailboxes))
    hosts.pass_seconds(4 * INTERVAL)
    assert visits(mailboxes)[0] == 1
    hosts.pass_seconds(2 * INTERVAL)
    assert visits(mailboxes)[0] == 2
