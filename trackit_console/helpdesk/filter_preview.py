"""What rules would have stopped among the mail of the last days (FIL-06). Pure: the store reads the mail and the people.

Only mail that reached the filters counts: a rule has no say about what was decided before them (`intake.RULES`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from trackit_console.domain.addresses import address_key
from trackit_console.domain.past_mail import KnownPeople, PastMessage
from trackit_console.domain.records import Person
from trackit_console.helpdesk.filter_matcher import FilterMatcher, Role, RuleList
from trackit_console.helpdesk.reasons import Reason
from trackit_console.helpdesk.sender import Sender
from trackit_console.helpdesk.verdict import Verdict, stopped_by
from trackit_console.mail import Address
from trackit_console.settings.filters import FilterRule, Filters

PREVIEW_DAYS = 30
EXAMPLES = 50
"""Messages of a rule that are shown."""
BEFORE_THE_FILTERS = frozenset(
    (
        Reason.SUBJECT_TOO_LONG,
        Reason.OWN_ADDRESS,
        Reason.BOUNCE_OF_OURS,
        Reason.BOUNCE_OF_OURS_TO_NOBODY,
        Reason.PROCESSING_FAILED,
        Reason.NOT_DOWNLOADABLE,
        Reason.ENDED_THE_PROCESS,
        Reason.TOO_LARGE,
        Reason.REFUSED_BY_SERVER,
        Reason.TAKEN_BEFORE,
    )
)
"""The reasons of mail that no filter was asked about."""
_SOMEBODY = Person(0, "", "")


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


def reached_the_filters(message: PastMessage) -> bool:
    """Whether the filters were asked about the message when it came."""
    # The first reason is the one that decided; own mail on a record has passed the filters and is told of further on.
    return not message.reasons or message.reasons[0] not in BEFORE_THE_FILTERS


def address_of(message: PastMessage) -> Address:
    """The sender again as name and address: `str(Address)` reversed. An address has no blank before its bracket."""
    name, found, address = message.sender.rpartition(" <")
    if not found:
        return Address("", message.sender)
    if not address.endswith(">"):  # cut to the width of its column
        return Address(message.sender, message.sender_key)
    return Address(name, address[:-1])


def sender_of(message: PastMessage, people: KnownPeople) -> Sender:
    """The sender as today's people know it. Mail of before the keys were kept is looked up by the address as written."""
    return sender_at(message.sender_key or address_key(address_of(message).address), people)


def sender_at(key: str, people: KnownPeople) -> Sender:
    """Whoever has the address with this key."""
    technician = _SOMEBODY if key in people.technicians else None
    return Sender(technician, _SOMEBODY if key in people.requestors else None, own=False)
