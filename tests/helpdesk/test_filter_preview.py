"""A preview of filter rules says what the monitor would do, and what is odd about rules."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from tests.helpdesk.deciding import DIRECTORY, NOW, came, outcome, policy
from tests.message_factory import raw_message
from trackit_console.domain.deliveries import Delivery, MatchedRule, Outcome
from trackit_console.domain.past_mail import KnownPeople, PastMessage
from trackit_console.helpdesk.arrivals import identified
from trackit_console.helpdesk.filter_matcher import FilterMatcher, Role
from trackit_console.helpdesk.filter_preview import Preview, RulePreview, preview, preview_alone
from trackit_console.helpdesk.intake import decide
from trackit_console.helpdesk.past_senders import address_of, sender_of
from trackit_console.helpdesk.rule_faults import RuleFault
from trackit_console.helpdesk.rule_findings import rule_findings
from trackit_console.helpdesk.sender import Sender
from trackit_console.helpdesk.verdict import stopped_by
from trackit_console.mail import Address, Message, parse
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.settings.filters import Filters

PEOPLE = KnownPeople(frozenset(DIRECTORY.technicians), frozenset(DIRECTORY.requestors))
SENDERS = (
    "Anna Berg <anna@contoso.example>",
    "carl@contoso.example",
    '"Postmaster <at> relay" <x@relay.example>',
    "=?utf-8?q?J=C3=BCrgen_STRASSE?= <j@xn--bcher-kva.example>",
    "Mail Delivery Subsystem <MAILER-DAEMON@relay.example>",
    "support@example.com",
    "somebody",
    "Offers <news@spam.example>",
)
WORDS = ("Printer", "on", "floor", "Undeliverable:", "Out of Office", "ßtraße", "[Ticket - 12]", "@", "RE:", "offer", "x" * 395)


def mail(number: int) -> list[tuple[Message, Delivery]]:
    pick = random.Random(7)
    letters = []
    for each in range(number):
        subject = " ".join(pick.choices(WORDS, k=pick.randint(0, 4)))
        automatic: dict[str, Any] = {"Auto_Submitted": "auto-replied"} if pick.random() < 0.2 else {}
        raw = raw_message(each, sender=pick.choice(SENDERS), subject=subject, **automatic)
        message = parse(raw)
        letters.append((message, identified(came(raw), message, None)))
    return letters


def rule_sets(number: int) -> list[dict[str, Any]]:
    pick = random.Random(11)
    texts = (
        "postmaster",
        "STRASSE",
        "berg",
        "@contoso.example",
        "x@relay.example, news@spam.example",
        "on",
        "office",
        "at>",
        "daemon",
    )

    def rules() -> list[FilterRule]:
        return [
            FilterRule(
                text=pick.choice(texts),
                enabled=pick.random() < 0.8,
                applies_to=pick.choice(("technicians", "requestors", "both")),
                direction=pick.choice(("receiving", "sending", "both")),
            )
            for _ in range(pick.randint(0, 4))
        ]

    accepted = ("everyone", "everyone", "requestors", "technicians", "requestors_and_technicians")
    return [{"accept_from": pick.choice(accepted), "sender": rules(), "subject": rules()} for _ in range(number)]


def line(number: int, delivery: Delivery) -> PastMessage:
    """The line of the activity that is kept of a message."""
    codes = tuple(each.code for each in delivery.reasons)
    return PastMessage(number, delivery.seen_at, delivery.sender, delivery.sender_key, delivery.subject, codes)


@pytest.mark.covers("FIL-06")
def test_the_preview_says_of_every_message_what_the_monitor_does() -> None:
    letters = mail(2000)
    kept = lines(letters)
    for number, filters in enumerate(rule_sets(200)):
        some = range(number % 10, len(letters), 10)  # every letter is asked about by twenty of the rule sets
        assert previewed(filters, [kept[each] for each in some]) == decided(filters, [letters[each] for each in some])


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.covers("FIL-06")
def test_the_preview_says_it_by_every_set_of_rules() -> None:
    letters = mail(2000)
    kept = lines(letters)
    for filters in rule_sets(200):
        assert previewed(filters, kept) == decided(filters, letters)


def lines(letters: Sequence[tuple[Message, Delivery]]) -> list[PastMessage]:
    """What the activity keeps of messages that no filter stops."""
    kept: list[PastMessage] = []
    for number, (message, delivery) in enumerate(letters):
        taken = decide(message, delivery, DIRECTORY, policy(), None, NOW).delivery
        assert taken is not None
        kept.append(line(number, taken))
    return kept


Stopped = tuple[dict[MatchedRule, int], int]
"""How many messages each rule stops, and how many are refused because of whose mail is accepted."""


def decided(filters: dict[str, Any], letters: Sequence[tuple[Message, Delivery]]) -> Stopped:
    """By the monitor."""
    rules, refused = policy(**filters), 0
    by_rule: dict[MatchedRule, int] = {}
    for message, delivery in letters:
        taken = decide(message, delivery, DIRECTORY, rules, None, NOW).delivery
        assert taken is not None
        refused += taken.outcome is Outcome.REFUSED
        if taken.matched_rule:
            by_rule[taken.matched_rule] = by_rule.get(taken.matched_rule, 0) + 1
    return by_rule, refused


def previewed(filters: dict[str, Any], kept: Sequence[PastMessage]) -> Stopped:
    """By the preview, from what the activity keeps of the same messages."""
    found = preview(Filters(**filters), kept, PEOPLE)
    by_rule: dict[MatchedRule, int] = {}
    for (rule_list, position), each in found.rules.items():
        rule = MatchedRule(rule_list, filters[rule_list][position].text)
        by_rule[rule] = by_rule.get(rule, 0) + each.messages
    return by_rule, found.refused


def past(*subjects: str, sender: str = "Offers <news@spam.example>", codes: Sequence[str] = ()) -> list[PastMessage]:
    return [
        PastMessage(number, NOW - timedelta(hours=number), sender, "", each, tuple(codes)) for number, each in enumerate(subjects)
    ]


@pytest.mark.covers("FIL-06")
@pytest.mark.parametrize(
    "written", ["Anna Berg <anna@contoso.example>", "anna@contoso.example", "A <b> C <anna@contoso.example>", "Name <>"]
)
def test_a_sender_is_read_back_as_it_was(written: str) -> None:
    assert str(address_of(past("x", sender=written)[0])) == written


@pytest.mark.covers("FIL-06")
def test_the_sender_of_older_mail_is_known_by_the_address_in_its_line() -> None:
    assert sender_of(past("x", sender="Anna <ANNA@contoso.example>")[0], PEOPLE).role is Role.REQUESTOR


@pytest.mark.covers("FIL-06")
def test_a_rule_is_previewed_alone_even_while_it_is_disabled() -> None:
    found, asked = preview_alone("subject", FilterRule(text="offer", enabled=False), past("Best OFFER", "Printer"), PEOPLE)
    assert (found.messages, asked, [each.subject for each in found.examples]) == (1, 2, ["Best OFFER"])


@pytest.mark.covers("FIL-06")
def test_mail_that_no_filter_was_asked_about_is_not_counted() -> None:
    found = preview(Filters(), past("Out of Office", codes=["own_address"]), PEOPLE)
    assert (found.messages, found.stopped) == (0, 0)


@pytest.mark.covers("FIL-02", "FIL-04")
@pytest.mark.parametrize(("way", "stopped"), [("receiving", False), ("sending", True)])
def test_a_rule_for_sending_stops_what_goes_out(way: Any, stopped: bool) -> None:
    rules = Filters(accept_from="technicians", sender=[FilterRule(text="daemon", direction="sending")], subject=[])
    person, address = Sender.in_role(Role.TECHNICIAN), Address("", "Mailer-Daemon@relay.example")
    assert stopped_by(FilterMatcher(rules, way), rules.accept_from, person, address, "x").stopped is stopped


@pytest.mark.covers("FIL-02", "FIL-04")
def test_whose_mail_is_accepted_does_not_concern_mail_that_goes_out() -> None:
    rules = Filters(accept_from="technicians", sender=[], subject=[])
    nobody, address = Sender.in_role(Role.UNKNOWN), Address("", "bo@fabrikam.example")
    assert stopped_by(FilterMatcher(rules), rules.accept_from, nobody, address, "").refused_by == "technicians"
    assert not stopped_by(FilterMatcher(rules, "sending"), rules.accept_from, nobody, address, "").stopped


# ---------------------------------------------------------------- what is odd about rules


def faults(*rules: FilterRule, accept_from: Any = "everyone", seen: Preview | None = None) -> list[tuple[int, RuleFault]]:
    filters = Filters(accept_from=accept_from, sender=list(rules), subject=[])
    return [(each.position, each.fault) for each in rule_findings(filters, seen)]


@pytest.mark.covers("FIL-05", "FIL-06")
@pytest.mark.parametrize(
    ("rules", "found"),
    [
        pytest.param([{"text": "@."}], [(0, RuleFault.STOPS_EVERYTHING)], id="signs alone"),
        pytest.param([{"text": "a@b.example, .@"}], [(0, RuleFault.STOPS_EVERYTHING)], id="one of several"),
        pytest.param([{"text": "spam"}, {"text": "SPAM"}], [(1, RuleFault.DUPLICATE)], id="letter case"),
        pytest.param(
            [{"text": "spam", "applies_to": "technicians"}, {"text": "spam", "applies_to": "requestors"}], [], id="for others"
        ),
        pytest.param([{"text": "spam"}, {"text": "No-Spam-Here"}], [(1, RuleFault.COVERED)], id="contained"),
        pytest.param([{"text": "No-Spam-Here"}, {"text": "spam"}], [], id="longer first"),
        pytest.param([{"text": "spam", "direction": "sending"}, {"text": "spam1", "direction": "receiving"}], [], id="other direction"),
        pytest.param([{"text": "spam", "enabled": False}, {"text": "spam1"}], [(0, RuleFault.DISABLED)], id="disabled"),
        pytest.param([{"text": "a@x.example"}, {"text": "a@x.example,b@x.example"}], [], id="only one of its addresses"),
        pytest.param([{"text": "spam", "direction": "receiving"}, {"text": "Spam"}], [(0, RuleFault.WIDER_BELOW)], id="both directions below"),
        pytest.param([{"text": "spam", "applies_to": "technicians"}, {"text": "Spam"}], [(0, RuleFault.WIDER_BELOW)], id="everybody below"),
        pytest.param([{"text": "spam", "direction": "sending"}, {"text": "spam", "enabled": False}], [(1, RuleFault.DISABLED)], id="disabled below"),
        pytest.param([{"text": "spam"}, {"text": "spam", "direction": "sending"}], [(1, RuleFault.DUPLICATE)], id="both directions above"),
        pytest.param([{"text": "spam", "direction": "sending"}, {"text": "spam", "applies_to": "technicians"}], [], id="each stops more"),
        pytest.param([{"text": "Ada Byrne <ada@x.example>"}], [(0, RuleFault.BRACKETS)], id="name and address"),
        pytest.param([{"text": "<ada@x.example>,bo@x.example"}], [(0, RuleFault.BRACKETS)], id="one of several in brackets"),
    ],
)  # fmt: skip
def test_what_is_odd_about_a_rule_is_told(rules: list[dict[str, Any]], found: list[tuple[int, RuleFault]]) -> None:
    assert faults(*(FilterRule(**each) for each in rules)) == found


@pytest.mark.covers("FIL-05")
def test_a_rule_about_mail_that_is_refused_anyway_is_told() -> None:
    rule = FilterRule(text="spam", applies_to="requestors", direction="receiving")
    assert faults(rule, accept_from="technicians") == [(0, RuleFault.IDLE)]
    assert faults(rule, accept_from="requestors") == []


@pytest.mark.covers("FIL-05", "FIL-06")
def test_a_rule_that_stopped_nearly_all_mail_is_told() -> None:
    seen = Preview(messages=20, rules={("sender", 0): RulePreview(messages=19)})
    assert faults(FilterRule(text=".com"), seen=seen) == [(0, RuleFault.STOPS_EVERYTHING)]
    assert faults(FilterRule(text=".com"), seen=Preview(messages=9, rules={("sender", 0): RulePreview(messages=9)})) == []


@pytest.mark.covers("FIL-06")
def test_a_default_rule_that_stops_the_question_of_a_requestor_is_told() -> None:
    mail_of_anna = past("Question about the Out of Office assistant", sender="Anna Berg <anna@contoso.example>")
    found = rule_findings(Filters(), preview(Filters(), mail_of_anna, PEOPLE))
    [told] = [each for each in found if each.fault is RuleFault.STOPS_PEOPLE]
    assert (told.rule_list, Filters().subject[told.position].text) == ("subject", "Out of Office")
    assert "technicians and requestors wrote 1." in str(told.phrase)


@pytest.mark.covers("FIL-07")
def test_the_findings_of_ten_thousand_rules_come_at_once() -> None:
    rules = [FilterRule(text=f"sender{number}@domain{number % 97}.example") for number in range(10_000)]
    begun = time.perf_counter()
    assert rule_findings(Filters(sender=rules, subject=[])) == []
    assert time.perf_counter() - begun < 3


def test_the_letters_reach_every_outcome_that_matters() -> None:
    outcomes = {outcome(decide(message, delivery, DIRECTORY, policy(), None, NOW)) for message, delivery in mail(300)}
    assert {Outcome.FILTERED, Outcome.IGNORED, Outcome.CREATED, Outcome.NOTED, Outcome.QUARANTINED} <= outcomes
