"""Business rules in their order on one occurrence (NOT-03). The monitor and the dry run call the same function."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from trackit_console.domain.effects import Effect
from trackit_console.domain.listeners import Reader
from trackit_console.helpdesk.business_rules.acting import Tools, act, after
from trackit_console.helpdesk.business_rules.delaying import scheduled
from trackit_console.helpdesk.business_rules.facts import Facts
from trackit_console.helpdesk.business_rules.judgement import Judgement, Verdict
from trackit_console.helpdesk.business_rules.judging import judge
from trackit_console.helpdesk.business_time import Calendar
from trackit_console.helpdesk.occurrences import Occurrence
from trackit_console.settings.business_rules import BusinessRule


@dataclass(frozen=True, slots=True)
class RuleResult:
    """A rule, why it acts or not, and what that changes now: a rule that waits only schedules its actions."""

    judgement: Judgement
    effects: tuple[Effect, ...] = ()


def run_rules(
    rules: Iterable[BusinessRule], occurrence: Occurrence, tools: Tools, calendar: Calendar, read: Reader
) -> Iterator[RuleResult]:
    """Judges each rule, and lets act those that do. A rule sees the record as those before it leave it."""
    facts, skipped_by = Facts(occurrence), ""
    for rule in rules:
        judgement = judge(rule, facts.occurrence, skipped_by, facts)
        if not judgement.acts:
            yield RuleResult(judgement)
            continue
        if judgement.verdict is Verdict.WAITS:
            effects: Sequence[Effect] = scheduled(rule, facts.occurrence, calendar)
        else:
            effects = act(rule, facts.occurrence, tools, read)
        changed = after(facts.occurrence, effects, read)
        facts = facts if changed is facts.occurrence else Facts(changed)
        skipped_by = rule.name if rule.stop_after else ""
        yield RuleResult(judgement, tuple(effects))
