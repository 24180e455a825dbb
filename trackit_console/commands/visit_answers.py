"""What was done in one round, visit by visit and with the outgoing mail: as JSON (docs/interface.md) and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trackit_console.domain.polling import PollError
    from trackit_console.monitor.outbox_once import SentOnce
    from trackit_console.monitor.visit_result import VisitResult


def sent_answer(sent: SentOnce) -> dict[str, Any]:
    """What was sent, in the form of docs/interface.md."""
    from trackit_console.commands.outbox import error_of

    return {"sent": sent.sent, "failed": sent.failed, "waiting": sent.waiting, "error": error_of(sent.error)}


def sent_words(sent: SentOnce) -> str:
    """What was sent, as a person reads it."""
    told = sent_answer(sent)
    error = f" {told['error']['detail']} {told['error']['remedy']}" if told["error"] else ""
    return f"Outgoing mail: {sent.sent} sent, {sent.failed} failed, {sent.waiting} waiting.{error}"


def visit_answer(result: VisitResult) -> dict[str, Any]:
    """A visit in the form of docs/interface.md."""
    from trackit_console.domain.deliveries import Outcome

    outcomes = result.counts.outcomes
    error = result.error
    return {
        "name": result.name,
        "seen": result.counts.seen,
        "processed": result.counts.processed,
        "filtered": outcomes[Outcome.FILTERED],
        "refused": outcomes[Outcome.REFUSED],
        "quarantined": outcomes[Outcome.QUARANTINED],
        "error": _error_answer(error) if error else None,
    }


def _error_answer(error: PollError) -> dict[str, str]:
    from trackit_console.user_messages import problem_phrases

    summary, remedy = problem_phrases(error.context, error.code, error.facts)
    return {"step": error.step, "code": error.code, "detail": f"{summary} {error.detail}".strip(), "remedy": str(remedy)}


def visit_words(result: VisitResult) -> str:
    """A visit as a person reads it."""
    if result.skipped:
        return f"{result.name}: another monitor reads this mailbox now."
    told = visit_answer(result)
    counts = ", ".join(f"{told[name]} {name}" for name in ("seen", "processed", "filtered", "refused", "quarantined"))
    if result.error:
        error = told["error"]
        return f"{result.name}: {error['detail']} {error['remedy']} ({counts})"
    return f"{result.name}: {counts}."
