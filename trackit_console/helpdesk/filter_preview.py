"""What rules would have stopped among the mail of the last days (FIL-06). Pure: the store reads the mail and the people.

Only mail that reached the filters counts: a rule has no say about what was decided before them (`intake.RULES`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from trackit_console.domain.past_mail import KnownPeople, PastMessage
from trackit_console.helpdesk.filter_matcher import FilterMatcher, Role, RuleList
from trackit_console.helpdesk.mail_before_filters import reached_the_filters
from trackit_console.helpdesk.past_senders import address_of, sender_of
from trackit_console.helpdesk.sender import Sender
from trackit_console.helpdesk.verdict import Verdict, stopped_by
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.settings.filters import Filters

PREVIEW_DAYS = 30
EXAMPLES = 50
"""Messages of a rule that are shown."""


@dataclass(slots=True)
class RulePreview:
    """What one rule stops: how many messages, how many of them from people of the help desk, and the newest of them."""

    messages: int = 0
    by_people: int = 0
    examples: list[PastMessage] = field(default_factory=list)


@dataclass(slots=True)
class Preview:
    """What a set of rules stops among `messages`; `rules` are by list and position, those that stop nothing are left out."""

    messages: int = 0
    refused: int = 0
    rules: dict[tuple[RuleList, int], RulePreview] = field(default_factory=dict)

    @property
    def stopped(self) -> int:
        return self.refused + sum(each.messages for each in self.rules.values())

    def of(self, rule_list: RuleList, position: int) -> RulePreview:
        """What this rule stops."""
        return self.rules.get((rule_list, position)) or RulePreview()


def preview(filters: Filters, past: Iterable[PastMessage], people: KnownPeople) -> Preview:
    """Asks the filters about `past`, which is read once, newest first."""
    matcher, answer = FilterMatcher(filters), Preview()
    for message in past:
        if not reached_the_filters(message):
            continue
        answer.messages += 1
        sender = sender_of(message, people)
        verdict = stopped_by(matcher, filters.accept_from, sender, address_of(message), message.subject)
        _count(answer, verdict, message, sender)
    return answer


def _count(answer: Preview, verdict: Verdict, message: PastMessage, sender: Sender) -> None:
    if verdict.refused_by is not None:
        answer.refused += 1
    if verdict.hit is None:
        return
    rule = answer.rules.setdefault((verdict.hit.rule_list, verdict.hit.position), RulePreview())
    rule.messages += 1
    rule.by_people += sender.role is not Role.UNKNOWN
    if len(rule.examples) < EXAMPLES:
        rule.examples.append(message)


def preview_alone(
    rule_list: RuleList, rule: FilterRule, past: Iterable[PastMessage], people: KnownPeople
) -> tuple[RulePreview, int]:
    """What `rule` would stop if it were the only filter, enabled or not, and how many messages it was asked about."""
    rules: Mapping[str, list[FilterRule]] = {"sender": [], "subject": []} | {
        rule_list: [rule.model_copy(update={"enabled": True})]
    }
    answer = preview(Filters(sender=rules["sender"], subject=rules["subject"]), past, people)
    return answer.of(rule_list, 0), answer.messages
