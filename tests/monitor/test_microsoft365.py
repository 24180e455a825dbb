"""Mail in a mailbox of Microsoft 365 becomes tickets, once, by way of the whole monitor and the command line."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest

from tests.message_factory import raw_message
from tests.monitor.conftest import POST_ACTIONS
from tests.servers.microsoft import faults
from tests.servers.office import ONLINE, Office
from trackit_console.__main__ import main
from trackit_console.domain.deliveries import Outcome
from trackit_console.monitor.poll_once import poll_once
from trackit_console.monitor.visit_result import VisitResult
from trackit_console.paths import DataDir
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.post_action import PROCESSED_FOLDER, PostAction
from trackit_console.store.activity_views import ActivityQuery
from trackit_console.store.database import Database
from trackit_console.store.row_mapping import Stored


def add(database: Database, office: Office, **fields: Any) -> Stored[Mailbox]:
    with database.begin() as transaction:
        return transaction.mailboxes.add(office.settings(**fields), "test")


def poll(database: Database) -> VisitResult:
    [visit] = poll_once(database, threading.Event())
    return visit


def subjects(database: Database) -> list[str]:
    with database.reading() as transaction:
        return [each.subject for each in reversed(transaction.records.page(limit=1000))]


def contents(office: Office) -> dict[str, int]:
    folders = {"inbox", PROCESSED_FOLDER} & {"inbox", *(folder.name for folder in office.mailbox.folders.values())}
    return {name: len(office.mailbox.folder(name).messages) for name in sorted(folders)}


@pytest.mark.covers("IN-02", "RUN-03", "MON-06")
@pytest.mark.parametrize("action", POST_ACTIONS)
def test_each_message_becomes_one_ticket_and_is_settled(
    database: Database, office: Office, set_monitor: Callable[..., None], action: PostAction
) -> None:
    set_monitor(post_action=action)
    add(database, office)
    for number in range(3):
        office.mailbox.deliver(raw_message(number))
    first, second = poll(database), poll(database)
    assert [(each.counts.seen, each.error) for each in (first, second)] == [(3, None), (0, None)]
    assert subjects(database) == [f"Printer {number} does not print" for number in range(3)]
    assert (
        contents(office)
        == {
            PostAction.MARK_READ: {"inbox": 3},
            PostAction.DELETE: {"inbox": 0},
            PostAction.MOVE: {PROCESSED_FOLDER: 3, "inbox": 0},
        }[action]
    )
    assert second.counts.unread == 0


@pytest.mark.covers("RUN-04")
def test_a_message_that_is_never_handed_over_is_set_aside_and_stays(database: Database, office: Office) -> None:
    add(database, office)
    broken = office.mailbox.deliver(raw_message(1))
    office.mailbox.break_mime(broken)
    office.mailbox.deliver(raw_message(2))
    for _ in range(4):
        assert poll(database).error is None
    assert subjects(database) == ["Printer 2 does not print"]
    with database.reading() as transaction:
        outcomes = [each.outcome for each in transaction.activity.page(ActivityQuery(), limit=10)]
    assert outcomes.count(Outcome.QUARANTINED) == 1
    assert contents(office)["inbox"] == 1


@pytest.mark.covers("RUN-03", "RUN-05")
def test_a_visit_that_is_throttled_goes_on_where_it_was(database: Database, office: Office) -> None:
    add(database, office)
    for number in range(4):
        office.mailbox.deliver(raw_message(number))
    throttle = faults.throttled(30)
    office.microsoft.faults.after(2, lambda: office.microsoft.faults.add("GET */$value", throttle), "GET */$value")
    error = poll(database).error
    assert error and error.code == "account_throttled"
    assert poll(database).error is None
    assert sorted(subjects(database)) == [f"Printer {number} does not print" for number in range(4)]


@pytest.mark.covers("MON-04")
def test_a_secret_that_expired_is_an_error_of_the_sign_in(database: Database, office: Office) -> None:
    add(database, office)
    office.microsoft.entra.refuse(7000222)
    visit = poll(database)
    assert visit.error and (visit.error.step, visit.error.code) == ("sign_in", "client_secret_expired")
    assert poll(database).error is None


@pytest.mark.covers("IN-02", "IN-10")
def test_the_commands_check_and_monitor_work_with_it(
    database: Database, office: Office, data_dir: DataDir, capsys: pytest.CaptureFixture[str]
) -> None:
    add(database, office)
    office.mailbox.deliver(raw_message(1))
    assert main(["--data-dir", str(data_dir.root), "check", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert ONLINE in json.dumps(told) and "1 unread messages." in json.dumps(told)
    assert main(["--data-dir", str(data_dir.root), "monitor", "--once"]) == 0
    assert subjects(database) == ["Printer 1 does not print"]
