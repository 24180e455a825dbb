"""What is odd about filter rules: one that stops nearly everything, stops people's mail, or can never decide (FIL-05, FIL-06).

A finding is advice. A rule with one is kept and works as written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import ahocorasick

from trackit_console.helpdesk.filter_matcher import RuleList
from trackit_console.helpdesk.filter_preview import PREVIEW_DAYS, Preview
from trackit_console.settings.filters import AcceptFrom, FilterRule, Filters
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

LONGEST_SUBJECT = 400
"""A longer subject is set aside before the filters are asked (MSG-01)."""
MANY = 10
"""Of fewer messages nothing is said about nearly all of them."""
NEARLY_ALL_PERCENT = 90


class RuleFault(StrEnum):
    """What can be said about a rule, the gravest first."""

    STOPS_EVERYTHING = "stops_everything"
    STOPS_PEOPLE = "stops_people"
    DUPLICATE = "duplicate"
    NEVER_MATCHES = "never_matches"
    COVERED = "covered"
    IDLE = "idle"
    DISABLED = "disabled"


WARNINGS = frozenset((RuleFault.STOPS_EVERYTHING, RuleFault.STOPS_PEOPLE, RuleFault.DUPLICATE, RuleFault.NEVER_MATCHES))
"""The faults that need an admin's attention; the others are remarks."""

SENTENCES: dict[RuleFault, str] = {
    RuleFault.STOPS_EVERYTHING: QT_TRANSLATE_NOOP(
        "helpdesk", "This rule stops nearly every message. Enter a longer text that only unwanted mail contains."
    ),
    RuleFault.STOPS_PEOPLE: QT_TRANSLATE_NOOP(
        "helpdesk",
        "Of what this rule would have stopped in the last {days} days, technicians and requestors wrote {number}. "
        "Look at these messages: a person's question that is stopped makes no ticket.",
    ),
    RuleFault.DUPLICATE: QT_TRANSLATE_NOOP("helpdesk", "The list has this rule already. One of the two can be deleted."),
    RuleFault.NEVER_MATCHES: QT_TRANSLATE_NOOP("helpdesk", "This rule can never match: no subject is as long as its text."),
    RuleFault.COVERED: QT_TRANSLATE_NOOP(
        "helpdesk", "The rule “{text}” further up stops the same messages first, so this one never decides."
    ),
    RuleFault.IDLE: QT_TRANSLATE_NOOP(
        "helpdesk", "This rule changes nothing: the mail that it is about is not accepted anyway, by the choice at the top."
    ),
    RuleFault.DISABLED: QT_TRANSLATE_NOOP("helpdesk", "This rule is switched off and stops nothing."),
}


@dataclass(frozen=True, slots=True)
class RuleFinding:
    """What is said about the rule at `position` of a list."""

    rule_list: RuleList
    position: int
    fault: RuleFault
    phrase: Phrase

    @property
    def warning(self) -> bool:
        return self.fault in WARNINGS


def rule_findings(filters: Filters, preview: Preview | None = None) -> Sequence[RuleFinding]:
    """Everything to say about the rules; with `preview`, also what they do to the mail of the last days.

    By list and position, the gravest of a rule first.
    """
    lists: tuple[tuple[RuleList, list[FilterRule]], ...] = (("sender", filters.sender), ("subject", filters.subject))
    found: list[RuleFinding] = []
    for name, rules in lists:
        covered = _covered(rules)
        doubled = _doubled(rules)
        for position, rule in enumerate(rules):
            faults = _faults(name, rule, filters.accept_from)
            if preview is not None:
                faults += _seen(name, position, preview)
            if position in doubled:
                faults.append((RuleFault.DUPLICATE, {}))
            elif position in covered:
                faults.append((RuleFault.COVERED, {"text": covered[position]}))
            # By fault: the text and the mail of the last days may both say that a rule stops everything.
            found += [_finding(name, position, fault, facts) for fault, facts in sorted(dict(faults).items(), key=_gravity)]
    return found


_Fault = tuple[RuleFault, dict[str, object]]
_ORDER = {fault: number for number, fault in enumerate(RuleFault)}


def _gravity(fault: _Fault) -> int:
    return _ORDER[fault[0]]


def _finding(rule_list: RuleList, position: int, fault: RuleFault, facts: dict[str, object]) -> RuleFinding:
    return RuleFinding(rule_list, position, fault, Phrase("helpdesk", SENTENCES[fault], facts))


def _faults(rule_list: RuleList, rule: FilterRule, accept_from: AcceptFrom) -> list[_Fault]:
    faults: list[_Fault] = []
    if not rule.enabled:
        faults.append((RuleFault.DISABLED, {}))
    # Every address has an @, and nearly every one a dot: signs alone tell nobody apart.
    if any(not any(letter.isalnum() for letter in needle) for needle in rule.needles):
        faults.append((RuleFault.STOPS_EVERYTHING, {}))
    if rule_list == "subject" and all(len(needle) > LONGEST_SUBJECT for needle in rule.needles):
        faults.append((RuleFault.NEVER_MATCHES, {}))
    if rule.direction == "receiving" and (rule.applies_to, accept_from) in _NOT_ACCEPTED_ANYWAY:
        faults.append((RuleFault.IDLE, {}))
    return faults


_NOT_ACCEPTED_ANYWAY = frozenset((("requestors", "technicians"),))
"""Requestors who are no technicians. A rule for technicians is about technicians who are requestors as well, whose mail is accepted."""


def _seen(rule_list: RuleList, position: int, preview: Preview) -> list[_Fault]:
    seen = preview.of(rule_list, position)
    faults: list[_Fault] = []
    if preview.messages >= MANY and seen.messages * 100 >= preview.messages * NEARLY_ALL_PERCENT:
        faults.append((RuleFault.STOPS_EVERYTHING, {}))
    if seen.by_people:
        faults.append((RuleFault.STOPS_PEOPLE, {"number": seen.by_people, "days": PREVIEW_DAYS}))
    return faults


def _doubled(rules: Sequence[FilterRule]) -> set[int]:
    """The positions of rules whose text stands further up, letter case aside, for some of the same mail."""
    first: dict[str, list[FilterRule]] = {}
    doubled: set[int] = set()
    for position, rule in enumerate(rules):
        same = first.setdefault(rule.key, [])
        if any(_overlap(each.applies_to, rule.applies_to) and _overlap(each.direction, rule.direction) for each in same):
            doubled.add(position)
        else:
            same.append(rule)
    return doubled


def _overlap(one: str, other: str) -> bool:
    return one == other or "both" in (one, other)


def _covered(rules: Sequence[FilterRule]) -> dict[int, str]:
    """By position, the text of the rule further up that stops whatever this rule would stop."""
    automaton = ahocorasick.Automaton()
    places: dict[str, list[int]] = {}
    for position, rule in enumerate(rules):
        if rule.enabled:
            for needle in rule.needles:
                places.setdefault(needle, []).append(position)
    if not places:
        return {}
    for needle, positions in places.items():
        automaton.add_word(needle, positions)
    automaton.make_automaton()
    covered: dict[int, str] = {}
    for position, rule in enumerate(rules):
        if rule.enabled:
            above = [_above(automaton, needle, position, rules) for needle in rule.needles]
            if all(each is not None for each in above) and above[0] is not None:
                covered[position] = rules[above[0]].text
    return covered


def _above(automaton: ahocorasick.Automaton, needle: str, position: int, rules: Sequence[FilterRule]) -> int | None:
    """The first rule above `position` that stops every message with `needle` in it."""
    rule = rules[position]
    found = (
        other
        for _, positions in automaton.iter(needle)
        for other in positions
        if other < position
        and rules[other].applies_to in ("both", rule.applies_to)
        and rules[other].direction in ("both", rule.direction)
    )
    return min(found, default=None)
