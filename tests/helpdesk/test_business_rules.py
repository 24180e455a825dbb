"""Business rules without a database: whether one acts and why not, and what it does (NOT-03)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.helpdesk.rule_factory import ADA, TICKET, TOOLS, KnownRecords, details, kept_note, occurrence, rule, when
from trackit_console.domain.effects import (
    AddNote,
    Assign,
    ChangeFields,
    Close,
    CreateRecord,
    Effect,
    LinkRecords,
    Reopen,
    SendMail,
    Wait,
)
from trackit_console.domain.events import Event, EventKind
from trackit_console.domain.records import LinkKind, Module, NoteKind, Priority, RecordRef, Status
from trackit_console.helpdesk.business_rules.acting import act
from trackit_console.helpdesk.business_rules.judgement import Verdict
from trackit_console.helpdesk.business_rules.judging import judge
from trackit_console.helpdesk.business_rules.listener import RulesListener
from trackit_console.helpdesk.business_rules.running import run_rules
from trackit_console.helpdesk.business_time import Calendar
from trackit_console.helpdesk.reaction_settings import ReactionSettings
from trackit_console.helpdesk.reasons import reason_phrase
from trackit_console.settings.business_hours import BusinessHours

pytestmark = pytest.mark.covers("NOT-03")
CALENDAR = Calendar.of(BusinessHours())
URGENT = [{"type": "set_field", "field": "priority", "value": "Urgent"}]

# ------------------------------------------------------------------ judging


@pytest.mark.parametrize(
    ("condition", "holds", "words"),
    [
        (when("priority", "is", "High"), False, "Priority is Medium, not High."),
        (when("priority", "is", "Medium"), True, "Priority is Medium."),
        (when("priority", "is_not", "Medium"), False, "Priority is Medium."),
        (when("priority", "is_not", "High"), True, "Priority is Medium, not High."),
        (when("status", "is", "waiting"), False, "Status is Open, not Waiting."),
        (when("source", "is", "email"), True, "Ticket Source is Email."),
        (when("sender_role", "is", "technician"), False, "Sender is a requestor, not technician."),
        (when("subject", "is", "PRINTER"), True, "Subject is “Printer”."),
        (when("subject", "is", "Scanner"), False, "Subject is “Printer”, not “Scanner”."),
        (when("subject", "contains", "int"), True, "Subject contains “int”: “Printer”."),
        (when("subject", "does_not_contain", "int"), False, "Subject contains “int”: “Printer”."),
        (when("subject", "contains", "fax"), False, "Subject does not contain “fax”: “Printer”."),
        (when("subject", "begins_with", "print"), True, "Subject begins with “print”: “Printer”."),
        (when("subject", "ends_with", "print"), False, "Subject does not end with “print”: “Printer”."),
        (when("text", "contains", "smokes"), True, "Text of the note contains “smokes”: “It smokes.”."),
        (when("category", "is_empty"), True, "Category is empty."),
        (when("category", "is_not_empty"), False, "Category is empty."),
        (when("category", "is", "Hardware"), False, "Category is empty, not “Hardware”."),
        (when("category", "is_not", "Hardware"), True, "Category is empty, not “Hardware”."),
        (when("category", "contains", "Hard"), False, "Category is empty."),
        (when("requestor", "is", "bo"), True, "Requestor's name is “Bo”."),
        (when("requestor_email", "ends_with", "@EXAMPLE.com"), True, "Requestor's address ends with “@EXAMPLE.com”: “bo@example.com”."),
        (when("sender", "is", "Bo@Example.com"), True, "Sender's address is “bo@example.com”."),
        (when("technician", "is_empty"), True, "Assigned technician is empty."),
        (when("mailbox", "is", "support"), True, "Mailbox is “Support”."),
        (when("changed_field", "is", "status"), False, "Changed field is empty, not “Status”."),
    ],
)  # fmt: skip
def test_a_condition_tells_whether_it_holds_and_why(condition: dict[str, str], holds: bool, words: str) -> None:
    [result] = judge(rule(conditions=[condition]), occurrence()).conditions
    assert (result.holds, str(result.phrase)) == (holds, words)


@pytest.mark.parametrize(
    ("subject", "value"),
    [
        pytest.param("STRASSE gesperrt", "straße", id="letter-case"),
        pytest.param("Cafe\u0301", "café", id="composed-accent"),
        pytest.param("ﬁle", "file", id="ligature"),
        pytest.param("ＵＲＧＥＮＴ", "urgent", id="full-width"),
        pytest.param("very\u00a0urgent", "very urgent", id="no-break-space"),
        pytest.param("out of\norder", "out of order", id="line-break"),
    ],
)
def test_letter_case_and_the_spelling_of_letters_do_not_matter(subject: str, value: str) -> None:
    happened = occurrence(details=details(subject=subject))
    assert judge(rule(conditions=[when("subject", "contains", value)]), happened).acts


def test_a_technician_is_meant_by_name_or_address() -> None:
    happened = occurrence(details=details(technician=ADA))
    for value in ("ada byron", "ADA@example.com"):
        assert judge(rule(conditions=[when("technician", "is", value)]), happened).acts
        assert not judge(rule(conditions=[when("technician", "is_not", value)]), happened).acts


def test_an_international_address_is_the_same_in_both_spellings() -> None:
    happened = occurrence(sender_key="bo@bücher.example")
    assert judge(rule(conditions=[when("sender", "is", "Bo@xn--bcher-kva.example")]), happened).acts


def test_any_of_several_changed_fields_is_enough() -> None:
    happened = occurrence("updated", changed_fields=("priority", "category"))
    judged = judge(rule(events=["updated"], conditions=[when("changed_field", "is", "category")]), happened)
    assert judged.acts
    other = judge(rule(events=["updated"], conditions=[when("changed_field", "is", "status")]), happened)
    assert str(other.reason) == "A condition does not hold: Changed field is Priority, Category, not Status."


HIGH, PRINTER = when("priority", "is", "High"), when("subject", "contains", "printer")


@pytest.mark.parametrize(
    ("fields", "happened", "verdict", "words"),
    [
        ({}, {}, Verdict.ACTS, "The rule acts."),
        ({"enabled": False}, {}, Verdict.DISABLED, "The rule is disabled."),
        ({"events": ["closed"]}, {}, Verdict.OTHER_EVENT, "The rule is not about this event: A record is created."),
        ({"modules": ["Assignment"]}, {}, Verdict.OTHER_MODULE, "The rule is not about this module: Tickets."),
        ({}, {"by": ("Another", "A rule")}, Verdict.OWN_EVENT, "The rule did this itself, so it does not act on it."),
        ({}, {"by": ("A rule", "Another")}, Verdict.ACTS, "The rule acts."),
        ({"conditions": [HIGH, PRINTER]}, {}, Verdict.CONDITIONS, "A condition does not hold: Priority is Medium, not High."),
        ({"conditions": [HIGH, PRINTER], "match": "any"}, {}, Verdict.ACTS, "The rule acts."),
        ({"conditions": [HIGH, HIGH], "match": "any"}, {}, Verdict.CONDITIONS, "None of the conditions holds."),
        ({"delay": {"amount": 4}}, {}, Verdict.WAITS, "The rule acts after 4 business hours, if its conditions still hold then."),
    ],
)  # fmt: skip
def test_a_rule_tells_why_it_acts_or_not(fields: dict[str, Any], happened: dict[str, Any], verdict: Verdict, words: str) -> None:
    judged = judge(rule(**fields), occurrence(**happened))
    assert (judged.verdict, str(judged.reason)) == (verdict, words)


@pytest.mark.parametrize(("delay", "acts"), [(None, True), ({"amount": 1, "unit": "hours", "unless": "nothing"}, False)])
def test_rules_that_chase_each_other_end_even_if_one_waits(delay: dict[str, Any] | None, acts: bool) -> None:
    """“After an hour, set High” and “on a change, set Low” would write into a ticket every hour for ever."""
    chased = occurrence("updated", by=("Set High", "Set Low"))
    assert judge(rule("Set High", events=["updated"], delay=delay), chased).acts is acts


def test_the_conditions_of_a_disabled_rule_are_judged_all_the_same() -> None:
    assert [each.holds for each in judge(rule(enabled=False, conditions=[HIGH, PRINTER]), occurrence()).conditions] == [
        False,
        True,
    ]


def test_where_a_rule_acts_those_behind_it_may_be_skipped() -> None:
    rules = [rule("no", stop_after=True, conditions=[HIGH]), rule("first", stop_after=True), rule("second")]
    results = list(run_rules(rules, occurrence(), TOOLS, CALENDAR, KnownRecords()))
    assert [each.judgement.verdict for each in results] == [Verdict.CONDITIONS, Verdict.ACTS, Verdict.SKIPPED]
    assert str(results[2].judgement.reason) == "The rule “first” further up acts and skips the rules behind it."
    assert results[2].effects == ()


def test_a_rule_sees_what_those_before_it_changed() -> None:
    rules = [rule("urgent", actions=URGENT), rule("tell", conditions=[when("priority", "is", "Urgent")])]
    assert all(each.judgement.acts for each in run_rules(rules, occurrence(), TOOLS, CALENDAR, KnownRecords()))


# ------------------------------------------------------------------ acting


def done(*actions: dict[str, Any], read: KnownRecords | None = None, **happened: Any) -> list[Effect]:
    """The effects of a rule with these actions, without what system notes tell of them."""
    effects = act(rule(actions=list(actions)), occurrence(**happened), TOOLS, read or KnownRecords())
    return [each for each in effects if not (isinstance(each, AddNote) and each.note.kind is NoteKind.SYSTEM)]


def told(*actions: dict[str, Any], read: KnownRecords | None = None, **happened: Any) -> list[str]:
    """What system notes tell of these actions."""
    effects = act(rule(actions=list(actions)), occurrence(**happened), TOOLS, read or KnownRecords())
    notes = [each.note for each in effects if isinstance(each, AddNote) and each.note.kind is NoteKind.SYSTEM]
    return [str(reason_phrase(reason)) for note in notes for reason in note.reasons]


def put(field: str, value: str) -> dict[str, Any]:
    return {"type": "set_field", "field": field, "value": value}


@pytest.mark.parametrize(
    ("action", "status", "effects", "words"),
    [
        (put("priority", "Urgent"), Status.OPEN, [ChangeFields(TICKET, priority=Priority.URGENT)], ["Business rule “A rule” set the priority to Urgent."]),
        (put("priority", "Medium"), Status.OPEN, [], []),
        (put("category", "Hardware"), Status.OPEN, [ChangeFields(TICKET, category="Hardware")], ["Business rule “A rule” set the category to “Hardware”."]),
        (put("status", "closed"), Status.OPEN, [Close(TICKET)], ["Business rule “A rule” set the status to Closed."]),
        (put("status", "waiting"), Status.OPEN, [Wait(TICKET)], ["Business rule “A rule” set the status to Waiting."]),
        (put("status", "waiting"), Status.CLOSED, [Reopen(TICKET), Wait(TICKET)], ["Business rule “A rule” set the status to Waiting."]),
        (put("status", "open"), Status.WAITING, [Reopen(TICKET)], ["Business rule “A rule” set the status to Open."]),
        (put("status", "closed"), Status.CLOSED, [], []),
    ],
)  # fmt: skip
def test_a_field_is_set_and_the_history_names_the_rule(
    action: dict[str, Any], status: Status, effects: list[Effect], words: list[str]
) -> None:
    assert done(action, details=details(status=status)) == effects
    assert told(action, details=details(status=status)) == words


def test_a_record_is_assigned_by_the_address_of_a_technician() -> None:
    to_ada = {"type": "assign", "technician": "Ada@Example.com"}
    assert done(to_ada) == [Assign(TICKET, ADA.id)]
    assert told(to_ada) == ["Business rule “A rule” assigned this to Ada Byron."]
    assert done(to_ada, details=details(technician=ADA)) == []
    assert done({"type": "assign", "technician": ""}, details=details(technician=ADA)) == [Assign(TICKET, None)]


def test_a_technician_who_is_gone_is_told_on_the_record() -> None:
    gone = {"type": "assign", "technician": "gone@example.com"}
    assert done(gone) == []
    assert told(gone) == [
        "Business rule “A rule” could not assign this: there is no technician with the address gone@example.com. "
        "Choose another one in the rule."
    ]


def test_mail_is_sent_by_template_and_never_because_of_a_quiet_event() -> None:
    sent = {"type": "send_notification", "template": "New ticket", "recipients": {"addresses": ["team@example.com"]}}
    [mail] = done(sent)
    assert isinstance(mail, SendMail)
    assert (mail.recipients, mail.subject, mail.by) == (("team@example.com",), "New ticket", "A rule")
    assert done(sent, put("priority", "High"), quiet=True) == [ChangeFields(TICKET, priority=Priority.HIGH)]


def test_a_linked_record_is_created_for_the_same_requestor() -> None:
    action = {
        "type": "create_record",
        "subject": "Order for {subject}",
        "text": "x" * 20_000,
        "priority": "High",
        "technician": ADA.email,
    }
    made, note, link, assign = done(action)
    assert isinstance(made, CreateRecord)
    assert (made.module, made.subject, made.priority, made.requestor) == (
        Module.ASSIGNMENT,
        "Order for Printer",
        Priority.HIGH,
        2,
    )
    assert isinstance(note, AddNote)
    assert note.note.text == "x" * 20_000, "nothing is cut off"
    assert (link, assign) == (LinkRecords(made.handle, TICKET, LinkKind.RELATED), Assign(made.handle, ADA.id))
    assert told(action) == [
        "Business rule “A rule” created this for Ticket - 12.",
        "Business rule “A rule” created a linked Assignment: “Order for Printer”.",
    ]


def test_linked_records_of_a_module_are_updated() -> None:
    refs = [RecordRef(Module.ASSIGNMENT, 3), RecordRef(Module.ASSIGNMENT, 4), RecordRef(Module.TICKET, 5)]
    known = {ref: details(ref, status=Status.CLOSED if ref.id == 4 else Status.OPEN) for ref in refs}
    action = {"type": "update_linked", "module": "Assignment", "field": "status", "value": "closed"}
    assert done(action, read=KnownRecords(known, refs)) == [Close(refs[0])]
    assert told(action, read=KnownRecords(known, refs)) == [
        "Business rule “A rule” set the status to Closed.",
        "This is linked with Ticket - 12, which the rule is about.",
    ]


def test_a_requestor_has_no_status_and_no_technician() -> None:
    person = details(RecordRef(Module.REQUESTOR, 2), priority=None, source=None)
    assert done(put("status", "closed"), {"type": "assign", "technician": ADA.email}, details=person) == []


def test_what_a_rule_does_about_a_mailbox_needs_no_record() -> None:
    happened = {"details": None, "note": None}
    assert done(put("status", "closed"), {"type": "add_note", "text": "x"}, **happened) == []
    made, why = act(
        rule(actions=[{"type": "create_record", "subject": "Mail stopped"}]),
        replace(occurrence("processing_stopped"), details=None, note=None),
        TOOLS,
        KnownRecords(),
    )
    assert isinstance(made, CreateRecord)
    assert isinstance(why, AddNote)


# ------------------------------------------------------------------ listening


class Unreadable(KnownRecords):
    def details(self, refs: Any) -> Any:
        raise AssertionError("nothing was to be read")


def test_nothing_is_read_while_no_rule_is_about_the_event() -> None:
    rules = (rule(events=["closed"]), rule(modules=["Assignment"]))
    listener = RulesListener(ReactionSettings(rules=rules), TOOLS)
    events = [Event(EventKind.RECORD_CREATED, TICKET), Event(EventKind.DELETED, TICKET)]
    assert listener(events, Unreadable()) == ()


def test_changes_name_the_rules_that_led_to_them_and_stay_quiet() -> None:
    listener = RulesListener(ReactionSettings(rules=(rule("second"),)), TOOLS)
    events = [Event(EventKind.RECORD_CREATED, TICKET, by=("first",), quiet=True)]
    [change] = listener(events, KnownRecords({TICKET: details()}))
    assert (change.by, change.quiet) == (("first", "second"), True)


def test_a_condition_on_a_long_note_shows_only_its_beginning() -> None:
    happened = occurrence(note=kept_note("x" * 1_000_000))
    [result] = judge(rule(conditions=[when("text", "contains", "y")]), happened).conditions
    assert len(str(result.phrase)) < 300
