"""A round without a host: it leaves no lease behind, and asks again what is due where something changed (`monitor --once`)."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from tests.message_factory import raw_message
from tests.monitor.scripted_mailbox import ScriptedMailbox
from tests.outbox_factory import account, mail, put, save_account
from tests.settings.samples import imap
from trackit_console.monitor.poll_once import poll_once
from trackit_console.monitor.round_start import start_round
from trackit_console.store.database import Database


def stopping(stop: threading.Event) -> ScriptedMailbox:
    """Somebody ends the program during the sign-in."""
    return ScriptedMailbox(on_open=stop.set)


@pytest.fixture
def mailbox_id(database: Database) -> int:
    with database.begin() as transaction:
        return transaction.mailboxes.add(imap(), "ada").id


@pytest.mark.covers("RUN-01", "RUN-02")
@pytest.mark.parametrize(
    "server_of",
    [lambda _stop: ScriptedMailbox({1: raw_message(1)}), lambda _stop: ScriptedMailbox(refused=True), stopping],
    ids=["taken in", "refused", "ended"],
)
def test_a_mailbox_is_free_at_once(
    database: Database, mailbox_id: int, server_of: Callable[[threading.Event], ScriptedMailbox]
) -> None:
    stop = threading.Event()
    poll_once(database, stop, source_factory=server_of(stop).open)
    with database.begin() as transaction:
        assert transaction.mailbox_leases.owners() == {}
        state = transaction.mailbox_states.state(mailbox_id)
        assert not state.visiting, "its end was kept: the next visit does not take it for one that was cut off"
        lease = transaction.mailbox_leases.begin_visit(mailbox_id, "a host", regardless=True)
    assert lease is not None and not lease.cut_off


@pytest.mark.covers("RUN-01", "OUT-06")
def test_what_new_mail_leads_to_is_due_in_the_same_round(database: Database, mailbox_id: int) -> None:
    save_account(database, account())
    start = start_round(database)
    server = ScriptedMailbox({1: raw_message(1)})
    visits = poll_once(
        database,
        threading.Event(),
        start=start,
        source_factory=server.open,
        on_recorded=lambda *_recorded: put(database, mail(0)),
    )
    assert (start.due.mail, start.after(database, visits).due.mail) == (False, True)


@pytest.mark.covers("RUN-07")
def test_where_nothing_changed_nothing_is_asked_again(database: Database, mailbox_id: int) -> None:
    start = start_round(database)
    visits = poll_once(database, threading.Event(), start=start, source_factory=ScriptedMailbox().open)
    put(database, mail(0))
    assert start.after(database, visits) is start
