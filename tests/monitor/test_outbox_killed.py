"""The monitor as a process that is killed while it sends: no mail is lost, and a double has one reason only (OUT-06).

A mail goes out twice if the process dies between the server's answer and the commit of that answer. The server knows what it
has taken, and the database what was committed, so after each kill that window is seen: a mail in one and not in the other.
"""

from __future__ import annotations

import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from tests.monitor.hosts import PATIENCE
from tests.monitor.monitor_processes import FORKS, MonitorProcesses
from tests.outbox_factory import account, add_record, mail, put, save_account
from tests.servers.smtp import SmtpServer
from trackit_console.store.database import Database
from trackit_console.store.tables import NoteRow, OutboxRow

KILLS = 30 if FORKS else 8
"""Without fork a monitor takes a second to start."""
MAILS = 16
"""So many wait at the beginning of each round: more than are sent until the kill."""
LONGEST = 0.12
"""Seconds from a mail that the server takes to the kill, at most: some kills fall into it, others into a later one."""
CONSIDERED = 0.03
"""Seconds that the server takes for a mail, about as many as the commit does: so kills fall on both sides of its answer."""
MESSAGE_ID = re.compile(rb"Message-ID: <(.*?)>")


@pytest.fixture
def server(smtp_server: Callable[..., SmtpServer], database: Database) -> SmtpServer:
    made = smtp_server("none", sign_in=False)
    save_account(database, account(made))
    with database.begin() as transaction:
        transaction.monitoring.want(True, "test")
    return made


def accepted(server: SmtpServer) -> Counter[str]:
    """How often the server has taken each mail, by Message-ID."""
    return Counter(found[1].decode() for each in list(server.accepted) if (found := MESSAGE_ID.search(each.raw)))


def committed(database: Database) -> set[str]:
    """The mails that the database knows to be sent."""
    with database.reading() as transaction:
        return set(transaction.session.scalars(select(OutboxRow.message_id).where(OutboxRow.state == "sent")))


def wait_until(true: Callable[[], bool]) -> None:
    glance = threading.Event()
    until = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < until, "it does not come true"
        glance.wait(0.002)


def let_claims_run_out(database: Database) -> None:
    """The claims of a killed host run out after a minute; tests do not wait for it."""
    with database.begin() as transaction:
        taken = update(OutboxRow).where(OutboxRow.claim_owner.is_not(None))
        transaction.session.execute(taken.values(claim_expires_at=datetime(2000, 1, 1, tzinfo=UTC)))


def send_all(database: Database, server: SmtpServer, monitors: MonitorProcesses, number: int) -> None:
    """A monitor that nobody kills sends the rest."""
    last = monitors.start()
    wait_until(lambda: len(committed(database)) == number)
    monitors.kill(last)
    wait_until(lambda: server.sessions() == 0)


@pytest.mark.timeout(200)
@pytest.mark.covers("OUT-06")
def test_killed_at_any_moment_no_mail_is_lost_and_doubles_come_from_one_window_only(
    database: Database, server: SmtpServer, monitors: MonitorProcesses, record_property: Callable[[str, object], None]
) -> None:
    seed = random.randrange(2**32)
    record_property("seed", seed)
    print("seed", seed)
    moments = random.Random(seed)
    record = add_record(database)
    server.inbox.seconds_before_taken = CONSIDERED
    in_window = made = 0
    for _ in range(KILLS):
        wanted = len(committed(database)) + MAILS
        put(database, *(mail(number, record=record) for number in range(made, wanted)))
        made = wanted
        before = len(server.accepted)
        monitor = monitors.start()
        until = before + moments.randrange(MAILS - 10)
        wait_until(lambda until=until: len(server.accepted) > until)  # type: ignore[misc]
        threading.Event().wait(moments.uniform(0, LONGEST))
        monitors.kill(monitor)
        # What the process had sent before it died is still read, and taken, by the server.
        wait_until(lambda: server.sessions() == 0)
        unknown = accepted(server).keys() - committed(database)
        assert len(unknown) <= 1, "only the mail in hand may be taken without being known"
        in_window += len(unknown)
        let_claims_run_out(database)
    server.inbox.seconds_before_taken = 0
    send_all(database, server, monitors, made)
    taken = accepted(server)
    doubles = sum(taken.values()) - len(taken)
    print("mails:", made, "kills in the window:", in_window, "doubles:", doubles)
    assert len(taken) == made
    assert doubles <= in_window
    with database.reading() as transaction:
        notes = Counter(transaction.session.scalars(select(NoteRow.message_id)))
    assert notes == dict.fromkeys(taken, 1)


@pytest.mark.covers("OUT-06", "RUN-02")
def test_two_monitors_at_once_send_nothing_twice(database: Database, server: SmtpServer, monitors: MonitorProcesses) -> None:
    number = 600
    put(database, *(mail(each) for each in range(number // 2)))
    both = [monitors.start(), monitors.start()]
    wait_until(lambda: len(server.accepted) > 10)
    for each in range(number // 2, number, 20):
        put(database, *(mail(one) for one in range(each, each + 20)))
    wait_until(lambda: len(committed(database)) == number)
    for each in both:
        monitors.kill(each)
    assert accepted(server) == {f"letter-{each}@example.com": 1 for each in range(number)}
