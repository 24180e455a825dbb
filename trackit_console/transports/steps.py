"""The report of a connection test: a `Step` for the start and the end of each phase (IN-10). `transports.check` runs them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from trackit_console.transports.certificate import Certificate
from trackit_console.transports.step_names import TITLES, StepName
from trackit_console.user_messages import Phrase


class StepState(StrEnum):
    """`RUNNING` appears on screen only; a finished report has the other three."""

    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Step:
    """One phase of a connection test.

    `seconds` is its duration (0 while it runs); `detail` describes the result, `remedy` says what to do if it failed;
    `code` is a stable identifier of the error, empty if there is none; `technical` is the text of the server or the
    system, without secrets. `certificate` is the rejected one, if it could be read.
    """

    name: StepName
    state: StepState
    seconds: float = 0.0
    detail: Phrase | None = None
    remedy: Phrase | None = None
    code: str = ""
    technical: str = ""
    certificate: Certificate | None = None


def passed(report: Sequence[Step]) -> bool:
    """Whether the connection works: no step failed or was cancelled. A skipped test message does not count."""
    return bool(report) and not any(step.state is StepState.FAILED or step.code == "cancelled" for step in report)


def report(steps: Sequence[Step], translated: Callable[[Phrase], str] = str) -> str:
    """The text of **Copy details**: every finished step, without secrets. `translated` translates a phrase for the reader."""
    return "\n".join(line for step in steps if step.state is not StepState.RUNNING for line in _reported(step, translated))


def _reported(step: Step, translated: Callable[[Phrase], str]) -> Iterator[str]:
    title = translated(Phrase("transports", TITLES[step.name]))
    yield f"{title}: {step.state.value}, {step.seconds:.2f} s. {translated(step.detail) if step.detail else ''}".rstrip()
    if step.remedy:
        yield f"    {translated(step.remedy)}"
    if step.code:
        yield f"    {step.code}: {step.technical}".rstrip(" :")
