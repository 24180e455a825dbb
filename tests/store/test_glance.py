"""A console's glance at the database: one statement that misses nothing that it shows (RUN-07, T-02)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import cast

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.dialects import mssql
from sqlalchemy.engine import Engine

from tests.clock import BEGINNING, ManualClock
from tests.outbox_factory import mail, put
from tests.settings.samples import imap
from tests.store.delivery_factory import aside, filtered, take_in, ticket
from trackit_console.domain.audit import Audited
from trackit_console.domain.polling import Lease, PollError, VisitEnd
from trackit_console.store.database import Database
from trackit_console.store.glance import glance
from trackit_console.store.monitoring import HOST_SECONDS
from trackit_console.store.monitoring_views import Host
from trackit_console.store.snapshot import Snapshot, unchanged
from trackit_console.store.snapshot_reader import read_snapshot
from trackit_console.store.statements import written_out
from trackit_console.store.transaction import Transaction

pytestmark = pytest.mark.covers("RUN-07", "T-02")

Change = Callable[[Database, Lease], object]


def within(do: Callable[[Transaction, Lease], object]) -> Change:
    def change(database: Database, lease: Lease) -> None:
        with database.begin() as transaction:
            do(transaction, lease)

    return change


def ended(error: PollError | None, unread: int | None = None) -> Change:
    end = VisitEnd(error, False, unread)
    return within(lambda transaction, lease: transaction.mailbox_states.end_visit(lease, end, lambda _: timedelta(minutes=5)))


REFUSED = PollError("sign_in", "transports", "wrong_password", {"server": "mail.example.com"}, "NO sorry")
CHANGES: dict[str, Change] = {
    "a mailbox is added": within(
        lambda transaction, _: transaction.mailboxes.add(imap(user_account_name="b@example.com"), "ada")
    ),
    "settings are saved": within(lambda transaction, _: transaction.settings.save_monitor(transaction.settings.monitor(), "ada")),
    "something is noted in the audit": within(
        lambda transaction, _: transaction.audit.noted("discarded", Audited.MESSAGE, "ada", "1")
    ),
    "a visit begins": within(
        lambda transaction, lease: transaction.mailbox_leases.begin_visit(lease.mailbox_id, "here", regardless=True)
    ),
    "a visit ends well": ended(None, 3),
    "a visit fails": ended(REFUSED),
    "a visit is broken off": within(lambda transaction, lease: transaction.mailbox_states.break_off(lease)),
    "a poll is asked for": within(lambda transaction, _: transaction.mailbox_states.request_poll()),
    "mail becomes a ticket": lambda database, lease: take_in(database, lease, [ticket("1")]),
    "mail is stopped by a filter": lambda database, lease: take_in(database, lease, [filtered("1", "subject", "x")]),
    "mail is set aside": lambda database, lease: take_in(database, lease, [aside("1")]),
    "a mail is put into the outbox": lambda database, _: put(database, mail()),
}


def glanced(database: Database) -> Snapshot:
    with database.looking() as transaction:
        return read_snapshot(transaction, BEGINNING)


@pytest.mark.parametrize("what", CHANGES)
def test_whatever_is_changed_is_seen(database: Database, lease: Lease, clock: ManualClock, what: str) -> None:
    before = glanced(database)
    clock.advance(1)
    CHANGES[what](database, lease)
    assert unchanged(before, database.glance(), BEGINNING) is None
    assert glanced(database) != before


def test_while_nothing_changes_one_statement_tells_so(database: Database, lease: Lease) -> None:
    before, statements = glanced(database), list[str]()

    def keep(_connection: object, _cursor: object, statement: str, parameters: object, *_more: object) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", keep)
    try:
        assert unchanged(before, database.glance(), BEGINNING) == before
    finally:
        event.remove(Engine, "before_cursor_execute", keep)
    assert [each for each in statements if not each.startswith("BEGIN")] == [statements[-1]]


def test_another_day_is_read_anew(database: Database) -> None:
    before = glanced(database)
    assert unchanged(before, database.glance(), BEGINNING + timedelta(days=1)) is None


def test_who_runs_the_monitor_is_told_without_reading_more(database: Database, clock: ManualClock) -> None:
    before = glanced(database)

    def heard(name: str, state: str) -> None:
        with database.begin() as transaction:
            transaction.monitoring.report(Host(name, name, "headless", state, 1, BEGINNING, clock.now()))

    heard("one", "running")
    with database.begin() as transaction:
        transaction.monitoring.want_restart("ada")
    clock.advance(1)
    heard("two", "stopped")
    now = unchanged(before, database.glance(), BEGINNING)
    with database.reading() as transaction:
        read = read_snapshot(transaction, BEGINNING)
    assert now is not None
    assert (now.wanted, now.hosts) == (read.wanted, read.hosts)
    assert [each.id for each in now.hosts] == ["one", "two"]
    clock.advance(HOST_SECONDS)
    later = unchanged(now, database.glance(), BEGINNING)
    assert later is not None and [each.id for each in later.hosts] == ["two"]


@pytest.mark.covers("DB-01")
def test_to_sql_server_it_has_no_parameters_and_compares_with_the_servers_clock() -> None:
    connection = cast(Connection, SimpleNamespace(dialect=mssql.dialect()))
    asked = written_out(connection, glance(None))
    compiled = asked.compile(dialect=connection.dialect, compile_kwargs={"render_postcompile": True})
    assert compiled.params == {}
    assert f"dateadd(second, -{HOST_SECONDS}, sysutcdatetime())" in str(compiled)
