"""What the monitor asks again and again is one statement that knows all that may be due (RUN-07)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.clock import ManualClock
from tests.outbox_factory import account, mail, put, save_account
from tests.settings.samples import imap
from trackit_console.domain.effects import ScheduleAction, ScheduledKind
from trackit_console.store.database import Database
from trackit_console.store.monitor_look import Look

ME, OTHER = "host", "other host"
LATER = timedelta(minutes=5)


def look(database: Database, account_version: int | None = 1) -> Look:
    return database.look(ME, account_version)


@pytest.mark.covers("RUN-07")
def test_an_idle_database_has_nothing_to_do_but_says_what_is_wanted(database: Database) -> None:
    found = look(database)
    assert (found.wanted.running, found.mailboxes, found.mail, found.actions) == (False, [], False, False)
    with database.begin() as transaction:
        transaction.monitoring.want_restart("ada")
    assert look(database).wanted == _wanted(database)


def _wanted(database: Database) -> object:
    with database.reading() as transaction:
        return transaction.monitoring.wanted()


@pytest.mark.covers("RUN-02")
def test_due_mailboxes_are_those_that_no_other_host_owns_the_longest_waiting_first(
    database: Database, clock: ManualClock
) -> None:
    with database.begin() as transaction:
        first, second, third = (transaction.mailboxes.add(imap(server=f"s{number}.example.com"), "ada") for number in range(3))
        assert transaction.mailbox_leases.begin_visit(second.id, OTHER)
    assert look(database).mailboxes == [first.id, third.id]


@pytest.mark.covers("OUT-06", "NOT-03")
def test_mail_and_actions_are_seen_once_they_are_due(database: Database, clock: ManualClock) -> None:
    save_account(database, account())
    later = clock.now() + LATER
    put(database, mail(0, not_before=later), ScheduleAction(ScheduledKind.RULE, "x", "key", later, "{}"))
    assert (look(database).mail, look(database).actions) == (False, False)
    clock.advance(LATER.total_seconds())
    assert (look(database).mail, look(database).actions) == (True, True)
    assert not look(database, None).mail
