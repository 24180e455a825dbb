"""One message that comes several times is one ticket, and what only looks like a copy is not (RUN-03)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.message_factory import raw_message
from tests.monitor.conftest import visit_of
from tests.monitor.scripted_mailbox import ScriptedMailbox, by_account
from tests.monitor.test_poll import activity, records
from tests.settings.samples import imap
from tests.store.concurrency import at_once
from trackit_console.domain.deliveries import Outcome
from trackit_console.domain.records import NoteKind
from trackit_console.helpdesk.reasons import Reason
from trackit_console.monitor.poll_once import poll_once
from trackit_console.monitor.visit_result import VisitResult
from trackit_console.paths import DataDir
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.settings.people import TicketTemplate
from trackit_console.store.database import Database, open_database
from trackit_console.store.row_mapping import Stored

ROUNDS = 20
Servers = dict[str, ScriptedMailbox]


@pytest.fixture
def servers(database: Database) -> Servers:
    """Two mailboxes of one help desk."""
    made = {"sales": ScriptedMailbox(), "support": ScriptedMailbox()}
    with database.begin() as transaction:
        for account in made:
            transaction.mailboxes.add(imap(user_account_name=account, email_address=f"{account}@example.com"), "ada")
    return made


@pytest.fixture
def other_host(data_dir: DataDir, database: Database) -> Iterator[Database]:
    """The same database, as another computer has it open."""
    opened = open_database(data_dir.database_url, data_dir)
    yield opened
    opened.close()


def delivered(raw: bytes, to: str, number: int = 1) -> bytes:
    """`raw` as a server delivers it for one of its recipients: the trace headers differ, the message does not."""
    trace = f"Delivered-To: {to}\r\nReceived: from mx{number} by store; Mon, 23 Nov 2026 09:00:0{number} +0000\r\n"
    return trace.encode() + raw


def poll(database: Database, servers: Servers, only: str | None = None) -> None:
    """Both mailboxes at the same time, or one of them."""
    asked = servers if only is None else {**{each: ScriptedMailbox() for each in servers}, only: servers[only]}
    for visited in poll_once(database, threading.Event(), source_factory=by_account(asked)):
        assert visited.error is None


def meet(servers: Servers) -> None:
    """Lets both visits sign in before either reads: they have their messages in hand at the same time."""
    barrier = threading.Barrier(len(servers), timeout=20)
    for each in servers.values():
        each.on_open = barrier.wait


def tickets(database: Database) -> list[str]:
    return [ticket.subject for ticket, _ in records(database)]


def outcomes(database: Database) -> list[Outcome]:
    return sorted(each.outcome for each in activity(database))


def assert_one_ticket_each(database: Database, number: int) -> None:
    """Each message once, with a line in the ticket's history for the copy."""
    assert sorted(tickets(database)) == sorted(f"Printer {each} does not print" for each in range(number))
    for _, notes in records(database):
        assert [note.kind for note in notes] == [NoteKind.EMAIL_RECEIVED, NoteKind.SYSTEM]
        assert [each.code for each in notes[1].reasons] == [Reason.TAKEN_ALREADY]
    assert outcomes(database) == sorted([Outcome.CREATED, Outcome.IGNORED] * number)


@pytest.mark.covers("RUN-03", "RUN-05")
def test_a_message_to_two_mailboxes_that_are_polled_together_is_one_ticket(database: Database, servers: Servers) -> None:
    for number in range(ROUNDS):
        meet(servers)
        for account, server in servers.items():
            server.messages[number + 1] = delivered(raw_message(number), f"{account}@example.com")
        poll(database, servers)
    assert_one_ticket_each(database, ROUNDS)


@pytest.mark.covers("RUN-02", "RUN-03")
def test_a_message_to_two_mailboxes_that_two_hosts_poll_is_one_ticket(
    database: Database, other_host: Database, servers: Servers
) -> None:
    with database.reading() as transaction:
        mailboxes = transaction.mailboxes.all()
    for number in range(ROUNDS):
        meet(servers)
        for account, server in servers.items():
            server.messages[number + 1] = delivered(raw_message(number), f"{account}@example.com")
        visits = [
            visit_of(host, mailbox, by_account(servers), host_id)
            for host, mailbox, host_id in zip((database, other_host), mailboxes, ("one", "two"), strict=True)
        ]
        assert [each.error for each in at_once(*[visit.run for visit in visits]) if isinstance(each, VisitResult)] == [None] * 2
    assert_one_ticket_each(database, ROUNDS)


@pytest.mark.covers("RUN-03")
@pytest.mark.parametrize("batches", [1, 2], ids=["in one poll", "in two polls"])
def test_a_message_that_comes_by_two_aliases_of_a_mailbox_is_one_ticket(
    database: Database, servers: Servers, batches: int
) -> None:
    server = servers["support"]
    server.messages[1] = delivered(raw_message(0), "help@example.com", 1)
    if batches == 2:
        poll(database, servers)
    server.messages[2] = delivered(raw_message(0), "support@example.com", 2)
    poll(database, servers)
    assert_one_ticket_each(database, 1)


# ---------------------------------------------------------------- no copies


@pytest.mark.covers("RUN-03")
@pytest.mark.parametrize("account", ["support", "sales"], ids=["another mailbox", "the same mailbox"])
def test_another_message_with_a_used_message_id_is_a_ticket_of_its_own(
    database: Database, servers: Servers, account: str
) -> None:
    """Devices and scripts that send with a fixed Message-ID."""
    servers["sales"].messages[1] = raw_message(1, message_id="fixed")
    poll(database, servers)
    servers[account].messages[2] = raw_message(2, message_id="fixed")
    poll(database, servers)
    assert tickets(database) == ["Printer 1 does not print", "Printer 2 does not print"]


@pytest.mark.covers("RUN-03")
@pytest.mark.parametrize("account", ["support", "sales"], ids=["another mailbox", "the same mailbox"])
def test_the_same_words_under_another_message_id_are_a_ticket_of_their_own(
    database: Database, servers: Servers, account: str
) -> None:
    """A program that reports the same twice within a second: it happened twice."""
    servers["sales"].messages[1] = raw_message(1, message_id="first")
    poll(database, servers)
    servers[account].messages[2] = raw_message(1, message_id="second")
    poll(database, servers)
    assert tickets(database) == ["Printer 1 does not print"] * 2


@pytest.mark.covers("RUN-03", "MSG-03")
def test_mailboxes_with_different_ticket_templates_make_a_ticket_each(database: Database, servers: Servers) -> None:
    with database.begin() as transaction:
        transaction.settings.save_ticket_template(TicketTemplate(name="Sales", subject="A sale"), "ada")
        [sales, _] = transaction.mailboxes.all()
        changed = sales.value.model_copy(update={"ticket_template": "Sales"})
        transaction.mailboxes.save(Stored(sales.id, sales.version, changed), "ada")
    meet(servers)
    for account, server in servers.items():
        server.messages[1] = delivered(raw_message(0), f"{account}@example.com")
    poll(database, servers)
    assert sorted(tickets(database)) == ["A sale", "Printer 0 does not print"]


@pytest.mark.covers("RUN-03", "FIL-03", "MSG-03")
@pytest.mark.parametrize("first", [Outcome.FILTERED, Outcome.REFUSED, Outcome.QUARANTINED])
def test_a_copy_of_a_message_that_made_no_ticket_is_decided_on_its_own(
    database: Database, servers: Servers, set_monitor: Callable[..., None], first: Outcome
) -> None:
    if first is Outcome.QUARANTINED:
        set_monitor(unknown_senders="refuse")
    elif first is Outcome.REFUSED:
        set_filters(database, accept_from="technicians")
    else:
        set_filters(database, subject=[FilterRule(text="printer")])
    servers["sales"].messages[1] = delivered(raw_message(0), "sales@example.com")
    poll(database, servers, "sales")
    assert outcomes(database) == [first]
    set_monitor(unknown_senders="create_requestor")
    set_filters(database, subject=[], accept_from="everyone")
    servers["support"].messages[1] = delivered(raw_message(0), "support@example.com")
    poll(database, servers, "support")
    assert outcomes(database) == sorted([first, Outcome.CREATED])
    assert tickets(database) == ["Printer 0 does not print"]


def set_filters(database: Database, **fields: Any) -> None:
    with database.begin() as transaction:
        stored = transaction.settings.filters()
        value = stored.value.model_copy(update=fields)
        transaction.settings.save_filters(Stored(stored.id, stored.version, value), "ada")
