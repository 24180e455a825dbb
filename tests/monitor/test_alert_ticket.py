"""A mailbox that refuses its password: one ticket an outage, whoever visits it, and a note when it is over (MON-03, MON-04)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import pytest
from pydantic import SecretStr
from sqlalchemy import delete

from tests.message_factory import raw_message
from tests.monitor.scripted_mailbox import ScriptedMailbox
from tests.monitor.test_poll import records
from tests.servers.dovecot import Account, Dovecot
from tests.store.concurrency import at_once
from trackit_console.domain.effects import Change
from trackit_console.domain.events import Event, EventKind
from trackit_console.domain.listeners import Reader
from trackit_console.domain.records import NoteKind, Priority, TicketSource
from trackit_console.helpdesk.reasons import reason_phrase
from trackit_console.monitor.poll_once import poll_once
from trackit_console.paths import DataDir
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.people import TicketTemplate
from trackit_console.store.database import Database, open_database
from trackit_console.store.record_views import NoteView
from trackit_console.store.row_mapping import Stored
from trackit_console.store.tables import TicketTemplateRow
from trackit_console.transports.errors import ConnectRefused

TEMPLATE = "Mail failure"


class Outage:
    """A mailbox on Dovecot that is visited with the wrong or the right password, each time by another host."""

    def __init__(
        self, data_dir: DataDir, database: Database, mailbox: Stored[Mailbox], account: Account, dovecot: Dovecot
    ) -> None:
        self._data_dir = data_dir
        self._database = database
        self._account = account
        self._dovecot = dovecot
        self.mailbox_id = mailbox.id

    def fails(self, times: int = 1) -> None:
        for _ in range(times):
            assert self._visit("wrong") == "wrong_password"

    def server_is_away(self) -> None:
        assert self._visit("wrong", port=1) == "connection_refused"

    def passes(self) -> None:
        assert self._visit(self._account.password) is None

    def _visit(self, password: str, port: int | None = None) -> str | None:
        """By a program that is started for it: nothing is remembered but what the database keeps."""
        self.set_password(password, port or self._dovecot.imaps)
        database = open_database(self._data_dir.database_url, self._data_dir)
        try:
            [visited] = poll_once(database, threading.Event())
        finally:
            database.close()
        return visited.error.code if visited.error else None

    def set_password(self, password: str, port: int | None = None) -> None:
        with self._database.begin() as transaction:
            [stored] = transaction.mailboxes.all()
            changes = {"password": SecretStr(password), "port": port or self._dovecot.imaps}
            transaction.mailboxes.save(Stored(stored.id, stored.version, stored.value.model_copy(update=changes)), "test")


@pytest.fixture
def outage(
    data_dir: DataDir,
    database: Database,
    dovecot: Dovecot,
    account: Account,
    add_mailbox: Callable[..., Stored[Mailbox]],
    set_monitor: Callable[..., None],
) -> Outage:
    """The admin wants a ticket from a template of their own."""
    with database.begin() as transaction:
        template = TicketTemplate(name=TEMPLATE, subject="Email is down", priority="Urgent")
        transaction.settings.save_ticket_template(template, "ada")
    set_monitor(create_ticket_on_authentication_failure=True, ticket_template=TEMPLATE)
    return Outage(data_dir, database, add_mailbox(account), account, dovecot)


def sentences(notes: Sequence[NoteView]) -> list[str]:
    return [" ".join(str(reason_phrase(each)) for each in note.reasons) for note in notes]


@pytest.mark.covers("MON-04")
def test_the_third_failed_sign_in_makes_one_ticket_and_later_ones_no_more(database: Database, outage: Outage) -> None:
    outage.fails(2)
    assert records(database) == []
    outage.fails()
    [(ticket, notes)] = records(database)
    assert (ticket.subject, ticket.priority, ticket.source) == ("Email is down", Priority.URGENT, TicketSource.EMAIL_MONITOR)
    assert [note.kind for note in notes] == [NoteKind.SYSTEM]
    assert "the sign-in failed 3 times in a row" in sentences(notes)[0]
    outage.fails(4)
    assert records(database) == [(ticket, notes)]


@pytest.mark.covers("MON-04")
def test_a_server_that_is_away_in_between_does_not_start_the_count_anew(database: Database, outage: Outage) -> None:
    outage.fails(2)
    outage.server_is_away()
    assert records(database) == []
    outage.fails()
    assert len(records(database)) == 1


@pytest.mark.covers("MON-04")
def test_a_success_in_between_does(database: Database, outage: Outage) -> None:
    outage.fails(2)
    outage.passes()
    outage.fails(2)
    assert records(database) == []


@pytest.mark.covers("MON-04")
def test_a_template_that_was_deleted_since_gives_a_ticket_with_default_values(database: Database, outage: Outage) -> None:
    with database.begin() as transaction:
        transaction.session.execute(delete(TicketTemplateRow).where(TicketTemplateRow.name == TEMPLATE))
    outage.fails(3)
    [(ticket, _)] = records(database)
    assert ticket.subject.startswith("Email processing has stopped: support")
    assert (ticket.priority, ticket.source) == (Priority.MEDIUM, TicketSource.EMAIL_MONITOR)


@pytest.mark.covers("MON-03")
def test_no_ticket_is_made_when_the_box_is_not_ticked(
    database: Database, outage: Outage, set_monitor: Callable[..., None]
) -> None:
    set_monitor(create_ticket_on_authentication_failure=False, ticket_template=None)
    outage.fails(4)
    outage.passes()
    assert records(database) == []


@pytest.mark.covers("MON-04")
def test_recovery_is_noted_on_the_ticket_and_a_second_outage_makes_a_second_one(database: Database, outage: Outage) -> None:
    outage.fails(3)
    outage.passes()
    outage.passes()
    [(_, notes)] = records(database)
    assert [note.kind for note in notes] == [NoteKind.SYSTEM] * 2
    assert sentences(notes)[1].endswith("works again.")
    outage.fails(3)
    [(_, first), (_, second)] = records(database)
    assert (len(first), len(second)) == (2, 1)
    outage.passes()
    assert [len(notes) for _, notes in records(database)] == [2, 2]


@pytest.mark.covers("MON-04", "RUN-02")
def test_two_hosts_at_the_third_failure_make_one_ticket(data_dir: DataDir, database: Database, outage: Outage) -> None:
    outage.fails(2)
    outage.set_password("wrong")
    other = open_database(data_dir.database_url, data_dir)
    try:
        visits = [lambda each=each: poll_once(each, threading.Event()) for each in (database, other)]
        at_once(*visits)
    finally:
        other.close()
    assert len(records(database)) == 1


# ---------------------------------------------------------------- what counts as an outage


class Listener:
    """Keeps what the database tells its listeners about mailboxes."""

    def __init__(self) -> None:
        self.heard: list[tuple[EventKind, int | None]] = []

    def __call__(self, events: Sequence[Event], read: Reader) -> Sequence[Change]:
        self.heard += [(each.kind, each.mailbox_id) for each in events if each.mailbox_id is not None]
        return ()


@pytest.fixture
def listener(database: Database) -> Listener:
    heard = Listener()
    database.listeners.append(lambda _: [heard])
    return heard


@pytest.mark.covers("MON-04")
@pytest.mark.parametrize("with_ticket", [True, False])
def test_listeners_hear_once_that_processing_stopped_and_once_that_it_resumed(
    database: Database, outage: Outage, set_monitor: Callable[..., None], listener: Listener, with_ticket: bool
) -> None:
    if not with_ticket:
        set_monitor(create_ticket_on_authentication_failure=False, ticket_template=None)
    server = ScriptedMailbox(refused=True)
    visit(database, server, 4)
    server.refused = False
    visit(database, server, 2)
    stopped, resumed = (EventKind.PROCESSING_STOPPED, EventKind.PROCESSING_RESUMED)
    assert listener.heard == [(stopped, outage.mailbox_id), (resumed, outage.mailbox_id)]


def visit(database: Database, server: ScriptedMailbox, times: int = 1) -> None:
    for _ in range(times):
        poll_once(database, threading.Event(), source_factory=server.open)


@pytest.mark.covers("MON-04", "MON-06")
def test_a_visit_that_took_mail_in_ends_the_outage_although_a_post_action_was_refused(database: Database, outage: Outage) -> None:
    """The password is right again: a ticket that says the sign-in fails would be wrong."""
    server = ScriptedMailbox({1: raw_message(1)}, not_settled={1: "NO [OVERQUOTA] mailbox is full"}, refused=True)
    visit(database, server, 3)
    server.refused = False
    visit(database, server)
    [(_, notes), (_, _)] = records(database)
    assert sentences(notes)[1].endswith("works again.")
    server.refused = True
    visit(database, server, 2)
    assert len(records(database)) == 2, "the count began anew"


@pytest.mark.covers("MON-04")
def test_a_server_that_is_away_does_not_end_the_outage(database: Database, outage: Outage) -> None:
    def refuse() -> None:
        raise ConnectRefused(server="mail.example.com", port=993)

    server = ScriptedMailbox(refused=True)
    visit(database, server, 3)
    server.on_open = refuse
    visit(database, server)
    [(_, notes)] = records(database)
    assert len(notes) == 1
