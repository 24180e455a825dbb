"""How long a mailbox is left alone after a failure: longer each time, spread by chance, and never beyond its interval (RUN-05)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise

import pytest

from tests.message_factory import raw_message
from tests.monitor.hosts import Hosts
from tests.monitor.scripted_mailbox import ScriptedMailbox
from tests.settings.samples import imap
from trackit_console.monitor.backoff import FIRST_RETRY, JITTER, next_delay
from trackit_console.paths import DataDir
from trackit_console.transports.errors import ConnectRefused

pytestmark = pytest.mark.covers("RUN-05")

INTERVAL = timedelta(minutes=10)


def seconds(failures: int, chance: float = 0.5, *, refused: bool = False, retry_after: float | None = None) -> float:
    delay = next_delay(INTERVAL, failures, sign_in_refused=refused, chance=chance, retry_after=retry_after)
    return delay.total_seconds()


def test_each_failure_doubles_the_delay_up_to_the_interval() -> None:
    assert [seconds(failures) for failures in range(1, 9)] == [15, 30, 60, 120, 240, 480, 600, 600]
    assert seconds(1_000_000) == 600


def test_mailboxes_that_failed_together_are_not_tried_together() -> None:
    first = FIRST_RETRY.total_seconds()
    assert (seconds(1, 0.0), seconds(1, 1.0)) == pytest.approx((first * (1 - JITTER), first * (1 + JITTER)))


def test_a_success_and_a_refused_sign_in_wait_the_whole_interval() -> None:
    """Servers lock accounts that try again and again."""
    assert seconds(0) == seconds(1, refused=True) == seconds(5, refused=True) == 600


@pytest.mark.parametrize("failures", [0, 1, 5])
def test_a_server_that_asks_for_more_time_gets_it(failures: int) -> None:
    assert seconds(failures, retry_after=3600) == 3600
    assert seconds(failures, retry_after=1) == seconds(failures)


# ---------------------------------------------------------------- as a mailbox meets it


@pytest.fixture
def hosts(data_dir: DataDir) -> Iterator[Hosts]:
    """A database with one mailbox that is to be polled every ten minutes."""
    with Hosts(data_dir) as made:
        with made.database.begin() as transaction:
            transaction.mailboxes.add(imap(poll_interval=10), "ada")
            transaction.monitoring.want(True, "ada")
        yield made


def server_away() -> ScriptedMailbox:
    def refuse() -> None:
        raise ConnectRefused(server="mail.example.com", port=993)

    return ScriptedMailbox(on_open=refuse)


def post_action_refused() -> ScriptedMailbox:
    return ScriptedMailbox({1: raw_message(1)}, not_settled={1: "NO [OVERQUOTA] mailbox is full"})


@pytest.mark.covers("MON-06")
@pytest.mark.parametrize("broken", [server_away, post_action_refused])
def test_a_mailbox_with_an_error_is_visited_again_soon_and_then_ever_less_often(
    hosts: Hosts, broken: Callable[[], ScriptedMailbox]
) -> None:
    server, opened_at = broken(), list[float]()
    failing = server.on_open

    def open_it() -> None:
        opened_at.append(hosts.clock.monotonic())
        failing()

    server.on_open = open_it
    hosts.start(server.open)
    hosts.pass_seconds(130)
    between = [later - sooner for sooner, later in pairwise(opened_at)]
    assert len(between) == 3, "after 15, 45 and 105 s, give or take"
    for number, waited in enumerate(between):
        expected = FIRST_RETRY.total_seconds() * 2**number
        assert expected * (1 - JITTER) <= waited <= expected * (1 + JITTER) + 1
