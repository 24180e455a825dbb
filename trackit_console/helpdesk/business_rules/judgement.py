"""What judging a business rule gave: a verdict, and the sentence that tells an admin why (NOT-03)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from trackit_console.helpdesk.business_rules.condition_result import ConditionResult
from trackit_console.helpdesk.occurrences import Occurrence
from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.event_names import EVENT_LABELS, MODULE_LABELS
from trackit_console.settings.rule_delay import DELAY_UNIT_LABELS
from trackit_console.settings.validation_rules import CONTEXT as SETTINGS
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase


class Verdict(StrEnum):
    """Whether a rule acts, or the first thing that keeps it from acting. The words are those of the command line's JSON."""

    ACTS = "acts"
    WAITS = "waits"
    DISABLED = "disabled"
    OTHER_EVENT = "other_event"
    OTHER_MODULE = "other_module"
    OWN_EVENT = "own_event"
    SKIPPED = "skipped"
    CONDITIONS = "conditions"


_SENTENCES: dict[Verdict, str] = {
    Verdict.ACTS: QT_TRANSLATE_NOOP("helpdesk", "The rule acts."),
    Verdict.WAITS: QT_TRANSLATE_NOOP("helpdesk", "The rule acts after {amount} {unit}, if its conditions still hold then."),
    Verdict.DISABLED: QT_TRANSLATE_NOOP("helpdesk", "The rule is disabled."),
    Verdict.OTHER_EVENT: QT_TRANSLATE_NOOP("helpdesk", "The rule is not about this event: {event}."),
    Verdict.OTHER_MODULE: QT_TRANSLATE_NOOP("helpdesk", "The rule is not about this module: {module}."),
    Verdict.OWN_EVENT: QT_TRANSLATE_NOOP("helpdesk", "The rule did this itself, so it does not act on it."),
    Verdict.SKIPPED: QT_TRANSLATE_NOOP("helpdesk", "The rule “{rule}” further up acts and skips the rules behind it."),
    Verdict.CONDITIONS: QT_TRANSLATE_NOOP("helpdesk", "A condition does not hold: {condition}"),
}
_NO_CONDITION_HOLDS = QT_TRANSLATE_NOOP("helpdesk", "None of the conditions holds.")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What becomes of a rule. All conditions are judged, so that each can be shown, whatever keeps the rule from acting.

    `skipped_by` is the name of the rule that keeps this one from being judged.
    """

    rule: BusinessRule
    occurrence: Occurrence
    verdict: Verdict
    conditions: tuple[ConditionResult, ...]
    skipped_by: str = ""

    @property
    def acts(self) -> bool:
        """Whether its actions are done, now or after its delay."""
        return self.verdict in (Verdict.ACTS, Verdict.WAITS)

    @property
    def reason(self) -> Phrase:
        """Why the rule acts or not, in a sentence."""
        failed = [each for each in self.conditions if not each.holds]
        if self.verdict is Verdict.CONDITIONS and self.rule.match == "any" and len(failed) > 1:
            return Phrase("helpdesk", _NO_CONDITION_HOLDS)
        return Phrase("helpdesk", _SENTENCES[self.verdict], _FACTS.get(self.verdict, _nothing)(self))


def _nothing(_judgement: Judgement) -> dict[str, object]:
    return {}


def _delay(judgement: Judgement) -> dict[str, object]:
    delay = judgement.rule.delay
    assert delay is not None
    return {"amount": delay.amount, "unit": Phrase(SETTINGS, DELAY_UNIT_LABELS[delay.unit])}


def _event(judgement: Judgement) -> dict[str, object]:
    return {"event": Phrase(SETTINGS, EVENT_LABELS[judgement.occurrence.event])}


def _module(judgement: Judgement) -> dict[str, object]:
    details = judgement.occurrence.details
    assert details is not None
    return {"module": Phrase(SETTINGS, MODULE_LABELS[details.ref.module.value])}


def _skipping(judgement: Judgement) -> dict[str, object]:
    return {"rule": judgement.skipped_by}


def _failed_condition(judgement: Judgement) -> dict[str, object]:
    return {"condition": next(each.phrase for each in judgement.conditions if not each.holds)}


_FACTS: dict[Verdict, Callable[[Judgement], dict[str, object]]] = {
    Verdict.WAITS: _delay,
    Verdict.OTHER_EVENT: _event,
    Verdict.OTHER_MODULE: _module,
    Verdict.SKIPPED: _skipping,
    Verdict.CONDITIONS: _failed_condition,
}
