"""What a message costs in the filters with many rules, beside few (FIL-07: 1,000 rules at most 1.2 times 10 rules).

    python -m tests.benchmarks.filters [--messages 2000] [--rounds 7]

The rules are those that come with the product, filled up with addresses and words that occur in no message: a rule that
hits ends the search early, and would make many rules look cheap. All numbers of rules take turns; only ratios count.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Sequence

from tests.clock import BEGINNING
from trackit_console.domain.past_mail import KnownPeople, PastMessage
from trackit_console.helpdesk.filter_matcher import FilterMatcher, Role
from trackit_console.helpdesk.filter_preview import preview
from trackit_console.helpdesk.rule_findings import rule_findings
from trackit_console.mail import Address
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.settings.filters import Filters

NUMBERS = (10, 100, 1_000, 10_000)
FEW = NUMBERS[0]


def rules(number: int) -> Filters:
    """So many rules, half of them for senders."""
    sender = [FilterRule(text=f"newsletter{each}@campaign{each % 97}.example") for each in range(number // 2)]
    subject = [FilterRule(text=f"Offer number {each} of the week") for each in range(number - number // 2)]
    return Filters(sender=sender, subject=subject)


def letters(number: int) -> list[tuple[Address, str]]:
    """Senders and subjects as they come: an address with a name, and some fifty characters."""
    return [
        (
            Address(f"Anna Berg {each}", f"anna.berg{each}@contoso.example"),
            f"RE: Printer {each} on floor {each % 9} does not print any more",
        )
        for each in range(number)
    ]


def match(matcher: FilterMatcher, mail: Sequence[tuple[Address, str]]) -> float:
    """Seconds for all messages."""
    begun = time.perf_counter()
    for address, subject in mail:
        matcher.first_hit(address, subject, Role.REQUESTOR)
    return time.perf_counter() - begun


def seconds_of_preview(number: int, mail: Sequence[tuple[Address, str]]) -> tuple[float, float]:
    """Seconds for the preview of so many rules on the messages, and for what there is to say about the rules."""
    filters = rules(number)
    past = [PastMessage(at, BEGINNING, str(address), address.address, subject) for at, (address, subject) in enumerate(mail)]
    begun = time.perf_counter()
    seen = preview(filters, past, KnownPeople())
    previewed = time.perf_counter()
    rule_findings(filters, seen)
    return previewed - begun, time.perf_counter() - previewed


def main() -> None:
    """Prints the microseconds of a message and their ratio to few rules, and the seconds of a preview."""
    parser = argparse.ArgumentParser(description="The filters with many rules beside few")
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    mail = letters(options.messages)
    matchers = {number: FilterMatcher(rules(number)) for number in NUMBERS}
    spent: dict[int, list[float]] = {number: [] for number in NUMBERS}
    for _ in range(options.rounds):
        for number, matcher in matchers.items():
            spent[number].append(match(matcher, mail))
    for number in NUMBERS:
        ratios = [many / few for many, few in zip(spent[number], spent[FEW], strict=True)]
        each = statistics.median(spent[number]) / len(mail) * 1e6
        print(f"{number:6} rules: {each:.2f} µs a message, median ratio {statistics.median(ratios):.2f}")
    for number in NUMBERS:
        previewed, found = seconds_of_preview(number, mail)
        print(f"{number:6} rules: preview of {len(mail)} messages {previewed:.2f} s, findings {found:.2f} s")


if __name__ == "__main__":
    main()
