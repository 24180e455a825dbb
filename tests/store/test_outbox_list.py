"""The outbox as admins see it, and what they decide about its mail (OUT-06)."""

from __future__ import annotations

import pytest

from tests.clock import ManualClock
from tests.outbox_factory import add_record, mail, put
from tests.store.test_outbox import BUSY, HERE, claim, entry, keep
from trackit_console.domain.effects import CreateRequestor, MailKind
from trackit_console.domain.outgoing_mail import Attempt, MailState, MailStep
from trackit_console.domain.records import Module, Placeholder, RecordRef
from trackit_console.store.database import Database
from trackit_console.store.outbox_views import OutboxQuery

REQUESTOR = Placeholder("requestor")


@pytest.fixture
def filled(database: Database) -> Database:
    """Four mails: about a ticket, an announcement and a requestor, and about nothing."""
    ticket, announcement = add_record(database), add_record(database, Module.ANNOUNCEMENT)
    put(
        database,
        mail(0, record=ticket, by="Tell the requestor"),
        mail(1, ("ada@fabrikam.example", "Zoë@contoso.example"), record=announcement, kind=MailKind.REPLY),
        CreateRequestor(REQUESTOR, "Bo", "bo@contoso.example"),
        mail(2, record=REQUESTOR),
        mail(3, kind=MailKind.REPORT, by="100% of the week"),
    )
    return database


def found(database: Database, text: str = "", state: MailState | None = None) -> list[str]:
    with database.reading() as transaction:
        query = OutboxQuery(text, state)
        listed = transaction.outbox_list.page(query)
        assert transaction.outbox_list.count(query) == len(listed)
    return [each.subject for each in listed]


@pytest.mark.covers("OUT-06")
def test_it_is_listed_part_by_part_newest_first(filled: Database) -> None:
    assert found(filled) == ["Letter 3", "Letter 2", "Letter 1", "Letter 0"]
    with filled.reading() as transaction:
        part = transaction.outbox_list.page(OutboxQuery(), limit=2, offset=1)
    assert [each.subject for each in part] == ["Letter 2", "Letter 1"]
    assert [each.record for each in part] == [RecordRef(Module.REQUESTOR, 1), RecordRef(Module.ANNOUNCEMENT, 2)]
    assert (part[1].recipients, part[1].kind) == (("ada@fabrikam.example", "Zoë@contoso.example"), MailKind.REPLY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fabrikam", [1]),
        ("zoë@", [1]),
        ("letter 2", [2]),
        ("LETTER-3@", [3]),
        ("100%", [3]),
        ("tell the", [0]),
        ("Ticket - 1", [0]),
        ("[Announcement-2]", [1]),
        ("Ticket - 2", []),
        ("Requestor - 1", [2]),
        ("nobody", []),
    ],
)
def test_it_is_searched_by_the_database(filled: Database, text: str, expected: list[int]) -> None:
    assert found(filled, text) == [f"Letter {number}" for number in expected]


def test_a_number_alone_is_that_of_a_record(filled: Database) -> None:
    assert "Letter 0" in found(filled, "1")


@pytest.mark.covers("OUT-06")
def test_a_failed_mail_is_tried_again_as_if_it_were_new(filled: Database, clock: ManualClock) -> None:
    first = claim(filled)[0]
    keep(filled, first, Attempt(error=BUSY))
    with filled.begin() as transaction:
        transaction.outbox.give_back(HERE)
        assert transaction.outbox_decisions.failed() == [first.id]
    clock.advance(3600)
    with filled.begin() as transaction:
        transaction.outbox.account_failed(1, BUSY, clock.now())
        assert transaction.outbox_decisions.retry([first.id, 99], "ada") == [first.id]
    assert found(filled, state=MailState.FAILED) == []
    again = next(each for each in claim(filled) if each.id == first.id)
    assert (again.tries, again.begun_at, again.content) == (0, clock.now(), first.content)
    kept = entry(filled, first.id)
    assert [(step.what, step.actor) for step in kept.steps] == [(MailStep.FAILED, "computer"), (MailStep.RETRIED, "ada")]
    with filled.reading() as transaction:
        audited = transaction.audit.latest(1)[0]
    assert (audited.action, audited.kind, audited.name, audited.actor) == ("retried", "outgoing_mail", str(first.id), "ada")


def test_what_is_sent_right_now_or_was_sent_is_neither_retried_nor_discarded(filled: Database) -> None:
    first, second, *_ = claim(filled)
    keep(filled, first, Attempt(delivered=first.recipients))
    with filled.begin() as transaction:
        assert transaction.outbox_decisions.retry([first.id, second.id], "ada") == []
        assert transaction.outbox_decisions.discard([first.id, second.id], "ada") == []
    assert keep(filled, second, Attempt(delivered=second.recipients)) is MailState.SENT


def test_a_discarded_mail_is_not_sent(filled: Database) -> None:
    with filled.begin() as transaction:
        assert transaction.outbox_decisions.discard([2, 1], "ada") == [2, 1]
    assert found(filled, state=MailState.DISCARDED) == ["Letter 1", "Letter 0"]
    assert [each.subject for each in claim(filled)] == ["Letter 2", "Letter 3"]
    assert [step.what for step in entry(filled, 1).steps] == [MailStep.DISCARDED]


def test_there_is_no_entry_for_a_number_that_is_none(filled: Database) -> None:
    with filled.reading() as transaction, pytest.raises(KeyError):
        transaction.outbox_list.entry(99)
