"""Mail in an Exchange mailbox becomes tickets, by an app and by a password (IN-03, IN-04)."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import pytest

from tests.message_factory import raw_message
from tests.monitor.conftest import POST_ACTIONS
from tests.servers.certificates import Certificates
from tests.servers.microsoft import Mailbox
from tests.servers.microsoft.exchange import KINDS, Exchange
from trackit_console.monitor.poll_once import poll_once
from trackit_console.monitor.visit_result import VisitResult
from trackit_console.settings.exchange_mailbox import EwsBasic, EwsOAuth
from trackit_console.settings.post_action import PROCESSED_FOLDER, PostAction
from trackit_console.store.database import Database


def add(database: Database, settings: EwsOAuth | EwsBasic) -> None:
    with database.begin() as transaction:
        transaction.mailboxes.add(settings, "test")


def poll(database: Database) -> list[VisitResult]:
    return poll_once(database, threading.Event())


def subjects(database: Database) -> list[str]:
    with database.reading() as transaction:
        return sorted(each.subject for each in transaction.records.page(limit=1000))


def settled(box: Mailbox, action: PostAction) -> bool:
    inbox = box.folder("inbox").messages
    if action is PostAction.MARK_READ:
        return all(each.read for each in inbox)
    target = "deleteditems" if action is PostAction.DELETE else PROCESSED_FOLDER
    return not inbox and bool(box.folder(target).messages)


@pytest.mark.covers("IN-03", "IN-04", "MON-06", "RUN-03")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("action", POST_ACTIONS)
def test_mail_becomes_tickets_once(
    database: Database, exchange: Exchange, set_monitor: Callable[..., None], kind: str, action: PostAction
) -> None:
    box = exchange.add()
    set_monitor(post_action=action)
    add(database, exchange.settings(kind, box))
    for number in range(3):
        box.deliver(raw_message(number))
    assert [each.counts.processed for each in poll(database)] == [3]
    assert settled(box, action)
    box.deliver(raw_message(3), read=True)
    assert [each.counts.processed for each in poll(database)] == [1]
    assert [(each.counts.processed, each.error) for each in poll(database)] == [(0, None)]
    assert subjects(database) == [f"Printer {number} does not print" for number in range(4)]


@pytest.mark.covers("RUN-04")
def test_a_message_that_cannot_be_converted_is_set_aside_and_stays(database: Database, exchange: Exchange) -> None:
    box = exchange.add()
    add(database, exchange.settings("ews_oauth", box))
    bad = box.deliver(raw_message(1))
    box.break_mime(bad)
    box.deliver(raw_message(2))
    for _ in range(4):
        poll(database)
    assert subjects(database) == ["Printer 2 does not print"]
    assert [each.id for each in box.folder("inbox").messages] == [bad]
    with database.unit_of_work() as work:
        assert len(work.quarantine.waiting()) == 1


@pytest.mark.covers("RUN-04")
@pytest.mark.parametrize("code", ["ErrorCorruptData", "ErrorItemCorrupt", "ErrorMimeContentInvalid", "ErrorInternalServerError"])
def test_a_message_that_is_damaged_is_set_aside_and_is_not_taken_for_deleted(
    database: Database, exchange: Exchange, code: str
) -> None:
    box = exchange.add()
    add(database, exchange.settings("ews_oauth", box))
    bad = box.deliver(raw_message(1))
    box.damage(bad, code)
    box.deliver(raw_message(2))
    for _ in range(3):
        assert [each.error for each in poll(database)] == [None]
    assert subjects(database) == ["Printer 2 does not print"]
    with database.unit_of_work() as work:
        [aside] = work.quarantine.waiting()
    assert code in aside.detail


@pytest.mark.covers("IN-09", "LOG-01")
@pytest.mark.parametrize("log_events", [False, True])
def test_a_bad_certificate_is_logged_and_no_mail_is_processed(
    database: Database,
    certificates: Certificates,
    expect_log: Callable[[str], None],
    caplog: pytest.LogCaptureFixture,
    log_events: bool,
) -> None:
    expect_log("ERROR trackit.EwsMailListener")
    with Exchange(certificates, certificate=certificates.self_signed) as bad:
        box = bad.add()
        box.deliver(raw_message(1))
        add(database, bad.settings("ews_basic", box, log_events=log_events))
        [visit] = poll(database)
    assert visit.error and visit.error.step == "tls"
    lines = [each for each in caplog.records if each.name == "trackit.EwsMailListener" and each.levelno == logging.ERROR]
    assert len(lines) == 1 and "certificate" in lines[0].getMessage()
    assert subjects(database) == []
