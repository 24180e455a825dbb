"""Whether Email Filters stop a message: by a rule, or because its sender is not accepted (FIL-02, FIL-03).

The monitor, **Try it** and the preview all call `stopped_by`, so that what an admin is told is what happens.
"""

from __future__ import annotations

from dataclasses import dataclass

from trackit_console.helpdesk.filter_matcher import FilterMatcher, Hit
from trackit_console.helpdesk.sender import Sender, is_accepted
from trackit_console.mail import Address
from trackit_console.settings.filters import AcceptFrom


@dataclass(frozen=True, slots=True)
class Verdict:
    """`hit` is the rule that stops the message; `refused_by` the setting that accepts only others. Both None: it passes."""

    hit: Hit | None = None
    refused_by: AcceptFrom | None = None

    @property
    def stopped(self) -> bool:
        return self.hit is not None or self.refused_by is not None


PASSED = Verdict()


def stopped_by(matcher: FilterMatcher, accept_from: AcceptFrom, sender: Sender, address: Address, subject: str) -> Verdict:
    """The first of the filters that stops a message, rules before the setting whose mail is accepted.

    Of mail that goes out, `sender` and `address` are the recipient's; whose mail is accepted concerns incoming mail alone.
    """
    hit = matcher.first_hit(address, subject, sender.role)
    if hit is not None:
        return Verdict(hit=hit)
    if matcher.way == "receiving" and not is_accepted(sender, accept_from):
        return Verdict(refused_by=accept_from)
    return PASSED
