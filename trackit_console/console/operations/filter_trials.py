"""What trying and previewing filter rules gave, as plain values (FIL-05, FIL-06)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trackit_console.helpdesk.filter_matcher import Role, RuleList
    from trackit_console.helpdesk.filter_preview import Preview, RulePreview
    from trackit_console.helpdesk.rule_faults import RuleFinding
    from trackit_console.helpdesk.verdict import Verdict
    from trackit_console.settings.filter_rules import FilterRule
    from trackit_console.settings.filters import Filters
    from trackit_console.settings.monitor import UnknownSenders
    from trackit_console.store.singleton_settings import RuleCount


@dataclass(frozen=True, slots=True)
class Trial:
    """What would become of a message, and the role by which it was judged.

    `unknown_sender` is what happens to the sender who is unknown, None if he is known or the message is stopped.
    """

    verdict: Verdict
    role: Role
    unknown_sender: UnknownSenders | None = None


@dataclass(frozen=True, slots=True)
class Analysis:
    """What there is to say about a set of rules: `findings` by list and position, the gravest first."""

    filters: Filters
    preview: Preview
    findings: Mapping[tuple[RuleList, int], Sequence[RuleFinding]]
    counts: Mapping[tuple[str, str], RuleCount]


@dataclass(frozen=True, slots=True)
class RuleReport:
    """What `rule` alone would stop of `asked` messages, and how many it stops among the other rules."""

    rule: FilterRule
    alone: RulePreview
    asked: int
    decides: int
    findings: Sequence[RuleFinding]
