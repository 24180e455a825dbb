"""Decisions about mail: pure, so each case is a line of a table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpdesk.deciding import CLOSED, DIRECTORY, NOW, OPEN, came, codes, decided, effect, email_note, outcome, policy, told
from tests.message_factory import raw_message
from trackit_console.domain.deliveries import Outcome
from trackit_console.domain.directory import Directory
from trackit_console.domain.effects import CreateRecord, CreateRequestor, Reopen
from trackit_console.domain.records import AppliedReason, Module, NoteKind, Priority, RecordRef
from trackit_console.helpdesk.arrivals import copy_key, failed, identified, taken_before
from trackit_console.helpdesk.filter_matcher import FilterMatcher, Role
from trackit_console.helpdesk.intake import decide, lookup_request, route
from trackit_console.helpdesk.reasons import SENTENCES, Reason, reason_phrase
from trackit_console.helpdesk.restricted_files import restricted_type
from trackit_console.mail import Address, Attachment, parse
from trackit_console.settings.default_file_types import DEFAULT_RESTRICTED_FILE_TYPES
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.settings.filters import Filters


@pytest.mark.covers("MSG-01")
@pytest.mark.parametrize(("length", "expected"), [(400, Outcome.CREATED), (401, Outcome.QUARANTINED)])
def test_a_subject_of_400_characters_is_processed_and_one_of_401_is_not(length: int, expected: Outcome) -> None:
    assert outcome(decided(subject="ä" * length)) is expected


@pytest.mark.covers("MSG-02", "MSG-03")
@pytest.mark.parametrize(
    ("message", "target"),
    [
        pytest.param({"subject": "RE: [Ticket - 12] stripes"}, 12, id="keyword in the subject"),
        pytest.param({"subject": "re: [ TICKET-12 ]"}, 12, id="letter case and blanks aside"),
        pytest.param({"subject": "ref#Ticket-12"}, 12, id="older form"),
        pytest.param({"subject": "x", "text": "about [Ticket - 12]\n"}, 12, id="keyword in the text"),
        pytest.param({"subject": "[Ticket - 13]", "text": "[Ticket - 12]"}, 13, id="the subject goes first"),
        pytest.param({"subject": "Re: x", "In_Reply_To": "<first@contoso.example>"}, 12, id="reply by In-Reply-To"),
        pytest.param({"subject": "x", "References": "<a@b> <first@contoso.example>"}, 12, id="reply by References"),
        pytest.param({"subject": "[Ticket - 999]"}, None, id="keyword without a record"),
        pytest.param({"subject": "[Assignment - 12]"}, None, id="another module's id"),
        pytest.param({"subject": "plain"}, None, id="neither"),
        pytest.param(
            {"subject": "x", "text": "new\n\nOn Monday, Bo wrote:\n> [Ticket - 12]\n"}, None, id="keyword in the quoted history"
        ),
    ],
)
def test_which_record_a_message_is_about(message: dict[str, Any], target: int | None) -> None:
    change = decided(**message)
    assert change.delivery is not None
    on = change.delivery.record
    assert (on.id if isinstance(on, RecordRef) else None) == target
    assert outcome(change) is (Outcome.CREATED if target is None else Outcome.NOTED)


@pytest.mark.covers("MSG-02")
def test_an_id_that_does_not_exist_is_told_in_the_new_ticket() -> None:
    remarks = told(decided(subject="[Ticket - 999] and [Ticket - 12]"))
    assert [("[Ticket - 999] names no record" in each, "also names [Ticket - 12]" in each) for each in remarks] == [
        (False, True),
        (True, False),
    ]


@pytest.mark.covers("MSG-05")
@pytest.mark.parametrize(
    ("sender", "technician"), [("carl@contoso.example", 7), ("CARL@contoso.example", 7), ("anna@contoso.example", 8)]
)
def test_in_whose_context_a_note_is_made(sender: str, technician: int) -> None:
    assert email_note(decided(subject="[Ticket - 12]", sender=sender)).technician_id == technician


@pytest.mark.covers("MSG-03")
def test_a_reply_to_a_closed_ticket_opens_it_for_a_time() -> None:
    soon, late = decided(subject="[Ticket - 13]"), decided(subject="[Ticket - 14]")
    assert effect(soon, Reopen) == Reopen(CLOSED.ref)
    assert outcome(late) is Outcome.CREATED
    assert Reason.CLOSED_TOO_LONG in codes(late)
    assert "was closed more than 14 days ago" in told(late)[0]


@pytest.mark.covers("MSG-03")
@pytest.mark.parametrize(
    ("choice", "sender", "expected", "code"),
    [
        ("create_requestor", "new@fabrikam.example", Outcome.CREATED, Reason.NEW_REQUESTOR),
        ("no_requestor", "new@fabrikam.example", Outcome.CREATED, Reason.NO_REQUESTOR),
        ("refuse", "new@fabrikam.example", Outcome.QUARANTINED, Reason.UNKNOWN_SENDER),
        ("refuse", "anna@contoso.example", Outcome.CREATED, Reason.KNOWN_REQUESTOR),
        ("refuse", "carl@contoso.example", Outcome.CREATED, Reason.NO_REQUESTOR),
        ("create_requestor", "not an address", Outcome.CREATED, Reason.NO_REQUESTOR),
    ],
)
def test_mail_from_unknown_senders(choice: str, sender: str, expected: Outcome, code: Reason) -> None:
    change = decided(sender=sender, rules=policy(unknown_senders=choice))
    assert outcome(change) is expected
    assert code in codes(change)
    assert (effect(change, CreateRequestor) is not None) is (code is Reason.NEW_REQUESTOR)


@pytest.mark.covers("FIL-02")
@pytest.mark.parametrize(
    ("accept", "sender", "taken"),
    [
        ("everyone", "new@fabrikam.example", True),
        ("requestors", "anna@contoso.example", True),
        ("requestors", "carl@contoso.example", False),
        ("technicians", "carl@contoso.example", True),
        ("technicians", "anna@contoso.example", False),
        ("requestors_and_technicians", "carl@contoso.example", True),
        ("requestors_and_technicians", "new@fabrikam.example", False),
    ],
)
def test_whose_mail_is_accepted(accept: str, sender: str, taken: bool) -> None:
    assert (outcome(decided(sender=sender, rules=policy(accept_from=accept))) is Outcome.REFUSED) is not taken


@pytest.mark.covers("FIL-03", "FIL-04")
@pytest.mark.parametrize(
    ("rule", "sender", "hit"),
    [
        ({"text": "Postmaster"}, "POSTMASTER <x@relay.example>", True),
        ({"text": "postmaster"}, "x <Postmaster@relay.example>", True),
        ({"text": "Postmaster", "enabled": False}, "Postmaster <x@relay.example>", False),
        ({"text": "Postmaster", "direction": "sending"}, "Postmaster <x@relay.example>", False),
        ({"text": "a@spam.example, b@spam.example"}, "b@spam.example", True),
        ({"text": "Berg, Anna"}, "anna@contoso.example", False),
        ({"text": "anna", "applies_to": "technicians"}, "anna@contoso.example", False),
        ({"text": "anna", "applies_to": "requestors"}, "anna@contoso.example", True),
        ({"text": "Anna x@"}, "Anna <x@relay.example>", False),
    ],
)
def test_when_a_sender_rule_matches(rule: dict[str, Any], sender: str, hit: bool) -> None:
    rules = policy(sender=[FilterRule(**rule)], subject=[])
    change = decided(sender=sender, rules=rules)
    assert (outcome(change) is Outcome.FILTERED) is hit
    assert change.delivery is not None
    assert (change.delivery.matched_rule is not None) is hit


TEXTS = st.text(alphabet="abcABC äÄ@.ßẞ", min_size=2, max_size=6).map(str.strip).filter(lambda text: len(text) > 1)


@pytest.mark.covers("FIL-03", "FIL-07")
@given(st.lists(TEXTS, max_size=12), st.text(alphabet="abcABC äÄ@.ßẞ", max_size=30))
def test_the_compiled_rules_find_what_looking_one_by_one_finds(texts: list[str], subject: str) -> None:
    rules = [FilterRule(text=text) for text in texts]
    hit = FilterMatcher(Filters(sender=[], subject=rules)).first_hit(Address("", ""), subject, Role.UNKNOWN)
    slow = next((rule.text for rule in rules if any(needle in subject.casefold() for needle in rule.needles)), None)
    assert (hit.rule.text if hit else None) == slow


@pytest.mark.covers("MSG-04")
@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("setup.exe", b"", "exe"),
        ("SETUP.EXE", b"", "exe"),
        ("report.pdf.js", b"", "js"),
        ("photo.jpg", b"MZ\x90\x00", "exe"),
        ("readme", b"\x4c\x00\x00\x00\x01\x14\x02\x00", "lnk"),
        ("report.pdf", b"%PDF", None),
        ("exe", b"text", None),
    ],
)
def test_restricted_files_by_name_and_by_content(name: str, content: bytes, kind: str | None) -> None:
    attachment = Attachment(name, "application/octet-stream", content, "0" * 64)
    assert restricted_type(attachment, DEFAULT_RESTRICTED_FILE_TYPES) == kind


@pytest.mark.covers("MSG-03")
def test_the_mailboxs_template_decides_what_a_ticket_begins_with() -> None:
    made = {
        name: effect(decided(template=name, subject="Door"), CreateRecord) for name in (None, "Facilities", "FACILITIES", "gone")
    }
    begun = {name: (each.subject, each.priority) for name, each in made.items() if each}
    assert begun == {
        None: ("Door", Priority.MEDIUM),
        "Facilities": ("Facilities", Priority.HIGH),
        "FACILITIES": ("Facilities", Priority.HIGH),
        "gone": ("Door", Priority.MEDIUM),
    }


# ---------------------------------------------------------------- copies


def taken(**message: Any) -> Directory:
    """The directory once this message is in ticket 12."""
    key = copy_key(parse(raw_message(**message)), None)
    assert key is not None
    return replace(DIRECTORY, copies={key: OPEN.ref})


@pytest.mark.covers("RUN-03")
def test_a_copy_is_ignored_and_leaves_a_line_in_the_record_of_the_first() -> None:
    change = decided(directory=taken(), Delivered_To="sales@example.com", Received="by relay.example")
    assert outcome(change) is Outcome.IGNORED
    assert told(change) == ["The same message came again; it is in Ticket - 12 already."]
    assert email_note(change).kind is NoteKind.SYSTEM


@pytest.mark.covers("RUN-03")
@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"text": "Something else.\n"}, id="other-text"),
        pytest.param({"subject": "Another"}, id="other-subject"),
        pytest.param({"sender": "eve@fabrikam.example"}, id="other-sender"),
        pytest.param({"size": 100}, id="with-an-attachment"),
    ],
)
def test_a_different_message_with_a_used_message_id_is_taken(other: dict[str, Any]) -> None:
    assert outcome(decided(directory=taken(), **other)) is Outcome.CREATED


@pytest.mark.covers("RUN-03")
def test_mailboxes_with_different_templates_make_a_record_each() -> None:
    assert outcome(decided(template="Facilities", directory=taken())) is Outcome.CREATED


def test_only_a_message_that_made_a_record_or_a_note_holds_the_copy_key() -> None:
    """Else the first of two that is filtered would keep the second from ever being taken."""
    changes = [decided(), decided(subject="[Ticket - 12]"), decided(subject="Undeliverable Mail"), decided(subject="x" * 401)]
    held = [each.delivery.copy_key is not None for each in changes if each.delivery]
    assert held == [True, True, False, False]
    raw = raw_message()
    delivery = identified(came(raw), parse(raw), None)
    assert delivery.copy_key
    assert failed(delivery, ValueError()).copy_key is taken_before(delivery).copy_key is None


# ---------------------------------------------------------------- mail that no person wrote


@pytest.mark.covers("MSG-08")
@pytest.mark.parametrize("number", [13, 14])
def test_an_automatic_reply_is_noted_and_opens_nothing(number: int) -> None:
    change = decided(subject=f"Re: [Ticket - {number}]", Auto_Submitted="auto-replied")
    assert outcome(change) is Outcome.NOTED
    assert effect(change, Reopen) is None
    assert email_note(change).kind is NoteKind.AUTOMATIC_REPLY
    assert Reason.AUTOMATIC in codes(change)


@pytest.mark.covers("MSG-08")
@pytest.mark.parametrize("sender", ["support@example.com", "Support <SUPPORT@Example.COM>"])
def test_mail_from_the_help_desk_itself_makes_no_ticket(sender: str) -> None:
    change = decided(sender=sender, subject="Track-It! test message")
    assert outcome(change) is Outcome.IGNORED
    assert codes(change) == [Reason.OWN_ADDRESS]
    assert change.effects == ()


@pytest.mark.covers("MSG-08")
def test_mail_from_the_help_desk_itself_about_a_record_is_noted_and_opens_nothing() -> None:
    change = decided(sender="support@example.com", subject="[Ticket - 13]")
    assert outcome(change) is Outcome.NOTED
    assert effect(change, Reopen) is None


@pytest.mark.covers("MSG-09")
def test_a_bounce_is_noted_on_the_record_of_the_message_that_did_not_arrive() -> None:
    raw = BOUNCE.replace(b"ORIGINAL", b"first@contoso.example")
    change = decide(parse(raw), came(raw), DIRECTORY, policy(sender=[], subject=[]), None, NOW)
    assert change.delivery is not None and change.delivery.record == OPEN.ref
    assert email_note(change).kind is NoteKind.BOUNCE


BOUNCE = b"""\
From: Mail Delivery System <mailer-daemon@relay.example>\r
To: support@example.com\r
Subject: Undelivered\r
Message-ID: <bounce@relay.example>\r
MIME-Version: 1.0\r
Content-Type: multipart/report; report-type=delivery-status; boundary=b\r
\r
--b\r
Content-Type: text/plain\r
\r
It did not arrive.\r
--b\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; relay.example\r
\r
Final-Recipient: rfc822; bo@example.com\r
Action: failed\r
Status: 5.1.1\r
--b\r
Content-Type: text/rfc822-headers\r
\r
Message-ID: <ORIGINAL>\r
--b--\r
"""


# ---------------------------------------------------------------- by hand, and what is asked


@pytest.mark.covers("RUN-04")
def test_a_message_is_added_by_hand_whatever_the_rules_say_of_it() -> None:
    raw = raw_message(subject="x" * 500, sender="Postmaster <x@relay.example>")
    change = route(parse(raw), came(raw), CLOSED, policy(), "ada")
    assert outcome(change) is Outcome.NOTED
    assert (change.delivery.record if change.delivery else None) == CLOSED.ref
    assert told(change) == ["ada added the message to Ticket - 13."]
    assert effect(change, Reopen) is None


def test_what_a_decision_needs_is_asked_for() -> None:
    raw = raw_message(subject="[Ticket - 5]", References="<a@b> <c@d>", In_Reply_To="<e@f>", sender="Bo@XN--BCHER-KVA.example")
    delivery = identified(came(raw), parse(raw), None)
    asked = lookup_request([(parse(raw), delivery)])
    assert asked.addresses == {"bo@bücher.example"}
    assert asked.records == {RecordRef(Module.TICKET, 5)}
    assert asked.message_ids == {"a@b", "c@d", "e@f"}
    assert asked.copy_keys == {delivery.copy_key}
    assert asked.text_keys == {delivery.text_key}


@pytest.mark.covers("MSG-07", "I18N-01")
def test_what_was_repaired_is_kept_as_a_code_and_shown_as_a_sentence() -> None:
    raw = b"Subject: no sender\n\ntext"
    change = decide(parse(raw), came(raw), DIRECTORY, policy(), None, NOW)
    assert change.delivery is not None
    [repaired] = [each for each in change.delivery.reasons if each.code == Reason.REPAIRED]
    assert repaired.facts == {"problem": "no_sender"}
    assert str(reason_phrase(repaired)).endswith("The message does not say who sent it.")


def test_every_reason_has_its_sentence_and_an_unknown_one_is_shown_as_it_is() -> None:
    assert set(SENTENCES) == set(Reason)
    assert str(reason_phrase(AppliedReason("of_tomorrow"))) == "of_tomorrow"
