"""A mailbox that is converted from EWS to Microsoft 365 loses no message and takes none twice (IN-16)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.message_factory import raw_message
from tests.monitor.conftest import POST_ACTIONS
from tests.servers.certificates import Certificates
from tests.servers.microsoft.entra import TENANT
from tests.servers.microsoft.exchange import CLIENT, KINDS, Exchange
from trackit_console.monitor.poll_once import poll_once
from trackit_console.monitor.visit_result import VisitResult
from trackit_console.settings.exchange_mailbox import Microsoft365
from trackit_console.settings.post_action import PostAction
from trackit_console.store.database import Database


def poll(database: Database) -> VisitResult:
    [visit] = poll_once(database, threading.Event())
    return visit


def convert(database: Database, exchange: Exchange, ca_file: str) -> None:
    """As the dialog does: the same row with another type."""
    app = exchange.settings("ews_oauth", "support@contoso.example").model_dump(
        include={"client_secret", "cloud", "sign_in_url", "graph_url"}
    )
    converted = Microsoft365(
        user_id="support@contoso.example", application_id=CLIENT, directory_id=TENANT, ca_file=ca_file, **app
    )
    with database.begin() as transaction:
        [stored] = transaction.mailboxes.all()
        transaction.mailboxes.save(replace(stored, value=converted), "ada")


@pytest.mark.covers("IN-16", "RUN-03")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("action", POST_ACTIONS)
def test_no_message_is_lost_or_taken_twice(
    database: Database, certificates: Certificates, set_monitor: Callable[..., None], kind: str, action: PostAction
) -> None:
    with Exchange(certificates, roles=("full_access_as_app", "Mail.ReadWrite")) as exchange:
        set_monitor(post_action=action)
        box = exchange.add()
        with database.begin() as transaction:
            transaction.mailboxes.add(exchange.settings(kind, box), "ada")
        for number in range(3):
            box.deliver(raw_message(number))
        assert poll(database).counts.processed == 3
        # Between the last visit by EWS and the first by Graph: one that somebody reads, and one that nobody reads.
        box.deliver(raw_message(3), read=True)
        box.deliver(raw_message(4))
        convert(database, exchange, str(certificates.ca_file))
        first, second = poll(database), poll(database)
    assert [(each.counts.processed, each.error) for each in (first, second)] == [(2, None), (0, None)]
    with database.reading() as transaction:
        subjects = sorted(each.subject for each in transaction.records.page(limit=1000))
    assert subjects == [f"Printer {number} does not print" for number in range(5)]
