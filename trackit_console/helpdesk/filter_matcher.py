"""Matches the filter rules: searches for all texts of a list in one pass (FIL-03, FIL-04, FIL-07).

`intake` handles a match; `store` holds the rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import ahocorasick

from trackit_console.domain.deliveries import MatchedRule
from trackit_console.mail import Address
from trackit_console.settings.filters import FilterRule, Filters


class Role(StrEnum):
    """The role of the sender in the help desk."""

    TECHNICIAN = "technicians"
    REQUESTOR = "requestors"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class _Compiled:
    """One list of rules for incoming mail, and the Aho-Corasick automaton that finds their texts."""

    rules: tuple[FilterRule, ...]
    automaton: ahocorasick.Automaton | None

    def hits(self, text: str) -> set[int]:
        """The numbers of the rules with a text that occurs in `text`, which is case-folded."""
        if self.automaton is None:
            return set()
        return {number for _, numbers in self.automaton.iter(text) for number in numbers}


class FilterMatcher:
    """Both lists of rules, compiled for incoming mail."""

    def __init__(self, filters: Filters) -> None:
        self._sender = _compile(filters.sender)
        self._subject = _compile(filters.subject)

    def first_hit(self, sender: Address, subject: str, role: Role) -> MatchedRule | None:
        """The first rule that stops this message, those for the sender before those for the subject."""
        # The line break prevents a match that spans the end of the name and the start of the address.
        found = _first(self._sender, f"{sender.name}\n{sender.address}".casefold(), role)
        if found:
            return MatchedRule("sender", found.text)
        found = _first(self._subject, subject.casefold(), role)
        return MatchedRule("subject", found.text) if found else None


def _first(compiled: _Compiled, text: str, role: Role) -> FilterRule | None:
    for number in sorted(compiled.hits(text)):
        rule = compiled.rules[number]
        if rule.applies_to in ("both", role.value):
            return rule
    return None


def _compile(rules: Sequence[FilterRule]) -> _Compiled:
    active = tuple(rule for rule in rules if rule.enabled and rule.direction in ("receiving", "both"))
    needles: dict[str, list[int]] = {}
    for number, rule in enumerate(active):
        for needle in rule.needles:
            needles.setdefault(needle, []).append(number)
    if not needles:
        return _Compiled(active, None)
    automaton = ahocorasick.Automaton()
    for needle, numbers in needles.items():
        automaton.add_word(needle, tuple(numbers))
    automaton.make_automaton()
    return _Compiled(active, automaton)
