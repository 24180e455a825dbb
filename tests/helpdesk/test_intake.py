"""Decisions about mail: pure, so each case is a line of a table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.message_factory import raw_message
from trackit_console.helpdesk.filter_matcher import Role, Rules
from trackit_console.helpdesk.intake import Decision, Filtered, Ignored, NewTicket, NoteOn, Policy, Refused, SetAside, decide
from trackit_console.helpdesk.reasons import SENTENCES, Reason, reason_phrase
from trackit_console.helpdesk.recording import arrived, entry_of
from trackit_console.helpdesk.restricted_files import restricted_type
from trackit_console.mail import Address, Attachment, parse
from trackit_console.settings.filters import DEFAULT_RESTRICTED_FILE_TYPES, FilterRule, Filters
from trackit_console.settings.monitor import MonitorSettings
from trackit_console.settings.people import TicketTemplate
from trackit_console.settings.tiles import EmailSettings
from trackit_console.store.people import Directory, Person, Target

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ANNA = Person(1, "Anna Berg", "anna@contoso.example")
CARL = Person(7, "Carl Okafor", "carl@contoso.example")
OPEN = Target("Ticket", 12, "Open", None, technician_id=8)
CLOSED = Target("Ticket", 13, "Closed", NOW - timedelta(days=3), technician_id=None)
LONG_CLOSED = Target("Ticket", 14, "Closed", NOW - timedelta(days=15), technician_id=None)
DIRECTORY = Directory(
    technicians={"carl@contoso.example": CARL},
    requestors={"anna@contoso.example": ANNA},
    targets={(each.module, each.id): each for each in (OPEN, CLOSED, LONG_CLOSED)},
    by_message_id={"first@contoso.example": OPEN},
    taken={"elsewhere@contoso.example": OPEN},
)


def policy(**changes: Any) -> Policy:
    monitor = MonitorSettings(**{name: value for name, value in changes.items() if name in MonitorSettings.model_fields})
    filters = Filters(**{name: value for name, value in changes.items() if name in Filters.model_fields})
    templates = [TicketTemplate(name="Default"), TicketTemplate(name="Facilities", subject="Facilities", priority="High")]
    settings = EmailSettings(
        monitor=monitor, filters=filters, restricted_file_types=DEFAULT_RESTRICTED_FILE_TYPES, ticket_templates=templates
    )
    return Policy.of(settings)


def decided(template: str | None = None, rules: Policy | None = None, **message: Any) -> Decision:
    return decide(parse(raw_message(**message)), DIRECTORY, rules or policy(), template, NOW)


def codes(decision: Decision) -> list[str]:
    return [each.code for each in decision.reasons]


@pytest.mark.covers("MSG-01")
@pytest.mark.parametrize(("length", "kind"), [(400, NewTicket), (401, SetAside)])
def test_a_subject_of_400_characters_is_processed_and_one_of_401_is_not(length: int, kind: type) -> None:
    assert isinstance(decided(subject="ä" * length), kind)


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
    decision = decided(**message)
    assert (decision.target.id if isinstance(decision, NoteOn) else None) == target
    if target is None:
        assert isinstance(decision, NewTicket)


@pytest.mark.covers("MSG-02")
def test_an_id_that_does_not_exist_is_told_in_the_new_ticket() -> None:
    raw = raw_message(subject="[Ticket - 999] and [Ticket - 12]")
    came = arrived("1 INBOX", "5", raw, NOW)
    entry = entry_of(decided(subject="[Ticket - 999] and [Ticket - 12]"), parse(raw), came, policy())
    assert "[Ticket - 999] names no record" in entry.remark
    assert "also names [Ticket - 12]" in entry.remark


@pytest.mark.covers("MSG-05")
@pytest.mark.parametrize(
    ("sender", "technician"), [("carl@contoso.example", 7), ("CARL@contoso.example", 7), ("anna@contoso.example", 8)]
)
def test_in_whose_context_a_note_is_made(sender: str, technician: int) -> None:
    decision = decided(subject="[Ticket - 12]", sender=sender)
    assert isinstance(decision, NoteOn)
    assert decision.technician_id == technician


@pytest.mark.covers("MSG-03")
def test_a_reply_to_a_closed_ticket_opens_it_for_a_time() -> None:
    soon, late = decided(subject="[Ticket - 13]"), decided(subject="[Ticket - 14]")
    assert isinstance(soon, NoteOn)
    assert soon.reopen
    assert isinstance(late, NewTicket)
    assert Reason.CLOSED_TOO_LONG in codes(late)


@pytest.mark.covers("MSG-03")
@pytest.mark.parametrize(
    ("choice", "sender", "kind", "code"),
    [
        ("create_requestor", "new@fabrikam.example", NewTicket, Reason.NEW_REQUESTOR),
        ("no_requestor", "new@fabrikam.example", NewTicket, Reason.NO_REQUESTOR),
        ("refuse", "new@fabrikam.example", SetAside, Reason.UNKNOWN_SENDER),
        ("refuse", "anna@contoso.example", NewTicket, Reason.KNOWN_REQUESTOR),
        ("refuse", "carl@contoso.example", NewTicket, Reason.NO_REQUESTOR),
        ("create_requestor", "not an address", NewTicket, Reason.NO_REQUESTOR),
    ],
)
def test_mail_from_unknown_senders(choice: str, sender: str, kind: type, code: Reason) -> None:
    decision = decided(sender=sender, rules=policy(unknown_senders=choice))
    assert isinstance(decision, kind)
    assert code in codes(decision)


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
    assert isinstance(decided(sender=sender, rules=policy(accept_from=accept)), Refused) is not taken


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
    assert isinstance(decided(sender=sender, rules=rules), Filtered) is hit


TEXTS = st.text(alphabet="abcABC äÄ@.ßẞ", min_size=2, max_size=6).map(str.strip).filter(lambda text: len(text) > 1)


@pytest.mark.covers("FIL-03", "FIL-07")
@given(st.lists(TEXTS, max_size=12), st.text(alphabet="abcABC äÄ@.ßẞ", max_size=30))
def test_the_compiled_rules_find_what_looking_one_by_one_finds(texts: list[str], subject: str) -> None:
    rules = [FilterRule(text=text) for text in texts]
    hit = Rules(Filters(sender=[], subject=rules)).first_hit(Address("", ""), subject, Role.UNKNOWN)
    slow = next((rule.text for rule in rules if any(needle in subject.casefold() for needle in rule.needles)), None)
    assert (hit.text if hit else None) == slow


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
    raw = raw_message(subject="Door")
    entries = {
        name: entry_of(decided(template=name, subject="Door"), parse(raw), arrived("", "1", raw, NOW), policy())
        for name in (None, "Facilities", "gone")
    }
    records = {name: (entry.new_record.subject, entry.new_record.priority) for name, entry in entries.items() if entry.new_record}
    assert records == {None: ("Door", "Medium"), "Facilities": ("Facilities", "High"), "gone": ("Door", "Medium")}


def test_another_mailbox_took_the_same_message() -> None:
    assert isinstance(decided(message_id="elsewhere@contoso.example"), Ignored)


def test_every_reason_has_its_sentence_and_an_unknown_one_is_shown_as_it_is() -> None:
    from trackit_console.store.entries import AppliedReason

    assert set(SENTENCES) == set(Reason)
    assert str(reason_phrase(AppliedReason("of_tomorrow"))) == "of_tomorrow"
