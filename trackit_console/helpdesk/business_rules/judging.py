"""Whether a business rule acts on an occurrence, and why not (NOT-03). The monitor and the dry run ask the same function."""

from __future__ import annotations

from trackit_console.helpdesk.business_rules.condition_result import ConditionResult
from trackit_console.helpdesk.business_rules.conditions import check
from trackit_console.helpdesk.business_rules.facts import Facts
from trackit_console.helpdesk.business_rules.judgement import Judgement, Verdict
from trackit_console.helpdesk.occurrences import Occurrence
from trackit_console.settings.business_rules import BusinessRule


def judge(rule: BusinessRule, occurrence: Occurrence, skipped_by: str = "", facts: Facts | None = None) -> Judgement:
    """Judges one rule. Pure; never raises. `facts` are those of the occurrence, to be read once for many rules."""
    known = facts or Facts(occurrence)
    conditions = tuple([check(each, known) for each in rule.conditions])
    return Judgement(rule, occurrence, _verdict(rule, occurrence, conditions, skipped_by), conditions, skipped_by)


def _verdict(rule: BusinessRule, occurrence: Occurrence, conditions: tuple[ConditionResult, ...], skipped_by: str) -> Verdict:
    if not rule.enabled:
        return Verdict.DISABLED
    if occurrence.event not in rule.events:
        return Verdict.OTHER_EVENT
    if occurrence.details and occurrence.details.ref.module.value not in rule.modules:
        return Verdict.OTHER_MODULE
    if _did_it_itself(rule, occurrence):
        return Verdict.OWN_EVENT
    if skipped_by:
        return Verdict.SKIPPED
    enough = all if rule.match == "all" else any
    if conditions and not enough(each.holds for each in conditions):
        return Verdict.CONDITIONS
    return Verdict.WAITS if rule.delay else Verdict.ACTS


def _did_it_itself(rule: BusinessRule, occurrence: Occurrence) -> bool:
    """Two rules may answer each other, and `store.unit_of_work` ends that; one alone would only repeat itself.

    A rule with a delay acts in another transaction, where nothing ends it: it acts on nothing that followed from it.
    """
    return rule.name in (occurrence.by if rule.delay else occurrence.by[-1:])
