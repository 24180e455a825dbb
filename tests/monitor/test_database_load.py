"""What the monitor asks of the database: little for a batch of mail, and next to nothing while it is idle (RUN-07)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import event, update
from sqlalchemy.engine import Engine as SqlEngine

from tests.message_factory import raw_message
from tests.monitor.hosts import Hosts
from tests.monitor.scripted_mailbox import BATCH, ScriptedMailbox
from tests.outbox_factory import account, save_account
from tests.settings.samples import imap
from trackit_console.monitor.poll_once import poll_once
from trackit_console.paths import DataDir
from trackit_console.store.database import Database
from trackit_console.store.tables import RecordRow

EVENTS = ("before_execute", "commit", "rollback")


ONE_VISIT = 20
"""Statements and ends of transactions: 9 for the settings and what is due, 7 for the claim and what earlier visits left, 4 for the end.

On SQL Server, what is read together is one: 11.
"""


class Statements:
    """Counts what is asked of a database: statements, of however many rows, and ends of transactions.

    Each is a round trip to SQL Server. SQLite has none; there SQLAlchemy makes an INSERT of each row of a statement.
    """

    def __init__(self) -> None:
        self.number = 0

    def count(self, *_event: object) -> None:
        self.number += 1


@pytest.fixture
def statements() -> Iterator[Statements]:
    counted = Statements()
    for name in EVENTS:
        event.listen(SqlEngine, name, counted.count)
    yield counted
    for name in EVENTS:
        event.remove(SqlEngine, name, counted.count)


def senders(number: int) -> str:
    return f"Person {number} <person{number}@contoso.example>"


def new_mail(number: int) -> bytes:
    return raw_message(number, sender=senders(number))


def with_a_file(number: int) -> bytes:
    return raw_message(number, sender=senders(number), size=1000)


def reply(number: int) -> bytes:
    return raw_message(1000 + number, sender=senders(number), In_Reply_To=f"<letter-{number}@contoso.example>")


def copy(number: int) -> bytes:
    return raw_message(number, sender=senders(number), Delivered_To="other@example.com")


def filtered(number: int) -> bytes:
    return raw_message(2000 + number, sender="Mailer-Daemon <mailer-daemon@contoso.example>")


@pytest.mark.covers("RUN-07")
@pytest.mark.parametrize(
    ("before", "mail"),
    [
        pytest.param(None, new_mail, id="from new senders"),
        pytest.param(new_mail, filtered, id="filtered"),
        pytest.param(new_mail, with_a_file, id="with files"),
        pytest.param(new_mail, reply, id="replies"),
        pytest.param(new_mail, copy, id="copies"),
        pytest.param("closed", reply, id="replies to closed tickets"),
    ],
)
def test_a_batch_costs_less_than_one_statement_a_message(
    database: Database, statements: Statements, before: Callable[[int], bytes] | str | None, mail: Callable[[int], bytes]
) -> None:
    with database.begin() as transaction:
        transaction.mailboxes.add(imap(), "ada")
    server = ScriptedMailbox()

    def poll() -> int:
        begun = statements.number
        [visited] = poll_once(database, threading.Event(), source_factory=server.open)
        assert visited.error is None
        return statements.number - begun

    if before:
        server.messages |= {1 + number: new_mail(number) for number in range(BATCH)}
        poll()
    if before == "closed":
        with database.begin() as transaction:
            closed = {"status": "closed", "closed_at": datetime.now(UTC)}
            transaction.session.execute(update(RecordRow).values(**closed))
    empty = poll()
    server.messages |= {1 + BATCH + number: mail(number) for number in range(BATCH)}
    assert poll() - empty < BATCH


@pytest.mark.covers("RUN-07")
def test_an_idle_engine_asks_for_one_short_transaction_at_each_look(data_dir: DataDir, statements: Statements) -> None:
    """Four looks a second, each a statement and the end of a transaction. A heartbeat and the schedules of reports come on top."""
    with Hosts(data_dir) as hosts:
        save_account(hosts.database, account())
        with hosts.database.begin() as transaction:
            transaction.mailboxes.add(imap(), "ada")
            transaction.monitoring.want(True, "ada")
        hosts.start(ScriptedMailbox().open)
        hosts.pass_seconds(10)
        begun = statements.number
        hosts.pass_seconds(40)
        assert (statements.number - begun) / 40 < 11


@pytest.mark.covers("RUN-07")
def test_a_visit_to_a_mailbox_without_new_mail_costs_few_round_trips(database: Database, statements: Statements) -> None:
    """All of it, as a scheduled task does it: settings, claim, visit, what else is due, and the end."""
    with database.begin() as transaction:
        transaction.mailboxes.add(imap(), "ada")
    server = ScriptedMailbox()
    poll_once(database, threading.Event(), source_factory=server.open)
    begun = statements.number
    [visited] = poll_once(database, threading.Event(), source_factory=server.open)
    assert visited.error is None
    assert statements.number - begun <= ONE_VISIT
