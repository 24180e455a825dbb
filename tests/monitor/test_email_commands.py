"""Commands by mail, from a real mailbox to the records in the database (MSG-06)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from tests.message_factory import raw_message
from tests.monitor.test_poll import activity, poll, records
from tests.servers.dovecot import Account, Dovecot
from trackit_console.domain.deliveries import Outcome
from trackit_console.domain.records import Priority, Status
from trackit_console.monitor.poll_once import poll_once
from trackit_console.settings.email_commands import CommandSwitches, EmailCommands
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.people import Technician
from trackit_console.store.database import Database
from trackit_console.store.row_mapping import Stored
from trackit_console.store.tables import NoteRow, RecordRow, RequestorRow

pytestmark = pytest.mark.covers("MSG-06")
Add = Callable[..., Stored[Mailbox]]
Send = Callable[..., None]
ALL_ON = EmailCommands(**dict.fromkeys(CommandSwitches.model_fields, True), trusted_server="mx.example.com")


@pytest.fixture
def send(database: Database, dovecot: Dovecot, account: Account, add_mailbox: Add) -> Send:
    """Has mails of a technician with commands delivered, and polled together."""
    add_mailbox(account)
    with database.begin() as transaction:
        transaction.settings.save_email_commands(Stored(1, 1, ALL_ON), "test")
        transaction.people.save_technician(Technician(name="Carl Okafor", email="carl@contoso.example"), "test")
        transaction.people.save_technician(Technician(name="Ada Byrne", email="ada@contoso.example"), "test")
    numbers = iter(range(10, 60))

    def deliver(*mails: dict[str, Any]) -> None:
        usual = {"sender": "carl@contoso.example", "Authentication_Results": "mx.example.com; dmarc=pass"}
        dovecot.append_all(account.name, [raw_message(next(numbers), **{**usual, **each}) for each in mails])
        assert [each.error for each in poll(database)] == [None]

    return deliver


def outcomes(database: Database) -> list[tuple[Outcome, str | None]]:
    return [(each.outcome, str(each.record) if each.record else None) for each in reversed(activity(database))]


def rows(database: Database, table: type[Any]) -> list[Any]:
    with database.reading() as transaction:
        found = list(transaction.session.scalars(select(table).order_by(table.id)))
        transaction.session.expunge_all()
    return found


def test_records_of_every_module_are_created_changed_and_deleted(database: Database, send: Send) -> None:
    send(
        {"subject": "Printer", "text": "#create Ticket\n#priority: High\n#assign ada byrne\nIt burns."},
        {"subject": "Check it", "text": "#create Assignment\n#due: 2026-12-31"},
        {"subject": "Maintenance", "text": "#create Announcement\n#expires: 2027-01-31\nOn Sunday."},
        {"subject": "x", "text": "#create Requestor\n#name: Cy Lund\n#email: cy@contoso.example\nNew colleague."},
    )
    ticket, assignment, announcement = rows(database, RecordRow)
    carl, cy = rows(database, RequestorRow)
    assert (ticket.subject, ticket.priority, ticket.technician_id, ticket.requestor_id) == ("Printer", "high", 2, carl.id)
    assert (assignment.module, assignment.subject, str(assignment.due_at)) == (
        "Assignment",
        "Check it",
        "2026-12-31 23:59:00+00:00",
    )
    assert (announcement.module, str(announcement.expires_at)) == ("Announcement", "2027-01-31 23:59:00+00:00")
    assert (cy.name, cy.email) == ("Cy Lund", "cy@contoso.example")
    assert [each.text for each in rows(database, NoteRow) if each.requestor_id == cy.id and each.text] == ["New colleague."]
    send(
        {"subject": "[Ticket - 1]", "text": "#close\n#private\nOnly for us."},
        {"subject": "[Assignment - 2]", "text": "#category: Printers\n#summary: Check the cables"},
        {"subject": "[Announcement - 3]", "text": "#delete"},
        {"subject": f"[Requestor - {cy.id}]", "text": "#name: Cyril Lund\n#email: cyril@contoso.example"},
    )
    ticket, assignment = rows(database, RecordRow)
    assert (ticket.status, assignment.category, assignment.subject) == (Status.CLOSED, "Printers", "Check the cables")
    assert [each.private for each in rows(database, NoteRow) if each.text == "Only for us."] == [True]
    assert [(each.name, each.address) for each in rows(database, RequestorRow)][1] == ("Cyril Lund", "cyril@contoso.example")
    assert {outcome for outcome, _ in outcomes(database)} == {Outcome.COMMANDED}
    send({"subject": f"[Requestor - {cy.id}]", "text": "#delete"}, {"subject": "[Ticket - 1]", "text": "#delete"})
    assert [each.id for each in rows(database, RecordRow)] == [2]
    assert [each.id for each in rows(database, RequestorRow)] == [carl.id]


def test_mails_of_one_batch_are_decided_one_after_the_other(database: Database, send: Send) -> None:
    send({"subject": "one", "sender": "anna@contoso.example"}, {"subject": "two", "sender": "anna@contoso.example"})
    send(
        {"subject": "[Ticket - 1]", "text": "more", "sender": "anna@contoso.example"},
        {"subject": "[Ticket - 1]", "text": "#delete"},
        {"subject": "[Ticket - 1]", "text": "#delete"},
        {"subject": "[Ticket - 1]", "text": "and more", "sender": "anna@contoso.example"},
    )
    send(
        {"subject": "[Ticket - 2]", "text": "#close"},
        {"subject": "[Ticket - 2]", "text": "It is broken again.", "sender": "anna@contoso.example"},
    )
    assert outcomes(database)[2:] == [
        (Outcome.NOTED, "Ticket - 1"),
        (Outcome.COMMANDED, None),
        (Outcome.CREATED, "Ticket - 3"),
        (Outcome.CREATED, "Ticket - 4"),
        (Outcome.COMMANDED, "Ticket - 2"),
        (Outcome.NOTED, "Ticket - 2"),
    ]
    assert [each.status for each, _ in records(database) if each.id == 2] == [Status.OPEN]


def test_copies_of_a_mail_whose_record_is_gone_do_nothing(
    database: Database, dovecot: Dovecot, send: Send, add_mailbox: Add
) -> None:
    letter: dict[str, Any] = {"subject": "one", "sender": "anna@contoso.example", "message_id": "first@contoso.example"}
    delete: dict[str, Any] = {"subject": "[Ticket - 1]", "text": "#delete", "message_id": "delete@contoso.example"}
    send(letter)
    send(delete)
    other = dovecot.new_account()
    add_mailbox(other)
    usual: dict[str, Any] = {"sender": "carl@contoso.example", "Authentication_Results": "mx.example.com; dmarc=pass"}
    dovecot.append_all(other.name, [raw_message(10, **letter, Authentication_Results="x"), raw_message(11, **usual, **delete)])
    assert [each.error for each in poll_once(database, threading.Event())] == [None, None]
    assert outcomes(database) == [
        (Outcome.CREATED, "Ticket - 1"),
        (Outcome.COMMANDED, None),
        (Outcome.IGNORED, None),
        (Outcome.IGNORED, None),
    ]
    assert rows(database, RecordRow) == []


def test_a_command_that_is_not_done_leaves_its_mail_as_a_note_with_the_reasons(database: Database, send: Send) -> None:
    send({"subject": "one", "sender": "anna@contoso.example"})
    send({"subject": "[Ticket - 1]", "text": "#priority: High\n#asign Ada Byrne\n"})
    [(ticket, notes)] = records(database)
    assert ticket.priority is Priority.MEDIUM
    assert [each.text.strip() for each in notes[1:]] == ["#priority: High\n#asign Ada Byrne", ""]
    assert [each.code for each in notes[2].reasons] == ["email_command_refused", "line_unknown"]
