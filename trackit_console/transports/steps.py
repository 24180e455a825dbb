"""The report of a connection test: one `Step` after another, as they start and as they end (IN-10).

The step names are public (the JSON of `check`); their words on screen are `TITLES`. Who runs the steps is in
`transports.check`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from trackit_console.transports.certificate import Certificate
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase


class StepName(StrEnum):
    """The phases of a connection, in their order."""

    RESOLVE = "resolve"
    CONNECT = "connect"
    TLS = "tls"
    SIGN_IN = "sign_in"
    FOLDER = "folder"
    SEND = "send"


class StepState(StrEnum):
    """`RUNNING` is seen on screen only; a finished report holds the other three."""

    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


TITLES = {
    StepName.RESOLVE: QT_TRANSLATE_NOOP("transports", "Find the server"),
    StepName.CONNECT: QT_TRANSLATE_NOOP("transports", "Connect"),
    StepName.TLS: QT_TRANSLATE_NOOP("transports", "Secure connection"),
    StepName.SIGN_IN: QT_TRANSLATE_NOOP("transports", "Sign in"),
    StepName.FOLDER: QT_TRANSLATE_NOOP("transports", "Open the folder"),
    StepName.SEND: QT_TRANSLATE_NOOP("transports", "Send a test message"),
}

MAILBOX_STEPS = tuple(StepName)
OUTGOING_STEPS = tuple(name for name in StepName if name is not StepName.FOLDER)


@dataclass(frozen=True, slots=True)
class Step:
    """One phase of a connection test.

    `seconds` is how long it took (0 while it runs); `detail` says what was found, `remedy` what to do where it
    failed; `code` is a stable word for the finding, empty when there is none; `technical` is the server's or the
    system's own text, without secrets. `certificate` is the one that was refused, where it could be read.
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
    """Whether the connection works: nothing failed or was cancelled (a skipped test message does not count against it)."""
    return bool(report) and not any(step.state is StepState.FAILED or step.code == "cancelled" for step in report)


def report(steps: Sequence[Step], translated: Callable[[Phrase], str] = str) -> str:
    """What **Copy details** copies: every step that has ended, in words, without secrets. `translated` puts a phrase into the language of the reader."""
    return "\n".join(line for step in steps if step.state is not StepState.RUNNING for line in _reported(step, translated))


def _reported(step: Step, translated: Callable[[Phrase], str]) -> Iterator[str]:
    title = translated(Phrase("transports", TITLES[step.name]))
    yield f"{title}: {step.state.value}, {step.seconds:.2f} s. {translated(step.detail) if step.detail else ''}".rstrip()
    if step.remedy:
        yield f"    {translated(step.remedy)}"
    if step.code:
        yield f"    {step.code}: {step.technical}".rstrip(" :")
