"""A clock that was ahead and is then set right holds up nothing (RUN-02, OUT-06): the embedded database has that of its computer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine as SqlEngine

from tests.clock import ManualClock
from tests.outbox_factory import mail, put
from tests.store.conftest import ELSEWHERE
from tests.store.test_monitoring import end, hosts, report, visit
from tests.store.test_outbox import ACCOUNT, BUSY, HERE, THERE, claim, keep, later, subjects
from trackit_console.domain.outgoing_mail import GIVE_UP_AFTER, Attempt
from trackit_console.settings.mailbox import Mailbox
from trackit_console.store.database import Database
from trackit_console.store.mailbox_leases import LEASE_SECONDS
from trackit_console.store.monitor_look import Look
from trackit_console.store.outbox import CLAIM_SECONDS
from trackit_console.store.row_mapping import Stored
from trackit_console.store.server_clock import SET_BACK_SECONDS

INTERVAL = timedelta(hours=1)
YEAR = 365 * 24 * 3600.0
HALF_A_DAY = 12 * 3600.0
A_LITTLE = SET_BACK_SECONDS - 5.0


@contextmanager
def ahead(clock: ManualClock, seconds: float) -> Iterator[None]:
    """The clock is ahead by so much, until it is set right."""
    clock.advance(seconds)
    yield
    clock.set_back(seconds)


def look(database: Database, host: str = HERE) -> Look:
    return database.look(host, ACCOUNT)


# ------------------------------------------------------------------ mailboxes


@pytest.mark.covers("RUN-02", "RUN-05")
@pytest.mark.parametrize("seconds", [HALF_A_DAY, YEAR])
def test_a_mailbox_that_was_visited_is_due_at_once_and_free_for_every_host(
    database: Database, mailbox: Stored[Mailbox], clock: ManualClock, seconds: float
) -> None:
    with ahead(clock, seconds):
        lease = visit(database, mailbox.id, "dead")
        assert lease is not None
        end(database, lease)
    assert look(database).mailboxes == [mailbox.id]
    lease = visit(database, mailbox.id, HERE, regardless=False)
    assert lease is not None
    end(database, lease)
    assert look(database).mailboxes == [], "from then on by its interval"


@pytest.mark.covers("RUN-02")
def test_who_is_within_a_visit_keeps_its_mailbox_when_the_clock_is_set_a_little(
    database: Database, mailbox: Stored[Mailbox], clock: ManualClock
) -> None:
    with ahead(clock, A_LITTLE):
        assert visit(database, mailbox.id, "living")
    assert visit(database, mailbox.id, HERE, regardless=False) is None
    clock.advance(A_LITTLE + LEASE_SECONDS + 1)
    assert visit(database, mailbox.id, HERE, regardless=False)


# ------------------------------------------------------------------ hosts


@pytest.mark.covers("RUN-01", "RUN-02")
def test_a_host_that_died_meanwhile_is_dead(database: Database, clock: ManualClock) -> None:
    with ahead(clock, YEAR):
        report(database, clock, "dead")
    assert hosts(database) == []
    with database.begin() as transaction:
        assert transaction.monitoring.standing(HERE).running_hosts == 0
        assert transaction.monitoring.host_in_console(HERE)


@pytest.mark.covers("RUN-01")
def test_a_console_that_died_meanwhile_makes_room_for_another(database: Database, clock: ManualClock) -> None:
    with ahead(clock, YEAR), database.begin() as transaction:
        assert transaction.monitoring.host_in_console("dead")
    with database.begin() as transaction:
        assert transaction.monitoring.host_in_console(HERE)


# ------------------------------------------------------------------ outgoing mail


def put_into_the_outbox(database: Database, clock: ManualClock) -> None:
    put(database, mail(0))


def put_off(database: Database, clock: ManualClock) -> None:
    put(database, mail(0, not_before=later(clock, hours=8)))


def claim_and_die(database: Database, clock: ManualClock) -> None:
    put(database, mail(0))
    assert claim(database, "dead")


@pytest.mark.covers("OUT-06")
@pytest.mark.parametrize("seconds", [HALF_A_DAY, YEAR])
@pytest.mark.parametrize("happens", [put_into_the_outbox, put_off, claim_and_die])
def test_mail_from_that_time_is_sent_at_once(
    database: Database, clock: ManualClock, happens: Callable[[Database, ManualClock], None], seconds: float
) -> None:
    with ahead(clock, seconds):
        happens(database, clock)
    put(database, mail(1))
    assert look(database).mail
    with database.reading() as transaction:
        assert transaction.outbox.due(ACCOUNT)
    assert sorted(subjects(claim(database))) == ["Letter 0", "Letter 1"]
    assert claim(database, THERE) == []


@pytest.mark.covers("OUT-06")
def test_mail_that_was_claimed_before_is_free_and_a_living_claim_is_not(database: Database, clock: ManualClock) -> None:
    put(database, mail(0))
    with ahead(clock, YEAR):
        claim(database, "dead")
    assert subjects(claim(database)) == ["Letter 0"]
    clock.set_back(A_LITTLE)
    assert claim(database, THERE) == [], "it would be sent twice"
    clock.advance(A_LITTLE + CLAIM_SECONDS + 1)
    assert subjects(claim(database, THERE)) == ["Letter 0"]


@pytest.mark.covers("OUT-06")
def test_mail_that_failed_meanwhile_is_tried_anew_and_then_by_its_delays(database: Database, clock: ManualClock) -> None:
    put(database, mail(0))
    with ahead(clock, YEAR):
        put(database, mail(1))
        for mine in claim(database):
            keep(database, mine, Attempt(error=BUSY, next_try_at=later(clock, minutes=1)))
    assert look(database).mail
    found = claim(database)
    assert sorted(subjects(found)) == ["Letter 0", "Letter 1"]
    for mine in found:
        keep(database, mine, Attempt(error=BUSY, next_try_at=clock.now() + GIVE_UP_AFTER))
    assert (look(database).mail, claim(database)) == (False, [])


@pytest.mark.covers("OUT-06")
def test_an_account_that_failed_meanwhile_is_tried_anew_and_then_by_its_delays(database: Database, clock: ManualClock) -> None:
    put(database, mail(0))
    with ahead(clock, YEAR), database.begin() as transaction:
        transaction.outbox.account_failed(ACCOUNT, BUSY, later(clock, minutes=1))
    assert look(database).mail
    assert subjects(claim(database)) == ["Letter 0"]
    with database.begin() as transaction:
        transaction.outbox.give_back(HERE)
        transaction.outbox.account_failed(ACCOUNT, BUSY, clock.now() + GIVE_UP_AFTER)
    assert (look(database).mail, claim(database, THERE)) == (False, [])


@pytest.mark.covers("OUT-06", "NOT-01")
def test_mail_that_waits_for_its_time_goes_on_waiting_while_the_clock_is_right(database: Database, clock: ManualClock) -> None:
    put(database, mail(0, not_before=later(clock, days=31)))
    clock.set_back(A_LITTLE)
    assert (look(database).mail, claim(database)) == (False, [])


@pytest.mark.covers("OUT-06", "RUN-07")
@pytest.mark.skipif(bool(ELSEWHERE), reason="reads the plans of SQLite")
def test_what_is_due_is_found_by_ranges_of_an_index_however_much_waits(database: Database) -> None:
    """To read 100,000 mails that wait for their time takes 0.2 s, and is asked every second."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_more: object) -> None:
        asked.append((statement, parameters))

    event.listen(SqlEngine, "before_cursor_execute", note)
    try:
        look(database)
        claim(database)
    finally:
        event.remove(SqlEngine, "before_cursor_execute", note)
    selects = [(sql, values) for sql, values in asked if sql.startswith("SELECT") and "outbox.next_try_at <=" in sql]
    assert len(selects) == 2
    with database.reading() as transaction:
        connection = transaction.session.connection()
        plans = [
            str(row.detail)
            for sql, values in selects
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
            if " outbox " in f"{row.detail} "
        ]
    assert plans and not [each for each in plans if each.endswith("(state=?)") or each.startswith("SCAN")], plans


# ------------------------------------------------------------------ old data


@pytest.mark.covers("RUN-02")
@pytest.mark.parametrize("seconds", [HALF_A_DAY, YEAR])
def test_old_data_is_looked_for_as_before(database: Database, clock: ManualClock, seconds: float) -> None:
    def begun() -> bool:
        due = database.due_work(INTERVAL).retention
        with database.begin() as transaction:
            assert transaction.database_sizes.begin_run(INTERVAL) is due
        return due

    with ahead(clock, seconds):
        assert begun()
    assert (begun(), begun()) == (True, False)
    clock.advance(INTERVAL.total_seconds())
    assert (begun(), begun()) == (True, False)
