"""What rules would do to one record, and why not (NOT-03). Changes and sends nothing.

The functions that judge and act are those of the monitor.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from trackit_console.domain.effects import Effect, ScheduleAction
from trackit_console.domain.listeners import Reader
from trackit_console.helpdesk.business_rules.acting import Tools, act
from trackit_console.helpdesk.business_rules.judgement import Judgement, Verdict
from trackit_console.helpdesk.business_rules.running import run_rules
from trackit_console.helpdesk.business_time import Calendar
from trackit_console.helpdesk.occurrences import Occurrence
from trackit_console.settings.business_rules import BusinessRule


@dataclass(frozen=True, slots=True)
class RuleTrial:
    """What a rule would do. `effects` are those of its actions; `due_at` is when they would be done, None for at once.

    A delayed rule whose business hours never come has neither `effects` nor `due_at`.
    """

    judgement: Judgement
    effects: tuple[Effect, ...] = ()
    due_at: datetime | None = None


def try_rules(
    rules: Iterable[BusinessRule], occurrence: Occurrence, tools: Tools, calendar: Calendar, read: Reader
) -> list[RuleTrial]:
    """What each rule would do, in their order: each sees what those before it would have changed at once."""
    trials = []
    for result in run_rules(rules, occurrence, tools, calendar, read):
        judgement = result.judgement
        if judgement.verdict is Verdict.WAITS:
            due_at = next((each.due_at for each in result.effects if isinstance(each, ScheduleAction)), None)
            later = act(judgement.rule, judgement.occurrence, tools, read) if due_at else []
            trials.append(RuleTrial(judgement, tuple(later), due_at))
        else:
            trials.append(RuleTrial(judgement, result.effects))
    return trials


def try_rule(rule: BusinessRule, occurrence: Occurrence, tools: Tools, calendar: Calendar, read: Reader) -> RuleTrial:
    """What `rule` alone would do if it were enabled."""
    return try_rules([rule.model_copy(update={"enabled": True})], occurrence, tools, calendar, read)[0]
