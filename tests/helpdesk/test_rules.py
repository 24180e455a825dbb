"""Which rule decides first, and what a sender must have to do with a record."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.helpdesk.deciding import CLOSED, DIRECTORY, NOW, OPEN, came, codes, decided, effect, email_note, outcome, policy, told
from tests.helpdesk.test_intake import BOUNCE
from tests.message_factory import raw_message
from trackit_console.domain.deliveries import Outcome
from trackit_console.domain.effects import LinkRecords, Reopen
from trackit_console.domain.records import LinkKind, NoteKind
from trackit_console.helpdesk.arrivals import identified
from trackit_console.helpdesk.intake import after, decide
from trackit_console.helpdesk.new_ticket import TICKET
from trackit_console.helpdesk.reasons import Reason
from trackit_console.mail import parse

STRANGER = "eve@fabrikam.example"


@pytest.mark.covers("MSG-01", "MSG-08", "FIL-02", "FIL-03")
@pytest.mark.parametrize(
    ("message", "rules", "expected"),
    [
        pytest.param(
            {"subject": "x" * 401, "sender": "support@example.com"}, {}, Reason.SUBJECT_TOO_LONG, id="subject limit first"
        ),
        pytest.param(
            {"subject": "Out of Office", "sender": "support@example.com"}, {}, Reason.OWN_ADDRESS, id="own mail before filters"
        ),
        pytest.param(
            {"subject": "Out of Office", "sender": STRANGER},
            {"accept_from": "requestors"},
            Reason.SUBJECT_RULE,
            id="filters before policy",
        ),
        pytest.param(
            {"subject": "[Ticket - 12]", "sender": STRANGER},
            {"accept_from": "requestors"},
            Reason.NOT_ACCEPTED,
            id="policy before keyword",
        ),
        pytest.param(
            {"subject": "[Ticket - 13]", "In_Reply_To": "<first@contoso.example>"},
            {},
            Reason.KEYWORD_IN_SUBJECT,
            id="keyword before reply",
        ),
        pytest.param(
            {"In_Reply_To": "<first@contoso.example>", "Auto_Submitted": "auto-replied"},
            {},
            Reason.REPLY,
            id="reply before automatic",
        ),
    ],
)
def test_the_first_rule_with_an_answer_decides(message: dict[str, Any], rules: dict[str, Any], expected: Reason) -> None:
    assert codes(decided(rules=policy(**rules), **message))[0] == expected


@pytest.mark.covers("MSG-09", "FIL-03")
def test_a_bounce_of_ours_is_noted_although_a_filter_would_stop_it() -> None:
    raw = BOUNCE.replace(b"ORIGINAL", b"first@contoso.example").replace(b"Undelivered", b"Undeliverable: your ticket")
    change = decide(parse(raw), identified(came(raw), parse(raw), None), DIRECTORY, policy(), None, NOW)
    assert outcome(change) is Outcome.NOTED
    assert (email_note(change).kind, change.quiet) == (NoteKind.BOUNCE, True)
    assert codes(change)[:2] == [Reason.BOUNCE_OF_OURS, Reason.AUTOMATIC]


@pytest.mark.covers("MSG-09", "FIL-03")
def test_any_other_bounce_goes_the_way_of_the_filters() -> None:
    raw = BOUNCE.replace(b"ORIGINAL", b"of-somebody@else.example")
    change = decide(parse(raw), identified(came(raw), parse(raw), None), DIRECTORY, policy(), None, NOW)
    assert (outcome(change), codes(change)) == (Outcome.FILTERED, [Reason.SENDER_RULE])


# ---------------------------------------------------------------- a keyword of a stranger


@pytest.mark.covers("MSG-02")
@pytest.mark.parametrize(
    ("sender", "known"),
    [
        pytest.param("anna@contoso.example", True, id="requestor"),
        pytest.param("carl@contoso.example", True, id="technician"),
        pytest.param("Bo <BO@contoso.example>", True, id="on Cc before"),
        pytest.param(STRANGER, False, id="stranger"),
    ],
)
def test_who_has_to_do_with_a_record(sender: str, known: bool) -> None:
    directory = replace(DIRECTORY, participants={OPEN.ref: frozenset({"bo@contoso.example"})})
    change = decided(directory=directory, subject="[Ticket - 12]", sender=sender)
    assert outcome(change) is Outcome.NOTED
    assert (Reason.STRANGER not in codes(change)) is known
    assert any("has nothing to do with Ticket - 12" in each for each in told(change)) is not known


@pytest.mark.covers("MSG-02")
def test_a_keyword_of_a_stranger_makes_a_new_ticket_if_the_admin_chose_so() -> None:
    rules = policy(keyword_from_strangers="new_ticket")
    change = decided(rules=rules, subject="[Ticket - 12] give me access", sender=STRANGER)
    assert outcome(change) is Outcome.CREATED
    assert codes(change)[:2] == [Reason.KEYWORD_IN_SUBJECT, Reason.STRANGER_NEW_TICKET]
    assert outcome(decided(rules=rules, subject="[Ticket - 12]", sender="anna@contoso.example")) is Outcome.NOTED


@pytest.mark.covers("MSG-03")
def test_who_answers_a_message_of_the_record_has_to_do_with_it() -> None:
    rules = policy(keyword_from_strangers="new_ticket")
    change = decided(rules=rules, subject="[Ticket - 12]", sender=STRANGER, In_Reply_To="<first@contoso.example>")
    assert outcome(change) is Outcome.NOTED
    assert Reason.STRANGER not in codes(change)


@pytest.mark.covers("MSG-02")
def test_keywords_are_sought_in_the_whole_text_where_nothing_is_new() -> None:
    forwarded = (
        "---------- Forwarded message ----------\nFrom: Bo <bo@x.example>\nSubject: x\nTo: a@b.example\n\nabout [Ticket - 12]\n"
    )
    assert outcome(decided(text=forwarded)) is Outcome.NOTED


# ---------------------------------------------------------------- closed tickets


@pytest.mark.covers("MSG-03")
@pytest.mark.parametrize(
    ("number", "rules", "reason"),
    [(13, {"closed_tickets": "new_ticket"}, Reason.CLOSED), (14, {}, Reason.CLOSED_TOO_LONG)],
)
def test_a_new_ticket_after_a_closed_one_refers_to_it(number: int, rules: dict[str, Any], reason: Reason) -> None:
    change = decided(rules=policy(**rules), subject=f"[Ticket - {number}]", sender="anna@contoso.example")
    assert outcome(change) is Outcome.CREATED
    assert reason in codes(change)
    link = effect(change, LinkRecords)
    assert link is not None and (link.record, link.other.id, link.kind) == (TICKET, number, LinkKind.FOLLOWS)  # type: ignore[union-attr]
    assert effect(change, Reopen) is None


@pytest.mark.covers("MSG-03", "MSG-08")
def test_automatic_mail_stays_on_the_closed_ticket_whatever_the_setting() -> None:
    change = decided(rules=policy(closed_tickets="new_ticket"), subject="[Ticket - 13]", Auto_Submitted="auto-replied")
    assert (outcome(change), effect(change, Reopen)) == (Outcome.NOTED, None)
    assert change.delivery is not None and change.delivery.record == CLOSED.ref


def test_a_note_keeps_who_takes_part_but_for_the_help_desk_itself() -> None:
    raw = raw_message(sender="Eve <Eve@Fabrikam.example>", Cc="Support <support@example.com>, bo@x.example, Ada <ada@x.example>")
    change = decide(parse(raw), identified(came(raw), parse(raw), None), DIRECTORY, policy(), None, NOW)
    assert email_note(change).participants == ("eve@fabrikam.example", "bo@x.example", "ada@x.example")


@pytest.mark.covers("MSG-02")
def test_who_is_put_on_cc_takes_part_for_the_next_message_of_the_batch() -> None:
    first = decided(subject="[Ticket - 12]", sender="anna@contoso.example", Cc=STRANGER)
    second = decided(directory=after(DIRECTORY, first), subject="[Ticket - 12]", sender=STRANGER)
    assert Reason.STRANGER not in codes(second)
