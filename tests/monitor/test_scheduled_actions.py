"""The engine does what was put off until now: once, whichever host is first (NOT-03)."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import Engine as SqlEngine

from tests.clock import BEGINNING
from tests.helpdesk.rule_factory import rule
from tests.monitor.hosts import Hosts
from tests.monitor.scripted_mailbox import ScriptedMailbox
from tests.outbox_factory import put
from trackit_console.domain.effects import Change, CreateRecord, ScheduleAction, ScheduledKind
from trackit_console.domain.listeners import Reader
from trackit_console.domain.records import Module, Placeholder, Priority, RecordDetails, TicketSource
from trackit_console.domain.scheduled import DueAction, ScheduledHandler
from trackit_console.helpdesk.reaction_settings import ReactionSettings
from trackit_console.monitor import engine
from trackit_console.monitor.poll_once import poll_once
from trackit_console.monitor.reactions import Reactions, handlers, listeners
from trackit_console.monitor.scheduled_actions import run_due
from trackit_console.paths import DataDir
from trackit_console.store.errors import UniqueTaken
from trackit_console.store.transaction import Transaction

pytestmark = pytest.mark.covers("NOT-03")
MINUTES = 5


@pytest.fixture
def hosts(data_dir: DataDir) -> Iterator[Hosts]:
    """A help desk with a delayed rule, and a new ticket that it is about."""
    with Hosts(data_dir) as made:
        made.database.listeners.append(Reactions(listeners))
        with made.database.begin() as transaction:
            transaction.monitoring.want(True, "t")
            transaction.business_rules.add(rule("later", delay={"amount": MINUTES, "unit": "minutes"}), "t")
        with made.database.unit_of_work() as work:
            ticket = CreateRecord(Placeholder("new"), Module.TICKET, "Printer", Priority.LOW, TicketSource.EMAIL)
            work.apply([Change((ticket,))])
            work.commit()
        yield made


def history(hosts: Hosts) -> list[str]:
    with hosts.database.reading() as transaction:
        return [each.text for each in transaction.records.notes([1]).get(1, [])]


def test_the_monitor_does_what_is_due_once(hosts: Hosts) -> None:
    hosts.start(ScriptedMailbox().open, number=2)
    hosts.pass_seconds(MINUTES * 60 - 5)
    assert history(hosts) == []
    hosts.pass_seconds(10)
    assert history(hosts) == ["by later"]


def test_a_monitor_that_runs_once_does_what_is_due(hosts: Hosts) -> None:
    hosts.clock.step(MINUTES * 60)
    poll_once(hosts.database, threading.Event())
    assert history(hosts) == ["by later"]


def test_an_action_of_a_newer_version_stops_neither_the_monitor_nor_other_actions(hosts: Hosts) -> None:
    with hosts.database.begin() as transaction:
        transaction.session.execute(
            text(
                "INSERT INTO scheduled_actions (state, kind, source, unique_key, due_at, created_at, payload) "
                "SELECT state, 'survey', source, 'x', created_at, created_at, payload FROM scheduled_actions"
            )
        )
    hosts.clock.step(MINUTES * 60)
    poll_once(hosts.database, threading.Event())
    assert history(hosts) == ["by later"]


@pytest.mark.covers("NOT-04")
def test_an_action_that_loses_a_race_for_a_key_is_judged_once_more(hosts: Hosts) -> None:
    """Another transaction wrote the same mail a moment ago; the next look finds it, and leaves it at that."""
    lost = [UniqueTaken()]

    def lose(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if lost and statement.startswith("INSERT INTO notes"):
            raise lost.pop()

    hosts.clock.step(MINUTES * 60)
    event.listen(SqlEngine, "before_cursor_execute", lose)
    try:
        assert run_due(hosts.database, Reactions(handlers)) == 1
    finally:
        event.remove(SqlEngine, "before_cursor_execute", lose)
    assert (lost, history(hosts)) == ([], ["by later"])


def test_what_cannot_be_judged_today_is_not_given_up(hosts: Hosts, expect_log: Callable[[str], None]) -> None:
    expect_log("what is due cannot be judged")

    def broken(_transaction: Transaction) -> Mapping[ScheduledKind, ScheduledHandler]:
        raise RuntimeError("settings of another version")

    hosts.clock.step(MINUTES * 60)
    assert run_due(hosts.database, broken) == 0
    poll_once(hosts.database, threading.Event())
    assert history(hosts) == ["by later"]


@pytest.mark.covers("LOG-01")
def test_what_cannot_be_judged_is_told_once_until_it_can(
    hosts: Hosts, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, expect_log: Callable[[str], None]
) -> None:
    """The engine looks four times a second: a traceback each time would bury all else."""
    expect_log("what is due cannot be judged")
    broken = True

    def made(settings: ReactionSettings) -> Mapping[ScheduledKind, ScheduledHandler]:
        if broken:
            raise RuntimeError("settings of another version")
        return handlers(settings)

    monkeypatch.setattr(engine, "handlers", made)
    hosts.clock.step(MINUTES * 60)
    hosts.start(ScriptedMailbox().open)
    hosts.pass_seconds(10)
    assert (errors(caplog), history(hosts)) == (1, [])
    broken = False
    hosts.pass_seconds(5)
    assert (errors(caplog), history(hosts)) == (1, ["by later"])


def errors(caplog: pytest.LogCaptureFixture) -> int:
    return len([record for record in caplog.records if record.levelno >= logging.ERROR])


@pytest.mark.covers("RUN-06")
def test_a_stop_ends_a_run_after_the_action_in_hand(hosts: Hosts) -> None:
    stop = threading.Event()

    def stops(action: DueAction, details: RecordDetails | None, read: Reader) -> Change | None:
        stop.set()
        return None

    actions = [ScheduleAction(ScheduledKind.REMINDER, "x", f"key {number}", BEGINNING, "{}") for number in range(2)]
    put(hosts.database, *actions)
    run_due(hosts.database, lambda _transaction: {ScheduledKind.REMINDER: stops}, stop=stop)
    with hosts.database.reading() as transaction:
        assert len(transaction.scheduled_actions.due(10)) == 1
