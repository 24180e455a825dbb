"""The sentences of what the database keeps by code: errors of a poll, and reasons.

A code finds its sentence only once the module that declares it was imported. Whoever shows what was kept imports these
from here.
"""

from __future__ import annotations

# Imported for the codes that they declare.
import trackit_console.monitor.errors
import trackit_console.store.access_errors
import trackit_console.store.connection_errors
import trackit_console.store.errors
import trackit_console.transports.certificate
import trackit_console.transports.errors
import trackit_console.transports.factory  # noqa: F401
from trackit_console.domain.records import AppliedReason
from trackit_console.helpdesk.reasons import reason_phrase
from trackit_console.user_messages import problem_phrases

__all__ = ["kept_problem", "problem_phrases", "reason_phrase"]


def kept_problem(reason: AppliedReason) -> tuple[str, str]:
    """What a reason that is a kept error says, with the technical words of its fact `detail`, and what to do about it."""
    context, _, code = reason.code.partition(".")
    remedy = problem_phrases(context, code, reason.facts)[1]
    return f"{reason_phrase(reason)} {reason.facts.get('detail', '')}".strip(), str(remedy)
