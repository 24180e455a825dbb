"""The faults that a filter rule can have, and the sentence about each (FIL-06)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from trackit_console.helpdesk.filter_matcher import RuleList
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

LONGEST_SUBJECT = 400
"""A longer subject is set aside before the filters are asked (MSG-01)."""


class RuleFault(StrEnum):
    """What can be said about a rule, the gravest first."""

    STOPS_EVERYTHING = "stops_everything"
    STOPS_PEOPLE = "stops_people"
    DUPLICATE = "duplicate"
    NEVER_MATCHES = "never_matches"
    BRACKETS = "brackets"
    COVERED = "covered"
    WIDER_BELOW = "wider_below"
    IDLE = "idle"
    DISABLED = "disabled"


WARNINGS = frozenset(
    (
        RuleFault.STOPS_EVERYTHING,
        RuleFault.STOPS_PEOPLE,
        RuleFault.DUPLICATE,
        RuleFault.NEVER_MATCHES,
        RuleFault.BRACKETS,
    )
)
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
    RuleFault.BRACKETS: QT_TRANSLATE_NOOP(
        "helpdesk",
        "Name and address of a sender are searched one after the other, without angle brackets: this rule finds nobody. "
        "Enter the address alone, or the name alone.",
    ),
    RuleFault.COVERED: QT_TRANSLATE_NOOP(
        "helpdesk", "The rule “{text}” further up stops the same messages first, so this one never decides."
    ),
    RuleFault.WIDER_BELOW: QT_TRANSLATE_NOOP(
        "helpdesk",
        "The rule with the same text further down stops all of this and more, because it is for more people or for both "
        "directions. This one can be deleted.",
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
