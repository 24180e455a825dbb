"""The monitor as a process that is killed at any moment: afterwards nothing is lost, nothing is there twice."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from tests.message_factory import raw_message
from tests.monitor.conftest import POST_ACTIONS, expected_counts
from tests.monitor.monitor_processes import MonitorProcesses
from tests.monitor.test_poll import activity, poll, records
from tests.servers.dovecot import Account, Dovecot
from tests.servers.microsoft.exchange import Exchange
from tests.servers.office import Office
from trackit_console.clock import SystemClock
from trackit_console.domain.deliveries import Outcome
from trackit_console.helpdesk.reasons import reason_phrase
from trackit_console.monitor.quarantine import retry
from trackit_console.paths import DataDir
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.post_action import PROCESSED_FOLDER, PostAction
from trackit_console.store.database import Database
from trackit_console.store.row_mapping import Stored
from trackit_console.store.tables import MailboxLeaseRow

MESSAGES = 100
KILLS = 10
"""For each type of mailbox; those that are tested with every post action share them."""
LONGEST = {"imap": 0.8, "pop3": 0.8, "microsoft365": 1.5, "ews_oauth": 2.0, "ews_basic": 2.0}
"""Seconds in which a child has most often come to its last message."""


def kill_again_and_again(
    database: Database,
    monitors: MonitorProcesses,
    mailbox_type: str,
    kills: int,
    record_property: Callable[[str, object], None],
) -> None:
    """Starts the monitor and kills it at a random moment, `kills` times, not counting those before it had taken anything."""
    seed = random.randrange(2**32)
    record_property("seed", seed)
    print("seed", seed)
    moments, longest, taken = random.Random(seed), LONGEST[mailbox_type], 0
    at_work = 0
    while at_work < kills:
        monitor = monitors.start()
        threading.Event().wait(moments.uniform(0, longest))
        monitors.kill(monitor)
        before, taken = taken, len(records(database))
        if taken == before == 0:
            longest *= 1.5  # on a busy machine everything takes longer
        else:
            at_work += 1
        let_leases_run_out(database)
        with database.begin() as transaction:
            transaction.mailbox_states.make_due()  # else only the first visits would be killed at work
    with database.begin() as transaction:
        transaction.monitoring.want(False, "test")
    print("taken before the last kill:", len(records(database)))


def let_leases_run_out(database: Database) -> None:
    """The lease of a killed host runs out after half a minute; tests do not wait for it."""
    with database.begin() as transaction:
        transaction.session.execute(update(MailboxLeaseRow).values(expires_at=datetime(2000, 1, 1, tzinfo=UTC)))


def finish(database: Database) -> None:
    """Polls until there is nothing left to take and nothing left to settle.

    A message that happened to be in hand at three kills in a row was set aside as one that ends the process; nothing of it is
    lost, and an admin has it tried again.
    """
    for _ in range(MESSAGES):
        [visited] = poll(database)
        assert (visited.skipped, visited.error) == (False, None)
        aside = [each.delivery_id for each in activity(database) if each.outcome is Outcome.QUARANTINED]
        for delivery_id in aside:
            retry(database, delivery_id, "test", SystemClock())
        if not visited.counts.seen and not aside:
            return
    raise AssertionError("there is no end to it")


def assert_each_once(database: Database) -> None:
    subjects = Counter(record.subject for record, _ in records(database))
    assert subjects == {f"Printer {number} does not print": 1 for number in range(MESSAGES)}
    assert all(len(notes) == 1 and len(notes[0].attachments) == 1 for _, notes in records(database))
    assert Counter(each.outcome for each in activity(database)) == {Outcome.CREATED: MESSAGES}


@pytest.mark.timeout(400)
@pytest.mark.covers("RUN-03")
@pytest.mark.parametrize("mailbox_type", ["imap", "pop3"])
@pytest.mark.parametrize("action", POST_ACTIONS)
def test_killed_at_any_moment_every_message_is_one_ticket(
    database: Database,
    monitors: MonitorProcesses,
    dovecot: Dovecot,
    account: Account,
    add_mailbox: Callable[..., Stored[Mailbox]],
    set_monitor: Callable[..., None],
    action: PostAction,
    mailbox_type: str,
    record_property: Callable[[str, object], None],
) -> None:
    set_monitor(post_action=action, emails_to_process=5)
    add_mailbox(account, type=mailbox_type)
    dovecot.append_all(account.name, [raw_message(number, size=20_000) for number in range(MESSAGES)])
    kill_again_and_again(database, monitors, mailbox_type, -(-KILLS // len(POST_ACTIONS)), record_property)
    finish(database)
    assert_each_once(database)
    assert dovecot.counts(account.name) == expected_counts(action, MESSAGES, mailbox_type)
    if action is PostAction.MARK_READ and mailbox_type == "imap":
        assert dovecot.flags(account.name) == [{b"\\Seen"}] * MESSAGES


@pytest.mark.timeout(400)
@pytest.mark.covers("RUN-03", "IN-02", "IN-03", "IN-04")
@pytest.mark.parametrize("mailbox_type", ["microsoft365", "ews_oauth", "ews_basic"])
def test_killed_at_any_moment_every_message_at_microsoft_is_one_ticket(
    database: Database,
    monitors: MonitorProcesses,
    request: pytest.FixtureRequest,
    set_monitor: Callable[..., None],
    mailbox_type: str,
    record_property: Callable[[str, object], None],
) -> None:
    set_monitor(post_action=PostAction.MOVE, emails_to_process=5)
    settings: Mailbox
    if mailbox_type == "microsoft365":
        office: Office = request.getfixturevalue("office")
        box, settings = office.mailbox, office.settings()
    else:
        exchange: Exchange = request.getfixturevalue("exchange")
        box = exchange.add()
        settings = exchange.settings(mailbox_type, box)
    with database.begin() as transaction:
        transaction.mailboxes.add(settings, "test")
    for number in range(MESSAGES):
        box.deliver(raw_message(number, size=20_000))
    kill_again_and_again(database, monitors, mailbox_type, KILLS, record_property)
    finish(database)
    assert_each_once(database)
    assert (len(box.folder("inbox").messages), len(box.folder(PROCESSED_FOLDER).messages)) == (0, MESSAGES)


DIES_OF_POISON = """
import os, sys
from trackit_console.__main__ import main
from trackit_console.monitor import mailbox_intake

def parse(raw, parse=mailbox_intake.parse):
    if b"poison" in raw:
        os._exit(9)  # as a library in C that is handed what it cannot bear
    return parse(raw)

mailbox_intake.parse = parse
sys.exit(main(["--data-dir", sys.argv[1], "monitor", "--once"]))
"""


@pytest.mark.covers("RUN-04")
def test_a_message_that_kills_the_monitor_is_set_aside_after_the_third_time(
    database: Database, data_dir: DataDir, dovecot: Dovecot, account: Account, add_mailbox: Callable[..., Stored[Mailbox]]
) -> None:
    add_mailbox(account)
    poison = raw_message(1).replace(b"Printer 1", b"poison")
    dovecot.append_all(account.name, [raw_message(0), poison, raw_message(2)])
    codes = []
    for _ in range(5):
        child = subprocess.run([sys.executable, "-c", DIES_OF_POISON, str(data_dir.root)], check=False, stdout=subprocess.DEVNULL)
        codes.append(child.returncode)
        let_leases_run_out(database)
    assert codes == [9, 9, 9, 0, 0]
    assert sorted(record.subject for record, _ in records(database)) == [f"Printer {number} does not print" for number in (0, 2)]
    [aside] = [each for each in activity(database) if each.outcome is Outcome.QUARANTINED]
    assert [str(reason_phrase(each)) for each in aside.reasons] == ["The email monitor broke down over this message, 3 times."]
    # Only its headers were downloaded again: nobody but the server has the whole, so it stays there.
    headers = database.deliveries.raw(aside.delivery_id) or b""
    assert b"Message-ID" in headers and b"Please help" not in headers
    assert dovecot.counts(account.name) == {"INBOX": 1, "TrackItProcessedEmails": 2}


@pytest.mark.timeout(200)
@pytest.mark.covers("RUN-02", "RUN-03")
def test_two_monitors_at_once_take_every_message_once(
    database: Database,
    monitors: MonitorProcesses,
    dovecot: Dovecot,
    account: Account,
    add_mailbox: Callable[..., Stored[Mailbox]],
    set_monitor: Callable[..., None],
) -> None:
    set_monitor(emails_to_process=MESSAGES)
    mailbox = add_mailbox(account)
    dovecot.append_all(account.name, [raw_message(number, size=20_000) for number in range(MESSAGES)])
    both = [monitors.start(), monitors.start()]
    while len(records(database)) < MESSAGES:
        with database.begin() as transaction:
            transaction.mailbox_states.request_poll(mailbox.id)
            # The worst that can happen: a lease that is free although its holder still works.
            transaction.mailbox_leases.begin_visit(mailbox.id, "somebody else", regardless=True)
            transaction.mailbox_leases.leave("somebody else")
    for each in both:
        monitors.kill(each)
    let_leases_run_out(database)
    finish(database)
    assert_each_once(database)
    assert dovecot.counts(account.name) == expected_counts(PostAction.MOVE, MESSAGES)
