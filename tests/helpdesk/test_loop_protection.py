"""No loops: what is automatic, what is not answered, and when so much came that nothing is (MSG-08)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.helpdesk.deciding import DIRECTORY, OPEN, codes, decided, email_note, outcome, policy
from trackit_console.domain.deliveries import Outcome
from trackit_console.domain.directory import RecentMail
from trackit_console.domain.records import NoteKind
from trackit_console.helpdesk.reasons import Reason

ABSENCE: dict[str, Any] = {"subject": "Automatic reply: your mail", "Auto_Submitted": "auto-replied"}
ALERT: dict[str, Any] = {"subject": "Disk full on SQL01", "Auto_Submitted": "auto-generated"}


@pytest.mark.covers("MSG-08")
@pytest.mark.parametrize(
    ("choice", "absence", "alert"),
    [
        ("activity", Outcome.IGNORED, Outcome.IGNORED),
        ("ticket_for_notifications", Outcome.IGNORED, Outcome.CREATED),
        ("ticket", Outcome.CREATED, Outcome.CREATED),
    ],
)
def test_automatic_mail_without_a_record_becomes_what_the_admin_chose(choice: str, absence: Outcome, alert: Outcome) -> None:
    rules = policy(automatic_mail=choice)
    changes = [decided(rules=rules, **ABSENCE), decided(rules=rules, **ALERT)]
    assert [outcome(each) for each in changes] == [absence, alert]
    assert all(each.quiet for each in changes)


@pytest.mark.covers("MSG-08")
def test_automatic_mail_on_a_record_is_a_note_of_its_own_kind() -> None:
    change = decided(**{**ALERT, "subject": "[Ticket - 12] disk full"})
    assert (email_note(change).kind, change.quiet) == (NoteKind.AUTOMATIC_REPLY, True)


@pytest.mark.covers("MSG-08")
@pytest.mark.parametrize("headers", [{"Precedence": "bulk"}, {"List_Id": "<staff.contoso.example>"}])
def test_mail_that_is_not_to_be_answered_is_a_persons_mail_otherwise(headers: dict[str, Any]) -> None:
    change = decided(subject="The lift is stuck", **headers)
    assert (outcome(change), change.quiet) == (Outcome.CREATED, True)
    assert Reason.NOT_ANSWERED in codes(change)
    reopened = decided(subject="[Ticket - 13]", sender="anna@contoso.example", **headers)
    assert Reason.REOPENED in codes(reopened)


@pytest.mark.covers("MSG-08")
@pytest.mark.parametrize(
    ("recent", "expected"),
    [
        (RecentMail(by_sender={"anna@contoso.example": 19}), None),
        (RecentMail(by_sender={"anna@contoso.example": 20}), Reason.MANY_OF_SENDER),
        (RecentMail(by_record={("anna@contoso.example", OPEN.ref): 5}), Reason.MANY_ABOUT_RECORD),
        (RecentMail(by_record={("bo@contoso.example", OPEN.ref): 5}), None),
        (RecentMail(in_mailbox=500), Reason.MANY_IN_MAILBOX),
    ],
)
def test_beyond_a_limit_mail_is_taken_but_not_answered(recent: RecentMail, expected: Reason | None) -> None:
    directory = replace(DIRECTORY, recent=recent)
    change = decided(directory=directory, subject="[Ticket - 12]", sender="anna@contoso.example")
    assert outcome(change) is Outcome.NOTED
    assert change.quiet is (expected is not None)
    assert [each for each in codes(change) if each.startswith("many_")] == ([expected] if expected else [])


@pytest.mark.covers("MSG-08")
def test_the_same_text_again_and_again_is_not_answered_whoever_sends_it() -> None:
    """A program that changes its address with each mail says always the same; its keyword and its numbers of our tickets differ."""
    directory, quiet = DIRECTORY, []
    for number in range(6):
        change = decided(
            directory=directory, sender=f"crm-{number}@fabrikam.example", subject="Thank you for your mail", text="Soon."
        )
        assert outcome(change) is Outcome.CREATED and change.delivery is not None
        directory = replace(directory, recent=directory.recent.counting(change.delivery))
        quiet.append(change.quiet)
    assert quiet == [False, False, False, True, True, True]
