"""A mailbox whose account is changed is read from its beginning, and nothing of the old account touches the new one (RUN-03).

Both accounts give their messages the same identities, as servers do whose folders all have the UIDVALIDITY 1.
"""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from tests.backlog import backlog_of
from tests.message_factory import raw_message
from tests.monitor.conftest import visit_of
from tests.monitor.scripted_mailbox import ScriptedMailbox, by_account, ref_of
from tests.monitor.test_poll import activity, records
from tests.settings.samples import imap
from trackit_console.clock import SystemClock
from trackit_console.domain.deliveries import Outcome
from trackit_console.monitor.errors import AccountChanged
from trackit_console.monitor.poll_once import poll_once
from trackit_console.monitor.quarantine import retry
from trackit_console.settings.mailbox import Mailbox
from trackit_console.store.database import Database
from trackit_console.store.pending_messages import MAX_TRIES
from trackit_console.store.row_mapping import Stored
from trackit_console.store.tables import DeliveryRow
from trackit_console.transports.errors import ConnectionLost
from trackit_console.transports.fetched_mail import Absent

pytestmark = pytest.mark.covers("RUN-03", "IN-12")

OLD, NEW = "old@example.com", "new@example.com"
Servers = dict[str, ScriptedMailbox]


@pytest.fixture
def servers() -> Servers:
    """Three messages in each account."""
    return {
        OLD: ScriptedMailbox({number: raw_message(number) for number in (1, 2, 3)}),
        NEW: ScriptedMailbox({number: raw_message(10 + number) for number in (1, 2, 3)}),
    }


@pytest.fixture
def mailbox(database: Database, servers: Servers) -> Stored[Mailbox]:
    with database.begin() as transaction:
        return transaction.mailboxes.add(imap(user_account_name=OLD), "ada")


def poll(database: Database, servers: Servers) -> None:
    poll_once(database, threading.Event(), source_factory=by_account(servers))


def change_account(database: Database, account: str) -> None:
    with database.begin() as transaction:
        [stored] = transaction.mailboxes.all()
        transaction.mailboxes.save(replace(stored, value=imap(user_account_name=account)), "ada")


def subjects(database: Database) -> list[str]:
    return [ticket.subject for ticket, _ in records(database)]


def printers(*numbers: int) -> list[str]:
    return [f"Printer {number} does not print" for number in numbers]


@pytest.mark.covers("MON-06")
def test_what_the_old_account_left_to_do_is_not_done_in_the_new_one(
    database: Database, mailbox: Stored[Mailbox], servers: Servers
) -> None:
    servers[OLD].not_settled = {2: "over quota"}
    servers[OLD].withheld = {3: Absent.NOT_HANDED_OVER}
    poll(database, servers)
    change_account(database, NEW)
    poll(database, servers)
    assert subjects(database) == printers(1, 2, 11, 12, 13)
    assert (servers[NEW].last.downloaded, servers[NEW].last.settled) == ([1, 2, 3], [1, 2, 3])
    left = backlog_of(database, mailbox.id)
    assert (left.unsettled, left.pending) == ([], [])
    with database.reading() as transaction:
        assert transaction.session.scalar(select(func.count()).select_from(DeliveryRow)) == 5
    poll(database, servers)
    assert servers[NEW].last.downloaded == []


def test_what_the_new_account_refuses_or_withholds_is_tried_again(
    database: Database, mailbox: Stored[Mailbox], servers: Servers
) -> None:
    poll(database, servers)
    change_account(database, NEW)
    servers[NEW].not_settled, servers[NEW].copied = {2: "over quota"}, {2}
    servers[NEW].withheld = {3: Absent.NOT_HANDED_OVER}
    poll(database, servers)
    servers[NEW].not_settled, servers[NEW].withheld = {}, {}
    poll(database, servers)
    last = servers[NEW].last
    assert (last.settled, last.already_copied, last.downloaded) == ([2, 3], {2}, [3])
    assert last.raw_of is not None
    assert last.raw_of(ref_of(3)) == raw_message(13)
    assert subjects(database) == printers(1, 2, 3, 11, 12, 13)


@pytest.mark.covers("MON-06")
def test_what_the_new_account_does_only_at_the_end_of_a_session_is_done_again_after_one_that_broke(
    database: Database, mailbox: Stored[Mailbox], servers: Servers
) -> None:
    poll(database, servers)
    change_account(database, NEW)
    servers[NEW].settles_on_close = True
    servers[NEW].finish_error = ConnectionLost(server="mail.example.com")
    poll(database, servers)
    servers[NEW].finish_error = None
    poll(database, servers)
    assert servers[NEW].last.settled == [1, 2, 3]


def test_a_monitor_that_still_reads_the_old_account_does_not_move_the_place_in_the_new_one(
    database: Database, mailbox: Stored[Mailbox], servers: Servers
) -> None:
    """Changed mailboxes take effect when the monitor is started the next time (MON-05)."""
    poll(database, servers)
    change_account(database, NEW)
    servers[OLD].messages[4] = raw_message(4)
    visit_of(database, mailbox, by_account(servers)).run()
    assert servers[OLD].last.downloaded == [4]
    poll(database, servers)
    assert subjects(database) == printers(1, 2, 3, 4, 11, 12, 13)


def test_a_change_that_is_taken_back_before_the_next_visit_costs_nothing(
    database: Database, mailbox: Stored[Mailbox], servers: Servers
) -> None:
    poll(database, servers)
    change_account(database, NEW)
    change_account(database, OLD)
    servers[OLD].messages[4] = raw_message(4)
    poll(database, servers)
    assert servers[OLD].last.downloaded == [4]


def test_back_in_the_old_account_nothing_is_taken_twice(database: Database, mailbox: Stored[Mailbox], servers: Servers) -> None:
    for account in (OLD, NEW, OLD):
        change_account(database, account)
        poll(database, servers)
    assert subjects(database) == printers(1, 2, 3, 11, 12, 13)
    assert [each.outcome for each in activity(database)][:3] == [Outcome.IGNORED] * 3


@pytest.mark.parametrize("visited", [True, False], ids=["visited since", "not visited yet"])
def test_a_message_that_was_set_aside_is_not_asked_for_in_another_account(
    database: Database, mailbox: Stored[Mailbox], servers: Servers, visited: bool
) -> None:
    """To ask for it would take its last trace away: the ledger's line, and the one in the activity."""
    servers[OLD].withheld = {3: Absent.NOT_HANDED_OVER}
    for _ in range(MAX_TRIES):
        poll(database, servers)
    change_account(database, NEW)
    if visited:
        poll(database, servers)
    [aside] = [each for each in activity(database) if each.outcome is Outcome.QUARANTINED]
    with pytest.raises(AccountChanged):
        retry(database, aside.delivery_id, "ada", SystemClock())
    poll(database, servers)
    assert servers[NEW].last.downloaded == ([] if visited else [1, 2, 3])
    with database.unit_of_work() as work:
        assert [each.delivery_id for each in work.quarantine.waiting()] == [aside.delivery_id]
