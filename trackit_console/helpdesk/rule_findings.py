"""What is odd about filter rules: one that stops nearly everything, stops people's mail, or can never decide (FIL-05, FIL-06).

A finding is advice. A rule with one is kept and works as written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import ahocorasick

from trackit_console.helpdesk.filter_matcher import RuleList
from trackit_console.helpdesk.filter_preview import PREVIEW_DAYS, Preview
from trackit_console.helpdesk.rule_faults import LONGEST_SUBJECT, SENTENCES, RuleFault, RuleFinding
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.settings.filters import AcceptFrom, Filters
from trackit_console.user_messages import Phrase

MANY = 10
"""Of fewer messages nothing is said about nearly all of them."""
NEARLY_ALL_PERCENT = 90
_BRACKETED = re.compile(r"<[^<>@\s]+@[^<>\s]+>")
"""An address as mail programs show it beside the name, and as it is copied from them."""


def rule_findings(filters: Filters, preview: Preview | None = None) -> Sequence[RuleFinding]:
    """Everything to say about the rules; with `preview`, also what they do to the mail of the last days.

    By list and position, the gravest of a rule first.
    """
    lists: tuple[tuple[RuleList, list[FilterRule]], ...] = (("sender", filters.sender), ("subject", filters.subject))
    found: list[RuleFinding] = []
    for name, rules in lists:
        covered = _covered(rules)
        doubled, widened = _doubled(rules), _widened(rules)
        for position, rule in enumerate(rules):
            faults = _faults(name, rule, filters.accept_from)
            if preview is not None:
                faults += _seen(name, position, preview)
            if position in doubled:
                faults.append((RuleFault.DUPLICATE, {}))
            elif position in covered:
                faults.append((RuleFault.COVERED, {"text": covered[position]}))
            elif position in widened:
                faults.append((RuleFault.WIDER_BELOW, {}))
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
    if rule_list == "sender" and any(_BRACKETED.search(needle) for needle in rule.needles):
        faults.append((RuleFault.BRACKETS, {}))
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
    """The positions of rules whose text stands further up, letter case aside, for all of the same mail."""
    first: dict[str, list[FilterRule]] = {}
    doubled: set[int] = set()
    for position, rule in enumerate(rules):
        same = first.setdefault(rule.key, [])
        if any(_includes(each, rule) for each in same):
            doubled.add(position)
        else:
            same.append(rule)
    return doubled


def _widened(rules: Sequence[FilterRule]) -> set[int]:
    """The positions of rules whose text stands further down, letter case aside, in a rule in force for more mail."""
    below: dict[str, list[FilterRule]] = {}
    widened: set[int] = set()
    for position, rule in reversed([*enumerate(rules)]):
        same = below.setdefault(rule.key, [])
        if rule.enabled:
            if any(_includes(each, rule) and not _includes(rule, each) for each in same):
                widened.add(position)
            same.append(rule)
    return widened


def _includes(one: FilterRule, other: FilterRule) -> bool:
    """Whether `one` is about all mail that `other` is about."""
    return one.applies_to in ("both", other.applies_to) and one.direction in ("both", other.direction)


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
        if other < position and _includes(rules[other], rule)
    )
    return min(found, default=None)
