"""The heartbeat of one host: when it is due, and which mailboxes it gives back (RUN-02)."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.clock import ManualClock
from tests.settings.samples import imap
from trackit_console.monitor.heartbeat import HEARTBEAT, Heartbeat
from trackit_console.monitor.loaded_settings import load_settings
from trackit_console.settings.mailbox import Mailbox
from trackit_console.store.database import Database
from trackit_console.store.row_mapping import Stored

ME = "a host"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def heartbeat(database: Database, clock: ManualClock) -> Heartbeat:
    return Heartbeat(database, ME, "headless", clock)


@pytest.fixture
def owned(database: Database) -> list[Stored[Mailbox]]:
    """Three mailboxes of this host."""
    with database.begin() as transaction:
        made = [transaction.mailboxes.add(imap(user_account_name=f"box{number}"), "ada") for number in range(3)]
        for each in made:
            assert transaction.mailbox_leases.begin_visit(each.id, ME)
    return made


def still_owned(database: Database) -> Sequence[int]:
    with database.reading() as transaction:
        return transaction.mailbox_leases.owned(ME)


@pytest.mark.covers("RUN-02")
def test_of_its_share_a_host_gives_back_nothing_for_a_mailbox_that_was_disabled(
    database: Database, heartbeat: Heartbeat, owned: list[Stored[Mailbox]]
) -> None:
    *kept, disabled = owned
    with database.begin() as transaction:
        off = disabled.value.model_copy(update={"enabled": False})
        transaction.mailboxes.save(Stored(disabled.id, disabled.version, off), "ada")
    heartbeat.beat(load_settings(database, 0), visited=[])
    assert still_owned(database) == [each.id for each in kept]


@pytest.mark.covers("RUN-02")
def test_a_mailbox_that_is_visited_is_kept_until_the_visit_ends(
    database: Database, heartbeat: Heartbeat, owned: list[Stored[Mailbox]]
) -> None:
    heartbeat.beat(None, visited=[owned[0].id])
    assert still_owned(database) == [owned[0].id]
    heartbeat.beat(None, visited=[])
    assert still_owned(database) == []


@pytest.mark.covers("RUN-02")
def test_a_clock_that_is_set_back_stops_no_heartbeat(heartbeat: Heartbeat, clock: ManualClock) -> None:
    """Without one for an hour, the leases would run out, and every console would say that nobody checks mail."""
    heartbeat.beat(None, visited=[])
    assert not heartbeat.due
    clock.set_back(3600)
    assert heartbeat.due
    heartbeat.beat(None, visited=[])
    assert not heartbeat.due
    clock.advance(HEARTBEAT.total_seconds())
    assert heartbeat.due
