"""Random business rules over random occurrences: nothing raises, and the dry run says what is done (NOT-03)."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpdesk.rule_factory import ADA, BO, TOOLS, KnownRecords, details, kept_note, occurrence, rule, when
from trackit_console.domain.effects import Change, CreateRecord
from trackit_console.domain.events import Event, EventKind, ReceivedMail
from trackit_console.domain.records import Module, Priority, RecordRef, Status
from trackit_console.helpdesk.business_rules.acting import Tools
from trackit_console.helpdesk.business_rules.effect_words import effect_words
from trackit_console.helpdesk.business_rules.listener import RulesListener
from trackit_console.helpdesk.business_rules.mail_trial import try_on_mail
from trackit_console.helpdesk.business_rules.running import run_rules
from trackit_console.helpdesk.business_rules.trial import try_rules
from trackit_console.helpdesk.business_time import Calendar
from trackit_console.helpdesk.occurrences import Occurrence
from trackit_console.helpdesk.reaction_settings import ReactionSettings
from trackit_console.settings.business_hours import BusinessHours
from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.event_names import EVENT_LABELS, EVENTS_WITHOUT_RECORD, MODULE_LABELS
from trackit_console.settings.people import PRIORITY_LABELS
from trackit_console.settings.rule_conditions import CHANGED_FIELD_LABELS, CONDITION_CHOICES, CONDITION_LABELS, OPERATOR_LABELS

pytestmark = pytest.mark.covers("NOT-03")
CALENDAR = Calendar.of(BusinessHours())
LETTERS = "aA ßİ\u0301ﬁＵ\u00ad\u200b[@x]1\u212b\U0001f600"
words = st.text(LETTERS, max_size=12)
typed = words.filter(lambda text: text.strip().isprintable() and text.strip() != "")


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, str]:
    field = draw(st.sampled_from(list(CONDITION_LABELS)))
    if field in CONDITION_CHOICES:
        return when(field, draw(st.sampled_from(["is", "is_not"])), draw(st.sampled_from(list(CONDITION_CHOICES[field]))))
    return when(field, draw(st.sampled_from(list(OPERATOR_LABELS))), draw(typed))


def setting(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    choices = {"status": ["open", "waiting", "closed"], "priority": list(PRIORITY_LABELS), "category": ["Hardware"]}
    return st.sampled_from(
        [{"type": kind, "field": field, "value": each} for field, values in choices.items() for each in values]
    )


addresses = st.sampled_from(["", ADA.email, "gone@example.com"])
actions = st.one_of(
    setting("set_field"),
    setting("update_linked"),
    st.builds(lambda address: {"type": "assign", "technician": address}, addresses),
    st.builds(lambda text: {"type": "add_note", "text": text}, typed),
    st.builds(lambda address: {"type": "create_record", "subject": "{category}", "technician": address}, addresses),
    st.just({"type": "send_notification", "template": "t", "recipients": {"addresses": ["team@example.com"]}}),
)


@st.composite
def rules(draw: st.DrawFn) -> list[BusinessRule]:
    units = st.sampled_from(["minutes", "hours", "business_hours"])
    delay = st.none() | st.builds(lambda amount, unit: {"amount": amount, "unit": unit}, st.integers(1, 9999), units)
    return [
        rule(
            f"rule {number}",
            enabled=draw(st.booleans()),
            events=draw(st.lists(st.sampled_from(list(EVENT_LABELS)), min_size=1, unique=True)),
            modules=draw(st.lists(st.sampled_from(list(MODULE_LABELS)), min_size=1, unique=True)),
            match=draw(st.sampled_from(["all", "any"])),
            conditions=draw(st.lists(conditions(), max_size=3)),
            delay=draw(delay),
            actions=draw(st.lists(actions, min_size=1, max_size=3)),
            stop_after=draw(st.booleans()),
        )
        for number in range(draw(st.integers(1, 4)))
    ]


@st.composite
def happenings(draw: st.DrawFn) -> Occurrence:
    event = draw(st.sampled_from(list(EVENT_LABELS)))
    ref = RecordRef(draw(st.sampled_from(list(Module))), 12)
    of_record = details(
        ref,
        subject=draw(words),
        status=draw(st.sampled_from(list(Status))),
        priority=draw(st.sampled_from(list(Priority)) | st.none()),
        category=draw(words | st.none()),
        technician=draw(st.sampled_from([ADA, None])),
        requestor=draw(st.sampled_from([BO, None])),
    )
    mailbox_event = event in EVENTS_WITHOUT_RECORD
    return occurrence(
        event,
        details=None if mailbox_event else of_record,
        note=draw(st.none() | words.map(kept_note)),
        received=draw(st.none() | words.map(lambda subject: ReceivedMail("x", "x", subject, None))),
        sender_role=draw(st.sampled_from(["technician", "requestor", "unknown"])),
        mailbox=draw(words | st.none()),
        changed_fields=tuple(draw(st.lists(st.sampled_from(list(CHANGED_FIELD_LABELS)), unique=True))),
        by=tuple(draw(st.lists(st.sampled_from(["rule 0", "rule 1"]), max_size=2))),
        quiet=draw(st.booleans()),
    )


@given(rules(), happenings())
def test_no_rule_fails_over_anything_and_the_dry_run_says_what_is_done(
    given_rules: list[BusinessRule], happened: Occurrence
) -> None:
    linked = RecordRef(Module.ASSIGNMENT, 3)
    read = KnownRecords({linked: details(linked)}, [linked])
    live = list(run_rules(given_rules, happened, TOOLS, CALENDAR, read))
    tried = try_rules(given_rules, happened, TOOLS, CALENDAR, read)
    assert [each.judgement for each in tried] == [each.judgement for each in live]
    for result, trial in zip(live, tried, strict=True):
        assert "{" not in str(trial.judgement.reason).replace("{category}", "")
        assert all(str(each.phrase) for each in trial.judgement.conditions)
        assert all(map(str, effect_words(trial.effects, read)))
        if not result.judgement.rule.delay:
            assert trial.effects == result.effects


# ------------------------------------------------------------------ how long it takes

RULE_COUNT = 500


def many_rules() -> tuple[BusinessRule, ...]:
    conditions = [when("subject", "contains", "no such word"), when("text", "contains", "urgent"), when("priority", "is", "High")]
    return tuple(rule(f"rule {number}", conditions=conditions, match="any") for number in range(RULE_COUNT))


def test_five_hundred_rules_cost_a_message_little() -> None:
    known = KnownRecords({RecordRef(Module.TICKET, number): details(RecordRef(Module.TICKET, number)) for number in range(20)})
    listener = RulesListener(ReactionSettings(rules=many_rules()), TOOLS)
    begun = time.perf_counter()
    for ref in known.known:
        assert listener([Event(EventKind.RECORD_CREATED, ref)], known) == []
    assert (time.perf_counter() - begun) / len(known.known) < 0.1


def test_a_thousand_messages_are_tried_within_seconds() -> None:
    long = occurrence(note=kept_note("It smokes. " * 2_000))
    begun = time.perf_counter()
    trial = try_on_mail(many_rules()[:20], ([long] for _ in range(1_000)))
    assert trial.messages == 1_000
    assert time.perf_counter() - begun < 5


def test_a_created_record_has_a_subject_even_if_its_tokens_are_empty() -> None:
    tools = Tools(TOOLS.send, lambda *_arguments, **_more: " ")
    acting = rule(actions=[{"type": "create_record", "subject": "{category}"}])
    listener = RulesListener(ReactionSettings(rules=(acting,)), tools)
    ref = RecordRef(Module.TICKET, 1)
    [change] = listener([Event(EventKind.RECORD_CREATED, ref)], KnownRecords({ref: details(ref)}))
    assert isinstance(change, Change)
    assert [each.subject for each in change.effects if isinstance(each, CreateRecord)] == ["Printer"]
