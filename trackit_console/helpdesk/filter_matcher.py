"""Matches the filter rules: searches for all texts of a list in one pass (FIL-03, FIL-04, FIL-07).

`verdict` says what follows from a match; `store` holds the rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import ahocorasick

from trackit_console.mail import Address
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.settings.filters import Filters

Way = Literal["receiving", "sending"]
"""Whether mail comes in or goes out."""
RuleList = Literal["sender", "subject"]


class Role(StrEnum):
    """The role of a person in the help desk."""

    TECHNICIAN = "technicians"
    REQUESTOR = "requestors"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Hit:
    """The rule that stops a message; `position` is its place in the list, disabled rules included."""

    rule_list: RuleList
    position: int
    rule: FilterRule


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The rules of one list that are in force, by position, and the Aho-Corasick automaton that finds their texts."""

    rules: dict[int, FilterRule]
    automaton: ahocorasick.Automaton | None

    def hits(self, text: str) -> set[int]:
        """The positions of the rules with a text that occurs in `text`, which is case-folded."""
        if self.automaton is None:
            return set()
        return {position for _, positions in self.automaton.iter(text) for position in positions}


class FilterMatcher:
    """Both lists of rules, compiled for mail that comes in, or for mail that goes out."""

    def __init__(self, filters: Filters, way: Way = "receiving") -> None:
        self.way = way
        self._sender = _compile(filters.sender, way)
        self._subject = _compile(filters.subject, way)

    def first_hit(self, person: Address, subject: str, role: Role) -> Hit | None:
        """The first rule that stops this message, those for the sender before those for the subject.

        `person` is the sender of mail that comes in, and the recipient of mail that goes out; `role` is that of the person.
        """
        # The line break prevents a match that spans the end of the name and the start of the address.
        found = _first(self._sender, f"{person.name}\n{person.address}".casefold(), role)
        if found is not None:
            return Hit("sender", found, self._sender.rules[found])
        found = _first(self._subject, subject.casefold(), role)
        return None if found is None else Hit("subject", found, self._subject.rules[found])


def _first(compiled: _Compiled, text: str, role: Role) -> int | None:
    for position in sorted(compiled.hits(text)):
        if compiled.rules[position].applies_to in ("both", role.value):
            return position
    return None


def _compile(rules: Sequence[FilterRule], way: Way) -> _Compiled:
    active = {position: rule for position, rule in enumerate(rules) if rule.enabled and rule.direction in (way, "both")}
    needles: dict[str, list[int]] = {}
    for position, rule in active.items():
        for needle in rule.needles:
            needles.setdefault(needle, []).append(position)
    if not needles:
        return _Compiled(active, None)
    automaton = ahocorasick.Automaton()
    for needle, positions in needles.items():
        automaton.add_word(needle, tuple(positions))
    automaton.make_automaton()
    return _Compiled(active, automaton)
