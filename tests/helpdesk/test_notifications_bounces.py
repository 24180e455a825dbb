"""Addresses that mail of ours does not reach: marked by a bounce, and no longer once mail comes from them (MSG-09)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.helpdesk.help_desk import ANNA, TICKET, HelpDesk, reaction_settings
from tests.message_factory import raw_message
from trackit_console.domain.effects import AddNote
from trackit_console.domain.records import Note, NoteKind
from trackit_console.store.database import Database
from trackit_console.store.tables import UndeliverableAddressRow

pytestmark = pytest.mark.covers("MSG-09")
OUR_ID = "ours@example.com"


@pytest.fixture
def desk(database: Database) -> HelpDesk:
    """A help desk that wrote to Anna about her ticket."""
    made = HelpDesk(database, reaction_settings())
    made.has_ticket()
    made.does(AddNote(TICKET, Note(NoteKind.EMAIL_SENT, "Help Desk", message_id=OUR_ID)))
    return made


def bounce(number: int = 2, *, recipient: str = ANNA, status: str = "5.1.1", action: str = "failed") -> bytes:
    return (
        f"Return-Path: <>\nFrom: MAILER-DAEMON@relay.example\nTo: support@example.com\nSubject: Undelivered Mail\n"
        f"Message-ID: <bounce-{number}@relay.example>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain\n\nI could not deliver your message.\n\n"
        f"<{recipient}>: host mx.contoso.example said: 550 {status} No such mailbox here\n\n"
        f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; relay.example\n\n"
        f"Final-Recipient: rfc822; {recipient}\nAction: {action}\nStatus: {status}\n\n"
        f"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <{OUR_ID}>\nSubject: [Ticket - 1]\n\n--b--\n"
    ).encode()


def marks(database: Database) -> dict[str, tuple[str, int | None]]:
    with database.reading() as transaction:
        rows = transaction.session.query(UndeliverableAddressRow).all()
        return {row.address: (row.reason, row.record_id) for row in rows}


def test_a_bounce_marks_the_address_with_the_words_of_the_server(database: Database, desk: HelpDesk) -> None:
    desk.receives(bounce(recipient="Anna@CONTOSO.example"))
    reason = "<Anna@CONTOSO.example>: host mx.contoso.example said: 550 5.1.1 No such mailbox here"
    assert marks(database) == {ANNA: (reason, 1)}
    assert desk.sent() == []


def test_a_message_that_is_only_late_marks_nothing(database: Database, desk: HelpDesk) -> None:
    desk.receives(bounce(status="4.4.1", action="delayed"))
    assert marks(database) == {}


def test_a_bounce_of_a_message_that_is_not_ours_marks_nothing(database: Database, desk: HelpDesk) -> None:
    desk.receives(bounce().replace(OUR_ID.encode(), b"other@example.com").replace(b"[Ticket - 1]", b"Hello"))
    assert marks(database) == {}


@pytest.mark.parametrize("headers", [{}, {"Auto_Submitted": "auto-replied"}], ids=["a person", "an absence note"])
def test_mail_from_the_address_takes_the_mark_away(database: Database, desk: HelpDesk, headers: dict[str, Any]) -> None:
    desk.receives(bounce())
    desk.receives(raw_message(3, sender="bo@contoso.example"))
    assert list(marks(database)) == [ANNA]
    desk.receives(raw_message(4, sender="Anna <ANNA@contoso.example>", subject="Re: [Ticket - 1]", **headers))
    assert marks(database) == {}


def test_a_bounce_and_mail_of_one_batch_leave_what_came_last(database: Database, desk: HelpDesk) -> None:
    desk.receives(bounce(2), raw_message(3, subject="I am here"))
    assert marks(database) == {}
    desk.receives(raw_message(4, subject="I am still here"), bounce(5))
    assert list(marks(database)) == [ANNA]
