"""What a business rule would do, as JSON (docs/interface.md) and in words (NOT-03)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trackit_console.domain.records import RecordRef
    from trackit_console.helpdesk.business_rules.mail_trial import RuleHits
    from trackit_console.helpdesk.occurrences import Occurrence
    from trackit_console.monitor.rule_trial import ShownTrial
    from trackit_console.settings.business_rules import BusinessRule


def trial_answer(shown: ShownTrial, rule: BusinessRule, record: RecordRef, event: str) -> dict[str, Any]:
    """What a rule would do to a record, in the form of docs/interface.md."""
    judgement = shown.trial.judgement
    return {
        "rule": rule.name,
        "enabled": rule.enabled,
        "record": str(record),
        "event": event,
        "acts": judgement.acts,
        "verdict": judgement.verdict.value,
        "reason": str(judgement.reason),
        "conditions": [
            {
                **each.condition.model_dump(mode="json"),
                "actual": list(each.actual),
                "holds": each.holds,
                "reason": str(each.phrase),
            }
            for each in judgement.conditions
        ],
        "due_at": shown.trial.due_at,
        "effects": [{"words": str(each)} for each in shown.words],
    }


def trial_lines(shown: ShownTrial) -> list[str]:
    """The same as a person reads it."""
    judgement, due_at = shown.trial.judgement, shown.trial.due_at
    conditions = [f"  {'yes' if each.holds else 'no '}  {each.phrase}" for each in judgement.conditions]
    due = [f"It would be due at {due_at.astimezone():%Y-%m-%d %H:%M}."] if due_at else []
    return [str(judgement.reason), *conditions, *due, *(f"  - {each}" for each in shown.words)]


def example_answer(occurrence: Occurrence) -> dict[str, Any]:
    """Mail on which a rule would act, in the form of docs/interface.md."""
    received, note, details = occurrence.received, occurrence.note, occurrence.details
    return {
        "at": note.at if note else None,
        "sender": received.sender if received else None,
        "subject": received.subject if received else None,
        "record": str(details.ref) if details else None,
    }


def preview_lines(messages: int, hits: RuleHits) -> list[str]:
    """On how much mail a rule would act, and the newest of it, as a person reads it."""
    shown = [example_answer(each) for each in hits.examples]
    lines = [f"{each['record']}  {each['sender']}  {each['subject']}" for each in shown]
    return [f"The rule would act on {hits.messages} of {messages} messages.", *lines]
