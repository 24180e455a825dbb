"""Runs phases of any type of account as the steps of a connection test, each under a time limit (IN-10).

It knows no protocol: a phase has a `run`, a `describe`, and an `Abortable` that ends it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator

from trackit_console.cancel import Cancel
from trackit_console.transports.connection_phases import Phase
from trackit_console.transports.errors import Cancelled, TlsFailed
from trackit_console.transports.step_names import StepName
from trackit_console.transports.steps import Step, StepState
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase, Problem

NOT_REACHED = Phrase("transports", QT_TRANSLATE_NOOP("transports", "Not tried, because an earlier step failed."))
CANCELLED = Phrase("transports", QT_TRANSLATE_NOOP("transports", "Not tried, because the test was cancelled."))


def run_steps(phases: Iterable[Phase], cancel: Cancel, seconds: float) -> Iterator[Step]:
    """Yields each step twice, as `RUNNING` and with its result; after a failure the rest is skipped."""
    skip_reason: Phrase | None = None
    for phase in phases:
        if (reason := skip_reason or phase.skipped) is not None:
            yield Step(phase.name, StepState.SKIPPED, detail=reason)
            continue
        yield Step(phase.name, StepState.RUNNING)
        step = _run(phase, cancel, seconds)
        if step.state is not StepState.PASSED:
            skip_reason = NOT_REACHED if step.state is StepState.FAILED else CANCELLED
        yield step


def _run(phase: Phase, cancel: Cancel, seconds: float) -> Step:
    """Runs one phase under a time limit. The timer also stops a server that sends byte by byte and so resets socket timeouts."""
    started = time.monotonic()
    limit = threading.Timer(seconds, phase.abortable.expire)
    limit.daemon = True
    limit.start()
    unregister = cancel.on_cancel(phase.abortable.abort)
    try:
        phase.run()
        found = phase.describe()
    except Problem as problem:
        # By code, not by class: the phases of a database raise the Cancelled of `store.errors`.
        if problem.code == Cancelled.code:
            return Step(phase.name, StepState.SKIPPED, time.monotonic() - started, problem.message, code=problem.code)
        return failed_step(phase.name, problem, time.monotonic() - started)
    finally:
        unregister()
        limit.cancel()
    return Step(phase.name, StepState.PASSED, time.monotonic() - started, found)


def failed_step(name: StepName, problem: Problem, seconds: float) -> Step:
    """The result of a step that ended with `problem` after so many seconds."""
    remedy = problem.remedy_message if problem.remedy else None
    certificate = problem.certificate if isinstance(problem, TlsFailed) else None
    return Step(name, StepState.FAILED, seconds, problem.message, remedy, problem.code, problem.detail, certificate)
